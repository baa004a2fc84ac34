"""The calls on pools."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from msgspec import Raw

from batchtui.batch import convert
from batchtui.batch.models import AutoscaleRun, Json, NodeCounts, Pool
from batchtui.batch.service import BatchService, Listing, segment, select

# What every screen of pools needs; the table adds what its columns show, details ask for all.
ALWAYS = (
    "id", "state", "stateTransitionTime", "allocationState", "allocationStateTransitionTime",
    "creationTime", "vmSize", "virtualMachineConfiguration", "currentDedicatedNodes",
    "targetDedicatedNodes", "currentLowPriorityNodes", "targetLowPriorityNodes",
    "enableAutoScale", "autoScaleRun", "resizeErrors", "networkConfiguration",
)  # fmt: skip

# Everything that a listing may ask for (source: the SDK's BatchPool).
FIELDS = (
    "id", "displayName", "url", "eTag", "lastModified", "creationTime", "state",
    "stateTransitionTime", "allocationState", "allocationStateTransitionTime", "vmSize",
    "virtualMachineConfiguration", "resizeTimeout", "resizeErrors", "currentDedicatedNodes",
    "currentLowPriorityNodes", "targetDedicatedNodes", "targetLowPriorityNodes",
    "enableAutoScale", "autoScaleFormula", "autoScaleEvaluationInterval", "autoScaleRun",
    "enableInterNodeCommunication", "networkConfiguration", "startTask",
    "applicationPackageReferences", "taskSlotsPerNode", "taskSchedulingPolicy", "userAccounts",
    "metadata", "mountConfiguration", "identity", "upgradePolicy",
)  # fmt: skip

MOST_REMOVED = 100  # nodes in one call (source: SERVICE.md, trap 18)


class Pools:
    """Pools of one account."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def pages(self, more: Iterable[str] = ()) -> AsyncIterator[list[Pool]]:
        """All pools, a page at a time, with the wire fields of `ALWAYS` and `more`."""
        query = select((*ALWAYS, *more))
        listing = self._service.listing("/pools", query, dict, retry=False)
        while not listing.ended:
            yield [convert.pool(row) for row in await listing.next_page()]

    def raws(self, fields: Iterable[str] = ()) -> Listing[Raw]:
        """All pools as the service sends them; all of it, or these fields only."""
        return self._service.raws("/pools", fields)

    async def raw(self, pool_id: str) -> Json:
        """One pool as the service sends it."""
        return await self._service.get(_path(pool_id))

    async def get(self, pool_id: str) -> Pool:
        """One pool, with everything that the service says of it."""
        return convert.pool(await self.raw(pool_id))

    async def node_counts(self, pool_id: str = "") -> dict[str, NodeCounts]:
        """Nodes by state of every pool, or one; may lag (source: SERVICE.md, trap 26)."""
        query = {"$filter": f"poolId eq '{pool_id}'"} if pool_id else {}
        rows = await self._service.listing("/nodecounts", query, dict, retry=False).rest()
        return dict(convert.node_counts(row) for row in rows)

    async def create(self, body: Json) -> None:
        """Create a pool from the JSON of a `BatchPoolCreateOptions`.

        It is asked once: were it asked again after an answer that failed, the pool that was made
        all the same would be refused as somebody's.
        """
        await self._service.post("/pools", body, retry=False)

    async def delete(self, pool_id: str) -> None:
        """Begin to delete a pool and its nodes."""
        await self._service.delete(_path(pool_id), retry=False)

    async def resize(self, pool_id: str, body: Json, *, match: str = "") -> None:
        """Begin to resize a pool; a 409 while it is resizing or while autoscale is on.

        `match` is the pool's eTag as it was read: ChangedError if it has another one by now.
        """
        await self._service.post(f"{_path(pool_id)}/resize", body, match=match)

    async def stop_resize(self, pool_id: str) -> None:
        """Begin to stop a resize; what it has done already stays done."""
        await self._service.post(f"{_path(pool_id)}/stopresize")

    async def evaluate_autoscale(self, pool_id: str, formula: str) -> AutoscaleRun:
        """What a formula would come to, without resizing anything.

        A formula that fails is a run with a fault; one that can't be read may be a ServiceError.
        The pool must have autoscale on (source: the SDK's evaluate_pool_auto_scale).
        """
        body = {"autoScaleFormula": formula}
        answer = await self._service.post(f"{_path(pool_id)}/evaluateautoscale", body)
        return convert.autoscale_run(answer) or AutoscaleRun(None, ())

    async def enable_autoscale(self, pool_id: str, body: Json, *, match: str = "") -> None:
        """Switch autoscale on, or change its formula or interval: once in 30 s, while steady."""
        await self._service.post(f"{_path(pool_id)}/enableautoscale", body, match=match)

    async def disable_autoscale(self, pool_id: str) -> None:
        """Switch autoscale off; the pool keeps the size that it has."""
        await self._service.post(f"{_path(pool_id)}/disableautoscale")

    async def update(self, pool_id: str, body: Json, *, match: str = "") -> None:
        """Change what the body names, and leave the rest (PATCH)."""
        await self._service.patch(_path(pool_id), body, match=match)

    async def replace_properties(self, pool_id: str, body: Json, *, match: str = "") -> None:
        """Replace start task, metadata and packages; a start task that is omitted is removed."""
        await self._service.post(f"{_path(pool_id)}/updateproperties", body, match=match)

    async def tasks_running(self, pool_id: str) -> int:
        """How many tasks run on the pool's nodes now."""
        query = {"$select": "runningTasksCount"}
        nodes = await self._service.rows(f"{_path(pool_id)}/nodes", query)
        return sum(convert.tasks_running(node) for node in nodes)

    async def start_tasks(self, pool_id: str) -> AsyncIterator[list[Json]]:
        """The start tasks that the nodes really have, a page of nodes at a time."""
        query = {"$select": "startTask"}
        async for page in self._service.pages(f"{_path(pool_id)}/nodes", query):
            yield [node.get("startTask") or {} for node in page]

    async def remove_nodes(self, pool_id: str, node_ids: Sequence[str], option: str) -> None:
        """Begin to remove at most `MOST_REMOVED` nodes; a 409 unless the pool is steady."""
        body = {"nodeList": list(node_ids), "nodeDeallocationOption": option}
        await self._service.post(f"{_path(pool_id)}/removenodes", body, retry=False)

    async def allocation(self, pool_id: str) -> tuple[str, datetime | None]:
        """Whether the pool is steady, resizing or stopping, and since when."""
        query = {"$select": "allocationState,allocationStateTransitionTime"}
        pool = convert.pool(await self._service.get(_path(pool_id), query))
        return pool.allocation_state, pool.allocation_since


def _path(pool_id: str) -> str:
    return f"/pools/{segment(pool_id)}"
