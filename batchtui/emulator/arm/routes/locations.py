"""What there is in a region: the quota of accounts, VM sizes, and free names."""

from aiohttp import web

from batchtui.emulator.arm.answers import arm_page, arm_response
from batchtui.emulator.arm.paths import LOCATION_PATH, check_location, path
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.catalogue import VmSize, vm_sizes
from batchtui.emulator.filters import SKU_FIELDS
from batchtui.emulator.options import ACCOUNT
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Json

TYPE = "Microsoft.Batch/batchAccounts"

routes = web.RouteTableDef()


@routes.get(path(f"{LOCATION_PATH}/quotas"), allow_head=False)
async def get_quotas(request: web.Request) -> web.Response:
    """How many accounts there may be: the one that the emulator is."""
    check_location(request, "locations/quotas")
    return arm_response({"accountQuota": 1})


@routes.get(path(f"{LOCATION_PATH}/virtualMachineSkus"), allow_head=False)
async def list_skus(request: web.Request) -> web.Response:
    """The VM sizes in their recorded order, all on one page unless maxresults says less."""
    check_location(request, "locations/virtualMachineSkus")
    sizes = list(vm_sizes().values())
    places = [f"{place:04d}" for place in range(len(sizes))]
    return arm_page(request, places, lambda place: _sku(sizes[int(place)]), SKU_FIELDS)


def _sku(size: VmSize) -> Json:
    found: Json = {
        "name": size.name,
        "familyName": size.family,
        "capabilities": [{"name": n, "value": value} for n, value in size.capabilities.items()],
    }
    return found | ({"batchSupportEndOfLife": size.end_of_life} if size.end_of_life else {})


@routes.post(path(f"{LOCATION_PATH}/checkNameAvailability"))
async def check_name(request: web.Request) -> web.Response:
    """Whether a new account could have a name; the text on its length is recorded."""
    check_location(request, "locations/checkNameAvailability")
    body = await read_body(request)
    name = read.text(body, "name")
    read.text(body, "type")
    read.choice(body, "type", TYPE, TYPE)
    account = state_of(request).account
    if not 3 <= len(name) <= 24:
        text = "Account name must be at least 3 characters and at most 24 characters."
        return _taken("Invalid", text)
    if not ACCOUNT.fullmatch(name):
        return _taken("Invalid", "Account name must be lowercase letters and numbers only.")
    if account.exists and name == account.name:
        return _taken("AlreadyExists", f"An account named '{name}' is already in use.")
    return arm_response({"nameAvailable": True})


def _taken(reason: str, text: str) -> web.Response:
    return arm_response({"nameAvailable": False, "reason": reason, "message": text})
