"""What the routes share: the account's world and what brings it to life."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from batchtui.emulator.arm.account import Account
from batchtui.emulator.auth import Keys
from batchtui.emulator.autoscale.runs import Autoscaler
from batchtui.emulator.control.book import FaultBook
from batchtui.emulator.jobs import Jobs
from batchtui.emulator.lifecycle import Lifecycle
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.pools import Pools
from batchtui.emulator.schedules import Schedules
from batchtui.emulator.signin.authority import Authority
from batchtui.emulator.store import World
from batchtui.emulator.work import Work


@dataclass(frozen=True)
class State:
    """One emulator's state; `keys` sign its requests, `authority` issues and checks tokens.

    `first_key` is the primary key that it was started with, should the account have others now.
    """

    keys: Keys
    first_key: str = field(repr=False)
    account: Account
    authority: Authority
    port: int
    pretend: bool
    world: World
    hosts: NodeHosts
    start_tasks: StartTasks
    work: Work
    lifecycle: Lifecycle
    autoscaler: Autoscaler
    pools: Pools
    jobs: Jobs
    schedules: Schedules
    faults: FaultBook

    async def close(self) -> None:
        """End everything that runs and remove everything that was made."""
        self.world.clock.close()
        await self.work.close()
        await self.start_tasks.close()
        await self.hosts.close_all()


class Stage:
    """What an emulator shows now: one state after the other, when its world is begun anew.

    `begin` makes the state that follows another one, None at first, with a seed.
    """

    def __init__(self, begin: Callable[[State | None, str], State], seed: str) -> None:
        self._begin = begin
        self._seed = seed
        self._changing = asyncio.Lock()
        self.state = begin(None, seed)

    async def renew(self, seed: str | None = None) -> None:
        """Begin the world anew, as it was seeded or with another seed; the old one has ended."""
        async with self._changing:
            old = self.state
            self.state = self._begin(old, self._seed if seed is None else seed)
            await old.close()

    async def close(self) -> None:
        """End everything."""
        async with self._changing:
            await self.state.close()


STAGE = web.AppKey("stage", Stage)
STATE: web.RequestKey[State] = web.RequestKey("state", State)
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
VERSION: web.RequestKey[str] = web.RequestKey("version", str)


def state_of(request: web.Request) -> State:
    """The state that a request is about, the same one from its beginning to its end."""
    if STATE not in request:
        request[STATE] = request.app[STAGE].state
    state: State = request[STATE]
    return state
