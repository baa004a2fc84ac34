"""The kinds of resources: what lists call them, their properties in order, and their filters."""

from collections.abc import Mapping
from dataclasses import dataclass

from batchtui.emulator.odata import (
    COUNT_FIELDS,
    FILE_FIELDS,
    IMAGE_FIELDS,
    NODE_FIELDS,
    POOL_FIELDS,
    Field,
)


@dataclass(frozen=True)
class Kind:
    """A kind of resource: the fragment of its `odata.metadata`, its properties and its filter."""

    fragment: str
    order: tuple[str, ...]
    fields: Mapping[str, Field]


POOLS = Kind(
    "pools",
    (
        "id", "displayName", "url", "eTag", "lastModified", "creationTime", "state",
        "stateTransitionTime", "allocationState", "allocationStateTransitionTime", "vmSize",
        "resizeTimeout", "currentDedicatedNodes", "targetDedicatedNodes",
        "currentLowPriorityNodes", "targetLowPriorityNodes", "resizeErrors", "enableAutoScale",
        "autoScaleFormula", "autoScaleEvaluationInterval", "autoScaleRun",
        "enableInterNodeCommunication", "startTask", "certificateReferences",
        "applicationPackageReferences", "metadata", "userAccounts", "taskSlotsPerNode",
        "taskSchedulingPolicy", "virtualMachineConfiguration", "networkConfiguration",
        "mountConfiguration", "identity", "targetNodeCommunicationMode",
        "currentNodeCommunicationMode", "upgradePolicy", "resourceTags",
    ),
    POOL_FIELDS,
)  # fmt: skip
NODES = Kind(
    "nodes",
    (
        "id", "url", "state", "schedulingState", "stateTransitionTime", "lastBootTime",
        "allocationTime", "ipAddress", "ipv6Address", "affinityId", "vmSize", "totalTasksRun",
        "totalTasksSucceeded", "runningTasksCount", "runningTaskSlotsCount", "recentTasks",
        "startTask", "startTaskInfo", "certificateReferences", "errors", "isDedicated",
        "endpointConfiguration", "nodeAgentInfo", "virtualMachineInfo",
    ),
    NODE_FIELDS,
)  # fmt: skip
COUNTS = Kind("poolnodecounts", ("poolId", "dedicated", "lowPriority"), COUNT_FIELDS)
IMAGES = Kind(
    "supportedimages",
    (
        "imageReference", "verificationType", "nodeAgentSKUId", "capabilities", "osType",
        "batchSupportEndOfLife",
    ),
    IMAGE_FIELDS,
)  # fmt: skip
FILES = Kind("files", ("name", "url", "isDirectory", "properties"), FILE_FIELDS)
