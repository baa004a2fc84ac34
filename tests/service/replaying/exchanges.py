"""Recorded exchanges as the emulator's account has them: its names, and bodies in full."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from conftest import recording
from service.helpers import UBUNTU, pool_body

from batchtui.emulator.options import LOCATION, RESOURCE_GROUP, SUBSCRIPTION

# The subscription of the account that the Java SDK's tests use.
JAVA_SUBSCRIPTION = "b5df12db-974a-4202-a3dd-6793e3bf4128"
# What the emulator's account calls otherwise.
NAMES = {
    "arm-account-get-2025": {"eastasia": LOCATION},
    "arm-account-list-by-subscription": {"batchexp": RESOURCE_GROUP},
    # The recorded subnet is in another subscription, with the id of the emulator's.
    "pool-create-400-subnet": {
        "00000000-0000-0000-0000-000000000000": "11111111-1111-1111-1111-111111111111",
    },
}
# Asked for what isn't there, or for another account than the emulator's.
NOWHERE = {"arm-account-create-404-resource-group", "arm-resource-group-404"}
ELSEWHERE = {"arm-account-create-409-quota"}


def with_machines(schedule):
    """A job schedule whose pools are made of virtual machines, and have no certificates."""
    job = schedule["jobSpecification"]
    auto = job["poolInfo"]["autoPoolSpecification"]
    pool = {"vmSize": "STANDARD_D2_V2", "virtualMachineConfiguration": UBUNTU}
    pool["startTask"] = auto["pool"]["startTask"]
    info = {"autoPoolSpecification": auto | {"pool": pool}}
    return schedule | {"jobSpecification": job | {"poolInfo": info}}


# Bodies that a recording lacks or hides, and what has no cloud services in a job's own pool.
BODIES = {
    "arm-account-create-400-linked-id": {
        "location": LOCATION,
        "properties": {
            "poolAllocationMode": "UserSubscription",
            "keyVaultReference": {"id": "abc", "url": "def"},
        },
    },
    "arm-account-create-404-resource-group": {"location": LOCATION},
    "node-upload-logs-200": {
        "containerUrl": "https://account.blob.core.windows.net/logs?sig=none",
        "startTime": "2025-11-25T23:52:17.423294Z",
    },
    "pool-create-403-forbidden-vnet-2020": pool_body("p", networkConfiguration={
        "subnetId": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/test/"
        "providers/Microsoft.Network/virtualNetworks/vnet1/subnets/subnet1",
    }),
    "pool-evaluate-autoscale-200-formula-error-2020": {"autoScaleFormula": "something_useless"},
    "job-schedule-create-201": with_machines(
        recording("job-schedule-create-201")["request"]["body"]
    ),
}  # fmt: skip


def image(row):
    return {**row["imageReference"], "agent": row["nodeAgentSKUId"]}


# Lists that were cut short or of which the emulator has more: by what to find the recorded rows.
ROWS = {
    "arm-virtual-machine-skus": lambda row: row["name"],
    "arm-virtual-machine-skus-full": lambda row: row["name"],
    "node-file-list-2020": lambda row: row["name"],
    "node-file-list-recursive": lambda row: row["name"],
    "pool-node-counts": lambda row: row["poolId"],
    "supported-images": image,
    "supported-images-2025": image,
}


def exchange_of(name: str) -> dict[str, Any]:
    """A recorded exchange in the emulator's account, and with the body that it must have had."""
    exchange = recording(name)
    text = json.dumps(exchange)
    for recorded, ours in names_of(name, exchange["request"]["path"]):
        text = text.replace(recorded, ours)
    exchange = json.loads(text)
    exchange["request"]["body"] = _with_password(BODIES.get(name, exchange["request"]["body"]))
    return exchange


def names_of(name: str, path: str) -> Iterator[tuple[str, str]]:
    """What has another name in the emulator's account: its subscription, its resource group."""
    yield from NAMES.get(name, {}).items()
    found = re.match(r"/subscriptions/([^/]+)(?:/resource[gG]roups/([^/]+))?", path)
    if found:
        yield found[1], SUBSCRIPTION
    if found and found[2] and name not in NOWHERE:
        yield found[2], RESOURCE_GROUP
    yield JAVA_SUBSCRIPTION, SUBSCRIPTION


def account_of(name: str, exchange: Mapping[str, Any]) -> str:
    """The account that is meant in Resource Manager's way, or any."""
    text = json.dumps(exchange)
    found = re.search(r"(?:/batchAccounts|OperationResults)/([a-z0-9]{3,24})[-/\"]", text)
    return found[1] if found and name not in ELSEWHERE else "demo"


def _with_password(body: Any) -> Any:
    return json.loads(json.dumps(body).replace('"Sanitized"', '"S3cret-enough"'))
