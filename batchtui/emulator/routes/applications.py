"""The account's applications: list and get."""

from aiohttp import web

from batchtui.emulator.answers import element, listing
from batchtui.emulator.errors import BatchError
from batchtui.emulator.kinds import APPLICATIONS
from batchtui.emulator.state import state_of

routes = web.RouteTableDef()


@routes.get("/applications", allow_head=False)
async def list_applications(request: web.Request) -> web.Response:
    """All applications; an account has none until it is given some."""
    applications = state_of(request).world.applications
    return listing(request, APPLICATIONS, applications.ids, lambda name: applications[name].body)


@routes.get("/applications/{application}", allow_head=False)
async def get_application(request: web.Request) -> web.Response:
    """One application."""
    found = state_of(request).world.applications.find(request.match_info["application"])
    if not found:
        raise BatchError("ApplicationNotFound")
    return element(request, APPLICATIONS, found.body)
