"""Work that several wait for is done once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class Shared(Generic[_Result]):
    """Work for all who wait for it at the same time; it stops when nobody does any more."""

    def __init__(self, work: Callable[[], Awaitable[_Result]]) -> None:
        self._work = work
        self._task: asyncio.Future[_Result] | None = None
        self._waiting = 0

    async def result(self) -> _Result:
        """What it ends with; it is begun anew where it isn't under way."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._work())
        self._waiting += 1
        try:
            return await asyncio.shield(self._task)
        finally:
            self._waiting -= 1
            if not self._waiting and self._task is not None:
                self._task.cancel()
                self._task = None
