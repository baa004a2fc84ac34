"""Waiting for a node that is on its way up, and knocking until its SSH server opens."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from batchtui.access.route import COMING
from batchtui.batch.node import Node
from batchtui.clock import Clock
from batchtui.entrance.doorways import Doorway
from batchtui.errors import (
    BatchtuiError,
    ConflictError,
    ConnectionLostError,
    NotReachedError,
    NotUpError,
    SshError,
    ThrottledError,
    UnreachableError,
)
from batchtui.words import spell

_EVERY_SECONDS = 3.0
# How long a node that came up may take until its SSH server answers, and a service that doesn't
# answer is asked again by somebody who waits.
PATIENCE_SECONDS = 120.0
# A clock that is a little slow makes a boot one of the future.
_SLOW_CLOCK = timedelta(minutes=1)

# What may pass by itself: the port of a node that is starting is closed, and the service adds
# users to idle and running nodes only (source: SERVICE.md, trap 7).
_PASSING = (NotReachedError, ConnectionLostError, ConflictError)
_SERVICE = (ThrottledError, UnreachableError)

_Result = TypeVar("_Result")


class Arrival:
    """Lets somebody in as soon as a node can; `told` is what it waits for, in words."""

    def __init__(
        self,
        find: Callable[[], Awaitable[Doorway]],
        told: Callable[[str], None],
        now: Clock,
        *,
        every: float = _EVERY_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """`find` says where the node is reached now; `every` and `patience` are seconds."""
        self._find = find
        self._told = told
        self._now = now
        self._every = every
        self._patience = patience
        self._node: Node | None = None
        self._waited = False
        self._deadline: float | None = None

    def may_pass(self, error: BatchtuiError) -> bool:
        """Whether what went wrong passes once the node is up, which it is on its way to."""
        if isinstance(error, NotUpError):
            return True
        coming = self._node is not None and self._node.state in COMING
        return coming and _passes(error)

    def words(self, error: BatchtuiError) -> str:
        """What there is to wait for, where something passes."""
        if isinstance(error, NotUpError) or self._node is None:
            return error.message
        return f"The node {COMING[self._node.state]}. {error.message}"

    async def first(self, knock: Callable[[Doorway], Awaitable[_Result]], *, wait: bool) -> _Result:
        """What `knock` makes of the first doorway that opens.

        A node that came up lately is knocked at again and again for a while; with `wait` one
        that is on its way up is waited for until it is. Everything else that goes wrong is
        raised at once.
        """
        while True:
            try:
                return await self._try(knock)
            except (NotUpError, *_PASSING, *_SERVICE) as error:
                self._judge(error, wait=wait)
            await asyncio.sleep(self._every)

    async def _try(self, knock: Callable[[Doorway], Awaitable[_Result]]) -> _Result:
        doorway = await self._find()
        self._node = doorway.node
        return await knock(doorway)

    def _judge(self, error: BatchtuiError, *, wait: bool) -> None:
        """Say what is waited for; raises the error where nothing is."""
        if self.may_pass(error):
            if not wait:
                raise error
            self._waited = True
            self._deadline = None
            self._told(self.words(error))
            return
        if not (self._waited or (_passes(error) and self._is_fresh())):
            raise error
        time = asyncio.get_running_loop().time()
        self._deadline = self._deadline or time + self._patience
        if time >= self._deadline:
            raise error
        again = _AGAIN[isinstance(error, _SERVICE)]
        self._told(f"{error.message} {again} for up to {spell(self._patience)}.")

    def _is_fresh(self) -> bool:
        """Whether the node came up a short while ago."""
        booted = self._node and self._node.booted
        if not booted:
            return False
        return -_SLOW_CLOCK < self._now() - booted < timedelta(seconds=self._patience)


def _passes(error: BatchtuiError) -> bool:
    """Whether it is one that passes by itself, which what jump hosts lack doesn't."""
    return isinstance(error, _PASSING) and not (isinstance(error, SshError) and error.hop)


_AGAIN = {True: "It is asked again", False: "The node came up just now: it is tried again"}
