"""Runs one order on many nodes: some at once, each within its time, stopped at any moment."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from batchtui.access.attempt import GivenUpError
from batchtui.access.threads import in_thread
from batchtui.batch.bulk import Bulk, Step
from batchtui.entrance import Entrance
from batchtui.errors import BatchtuiError, SshError, ThrottledError
from batchtui.many.order import Order
from batchtui.many.outcome import Outcome, Place, State, outcomes_of
from batchtui.many.reader import Reader
from batchtui.many.running import Running

AT_ONCE = 50  # nodes at the same time, unless said otherwise: a thread and a socket each
MOST_AT_ONCE = 500  # a program may have a thousand files open, mostly
_PATIENCE = 8.0  # s that a node has to end a command

# Told of output and error output of a node as they come, in a thread of its own.
Heard = Callable[[Outcome, bytes, bytes], None]
# Told when a node's state changed.
Changed = Callable[[Outcome], None]


def _ignore(*_: object) -> None:
    """Nobody wants to know."""


class ManyRun:
    """What became of each node, over one run or several: those that failed can be tried again."""

    def __init__(
        self,
        entrance: Entrance,
        places: Sequence[Place],
        order: Order,
        *,
        at_once: int = AT_ONCE,
        heard: Heard = _ignore,
        changed: Changed = _ignore,
    ) -> None:
        self.order = order
        self.outcomes = outcomes_of(list(places))
        self.stopped = False
        # Grows with every change of an outcome.
        self.version = 0
        self._entrance = entrance
        self._at_once = at_once
        self._heard = heard
        self._changed = changed
        self._bulk: Bulk | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> bool:
        """Whether it runs."""
        return self._bulk is not None

    @property
    def note(self) -> str:
        """What all of it is waiting for, if the service asked for patience."""
        return self._bulk.note if self._bulk else ""

    @property
    def counts(self) -> Counter[State]:
        """How many nodes are how far."""
        return Counter(outcome.state for outcome in self.outcomes)

    @property
    def failed(self) -> list[Outcome]:
        """Those on which it didn't end well, or didn't begin."""
        return [outcome for outcome in self.outcomes if not outcome.ok]

    async def run(self) -> None:
        """Run it where it didn't end well yet."""
        left = {outcome.place.id: outcome for outcome in self.failed}
        for outcome in left.values():
            outcome.again()
        self.stopped = False
        self._bulk = Bulk(left)
        self.version += 1
        reader = Reader()
        steps = [Step((key,), partial(self._step, reader, each)) for key, each in left.items()]
        try:
            await self._bulk.run(steps, at_once=self._at_once)
            for key, error in self._bulk.failed.items():
                self._unreached(left[key], error)
        finally:
            # Also when whoever waits for all of this went away: what runs is ended first.
            await self.settled()
            reader.close()
            self._bulk = None
            self.version += 1

    def stop(self) -> None:
        """Begin nothing more, and end what runs; `run` comes back when that is done."""
        self.stopped = True
        if self._bulk:
            self._bulk.stop()
        for task in self._tasks:
            task.cancel()

    async def settled(self, seconds: float | None = None) -> None:
        """Wait until nothing runs any more, for so long at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _step(self, reader: Reader, outcome: Outcome) -> str:
        task = asyncio.ensure_future(self._on(reader, outcome))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait({task})
        finally:
            # Also when whoever waits for all of this went away.
            task.cancel()
        if not task.cancelled():
            task.result()
        return ""

    async def _on(self, reader: Reader, outcome: Outcome) -> None:
        self._now(outcome, "entering")
        try:
            doorway = await self._entrance.doorway(outcome.place.pool, outcome.place.node)
            async with self._entrance.connected(doorway) as connection:
                running = Running(connection, self.order, outcome.place.pool.os)
                await self._command(reader, outcome, running)
        except ThrottledError:
            # The service is asked again later, and by nobody before that.
            self._now(outcome, "waiting")
            raise
        except BatchtuiError as error:
            self._unreached(outcome, error)
            if isinstance(error, GivenUpError):
                # Whoever doesn't answer for one node won't for the others.
                self.stop()
            raise
        except asyncio.CancelledError:
            self._now(outcome, "stopped")
            raise

    async def _command(self, reader: Reader, outcome: Outcome, running: Running) -> None:
        over = threading.Event()
        try:
            channel = await in_thread(running.begin)
            self._now(outcome, "running")
            ended = reader.watch(channel, partial(self._hear, outcome))
            ended.add_done_callback(lambda _ended: over.set())
            # Shielded: a future of another thread that is cancelled takes no result.
            waiting = asyncio.shield(asyncio.wrap_future(ended))
            outcome.exit = await asyncio.wait_for(waiting, self.order.timeout)
            self._now(outcome, "ended")
        except TimeoutError:
            await _end(running, over)
            self._now(outcome, "timeout")
        except asyncio.CancelledError:
            await _end(running, over)
            raise

    def _hear(self, outcome: Outcome, output: bytes, errors: bytes) -> None:
        outcome.output.add(output)
        outcome.errors.add(errors)
        self._heard(outcome, output, errors)

    def _unreached(self, outcome: Outcome, error: BatchtuiError) -> None:
        if outcome.error is None:
            outcome.error = error
            self._now(outcome, "unreached")

    def _now(self, outcome: Outcome, state: State) -> None:
        outcome.state = state
        self.version += 1
        self._changed(outcome)


async def _end(running: Running, over: threading.Event) -> None:
    """End a command; one on a node that doesn't answer any more is left to itself."""
    with suppress(SshError, TimeoutError):
        await asyncio.wait_for(in_thread(lambda: running.end(over)), _PATIENCE)
