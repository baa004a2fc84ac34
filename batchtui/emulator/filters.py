"""What each kind of resource may be filtered on (docs: odata-filters-in-batch)."""

from batchtui.emulator.odata import COMPARE, Field

EQUAL = frozenset({"eq"})
EQUALS = frozenset({"eq", "ne"})
ORDER = frozenset(COMPARE)
TEXT = ORDER | {"startswith"}

POOL_FIELDS = {
    "id": Field("text", TEXT),
    "state": Field("text", EQUALS),
    "stateTransitionTime": Field("time", ORDER),
    "creationTime": Field("time", ORDER),
    "lastModified": Field("time", ORDER),
    "allocationState": Field("text", EQUALS),
    "allocationStateTransitionTime": Field("time", ORDER),
    "enableAutoScale": Field("flag", EQUALS),
    "enableInterNodeCommunication": Field("flag", EQUALS),
    "vmSize": Field("text", TEXT),
}
NODE_FIELDS = {
    "state": Field("text", EQUALS),
    "stateTransitionTime": Field("time", ORDER),
    "lastBootTime": Field("time", ORDER),
    "allocationTime": Field("time", ORDER),
    "startTaskInfo/state": Field("text", EQUAL),
    "startTaskInfo/result": Field("text", EQUAL),
    "startTaskInfo/exitCode": Field("number", ORDER),
    "startTaskInfo/startTime": Field("time", ORDER),
    "startTaskInfo/endTime": Field("time", ORDER),
}
COUNT_FIELDS = {"poolId": Field("text", EQUAL)}
IMAGE_FIELDS = {
    name: Field("text", EQUALS) for name in ("osType", "verificationType", "nodeAgentSKUId")
}
FILE_FIELDS = {"name": Field("text", frozenset({"startswith"}))}

# What lists of jobs have in common, whether of the account or of a schedule.
_JOB_FIELDS = {
    "state": Field("text", EQUALS),
    "stateTransitionTime": Field("time", ORDER),
    "creationTime": Field("time", ORDER),
    "lastModified": Field("time", ORDER),
}
_EXECUTION_FIELDS = {
    "executionInfo/startTime": Field("time", ORDER),
    "executionInfo/endTime": Field("time", ORDER),
}
SCHEDULE_JOB_FIELDS = {
    **_JOB_FIELDS,
    **_EXECUTION_FIELDS,
    "executionInfo/poolId": Field("text", TEXT),
}
JOB_FIELDS = {"id": Field("text", TEXT), **SCHEDULE_JOB_FIELDS}
SCHEDULE_FIELDS = {
    "id": Field("text", TEXT),
    **_JOB_FIELDS,
    "executionInfo/endTime": Field("time", ORDER),
    "schedule/doNotRunUntil": Field("time", ORDER),
    "schedule/doNotRunAfter": Field("time", ORDER),
}
TASK_FIELDS = {
    "id": Field("text", TEXT),
    **_JOB_FIELDS,
    # The documentation names it so, though the property is called lastModified.
    "lastModifiedTime": Field("time", ORDER, "lastModified"),
    **_EXECUTION_FIELDS,
    "executionInfo/exitCode": Field("number", ORDER),
    "executionInfo/result": Field("text", EQUALS),
}
PREPARATION_FIELDS = {
    "poolId": Field("text", EQUALS),
    "nodeId": Field("text", EQUALS),
    **{
        f"job{which}TaskExecutionInfo/{name}": field
        for which in ("Preparation", "Release")
        for name, field in {
            "state": Field("text", EQUAL),
            "startTime": Field("time", ORDER),
            "endTime": Field("time", ORDER),
            "exitCode": Field("number", ORDER),
            "result": Field("text", EQUALS),
        }.items()
    },
}
USAGE_FIELDS = {"poolId": Field("text", TEXT - {"ne"})}

# Resource Manager's lists (docstrings of azure-mgmt-batch).
SKU_FIELDS = {"familyName": Field("text", EQUALS)}
MANAGED_POOL_FIELDS = {
    "name": Field("text", TEXT),
    "properties/allocationState": Field("text", EQUALS),
    "properties/allocationStateTransitionTime": Field("time", ORDER),
    "properties/creationTime": Field("time", ORDER),
    "properties/provisioningState": Field("text", EQUALS),
    "properties/provisioningStateTransitionTime": Field("time", ORDER),
    "properties/lastModified": Field("time", ORDER),
    "properties/vmSize": Field("text", TEXT),
    "properties/interNodeCommunication": Field("text", EQUALS),
}
