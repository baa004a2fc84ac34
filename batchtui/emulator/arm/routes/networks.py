"""The account's network: what its nodes call, and the private links that it could have."""

from aiohttp import web

from batchtui.emulator.arm.account import Account
from batchtui.emulator.arm.answers import arm_response
from batchtui.emulator.arm.paths import ACCOUNT_PATH, account_of, not_found, path
from batchtui.emulator.store import Json

# Kinds of which the account has none.
NONE = ("privateEndpointConnections", "networkSecurityPerimeterConfigurations", "detectors")
# Documented (docs: private-connectivity): the two sub-resources of an account.
LINK_GROUPS = ("batchAccount", "nodeManagement")
# What each endpoint is for (recorded: arm-outbound-endpoints).
OF_TASKS = (
    "Applicable to job manager tasks, tasks that use job scoped authentication, or any task that "
    "makes calls to Batch."
)
SIMPLIFIED = "Applicable to Azure Batch pools using Simplified communication mode."
CLASSIC = "Applicable to Azure Batch pools using Classic communication mode."
AUTO_STORAGE = (
    "AutoStorage endpoint for this Batch account. Applicable to all Azure Batch pools under this "
    "account."
)
MOUNTS = (
    "Only applicable to pools containing a Mount Configuration. Learn about Mount Configurations "
    "in Batch at https://docs.microsoft.com/azure/batch/virtual-file-mount."
)
ENCRYPTION = (
    "Only applicable to pools that have a Disk Encryption Configuration containing Temporary Disk "
    "as an encryption target and which use a VM size that does not support encryption at host. "
    "Learn more about disk encryption in Batch at "
    "https://docs.microsoft.com/azure/batch/disk-encryption. Learn more about encryption at host "
    "and supported VM sizes at https://docs.microsoft.com/azure/virtual-machines/"
    "disks-enable-host-based-encryption-portal."
)

routes = web.RouteTableDef()


@routes.get(path(f"{ACCOUNT_PATH}/outboundNetworkDependenciesEndpoints"), allow_head=False)
async def outbound_endpoints(request: web.Request) -> web.Response:
    """What nodes must be able to call, as recorded."""
    return arm_response({"value": _categories(account_of(request))})


def _categories(account: Account) -> list[Json]:
    host, _, port = account.host.rpartition(":")
    storage = account.settings.get("autoStorage", {}).get("storageAccountId", "")
    name = f"{storage.rpartition('/')[2]}.blob.core.windows.net"
    found = {
        "Azure Batch": [_endpoint(host, what, int(port)) for what in (OF_TASKS, SIMPLIFIED)],
        "Azure Storage": [
            *([_endpoint(name, AUTO_STORAGE)] if storage else []),
            *(
                _endpoint(f"*.{kind}.core.windows.net", CLASSIC)
                for kind in ("blob", "table", "queue")
            ),
        ],
        "Microsoft Package Repository": [_endpoint("packages.microsoft.com", MOUNTS)],
        "Azure Key Vault": [_endpoint("*.vault.azure.net", ENCRYPTION)],
    }
    return [{"category": name, "endpoints": endpoints} for name, endpoints in found.items()]


def _endpoint(name: str, description: str, port: int = 443) -> Json:
    return {
        "domainName": name,
        "description": description,
        "endpointDetails": [{"port": port}],
    }


@routes.get(path(f"{ACCOUNT_PATH}/privateLinkResources"), allow_head=False)
async def list_link_resources(request: web.Request) -> web.Response:
    """What a private endpoint could be for."""
    account = account_of(request)
    return arm_response({"value": [_link(account, group) for group in LINK_GROUPS]})


@routes.get(path(f"{ACCOUNT_PATH}/privateLinkResources/{{name}}"), allow_head=False)
async def get_link_resource(request: web.Request) -> web.Response:
    """One of them."""
    account, name = account_of(request), request.match_info["name"]
    for group in LINK_GROUPS:
        if group.lower() == name.lower():
            return arm_response(_link(account, group))
    raise not_found(request, "batchAccounts/privateLinkResources", name)


def _link(account: Account, group: str) -> Json:
    return {
        "id": f"{account.id}/privateLinkResources/{group}",
        "name": group,
        "type": "Microsoft.Batch/batchAccounts/privateLinkResources",
        "etag": account.tag,
        "properties": {
            "groupId": group,
            "requiredMembers": [group],
            "requiredZoneNames": ["privatelink.batch.azure.com"],
        },
    }


async def list_none(request: web.Request) -> web.Response:
    """What there is none of here."""
    account_of(request)
    return arm_response({"value": []})


async def find_none(request: web.Request) -> web.Response:
    """404 for each of what there is none of."""
    account = account_of(request)
    rest = request.path[len(account.id) + 1 :]
    raise not_found(request, f"batchAccounts/{rest.partition('/')[0]}", request.match_info["name"])


for _kind in NONE:
    routes.get(path(f"{ACCOUNT_PATH}/{_kind}"), allow_head=False)(list_none)
    for _method in ("GET", "PATCH", "DELETE"):
        routes.route(_method, path(f"{ACCOUNT_PATH}/{_kind}/{{name}}"))(find_none)
    routes.post(path(f"{ACCOUNT_PATH}/{_kind}/{{name}}/reconcile"))(find_none)
