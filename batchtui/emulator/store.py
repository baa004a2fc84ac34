"""The account's pools, nodes and users, kept in the JSON that the service answers with."""

import random
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from batchtui.emulator.clock import Clock
from batchtui.emulator.errors import BatchError
from batchtui.emulator.network import Frontend
from batchtui.emulator.times import etag, service_time

POOL_ORDER = (
    "id", "displayName", "url", "eTag", "lastModified", "creationTime", "state",
    "stateTransitionTime", "allocationState", "allocationStateTransitionTime", "vmSize",
    "resizeTimeout", "currentDedicatedNodes", "targetDedicatedNodes", "currentLowPriorityNodes",
    "targetLowPriorityNodes", "resizeErrors", "enableAutoScale", "autoScaleFormula",
    "autoScaleEvaluationInterval", "autoScaleRun", "enableInterNodeCommunication", "startTask",
    "applicationPackageReferences", "metadata", "userAccounts", "taskSlotsPerNode",
    "taskSchedulingPolicy", "virtualMachineConfiguration", "networkConfiguration",
    "mountConfiguration", "identity", "upgradePolicy",
)  # fmt: skip
NODE_ORDER = (
    "id", "url", "state", "schedulingState", "stateTransitionTime", "lastBootTime",
    "allocationTime", "ipAddress", "ipv6Address", "affinityId", "vmSize", "totalTasksRun",
    "totalTasksSucceeded", "runningTasksCount", "runningTaskSlotsCount", "recentTasks",
    "startTask", "startTaskInfo", "errors", "isDedicated", "endpointConfiguration",
    "nodeAgentInfo", "virtualMachineInfo",
)  # fmt: skip

# States in which nothing can be done on a node's machine, with the documented error codes.
AWAY = {
    "creating": "NodeBeingCreated",
    "starting": "NodeBeingStarted",
    "rebooting": "NodeBeingRebooted",
    "reimaging": "NodeBeingReimaged",
    "unusable": "NodeStateUnusable",
    "leavingpool": "OperationNotValidOnNode",
    "preempted": "OperationNotValidOnNode",
    "deallocated": "OperationNotValidOnNode",
    "deallocating": "OperationNotValidOnNode",
    "offline": "OperationNotValidOnNode",
}


@dataclass
class User:
    """Someone who may log in to a node until then."""

    name: str
    password: str = field(repr=False)
    public_key: str
    is_admin: bool
    expiry: datetime


@dataclass(slots=True, eq=False)
class Node:
    """A node: `body` is its JSON, `turn` counts its changes of state.

    `seed_files` are put into its directory when that is made; `ran_before` says that its start
    task ended before the emulator began, so that its output is made when first looked at.
    """

    pool: "Pool"
    id: str
    index: int
    address_index: int
    dedicated: bool
    body: dict[str, Any]
    users: dict[str, User] | None = None
    turn: int = 0
    gone: bool = False
    pretend: bool = False
    ran_before: bool = False
    seed_files: dict[str, str] | None = None

    @property
    def state(self) -> str:
        """Its state, as the service names it."""
        return str(self.body["state"])

    @property
    def away(self) -> str:
        """The error code that says why there is no machine to work on, empty if there is."""
        return AWAY.get(self.state, "")


@dataclass(eq=False)
class Pool:
    """A pool: `body` is its JSON, `turn` counts its changes of allocation."""

    id: str
    body: dict[str, Any]
    turn: int = 0
    gone: bool = False
    pretend: bool = False
    counts_for_quota: bool = True
    nodes: dict[str, Node] = field(default_factory=dict)
    node_ids: list[str] = field(default_factory=list)
    leaving: list[Node] = field(default_factory=list)
    frontends: dict[bool, Frontend] = field(default_factory=dict)
    used: dict[str, set[int]] = field(default_factory=dict)
    free_from: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def windows(self) -> bool:
        """Whether its nodes run Windows."""
        return "windows" in self.body["virtualMachineConfiguration"]["nodeAgentSKUId"]

    def take(self, what: str) -> int:
        """The lowest number free of its kind, 0 and up: ports and addresses are reused."""
        used = self.used.setdefault(what, set())
        number = self.free_from.get(what, 0)
        while number in used:
            number += 1
        used.add(number)
        self.free_from[what] = number + 1
        return number

    def give_back(self, what: str, number: int) -> None:
        """Let a number be taken again."""
        self.used[what].discard(number)
        self.free_from[what] = min(number, self.free_from[what])

    def add(self, node: Node) -> None:
        """Let a node in."""
        self.nodes[node.id] = node
        insort(self.node_ids, node.id)

    def drop(self, node: Node) -> None:
        """Let a node go, and its port and address with it."""
        node.gone = True
        node.turn += 1
        del self.nodes[node.id]
        del self.node_ids[bisect_left(self.node_ids, node.id)]
        self.give_back(kind_name(dedicated=node.dedicated), node.index)
        self.give_back("address", node.address_index)

    def members(self, *, dedicated: bool) -> Iterator[Node]:
        """Its nodes of a kind that aren't leaving."""
        leaving = set(map(id, self.leaving))
        for node in self.nodes.values():
            if node.dedicated == dedicated and id(node) not in leaving:
                yield node


def kind_name(*, dedicated: bool) -> str:
    """What numbers of ports are kept under: each kind has its own load balancer."""
    return "dedicated" if dedicated else "spot"


class World:
    """All pools of the account, and the chance that ids are made of."""

    def __init__(self, clock: Clock, endpoint: str, seed: int | None) -> None:
        self.clock = clock
        self.endpoint = endpoint
        self.chance = random.Random(seed)  # noqa: S311 - ids to tell apart, not secrets
        self._pools: dict[str, Pool] = {}

    def pools(self) -> Iterator[Pool]:
        """All pools."""
        return iter(list(self._pools.values()))

    def find(self, pool_id: str) -> Pool | None:
        """A pool by its id in any case, or None."""
        return self._pools.get(pool_id.lower())

    def pool(self, pool_id: str) -> Pool:
        """A pool by its id in any case; 404 PoolNotFound."""
        found = self.find(pool_id)
        if not found:
            raise BatchError("PoolNotFound")
        return found

    def node(self, pool_id: str, node_id: str) -> Node:
        """A node of a pool; 404 PoolNotFound or NodeNotFound."""
        found = self.pool(pool_id).nodes.get(node_id)
        if not found:
            raise BatchError("NodeNotFound")
        return found

    def add(self, pool: Pool) -> None:
        """Let a pool in; its id must be free."""
        self._pools[pool.id.lower()] = pool

    def drop(self, pool: Pool) -> None:
        """Let a pool go."""
        pool.gone = True
        pool.turn += 1
        self._pools.pop(pool.id.lower(), None)

    def new_guid(self) -> str:
        """A GUID by chance."""
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def new_node_id(self, *, dedicated: bool) -> str:
        """A node id as recorded: 64 hex digits, `_d` for dedicated and `_p` for spot."""
        return f"tvmps_{self.chance.getrandbits(256):064x}_{'d' if dedicated else 'p'}"

    def stamp(self) -> str:
        """The time now, as the service writes it."""
        return service_time(self.clock.now(), self.chance.randrange(10))

    def touch(self, pool: Pool, at: datetime | None = None) -> None:
        """Give a pool a new ETag and time of modification."""
        at, extra = at or self.clock.now(), self.chance.randrange(10)
        pool.body["eTag"] = etag(at, extra)
        pool.body["lastModified"] = service_time(at, extra)
