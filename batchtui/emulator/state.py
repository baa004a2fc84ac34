"""What the routes share: the account's world and what brings it to life."""

from dataclasses import dataclass, field

from aiohttp import web

from batchtui.emulator.lifecycle import Lifecycle
from batchtui.emulator.nodehost import NodeHosts
from batchtui.emulator.starttask import StartTasks
from batchtui.emulator.store import World


@dataclass(frozen=True)
class State:
    """One emulator's state; `key` signs its requests."""

    account: str
    key: str = field(repr=False)
    port: int
    pretend: bool
    world: World
    hosts: NodeHosts
    tasks: StartTasks
    lifecycle: Lifecycle

    async def close(self) -> None:
        """End everything that runs and remove everything that was made."""
        self.world.clock.close()
        await self.tasks.close()
        await self.hosts.close_all()


STATE = web.AppKey("state", State)


def state_of(request: web.Request) -> State:
    """The state that a request is about."""
    return request.app[STATE]
