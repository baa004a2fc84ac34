"""Batch accounts: list, get, create, change, delete."""

from aiohttp import web

from batchtui.emulator.arm.account import Account
from batchtui.emulator.arm.answers import accepted, arm_error, arm_response, dated, empty
from batchtui.emulator.arm.bodies import Change, check_creation, read_change
from batchtui.emulator.arm.operations import Operation
from batchtui.emulator.arm.paths import (
    ACCOUNT_PATH,
    GROUP_PATH,
    LOCATION_PATH,
    PROVIDER,
    SUBSCRIPTION_PATH,
    account_of,
    check_group,
    check_location,
    check_subscription,
    not_found,
    path,
)
from batchtui.emulator.arm.versions import account_properties
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.errors import BatchError
from batchtui.emulator.options import LOCATION, SUBSCRIPTION
from batchtui.emulator.state import VERSION, State, state_of
from batchtui.emulator.store import Json

# How long the service took (arm-operation-result-200, arm-account-operation-result-200).
CREATING_SECONDS = 16
DELETING_SECONDS = 47
RESULT_PATH = f"{ACCOUNT_PATH}/operationResults/{{operation}}"
DELETION_PATH = f"{LOCATION_PATH}/accountOperationResults/{{operation}}"

routes = web.RouteTableDef()


def listed(request: web.Request) -> web.Response:
    """The account, if there is one, as a list."""
    account = state_of(request).account
    return arm_response({"value": [shown(request, account)] if account.exists else []})


def element(request: web.Request, account: Account) -> web.Response:
    """The account with its ETag."""
    return dated(arm_response(shown(request, account)), account.tag, account.body)


def shown(request: web.Request, account: Account) -> Json:
    """The account as the request's version has it."""
    return account.shown(account_properties(account.properties(), request[VERSION]))


@routes.get(path(f"{SUBSCRIPTION_PATH}{PROVIDER}/batchAccounts"), allow_head=False)
async def list_accounts(request: web.Request) -> web.Response:
    """A subscription's accounts."""
    check_subscription(request)
    return listed(request)


@routes.get(path(f"{GROUP_PATH}{PROVIDER}/batchAccounts"), allow_head=False)
async def list_accounts_of_group(request: web.Request) -> web.Response:
    """A resource group's accounts."""
    check_group(request)
    return listed(request)


@routes.get(path(ACCOUNT_PATH), allow_head=False)
async def get_account(request: web.Request) -> web.Response:
    """One account."""
    return element(request, account_of(request))


@routes.patch(path(ACCOUNT_PATH))
async def update_account(request: web.Request) -> web.Response:
    """Change what is given; the rest stays."""
    account = account_of(request)
    read_change(account, await read_body(request)).apply(account)
    return element(request, account)


@routes.put(path(ACCOUNT_PATH))
async def create_account(request: web.Request) -> web.Response:
    """Create the account anew, or change it; for another one the quota is reached."""
    check_group(request)
    body = await read_body(request)
    check_creation(body)
    state, name = state_of(request), request.match_info["account"].lower()
    account, later = state.account, state.world.clock.later
    change = read_change(account, body)
    operation, location = _begin(request, f"{account.group}/batchAccounts/{name}/operationResults")
    if name == account.name:
        later(CREATING_SECONDS, lambda: _created(account, operation, change))
    else:
        later(0, lambda: _end(operation, BatchError("SubscriptionQuotaExceeded")))
    return accepted(location)


def _created(account: Account, operation: Operation, change: Change) -> None:
    if not account.exists:
        account.create()
    change.apply(account)
    operation.answer = lambda request: element(request, account)


def _end(operation: Operation, error: BatchError) -> None:
    operation.answer = lambda request: arm_error(request, error)


@routes.delete(path(ACCOUNT_PATH))
async def delete_account(request: web.Request) -> web.Response:
    """Delete the account, and all that is in it; 204 when there is no such account."""
    check_group(request)
    state, name = state_of(request), request.match_info["account"].lower()
    if name != state.account.name or not state.account.exists:
        return empty(204)
    base = f"/subscriptions/{SUBSCRIPTION}{PROVIDER}/locations/{LOCATION}/accountOperationResults"
    operation, location = _begin(request, base, f"{name}-")
    state.account.provisioning = "Deleting"
    state.world.clock.later(DELETING_SECONDS, lambda: _deleted(state, operation))
    return accepted(location)


def _deleted(state: State, operation: Operation) -> None:
    if state.account.provisioning == "Deleting":
        state.account.provisioning = "Deleted"
        state.account.exists = False
        state.keys.renew("primary")
        state.keys.renew("secondary")
        _empty(state)
    operation.answer = lambda _: empty()


def _empty(state: State) -> None:
    """Let all go that is in the account."""
    world = state.world
    for schedule in world.schedules:
        if schedule.state != "deleting":
            state.schedules.delete(schedule, force=True)
    for job in world.jobs:
        if job.state != "deleting":
            state.work.delete_job(job, force=True)
    for pool in world.pools:
        if pool.body["state"] != "deleting":
            state.lifecycle.delete(pool)
    for application in world.applications:
        world.applications.drop(application)


def _begin(request: web.Request, base: str, prefix: str = "") -> tuple[Operation, str]:
    state = state_of(request)
    operation_id = f"{prefix}{state.world.new_guid()}"
    location = f"{state.world.endpoint}{base}/{operation_id}?api-version={request[VERSION]}"
    return state.account.operations.begin(operation_id), location


@routes.get(path(RESULT_PATH), allow_head=False)
async def creation_result(request: web.Request) -> web.Response:
    """How a creation went: 202 while it goes on."""
    check_group(request)
    return _result(request)


@routes.get(path(DELETION_PATH), allow_head=False)
async def deletion_result(request: web.Request) -> web.Response:
    """How a deletion went: 202 while it goes on, 200 without a body then."""
    check_location(request, "locations/accountOperationResults")
    return _result(request)


def _result(request: web.Request) -> web.Response:
    state = state_of(request)
    operation = state.account.operations.find(request.match_info["operation"])
    if operation is None:
        raise not_found(request, "operationResults", request.match_info["operation"])
    if operation.answer is None:
        return accepted(f"{state.world.endpoint}{request.raw_path}")
    return operation.answer(request)
