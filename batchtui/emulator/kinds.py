"""The kinds of resources: what lists call them, their properties in order, and their filters."""

from collections.abc import Mapping
from dataclasses import dataclass

from batchtui.emulator import filters
from batchtui.emulator.odata import Field


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
        "enableInterNodeCommunication", "startTask", "applicationPackageReferences",
        "metadata", "userAccounts", "certificateReferences", "taskSlotsPerNode",
        "maxTasksPerNode",
        "taskSchedulingPolicy", "virtualMachineConfiguration", "cloudServiceConfiguration",
        "networkConfiguration", "mountConfiguration", "identity", "targetNodeCommunicationMode",
        "currentNodeCommunicationMode", "upgradePolicy", "resourceTags",
    ),
    filters.POOL_FIELDS,
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
    filters.NODE_FIELDS,
)  # fmt: skip
COUNTS = Kind("poolnodecounts", ("poolId", "dedicated", "lowPriority"), filters.COUNT_FIELDS)
IMAGES = Kind(
    "supportedimages",
    (
        "imageReference", "verificationType", "nodeAgentSKUId", "capabilities",
        "batchSupportEndOfLife", "osType",
    ),
    filters.IMAGE_FIELDS,
)  # fmt: skip
FILES = Kind("files", ("name", "url", "isDirectory", "properties"), filters.FILE_FIELDS)
JOBS = Kind(
    "jobs",
    (
        "id", "displayName", "url", "eTag", "lastModified", "creationTime", "state",
        "stateTransitionTime", "previousState", "previousStateTransitionTime", "priority",
        "maxParallelTasks", "usesTaskDependencies", "allowTaskPreemption", "constraints",
        "jobManagerTask", "jobPreparationTask", "jobReleaseTask", "commonEnvironmentSettings",
        "poolInfo", "metadata", "executionInfo", "onAllTasksComplete", "onTaskFailure",
    ),
    filters.JOB_FIELDS,
)  # fmt: skip
SCHEDULE_JOBS = Kind(JOBS.fragment, JOBS.order, filters.SCHEDULE_JOB_FIELDS)
SCHEDULES = Kind(
    "jobschedules",
    (
        "id", "displayName", "url", "eTag", "lastModified", "creationTime", "state",
        "stateTransitionTime", "previousState", "previousStateTransitionTime", "schedule",
        "jobSpecification", "executionInfo", "metadata",
    ),
    filters.SCHEDULE_FIELDS,
)  # fmt: skip
TASKS = Kind(
    "tasks",
    (
        "id", "displayName", "url", "eTag", "creationTime", "lastModified", "state",
        "stateTransitionTime", "previousState", "previousStateTransitionTime", "commandLine",
        "containerSettings", "resourceFiles", "outputFiles", "environmentSettings",
        "affinityInfo", "userIdentity", "multiInstanceSettings", "authenticationTokenSettings",
        "constraints", "requiredSlots", "dependsOn", "exitConditions",
        "applicationPackageReferences", "executionInfo", "nodeInfo",
    ),
    filters.TASK_FIELDS,
)  # fmt: skip
SUBTASKS = Kind(
    "subtaskinfo",
    (
        "id", "nodeInfo", "startTime", "endTime", "exitCode", "containerInfo", "failureInfo",
        "state", "stateTransitionTime", "previousState", "previousStateTransitionTime", "result",
    ),
    {},
)  # fmt: skip
PREPARATIONS = Kind(
    "jobpreparationandreleasetaskstatuslist",
    (
        "poolId", "nodeId", "nodeUrl", "jobPreparationTaskExecutionInfo",
        "jobReleaseTaskExecutionInfo",
    ),
    filters.PREPARATION_FIELDS,
)  # fmt: skip
EXTENSIONS = Kind("extensions", ("provisioningState", "instanceView", "vmExtension"), {})
APPLICATIONS = Kind("listapplicationsummariesresponses", ("id", "displayName", "versions"), {})
USAGE = Kind(
    "poolusagemetrics",
    ("poolId", "startTime", "endTime", "vmSize", "totalCoreHours"),
    filters.USAGE_FIELDS,
)
