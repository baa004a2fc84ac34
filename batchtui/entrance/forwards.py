"""Ports of this machine that lead through nodes, for as long as the account is open."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batchtui.access.forward_spec import ForwardSpec
from batchtui.entrance.doorways import Doorway

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from batchtui.access.ssh import Connection
    from batchtui.access.ssh.forwarding import Forwarding


@dataclass(eq=False, slots=True)
class Forward:
    """One of them, through which node it leads, and what it holds on to."""

    doorway: Doorway
    forwarding: "Forwarding"
    holds: AsyncExitStack = field(repr=False)

    @property
    def id(self) -> str:
        """What it is known by: no two listen at the same place."""
        return str(self.forwarding.spec)

    @property
    def state(self) -> str:
        """`listening`, or `lost` if the connection to the node is gone."""
        return "lost" if self.forwarding.lost else "listening"


class Forwards:
    """All that an account has; each holds on to its connection."""

    def __init__(self) -> None:
        self.all: list[Forward] = []

    async def begin(
        self,
        doorway: Doorway,
        spec: ForwardSpec,
        connected: "Callable[[], AbstractAsyncContextManager[Connection]]",
    ) -> Forward:
        """Forward a port through a node; SshError if it can't be."""
        from batchtui.access.ssh.forwarding import Forwarding

        async with AsyncExitStack() as holds:
            connection = await holds.enter_async_context(connected())
            forwarding = await asyncio.to_thread(Forwarding, connection, spec)
            holds.callback(forwarding.close)
            begun = Forward(doorway, forwarding, holds.pop_all())
        self.all.append(begun)
        return begun

    async def end(self, forward: Forward) -> None:
        """Listen no longer."""
        if forward in self.all:
            self.all.remove(forward)
            await forward.holds.aclose()

    def close(self) -> None:
        """End them all at once, with the connections that they go over."""
        for forward in self.all:
            forward.forwarding.close()
        self.all.clear()
