"""The api-versions of Resource Manager and of the Batch resource provider."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from batchtui.emulator.arm.errors import GatewayError

# azure-rest-api-specs, specification/batch/resource-manager.
BATCH_VERSIONS = (
    "2025-06-01", "2024-07-01", "2024-02-01", "2023-11-01", "2023-05-01", "2022-10-01",
    "2022-06-01", "2022-01-01", "2021-06-01", "2021-01-01", "2020-09-01", "2020-05-01",
    "2020-03-01", "2019-08-01", "2019-04-01", "2018-12-01", "2017-09-01", "2017-05-01",
    "2017-01-01", "2015-12-01",
)  # fmt: skip
# Those of subscriptions and resource groups that clients of these years ask for.
RESOURCES_VERSIONS = (
    "2025-04-01", "2025-03-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-07-01",
    "2022-12-01", "2022-09-01", "2022-06-01", "2022-05-01", "2022-01-01", "2021-04-01",
    "2021-01-01", "2020-10-01", "2020-08-01", "2020-06-01", "2020-01-01", "2019-11-01",
    "2019-10-01", "2019-08-01", "2019-07-01", "2019-06-01", "2019-05-01", "2018-05-01",
    "2018-02-01", "2018-01-01", "2017-05-10", "2016-09-01", "2016-06-01", "2016-02-01",
    "2015-11-01", "2015-01-01", "2014-04-01",
)  # fmt: skip
PROVIDER = re.compile(r"/providers/microsoft\.batch(?:/|$)", re.IGNORECASE)

# Properties of an account and the version that first shows them.
SINCE = {
    "nodeManagementEndpoint": "2022-06-01",
    "privateEndpointConnections": "2022-06-01",
    "networkProfile": "2022-06-01",
    "allowedAuthenticationModes": "2021-06-01",
}


def check_version(request: web.Request) -> str:
    """The request's api-version; 400 when it is missing or unknown."""
    version = request.query.get("api-version", "")
    if not version:
        text = "The api-version query parameter (?api-version=) is required for all requests."
        raise GatewayError(400, "MissingApiVersionParameter", text)
    known = BATCH_VERSIONS if PROVIDER.search(request.path) else RESOURCES_VERSIONS
    if version not in known:
        text = (
            f"The api-version '{version}' is invalid. The supported versions are "
            f"'{','.join(known)}'."
        )
        raise GatewayError(400, "InvalidApiVersionParameter", text)
    return version


def account_properties(properties: Mapping[str, Any], version: str) -> dict[str, Any]:
    """An account's properties that a version shows."""
    return {name: value for name, value in properties.items() if SINCE.get(name, "") <= version}
