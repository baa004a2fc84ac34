"""What the routes share: the account's world and what brings it to life."""

from dataclasses import dataclass

from aiohttp import web

from batchtui.emulator.auth import Keys
from batchtui.emulator.autoscale.runs import Autoscaler
from batchtui.emulator.control.book import FaultBook
from batchtui.emulator.jobs import Jobs
from batchtui.emulator.lifecycle import Lifecycle
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.pools import Pools
from batchtui.emulator.schedules import Schedules
from batchtui.emulator.store import World
from batchtui.emulator.work import Work


@dataclass(frozen=True)
class State:
    """One emulator's state; `keys` sign its requests."""

    keys: Keys
    port: int
    pretend: bool
    world: World
    hosts: NodeHosts
    tasks: StartTasks
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
        await self.tasks.close()
        await self.hosts.close_all()


STATE = web.AppKey("state", State)
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
VERSION: web.RequestKey[str] = web.RequestKey("version", str)


def state_of(request: web.Request) -> State:
    """The state that a request is about."""
    return request.app[STATE]
