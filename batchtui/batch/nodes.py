"""The calls on nodes."""

from collections.abc import AsyncIterator

from batchtui.batch import convert
from batchtui.batch.models import Node, RemoteLogin
from batchtui.batch.service import BatchService, segment

# What the nodes table shows and what a route to a node needs; details ask for the whole node.
_LISTED = (
    "id,state,stateTransitionTime,schedulingState,isDedicated,vmSize,ipAddress,"
    "ipv6Address,endpointConfiguration,allocationTime,lastBootTime,runningTasksCount,"
    "totalTasksRun,totalTasksSucceeded,startTaskInfo,errors,nodeAgentInfo,"
    "virtualMachineInfo"
)


class Nodes:
    """Nodes of one account's pools."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def pages(self, pool_id: str) -> AsyncIterator[list[Node]]:
        """All nodes of a pool, a page at a time, with what the table shows."""
        path = f"/pools/{segment(pool_id)}/nodes"
        async for page in self._service.pages(path, {"$select": _LISTED}):
            yield [convert.node(row) for row in page]

    async def get(self, pool_id: str, node_id: str) -> Node:
        """One node, with everything that the service says of it."""
        return convert.node(await self._service.get(node_path(pool_id, node_id)))

    async def remote_login(self, pool_id: str, node_id: str) -> RemoteLogin:
        """Where the service says that the node's remote login is reached."""
        path = f"{node_path(pool_id, node_id)}/remoteloginsettings"
        return convert.remote_login(await self._service.get(path))


def node_path(pool_id: str, node_id: str) -> str:
    """The path of a node below the account's endpoint."""
    return f"/pools/{segment(pool_id)}/nodes/{segment(node_id)}"
