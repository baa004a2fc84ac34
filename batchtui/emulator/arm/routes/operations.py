"""What may be done with Microsoft.Batch, as `az provider operation` lists it."""

from aiohttp import web

from batchtui.emulator.arm.answers import arm_response
from batchtui.emulator.arm.paths import PROVIDER, path

KINDS = {
    "batchAccounts": ("Batch Account", "read", "write", "delete"),
    "batchAccounts/listkeys": ("Batch Account", "action"),
    "batchAccounts/regeneratekeys": ("Batch Account", "action"),
    "batchAccounts/syncAutoStorageKeys": ("Batch Account", "action"),
    "batchAccounts/applications": ("Application", "read", "write", "delete"),
    "batchAccounts/pools": ("Pool", "read", "write", "delete"),
    "batchAccounts/pools/stopResize": ("Pool", "action"),
    "batchAccounts/pools/disableAutoscale": ("Pool", "action"),
    "locations/quotas": ("Location Quotas", "read"),
    "locations/virtualMachineSkus": ("Virtual Machine SKU", "read"),
    "locations/checkNameAvailability": ("Name Availability", "action"),
}

routes = web.RouteTableDef()


@routes.get(path(f"{PROVIDER}/operations"), allow_head=False)
async def list_operations(_: web.Request) -> web.Response:
    """The operations that are here."""
    operations = [
        {
            "name": f"Microsoft.Batch/{kind}/{verb}",
            "isDataAction": False,
            "display": {
                "provider": "Microsoft Batch",
                "resource": resource,
                "operation": f"{verb.capitalize()} {resource}",
                "description": f"{verb.capitalize()} {resource}",
            },
            "origin": "user",
        }
        for kind, (resource, *verbs) in KINDS.items()
        for verb in verbs
    ]
    return arm_response({"value": operations})
