"""The emulator's time: what it shows, how long things take, and what happens when."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FAST_LEAST = 0.15
FAST_SPREAD = 0.15
FAST_FULL = 60.0


class Clock:
    """Tells the time and calls back later; one timer serves any number of nodes.

    A factor divides every duration, None squeezes each into 0.15 to 0.3 s. The time shown
    always runs at the speed of the wall clock, so that clients' ages and expiries agree.
    """

    def __init__(self, factor: float | None = 1.0, start: datetime | None = None) -> None:
        self._factor = factor
        self._loop = asyncio.get_running_loop()
        self._offset = start - datetime.now(UTC) if start else None
        # When a call is due, its number, how fast the service's time goes until then, the call.
        self._queue: list[tuple[float, int, float, Callable[[], None]]] = []
        self._count = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def now(self) -> datetime:
        """The time in UTC."""
        now = datetime.now(UTC)
        return now if self._offset is None else now + self._offset

    def shorten(self, seconds: float) -> float:
        """How long something takes here that takes so many seconds in the real service."""
        if self._factor is None:
            return FAST_LEAST + FAST_SPREAD * min(1.0, seconds / FAST_FULL)
        return seconds / self._factor

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call back after so many of the service's seconds, or never once closed."""
        self._push(self.shorten(seconds), self._factor or 1.0, call)

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Call back after so many seconds that nothing shortens: what bounds real processes."""
        self._push(seconds, 1.0, call)

    def _push(self, seconds: float, factor: float, call: Callable[[], None]) -> None:
        if self._closed:
            return
        due = self._loop.time() + seconds
        heapq.heappush(self._queue, (due, next(self._count), factor, call))
        if self._queue[0][0] == due:
            self._arm()

    def advance(self, seconds: float) -> None:
        """Let so many of the service's seconds pass at once: what is due by then happens now."""
        self._offset = (self._offset or timedelta()) + timedelta(seconds=seconds)
        self._queue = [
            (due - seconds / factor, n, factor, call) for due, n, factor, call in self._queue
        ]
        heapq.heapify(self._queue)
        if self._queue:
            self._arm()

    async def sleep(self, seconds: float) -> None:
        """Wait for so many of the service's seconds; once closed, until it is cancelled."""
        over: asyncio.Future[None] = self._loop.create_future()
        self.later(seconds, lambda: None if over.done() else over.set_result(None))
        await over

    def close(self) -> None:
        """Forget everything that was to happen."""
        self._closed = True
        self._queue.clear()
        if self._timer:
            self._timer.cancel()

    def _arm(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._queue[0][0], self._fire)

    def _call(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()

    def _fire(self) -> None:
        while self._queue and self._queue[0][0] <= self._loop.time():
            *_, call = heapq.heappop(self._queue)
            # The next one is armed by what follows even when a call fails.
            self._loop.call_soon(self._call, call)
        if self._queue:
            self._arm()
