"""The account's applications, the same that the data plane lists.

They have no packages: those would be uploaded to Azure Storage, which isn't here.
"""

import re

from aiohttp import web

from batchtui.emulator.arm.answers import arm_page, arm_response, empty
from batchtui.emulator.arm.paths import ACCOUNT_PATH, account_of, not_found, path
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.errors import BatchError, bad_property
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Application, Json

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
LIST_PATH = f"{ACCOUNT_PATH}/applications"
APPLICATION_PATH = f"{LIST_PATH}/{{application}}"
PACKAGE_PATH = f"{APPLICATION_PATH}/versions/{{version}}"

routes = web.RouteTableDef()


@routes.get(path(LIST_PATH), allow_head=False)
async def list_applications(request: web.Request) -> web.Response:
    """All applications."""
    account_of(request)
    found = state_of(request).world.applications
    return arm_page(request, found.ids, lambda name: shown(request, found[name]))


@routes.get(path(APPLICATION_PATH), allow_head=False)
async def get_application(request: web.Request) -> web.Response:
    """One application."""
    return element(request, application_of(request))


@routes.put(path(APPLICATION_PATH))
async def create_application(request: web.Request) -> web.Response:
    """A new application, or the old one with what is given."""
    account_of(request)
    given = await _given(request)
    world, name = state_of(request).world, request.match_info["application"]
    if not NAME.fullmatch(name):
        reason = "It must be 1 to 64 of letters, digits, hyphens and underscores"
        raise bad_property("applicationName", name, reason)
    application = world.applications.find(name) or world.add_application(name)
    return _changed(request, application, given)


@routes.patch(path(APPLICATION_PATH))
async def update_application(request: web.Request) -> web.Response:
    """Change what is given; the rest stays."""
    application = application_of(request)
    return _changed(request, application, await _given(request))


@routes.delete(path(APPLICATION_PATH))
async def delete_application(request: web.Request) -> web.Response:
    """Delete an application; 204 also when there is none."""
    account_of(request)
    applications = state_of(request).world.applications
    application = applications.find(request.match_info["application"])
    if application:
        applications.drop(application)
    return empty(200 if application else 204)


@routes.get(path(f"{APPLICATION_PATH}/versions"), allow_head=False)
async def list_packages(request: web.Request) -> web.Response:
    """An application's packages: none."""
    application_of(request)
    return arm_response({"value": []})


@routes.get(path(PACKAGE_PATH), allow_head=False)
async def get_package(request: web.Request) -> web.Response:
    """404: there is no package."""
    application_of(request)
    kind = "batchAccounts/applications/versions"
    raise not_found(request, kind, request.match_info["version"])


@routes.delete(path(PACKAGE_PATH))
async def delete_package(request: web.Request) -> web.Response:
    """204, as there is no package."""
    application_of(request)
    return empty(204)


@routes.put(path(PACKAGE_PATH))
@routes.post(path(f"{PACKAGE_PATH}/activate"))
async def refuse_package(request: web.Request) -> web.Response:
    """409: there is no storage that a package could be uploaded to."""
    application_of(request)
    reason = "The emulator has no storage for application packages"
    raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))


def application_of(request: web.Request) -> Application:
    """The path's application; 404 ApplicationNotFound."""
    account_of(request)
    found = state_of(request).world.applications.find(request.match_info["application"])
    if not found:
        raise BatchError("ApplicationNotFound")
    return found


def element(request: web.Request, application: Application) -> web.Response:
    """An application with its ETag."""
    body = shown(request, application)
    response = arm_response(body)
    response.headers["ETag"] = body["etag"]
    return response


def shown(request: web.Request, application: Application) -> Json:
    """An application as recorded (arm-application-list)."""
    names = ("displayName", "allowUpdates", "defaultVersion")
    return {
        "type": "Microsoft.Batch/batchAccounts/applications",
        "id": f"{account_of(request).id}/applications/{application.id}",
        "name": application.id,
        "etag": f'W/"{application.body["eTag"]}"',
        "properties": {n: application.body[n] for n in names if n in application.body},
    }


async def _given(request: web.Request) -> Json:
    properties = read.nested(await read_body(request), "properties") or {}
    given: Json = {}
    if properties.get("displayName") is not None:
        given["displayName"] = read.text(properties, "displayName")
    if properties.get("allowUpdates") is not None:
        given["allowUpdates"] = read.flag(properties, "allowUpdates")
    if version := read.text(properties, "defaultVersion", ""):
        # Documented: it must be one of the packages.
        raise bad_property("defaultVersion", version, "The application has no such package")
    return given


def _changed(request: web.Request, application: Application, given: Json) -> web.Response:
    application.body |= given
    state_of(request).world.touch(application.body)
    return element(request, application)
