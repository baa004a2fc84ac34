"""An emulator whose time stands still until it is told to pass, and whose chance is known."""

import asyncio
import contextlib
import heapq
import random
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

from batchtui.emulator import running
from batchtui.emulator.clock import Clock
from batchtui.emulator.state import Stage


class HeldClock(Clock):
    """Time that stands still until it is told to pass; no two looks at it are the same."""

    def __init__(self, factor, start):
        super().__init__(factor, start)
        self._start = start
        self._passed = 0.0
        self._looks = 0

    def now(self):
        self._looks += 1
        at = self._start + timedelta(seconds=self._passed, microseconds=self._looks)
        return at if at.microsecond % 10 else self.now()

    def _push(self, seconds, factor, call):
        if not self._closed:
            due = self._passed + seconds
            heapq.heappush(self._queue, (due, next(self._count), factor, call))

    async def sleep(self, seconds):
        over = asyncio.Event()
        self.later(seconds, over.set)
        await over.wait()

    async def let_pass(self, seconds):
        end = self._passed + seconds
        while await self._settled() and self._queue and self._queue[0][0] <= end:
            self._passed, _, _, call = heapq.heappop(self._queue)
            call()
        self._passed = end

    async def _settled(self):
        """Let what was begun go on until it waits for time to pass."""
        for _ in range(20):
            await asyncio.sleep(0)
        return True


class Chance(random.Random):
    """Never 0, so that each time has all the digits that its writer gives it."""

    def randrange(self, start, stop=None, step=1):
        return super().randrange(1, start) if stop is None else super().randrange(start, stop, step)


@contextlib.contextmanager
def held() -> Iterator[list[Stage]]:
    """Emulators have held clocks, and what they show is in the list, while this lasts."""
    stages: list[Stage] = []
    make_app = running.make_app

    def keep(stage):
        stages.append(stage)
        return make_app(stage)

    with mock.patch.multiple(running, Clock=HeldClock, make_app=keep):
        yield stages
