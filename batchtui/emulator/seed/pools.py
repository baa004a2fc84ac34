"""The demo's pools, each a situation that an operator knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from batchtui.emulator.seed.fates import (
    BUSY,
    CREATING,
    FAILED,
    HIDDEN_FAILURE,
    IDLE,
    PREEMPTED,
    STARTING,
    UNUSABLE,
    Fate,
)  # fmt: skip

UBUNTU = {
    "imageReference": {
        "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts",
    },
    "nodeAgentSKUId": "batch.node.ubuntu 22.04",
}  # fmt: skip
ALMA = {
    "imageReference": {"publisher": "almalinux", "offer": "almalinux", "sku": "9-gen2"},
    "nodeAgentSKUId": "batch.node.el 9",
}
UBUNTU_HPC = {
    "imageReference": {"publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204"},
    "nodeAgentSKUId": "batch.node.ubuntu 22.04",
}
WINDOWS = {
    "imageReference": {
        "publisher": "microsoftwindowsserver", "offer": "windowsserver", "sku": "2022-datacenter",
    },
    "nodeAgentSKUId": "batch.node.windows amd64",
}  # fmt: skip

SCENE_SETUP = (
    '/bin/bash -c \'set -e; echo "Preparing $AZ_BATCH_NODE_ID"; '
    "printenv AZ_BATCH_NODE_STARTUP_DIR AZ_BATCH_NODE_SHARED_DIR; "
    'mkdir -p "$AZ_BATCH_NODE_SHARED_DIR/scenes" "$AZ_BATCH_NODE_SHARED_DIR/textures"; '
    'echo "Renderer ready"\''
)
FETCH_REFERENCE = (
    '/bin/bash -c \'set -e; echo "Fetching reference data for $AZ_BATCH_POOL_ID"; '
    'cd "$AZ_BATCH_NODE_SHARED_DIR"; wc -l reference/hg38.fa.fai; echo "Reference ready"\''
)
LICENSE = "/bin/bash -c 'echo \"Asking for a licence\"; cat /mnt/licence/site.lic'"
BY_QUEUE = """\
// A node for each task that runs or waits, and a spot node in reserve under full load.
maxNodes = 3;
percent = $PendingTasks.GetSamplePercent(TimeInterval_Minute * 15);
pending = percent < 70 ? max(0, $PendingTasks.GetSample(1)) :
    max($PendingTasks.GetSample(1), avg($PendingTasks.GetSample(TimeInterval_Minute * 15)));
$TargetDedicatedNodes = max(1, min(maxNodes, pending));
$TargetLowPriorityNodes = pending < maxNodes ? 0 : 1;
$NodeDeallocationOption = taskcompletion;
"""


def nat(backend: int, name: str = "ssh") -> dict[str, Any]:
    """A network whose load balancers lead to a port of each node."""
    return {
        "endpointConfiguration": {
            "inboundNATPools": [
                {
                    "name": name,
                    "protocol": "tcp",
                    "backendPort": backend,
                    "frontendPortRangeStart": 15000,
                    "frontendPortRangeEnd": 15999,
                }
            ]
        }
    }


def start_task(command: str, *, admin: bool = False, wait: bool = True) -> dict[str, Any]:
    """A start task, run once."""
    level = "admin" if admin else "nonadmin"
    return {
        "commandLine": command,
        "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": level}},
        "waitForSuccess": wait,
    }


@dataclass(frozen=True)
class PoolSeed:
    """A pool that is there from the start: its body, age, nodes and what it is up to.

    `dedicated` and `spot` are the fates of its nodes; `targets` differ from them when it has a
    resize error or is resizing, for which `resizing` says for how many seconds still.
    """

    body: Mapping[str, Any]
    age: timedelta
    dedicated: Sequence[Fate] = ()
    spot: Sequence[Fate] = ()
    targets: tuple[int, int] | None = None
    resizing: float | None = None
    counts_for_quota: bool = True
    pretend: bool = False


DEMO: tuple[PoolSeed, ...] = (
    PoolSeed(
        {
            "id": "cfd-autoscale",
            "displayName": "CFD, by formula",
            "vmSize": "standard_f8s_v2",
            "virtualMachineConfiguration": ALMA,
            "networkConfiguration": nat(22),
            "enableAutoScale": True,
            "autoScaleFormula": BY_QUEUE,
            "autoScaleEvaluationInterval": "PT5M",
        },
        timedelta(days=12, hours=3),
        dedicated=(BUSY, BUSY, IDLE),
        spot=(BUSY,),
    ),
    PoolSeed(
        {
            "id": "fluid-sim-burst",
            "vmSize": "standard_d4s_v3",
            "virtualMachineConfiguration": UBUNTU,
            "networkConfiguration": nat(22),
            "startTask": start_task(SCENE_SETUP),
        },
        timedelta(hours=2, minutes=11),
        dedicated=(IDLE, BUSY, IDLE, STARTING, STARTING, CREATING),
        targets=(12, 0),
        resizing=90.0,
    ),
    PoolSeed(
        {
            "id": "genomics-start-task",
            "displayName": "Variant calling",
            "vmSize": "standard_e4_v3",
            "virtualMachineConfiguration": UBUNTU,
            "networkConfiguration": nat(22),
            "startTask": start_task(FETCH_REFERENCE, admin=True),
            "metadata": [{"name": "team", "value": "genomics"}],
        },
        timedelta(days=1, hours=5),
        dedicated=(IDLE, FAILED, BUSY, FAILED, IDLE, FAILED),
    ),
    PoolSeed(
        {
            "id": "licence-check",
            "vmSize": "standard_d2_v2",
            "virtualMachineConfiguration": UBUNTU,
            "networkConfiguration": nat(22),
            "startTask": start_task(LICENSE, wait=False),
        },
        timedelta(days=3, hours=1),
        dedicated=(HIDDEN_FAILURE,),
    ),
    PoolSeed(
        {
            "id": "molecular-dynamics",
            "displayName": "GROMACS on HB",
            "vmSize": "standard_hb120rs_v3",
            "virtualMachineConfiguration": UBUNTU_HPC,
            "networkConfiguration": nat(22),
            "enableInterNodeCommunication": True,
        },
        timedelta(hours=7, minutes=40),
        dedicated=(BUSY, BUSY, BUSY),
        targets=(8, 0),
    ),
    PoolSeed(
        {
            "id": "nightly-reports",
            "vmSize": "standard_a1_v2",
            "virtualMachineConfiguration": UBUNTU,
        },
        timedelta(days=64),
        dedicated=(IDLE, IDLE),
    ),
    PoolSeed(
        {
            "id": "render-linux",
            "displayName": "Blender farm",
            "vmSize": "standard_d2_v2",
            "virtualMachineConfiguration": UBUNTU,
            "networkConfiguration": nat(22),
            "startTask": start_task(SCENE_SETUP),
            "metadata": [{"name": "team", "value": "render"}, {"name": "cost", "value": "4711"}],
            "taskSlotsPerNode": 2,
        },
        timedelta(days=5, hours=19),
        dedicated=(IDLE, BUSY, IDLE, BUSY, BUSY, IDLE),
        spot=(IDLE, BUSY),
    ),
    PoolSeed(
        {
            "id": "spot-transcode",
            "vmSize": "standard_d2_v3",
            "virtualMachineConfiguration": ALMA,
            "networkConfiguration": nat(22),
        },
        timedelta(days=2, hours=6),
        dedicated=(UNUSABLE,),
        spot=(BUSY, PREEMPTED, IDLE, BUSY),
    ),
    PoolSeed(
        {
            "id": "windows-postprocess",
            "vmSize": "standard_d2_v3",
            "virtualMachineConfiguration": WINDOWS,
            "networkConfiguration": nat(3389, "rdp"),
            "startTask": start_task("cmd /c echo ready > ready.txt"),
        },
        timedelta(days=9, hours=2),
        dedicated=(IDLE, BUSY),
    ),
)


def scale_pool(nodes: int) -> PoolSeed:
    """A pool of very many nodes, most of them at work and a few in trouble; all pretend."""
    mix = (BUSY, IDLE, BUSY, IDLE, BUSY)
    trouble = {17: FAILED, 41: UNUSABLE, 73: STARTING, 97: HIDDEN_FAILURE}
    fates = [
        next((fate for each, fate in trouble.items() if at % each == each - 1), mix[at % 5])
        for at in range(nodes)
    ]
    network = nat(22)
    network["endpointConfiguration"]["inboundNATPools"][0]["frontendPortRangeEnd"] = 49999
    return PoolSeed(
        {
            "id": "scale",
            "vmSize": "standard_d2_v2",
            "virtualMachineConfiguration": UBUNTU,
            "networkConfiguration": network,
            "startTask": start_task(SCENE_SETUP),
        },
        timedelta(days=1),
        dedicated=fates,
        counts_for_quota=False,
        pretend=True,
    )
