"""The calls on nodes."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from msgspec import Raw

from batchtui.batch import convert
from batchtui.batch.logs import LogUpload, UploadedLogs, uploaded
from batchtui.batch.models import Json, RemoteLogin
from batchtui.batch.node import Node
from batchtui.batch.service import PAGE, BatchService, Listing, segment, select
from batchtui.batch.times import stamp
from batchtui.errors import ServiceError

# What every screen of nodes and the way into one need; the table adds what its columns show.
ALWAYS = ("id", "state", "stateTransitionTime", "isDedicated", "startTaskInfo", "errors")

# Everything that a listing may ask for (source: the SDK's BatchNode).
FIELDS = (
    "id", "url", "state", "schedulingState", "stateTransitionTime", "lastBootTime",
    "allocationTime", "ipAddress", "ipv6Address", "affinityId", "vmSize", "totalTasksRun",
    "runningTasksCount", "runningTaskSlotsCount", "totalTasksSucceeded", "recentTasks",
    "startTask", "startTaskInfo", "errors", "isDedicated", "endpointConfiguration",
    "nodeAgentInfo", "virtualMachineInfo",
)  # fmt: skip


class Nodes:
    """Nodes of one account's pools."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    def listing(
        self,
        pool_id: str,
        fields: Iterable[str] = (),
        *,
        where: str = "",
        page: int = PAGE,
        retry: bool = True,
    ) -> Listing[Node]:
        """Nodes of a pool with these wire fields and those of `ALWAYS`, by id.

        With `where`, a filter in OData, only those that pass it.
        """
        query = select((*ALWAYS, *fields))
        if where:
            query["$filter"] = where
        return self._service.listing(nodes_path(pool_id), query, Node, page=page, retry=retry)

    def raws(self, pool_id: str, fields: Iterable[str] = ()) -> Listing[Raw]:
        """Nodes of a pool as the service sends them; all of it, or these fields only."""
        return self._service.raws(nodes_path(pool_id), fields)

    async def pages(
        self, pool_id: str, fields: Iterable[str] = ()
    ) -> AsyncIterator[Sequence[Node]]:
        """All nodes of a pool, a page at a time, as the pages arrive."""
        listing = self.listing(pool_id, fields)
        while not listing.ended:
            yield await listing.next_page()

    async def raw(self, pool_id: str, node_id: str) -> Json:
        """One node as the service sends it."""
        return await self._service.get(node_path(pool_id, node_id))

    async def get(self, pool_id: str, node_id: str) -> Node:
        """One node, with everything that the service says of it."""
        return convert.node(await self.raw(pool_id, node_id))

    async def remote_login(self, pool_id: str, node_id: str) -> RemoteLogin:
        """Where the service says that the node's remote login is reached."""
        path = f"{node_path(pool_id, node_id)}/remoteloginsettings"
        return convert.remote_login(await self._service.get(path))

    async def reboot(self, pool_id: str, node_id: str, option: str) -> None:
        """Begin to reboot a node; the option says what becomes of its tasks first."""
        await self._act(pool_id, node_id, "reboot", {"nodeRebootOption": option})

    async def reimage(self, pool_id: str, node_id: str, option: str) -> None:
        """Begin to install a node's system anew."""
        await self._act(pool_id, node_id, "reimage", {"nodeReimageOption": option})

    async def deallocate(self, pool_id: str, node_id: str, option: str) -> None:
        """Begin to stop a node and give its machine back."""
        await self._act(pool_id, node_id, "deallocate", {"nodeDeallocateOption": option})

    async def start(self, pool_id: str, node_id: str) -> None:
        """Begin to start a deallocated node."""
        await self._act(pool_id, node_id, "start")

    async def disable_scheduling(self, pool_id: str, node_id: str, option: str) -> None:
        """Let no new task begin on a node; a 409 if that is so already."""
        body = {"nodeDisableSchedulingOption": option}
        await self._act(pool_id, node_id, "disablescheduling", body)

    async def enable_scheduling(self, pool_id: str, node_id: str) -> None:
        """Let tasks begin on a node again; a 409 if that is so already."""
        await self._act(pool_id, node_id, "enablescheduling")

    async def upload_logs(self, pool_id: str, node_id: str, wanted: LogUpload) -> UploadedLogs:
        """Let a node upload its agent's logs; no error says the container's URL, a secret."""
        body = {"containerUrl": wanted.container_url, "startTime": stamp(wanted.start)}
        if wanted.end is not None:
            body["endTime"] = stamp(wanted.end)
        try:
            return uploaded(await self._act(pool_id, node_id, "uploadbatchservicelogs", body))
        except ServiceError as error:
            wanted.forget_in(error)
            raise

    async def _act(self, pool_id: str, node_id: str, action: str, body: Json | None = None) -> Json:
        path = f"{node_path(pool_id, node_id)}/{action}"
        return await self._service.post(path, body, retry=False)


def changed_since(moment: datetime) -> str:
    """The filter for nodes whose state changed then or later."""
    return f"stateTransitionTime ge DateTime'{stamp(moment)}'"


def nodes_path(pool_id: str) -> str:
    """The path of a pool's nodes below the account's endpoint."""
    return f"/pools/{segment(pool_id)}/nodes"


def node_path(pool_id: str, node_id: str) -> str:
    """The path of a node below the account's endpoint."""
    return f"{nodes_path(pool_id)}/{segment(node_id)}"
