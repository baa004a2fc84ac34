"""The account's keys: list them, and make new ones."""

from aiohttp import web

from batchtui.emulator.arm.answers import arm_response, empty
from batchtui.emulator.arm.paths import ACCOUNT_PATH, account_of, path
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.errors import BatchError
from batchtui.emulator.state import state_of

routes = web.RouteTableDef()


@routes.post(path(f"{ACCOUNT_PATH}/listKeys"))
async def list_keys(request: web.Request) -> web.Response:
    """Both keys."""
    _check_keys_are_used(request)
    return _shown(request)


@routes.post(path(f"{ACCOUNT_PATH}/regenerateKeys"))
async def regenerate_key(request: web.Request) -> web.Response:
    """Another key for one of the two; what the old one signs is refused from now on."""
    _check_keys_are_used(request)
    body = await read_body(request)
    read.text(body, "keyName")
    name = read.choice(body, "keyName", "", "Primary", "Secondary")
    state_of(request).keys.renew(name.lower())
    return _shown(request)


@routes.post(path(f"{ACCOUNT_PATH}/syncAutoStorageKeys"))
async def sync_storage_keys(request: web.Request) -> web.Response:
    """Read the storage account's keys anew; what is said without one is our guess."""
    account = account_of(request)
    storage = account.settings.get("autoStorage")
    if not storage:
        reason = "The account has no auto-storage account"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))
    account.settings["autoStorage"] = storage | {"lastKeySync": account.world.stamp()}
    return empty(204)


def _check_keys_are_used(request: web.Request) -> None:
    """Documented: it fails unless shared keys are allowed; how it fails is our guess."""
    if "SharedKey" not in account_of(request).settings["allowedAuthenticationModes"]:
        reason = "SharedKey is not among the account's allowedAuthenticationModes"
        raise BatchError("Forbidden", ("Reason", reason))


def _shown(request: web.Request) -> web.Response:
    keys = state_of(request).keys
    return arm_response(
        {
            "accountName": keys.account,
            "primary": keys.primary,
            "secondary": keys.secondary,
        }
    )
