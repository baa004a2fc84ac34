"""The account's resources, kept in the JSON that the service answers with."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from batchtui.emulator.catalogue import Quotas
from batchtui.emulator.clock import Clock
from batchtui.emulator.errors import BatchError
from batchtui.emulator.network import Frontend, nat_pools
from batchtui.emulator.shelf import Shelf
from batchtui.emulator.times import etag, service_time
from batchtui.emulator.usage import Usage

Json = dict[str, Any]

# States in which nothing can be done on a node's machine, with the documented error codes.
# An offline node is there, only closed to tasks: people look at it before they reboot it.
AWAY = {
    "creating": "NodeBeingCreated",
    "starting": "NodeBeingStarted",
    "rebooting": "NodeBeingRebooted",
    "reimaging": "NodeBeingReimaged",
    "unusable": "NodeStateUnusable",
    "unknown": "OperationNotValidOnNode",
    "upgradingos": "OperationNotValidOnNode",
    "leavingpool": "OperationNotValidOnNode",
    "preempted": "OperationNotValidOnNode",
    "deallocated": "OperationNotValidOnNode",
    "deallocating": "OperationNotValidOnNode",
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
    body: Json
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
    body: Json
    turn: int = 0
    gone: bool = False
    pretend: bool = False
    counts_for_quota: bool = True
    nodes: Shelf[Node] = field(default_factory=Shelf)
    leaving: list[Node] = field(default_factory=list)
    held: set[Node] = field(default_factory=set)
    frontends: dict[bool, list[Frontend]] = field(default_factory=dict)
    used: dict[str, set[int]] = field(default_factory=dict)
    free_from: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    unasked: list[Json] = field(default_factory=list)

    @property
    def nat_pools(self) -> list[Json]:
        """Its inbound NAT pools, those that it asked for and those that it has `unasked`."""
        return nat_pools(self.body) + self.unasked

    @property
    def empty(self) -> bool:
        """Whether it has no nodes, and none are on their way."""
        return not self.nodes and (self.body["allocationState"] == "steady" or not self.target)

    @property
    def target(self) -> int:
        """How many nodes it is to have, of both kinds."""
        return int(self.body["targetDedicatedNodes"] + self.body["targetLowPriorityNodes"])

    @property
    def windows(self) -> bool:
        """Whether its nodes run Windows, as those of Cloud Services all do."""
        machine = self.body.get("virtualMachineConfiguration")
        return machine is None or "windows" in machine["nodeAgentSKUId"].lower()

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

    def drop(self, node: Node) -> None:
        """Let a node go, and its port and address with it."""
        node.gone = True
        node.turn += 1
        self.nodes.drop(node)
        self.give_back(kind_name(dedicated=node.dedicated), node.index)
        self.give_back("address", node.address_index)

    def members(self, *, dedicated: bool) -> Iterator[Node]:
        """Its nodes of a kind that aren't leaving."""
        leaving = set(map(id, self.leaving))
        for node in self.nodes:
            if node.dedicated == dedicated and id(node) not in leaving:
                yield node


@dataclass(eq=False)
class Job:
    """A job: `body` is its JSON, `turn` counts its changes of state.

    `schedule` made it, if any did. `next_task` numbers tasks in the order in which they came.
    """

    id: str
    body: Json
    schedule: "Schedule | None" = None
    turn: int = 0
    gone: bool = False
    next_task: int = 0
    tasks: Shelf["Task"] = field(default_factory=Shelf)

    @property
    def state(self) -> str:
        """Its state, as the service names it."""
        return str(self.body["state"])

    @property
    def pool_id(self) -> str:
        """The pool that it runs on, empty while it has none."""
        return str(self.body["executionInfo"].get("poolId", ""))


@dataclass(eq=False)
class Task:
    """A task of a job: `body` is its JSON, `number` its place in the job's queue.

    `retrying` says that its next run is a retry of one that failed.
    """

    job: Job
    id: str
    body: Json
    number: int
    gone: bool = False
    retrying: bool = False

    @property
    def state(self) -> str:
        """Its state, as the service names it."""
        return str(self.body["state"])


@dataclass(frozen=True)
class Unshown:
    """What of a request for pools of jobs GET doesn't show: their users' passwords, its version."""

    accounts: tuple[Mapping[str, str], ...] = field(repr=False)
    version: str


@dataclass(eq=False)
class Schedule:
    """A job schedule: `body` is its JSON, `turn` counts its changes.

    `made` counts its jobs and `last_due` is when the last one was due; one that is `waiting`
    could not be made yet, and when `finished` no more are. `pool_id` is the pool that its jobs
    share, if there is one, and `unshown` is for the pools that are made for them.
    """

    id: str
    body: Json
    unshown: Unshown
    turn: int = 0
    gone: bool = False
    made: int = 0
    last_due: datetime | None = None
    waiting: bool = False
    finished: bool = False
    pool_id: str = ""

    @property
    def state(self) -> str:
        """Its state, as the service names it."""
        return str(self.body["state"])


@dataclass(eq=False)
class Application:
    """An application whose packages pools and tasks may ask for."""

    id: str
    body: Json


def kind_name(*, dedicated: bool) -> str:
    """What numbers of ports are kept under: each kind has its own load balancer."""
    return "dedicated" if dedicated else "spot"


class World:
    """The account's resources, and the chance that ids are made of."""

    def __init__(self, clock: Clock, endpoint: str, seed: int | None) -> None:
        self.clock = clock
        self.endpoint = endpoint
        self.quotas = Quotas()
        self.image_ends: dict[tuple[str, ...], str] = {}  # other ends of support than recorded
        self.chance = random.Random(seed)  # noqa: S311 - ids to tell apart, not secrets
        self.pools: Shelf[Pool] = Shelf()
        self.jobs: Shelf[Job] = Shelf()
        self.schedules: Shelf[Schedule] = Shelf()
        self.applications: Shelf[Application] = Shelf()
        self.usage = Usage()

    def pool(self, pool_id: str) -> Pool:
        """A pool by its id; 404 PoolNotFound."""
        found = self.pools.find(pool_id)
        if not found:
            raise BatchError("PoolNotFound")
        return found

    def node(self, pool_id: str, node_id: str) -> Node:
        """A node of a pool; 404 PoolNotFound or NodeNotFound."""
        found = self.pool(pool_id).nodes.find(node_id)
        if not found:
            raise BatchError("NodeNotFound")
        return found

    def job(self, job_id: str) -> Job:
        """A job by its id; 404 JobNotFound."""
        found = self.jobs.find(job_id)
        if not found:
            raise BatchError("JobNotFound")
        return found

    def task(self, job_id: str, task_id: str) -> Task:
        """A task of a job; 404 JobNotFound or TaskNotFound."""
        found = self.job(job_id).tasks.find(task_id)
        if not found:
            raise BatchError("TaskNotFound")
        return found

    def schedule(self, schedule_id: str) -> Schedule:
        """A job schedule by its id; 404 JobScheduleNotFound."""
        found = self.schedules.find(schedule_id)
        if not found:
            raise BatchError("JobScheduleNotFound")
        return found

    def add_application(self, name: str) -> Application:
        """A new application without packages, which may be changed."""
        application = Application(name, {"id": name, "versions": [], "allowUpdates": True})
        self.touch(application.body)
        self.applications.add(application)
        return application

    def drop(self, pool: Pool) -> None:
        """Let a pool go."""
        pool.gone = True
        pool.turn += 1
        self.pools.drop(pool)

    def new_guid(self) -> str:
        """A GUID by chance."""
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def new_node_id(self, *, dedicated: bool) -> str:
        """A node id as recorded: 64 hex digits, `_d` for dedicated and `_p` for spot."""
        return f"tvmps_{self.chance.getrandbits(256):064x}_{'d' if dedicated else 'p'}"

    def stamp(self) -> str:
        """The time now, as the service writes it."""
        return service_time(self.clock.now(), self.chance.randrange(10))

    def touch(self, body: Json, at: datetime | None = None) -> str:
        """Give a resource a new ETag and time of modification, which is returned."""
        at, extra = at or self.clock.now(), self.chance.randrange(10)
        body["eTag"] = etag(at, extra)
        body["lastModified"] = service_time(at, extra)
        return str(body["lastModified"])
