"""The account's network: what its nodes call, and the private links that it hasn't got."""

from typing import Any

from aiohttp import web

from batchtui.emulator.arm.account import Account
from batchtui.emulator.arm.answers import arm_response
from batchtui.emulator.arm.paths import ACCOUNT_PATH, account_of, not_found, path

Json = dict[str, Any]
# Kinds of which the account has none.
NONE = ("privateEndpointConnections", "networkSecurityPerimeterConfigurations", "detectors")

routes = web.RouteTableDef()


@routes.get(path(f"{ACCOUNT_PATH}/outboundNetworkDependenciesEndpoints"), allow_head=False)
async def outbound_endpoints(request: web.Request) -> web.Response:
    """What nodes must be able to call, as recorded."""
    return arm_response({"value": _categories(account_of(request))})


def _categories(account: Account) -> list[Json]:
    host, _, port = account.host.rpartition(":")
    classic = "Applicable to Azure Batch pools using Classic communication mode."
    storage = account.settings.get("autoStorage", {}).get("storageAccountId", "")
    linked = [
        _endpoint(
            f"{storage.rpartition('/')[2]}.blob.core.windows.net",
            "AutoStorage endpoint for this Batch account. Applicable to all Azure Batch pools "
            "under this account.",
        )
    ]
    return [
        {
            "category": "Azure Batch",
            "endpoints": [
                _endpoint(
                    host,
                    "Applicable to job manager tasks, tasks that use job scoped authentication, or "
                    "any task that makes calls to Batch.",
                    int(port),
                ),
                _endpoint(
                    host,
                    "Applicable to Azure Batch pools using Simplified communication mode.",
                    int(port),
                ),
            ],
        },
        {
            "category": "Azure Storage",
            "endpoints": (linked if storage else [])
            + [_endpoint(f"*.{kind}.core.windows.net", classic) for kind in ("blob", "table")]
            + [_endpoint("*.queue.core.windows.net", classic)],
        },
        {
            "category": "Microsoft Package Repository",
            "endpoints": [
                _endpoint(
                    "packages.microsoft.com",
                    "Only applicable to pools containing a Mount Configuration. Learn about Mount "
                    "Configurations in Batch at "
                    "https://docs.microsoft.com/azure/batch/virtual-file-mount.",
                )
            ],
        },
        {
            "category": "Azure Key Vault",
            "endpoints": [
                _endpoint(
                    "*.vault.azure.net",
                    "Only applicable to pools that have a Disk Encryption Configuration "
                    "containing Temporary Disk as an encryption target and which use a VM size "
                    "that does not support encryption at host. Learn more about disk encryption "
                    "in Batch at https://docs.microsoft.com/azure/batch/disk-encryption. Learn "
                    "more about encryption at host and supported VM sizes at "
                    "https://docs.microsoft.com/azure/virtual-machines/"
                    "disks-enable-host-based-encryption-portal.",
                )
            ],
        },
    ]


def _endpoint(name: str, description: str, port: int = 443) -> Json:
    return {
        "domainName": name,
        "description": description,
        "endpointDetails": [{"port": port}],
    }


async def list_none(request: web.Request) -> web.Response:
    """What there is none of here."""
    account_of(request)
    return arm_response({"value": []})


async def get_none(request: web.Request) -> web.Response:
    """404 for each of what there is none of."""
    account_of(request)
    kind = request.path.rpartition("/")[0].rpartition("/")[2]
    raise not_found(request, f"batchAccounts/{kind}", request.match_info["name"])


for _kind in NONE:
    routes.get(path(f"{ACCOUNT_PATH}/{_kind}"), allow_head=False)(list_none)
    routes.get(path(f"{ACCOUNT_PATH}/{_kind}/{{name}}"), allow_head=False)(get_none)
