"""How pools come into the account and change, whoever wants it: a request, a job or a seed."""

from collections.abc import Iterable, Mapping

from batchtui.emulator.autoscale.runs import Autoscaler
from batchtui.emulator.errors import BatchError
from batchtui.emulator.lifecycle import Lifecycle
from batchtui.emulator.network import login_rule
from batchtui.emulator.store import Json, Pool, World
from batchtui.emulator.versions import NEWEST, has_login_rule


def check_active(pool: Pool) -> None:
    """409 PoolBeingDeleted once a pool is going."""
    if pool.body["state"] == "deleting":
        raise BatchError("PoolBeingDeleted")


def check_steady(pool: Pool) -> None:
    """409 PoolBeingResized while a pool is resizing, or stops to."""
    if pool.body["allocationState"] != "steady":
        raise BatchError("PoolBeingResized")


def check_stoppable(pool: Pool) -> None:
    """409 unless a pool is being resized, and not by a formula."""
    if pool.body["enableAutoScale"]:
        reason = "The specified pool has AutoScale enabled. AutoScale resize cannot be stopped"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))
    if pool.body["allocationState"] != "resizing":
        reason = "The pool is not being resized"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))


def new_pool(world: World, wanted: Json, *, pretend: bool = False) -> Pool:
    """A pool without nodes, active from now on; it isn't in the world yet."""
    pool = Pool(wanted["id"], wanted, pretend=pretend)
    world.touch(pool.body)
    now = world.stamp()
    pool.body |= {
        "url": f"{world.endpoint}/pools/{pool.id}",
        "creationTime": now,
        "state": "active",
        "stateTransitionTime": now,
        "currentDedicatedNodes": 0,
        "currentLowPriorityNodes": 0,
    }
    return pool


class Pools:
    """Creates pools; `pretend` is whether their nodes only pretend."""

    def __init__(
        self, world: World, lifecycle: Lifecycle, autoscaler: Autoscaler, *, pretend: bool
    ) -> None:
        self._world = world
        self._lifecycle = lifecycle
        self._autoscaler = autoscaler
        self._pretend = pretend

    def create(
        self, wanted: Json, accounts: Iterable[Mapping[str, str]], version: str = NEWEST
    ) -> Pool:
        """Begin a pool's life; `accounts` are its users with their passwords.

        `version` is that of the request for it. 409 PoolExists or PoolQuotaReached.
        """
        if self._world.pools.find(wanted["id"]):
            raise BatchError("PoolExists")
        if len(self._world.pools) >= self._world.quotas.pools:
            raise BatchError("PoolQuotaReached")
        pool = new_pool(self._world, wanted, pretend=self._pretend)
        pool.passwords = passwords(accounts)
        if has_login_rule(version, self._world.clock.now()):
            pool.unasked = login_rule(pool.body, windows=pool.windows)
        self._lifecycle.admit(pool)
        if pool.body["enableAutoScale"]:
            self._autoscaler.begin(pool)
        self._lifecycle.begin_resize(pool)
        return pool

    def change(
        self, pool: Pool, wanted: Json, accounts: Iterable[Mapping[str, str]] | None
    ) -> None:
        """Let a pool be as `wanted`, with a new ETag; `accounts` are new users, if there are any.

        Nodes keep what they have: a start task reaches them when they boot again.
        """
        networks = [body.get("networkConfiguration") for body in (pool.body, wanted)]
        pool.body = wanted
        self._world.touch(pool.body)
        if accounts is not None:
            pool.passwords = passwords(accounts)
        if networks[0] != networks[1]:
            self._lifecycle.connect(pool)


def passwords(accounts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The passwords of user accounts by name."""
    return {account["name"]: account["password"] for account in accounts}
