"""One call on each of many targets: a few at once or in order, stopped, and told of each."""

import asyncio
from collections import deque
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass

from batchtui.batch.pace import Pace
from batchtui.errors import (
    AuthError,
    BatchtuiError,
    ReadOnlyError,
    ThrottledError,
    UnreachableError,
)

AT_ONCE = 8  # calls that are under way at the same time
_TRIES = 5  # of a step that the service asks to come again later
_PATIENCE = 1.0  # s until then, where it doesn't say; twice as long each time
# Failures that are not about their targets, until the others aren't tried: so many, or so great a
# share of the calls that are under way, of which some fail by chance.
_IN_A_ROW = 3
_SHARE_IN_A_ROW = 4

# Told what is being waited for, in words.
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One call, and whom it is about; it returns what there is to tell of it, mostly nothing.

    `ready` is waited for before the call, and is given up when the run is stopped.
    """

    targets: tuple[str, ...]
    call: Callable[[], Awaitable[str]]
    ready: Callable[[Say], Awaitable[None]] | None = None


class Bulk:
    """What became of each target, over one run or several: those that are left can be tried again.

    Calls that fail in a row for want of an answer or of a right to ask hold back the others.
    A service that asks for patience is given it by all of them, and asked less at once then.
    """

    def __init__(self, targets: Iterable[str]) -> None:
        self.targets = list(targets)
        self.done: dict[str, str] = {}
        self.failed: dict[str, BatchtuiError] = {}
        self.under_way: set[str] = set()
        self.note = ""
        # Why it isn't known whether there are more targets.
        self.trouble: BatchtuiError | None = None
        self._pace = Pace(AT_ONCE)
        self._workers = 0
        self._group = asyncio.TaskGroup()
        self._steps: deque[Step] = deque()
        self._tries: dict[tuple[str, ...], int] = {}
        self._stopped = asyncio.Event()
        self._not_before = 0.0
        self._in_a_row = 0

    @property
    def left(self) -> list[str]:
        """Whom there is still something to do about: they failed, or were never reached."""
        return [target for target in self.targets if target not in self.done]

    @property
    def waiting(self) -> int:
        """How many targets weren't reached yet."""
        return len(self.targets) - len(self.done) - len(self.failed) - len(self.under_way)

    @property
    def stopped(self) -> bool:
        """Whether what hasn't started doesn't start any more."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Start nothing more; calls that are under way come to their end."""
        self._stopped.set()

    async def run(
        self,
        steps: Sequence[Step],
        *,
        at_once: int = AT_ONCE,
        arrivals: AsyncIterator[Sequence[Step]] | None = None,
    ) -> None:
        """Take the steps, at most `at_once` of them at the same time: 1 means strictly in order.

        The `arrivals` are steps for targets that become known meanwhile; it ends with them.
        """
        self._stopped.clear()
        self._steps = deque(steps)
        self._tries = {}
        self._in_a_row = 0
        self._pace = Pace(at_once)
        self.trouble = None
        for target in self.left:
            self.failed.pop(target, None)
        async with asyncio.TaskGroup() as self._group:
            self._hire()
            if arrivals is not None:
                self._group.create_task(self._receive(arrivals))

    def _hire(self) -> None:
        """As many workers as there may be, if there is something to do for them."""
        for _ in range(min(self._pace.at_once - self._workers, len(self._steps))):
            self._workers += 1
            self._group.create_task(self._work())

    async def _receive(self, arrivals: AsyncIterator[Sequence[Step]]) -> None:
        async def received() -> None:
            async for steps in arrivals:
                self.targets += [target for step in steps for target in step.targets]
                self._steps.extend(steps)
                self._hire()

        try:
            await self._unless_stopped(received())
        except BatchtuiError as error:
            self.trouble = error

    async def _work(self) -> None:
        try:
            while self._steps and not self.stopped and self._workers <= self._pace.at_once:
                await self._take(self._steps.popleft())
                self._hire()
        finally:
            self._workers -= 1

    async def _take(self, step: Step) -> None:
        try:
            if await self._unless_stopped(self._ready(step)):
                await self._call(step)
                self._pace.faster()
        except BatchtuiError as error:
            self._fail(step, error)

    async def _ready(self, step: Step) -> None:
        try:
            pause = self._not_before - asyncio.get_running_loop().time()
            if pause > 0:
                self._say(f"The service asks for patience: going on in {pause:.0f} s")
                await asyncio.sleep(pause)
            if step.ready:
                await step.ready(self._say)
        finally:
            self._say("")

    async def _call(self, step: Step) -> None:
        self.under_way.update(step.targets)
        try:
            said = await step.call()
        finally:
            self.under_way.difference_update(step.targets)
        self.done.update(dict.fromkeys(step.targets, said))
        self._in_a_row = 0

    def _fail(self, step: Step, error: BatchtuiError) -> None:
        tries = self._tries[step.targets] = self._tries.get(step.targets, 0) + 1
        if isinstance(error, ThrottledError) and tries < _TRIES and not self.stopped:
            self._wait(error.retry_after or _PATIENCE * 2 ** (tries - 1))
            self._steps.appendleft(step)
            return
        self.failed.update(dict.fromkeys(step.targets, error))
        others_too = isinstance(error, AuthError | UnreachableError | ReadOnlyError)
        self._in_a_row = self._in_a_row + 1 if others_too else 0
        if self._in_a_row >= max(_IN_A_ROW, self._pace.most // _SHARE_IN_A_ROW):
            self.stop()

    def _wait(self, pause: float) -> None:
        """Ask nothing for so many seconds, and less at once afterwards."""
        now = asyncio.get_running_loop().time()
        if now >= self._not_before:
            # Others that were under way are likely to be told the same: that is said once.
            self._pace.slower()
        self._not_before = max(self._not_before, now + pause)

    async def _unless_stopped(self, waited_for: Coroutine[None, None, None]) -> bool:
        """Wait for something; false, and it is given up, if the run is stopped first."""
        waiting = asyncio.ensure_future(waited_for)
        stop = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({waiting, stop}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                waiting.result()
            return not self.stopped
        finally:
            for task in (waiting, stop):
                task.cancel()
            await asyncio.gather(waiting, stop, return_exceptions=True)

    def _say(self, note: str) -> None:
        self.note = note


def chunks(targets: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """The targets in order, at most so many at a time."""
    return (tuple(targets[at : at + most]) for at in range(0, len(targets), most))
