"""The calls on pools."""

from collections.abc import AsyncIterator

from batchtui.batch import convert
from batchtui.batch.models import Json, NodeCounts, Pool
from batchtui.batch.service import BatchService, segment

# What the pools table shows, and no more; details ask for the whole pool.
_LISTED = (
    "id,displayName,state,allocationState,allocationStateTransitionTime,creationTime,"
    "vmSize,virtualMachineConfiguration,currentDedicatedNodes,targetDedicatedNodes,"
    "currentLowPriorityNodes,targetLowPriorityNodes,enableAutoScale,autoScaleRun,"
    "resizeErrors,networkConfiguration"
)


class Pools:
    """Pools of one account."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def pages(self) -> AsyncIterator[list[Pool]]:
        """All pools, a page at a time, with what the table shows."""
        async for page in self._service.pages("/pools", {"$select": _LISTED}):
            yield [convert.pool(row) for row in page]

    async def get(self, pool_id: str) -> Pool:
        """One pool, with everything that the service says of it."""
        return convert.pool(await self._service.get(_path(pool_id)))

    async def node_counts(self) -> dict[str, NodeCounts]:
        """Nodes by state of every pool, in one call; may lag (source: SERVICE.md, trap 26)."""
        rows = await self._service.rows("/nodecounts")
        return dict(convert.node_counts(row) for row in rows)

    async def create(self, body: Json) -> None:
        """Create a pool from the JSON of a `BatchPoolCreateOptions`."""
        await self._service.post("/pools", body)

    async def delete(self, pool_id: str) -> None:
        """Begin to delete a pool and its nodes."""
        await self._service.delete(_path(pool_id))

    async def resize(self, pool_id: str, *, dedicated: int, spot: int) -> None:
        """Begin to resize a pool; a 409 while it is resizing or while autoscale is on."""
        body = {"targetDedicatedNodes": dedicated, "targetLowPriorityNodes": spot}
        await self._service.post(f"{_path(pool_id)}/resize", body)


def _path(pool_id: str) -> str:
    return f"/pools/{segment(pool_id)}"
