"""Runs the formulas of pools: when autoscale is enabled, and each interval from then on."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from weakref import WeakKeyDictionary

from batchtui.emulator.autoscale.evaluate import Outcome, evaluate
from batchtui.emulator.autoscale.formula import read_formula
from batchtui.emulator.autoscale.samples import (
    MOST_SAMPLES,
    Sample,
    metric_of,
    new_history,
    take_sample,
)
from batchtui.emulator.autoscale.values import PERIOD, Metric
from batchtui.emulator.autoscale.variables import Surroundings
from batchtui.emulator.errors import BatchError
from batchtui.emulator.lifecycle import Lifecycle
from batchtui.emulator.store import Json, Pool, World
from batchtui.emulator.times import read_duration, service_time
from batchtui.emulator.work import Work

BETWEEN_REQUESTS = 30.0
SHOWN_AFTER = 5.0
SEEDED = timedelta(hours=2)


@dataclass(eq=False)
class Watch:
    """A pool whose formula runs: its samples, when the next is `due`, and `turn` for its schedule.

    A new schedule has a new turn, and what was to happen by an older one doesn't.
    """

    due: datetime
    history: deque[Sample] = field(default_factory=new_history)
    turn: int = 0


class Autoscaler:
    """Gives pools with autoscale the sizes that their formulas ask for."""

    def __init__(self, world: World, lifecycle: Lifecycle, work: Work) -> None:
        self._world = world
        self._work = work
        self._lifecycle = lifecycle
        self._watches: WeakKeyDictionary[Pool, Watch] = WeakKeyDictionary()
        self._asked: WeakKeyDictionary[Pool, datetime] = WeakKeyDictionary()

    def begin(self, pool: Pool) -> None:
        """Give a new pool its targets, and run its formula each interval from now on."""
        self._aim(pool, self._first_run(pool, reschedule=True))

    def change(self, pool: Pool, *, reschedule: bool) -> None:
        """Run a pool's formula, new or changed, and resize it when the targets are others.

        With `reschedule` the intervals begin now.
        """
        self._follow(pool, self._first_run(pool, reschedule=reschedule))

    def _first_run(self, pool: Pool, *, reschedule: bool) -> Outcome:
        """A run that shows on the pool a moment later, as recorded.

        It isn't there yet in the answer to a GET right after (pool-get-autoscale).
        """
        watch = self._watches.get(pool)
        new = watch is None
        watch = watch or self._watches.setdefault(pool, Watch(self._world.clock.now()))
        outcome, run = self._evaluate(pool, pool.body["autoScaleFormula"])
        self._later(pool, watch, SHOWN_AFTER, lambda: pool.body.update(autoScaleRun=run))
        if new:
            self._await_sample(pool, watch)
        if new or reschedule:
            self._schedule(pool, watch)
        return outcome

    def resume(self, pool: Pool) -> None:
        """Let a pool of the seed be as if its formula had been running for hours."""
        watch = self._watches[pool] = Watch(self._world.clock.now())
        watch.history.extend(
            [take_sample(self._world, self._work, pool)] * int(SEEDED / timedelta(seconds=PERIOD))
        )
        _, pool.body["autoScaleRun"] = self._evaluate(pool, pool.body["autoScaleFormula"])
        self._await_sample(pool, watch)
        self._schedule(pool, watch)

    def end(self, pool: Pool) -> None:
        """Let a pool have no formula any more; it keeps its size."""
        self._watches.pop(pool, None)
        for name in ("autoScaleFormula", "autoScaleEvaluationInterval", "autoScaleRun"):
            pool.body.pop(name, None)
        pool.body["enableAutoScale"] = False

    def ask(self, pool: Pool) -> None:
        """503 when enabling was asked for less than 30 seconds ago (docs)."""
        now = self._world.clock.now()
        last = self._asked.get(pool)
        pause = timedelta(seconds=self._world.clock.shorten(BETWEEN_REQUESTS))
        if last is not None and now - last < pause:
            raise BatchError("TooManyEnableAutoScaleRequests")
        self._asked[pool] = now

    def try_out(self, pool: Pool, formula: str) -> Json:
        """The run that a formula would be on a pool; 400 when it is none."""
        return self._evaluate(pool, formula)[1]

    def _evaluate(self, pool: Pool, formula: str) -> tuple[Outcome, Json]:
        now = self._world.clock.now()
        around = Surroundings(
            pool.body["targetDedicatedNodes"],
            pool.body["targetLowPriorityNodes"],
            self._metrics(pool, now),
            now,
            self._world.chance,
        )
        outcome = evaluate(read_formula(formula), around)
        return outcome, as_json(outcome, service_time(now, self._world.chance.randrange(10)))

    def _metrics(self, pool: Pool, now: datetime) -> Callable[[str], Metric | None]:
        watch = self._watches.get(pool)
        history = watch.history if watch else ()
        sample = take_sample(self._world, self._work, pool)
        slots = pool.body["taskSlotsPerNode"]
        return cache(lambda name: metric_of(name, history, sample, slots, now))

    def _schedule(self, pool: Pool, watch: Watch) -> None:
        watch.turn += 1
        self._wait(pool, watch, watch.turn)

    def _wait(self, pool: Pool, watch: Watch, turn: int) -> None:
        interval = read_duration(pool.body["autoScaleEvaluationInterval"]) or timedelta()
        self._later(pool, watch, interval.total_seconds(), lambda: self._run(pool, watch, turn))

    def _run(self, pool: Pool, watch: Watch, turn: int) -> None:
        """A run of the schedule; left out while the pool is resizing."""
        if watch.turn != turn:
            return
        self._wait(pool, watch, turn)
        if pool.body["allocationState"] != "steady":
            return
        outcome, pool.body["autoScaleRun"] = self._evaluate(pool, pool.body["autoScaleFormula"])
        if self._follow(pool, outcome):
            self._world.touch(pool.body)

    def _follow(self, pool: Pool, outcome: Outcome) -> bool:
        """Resize a pool when a run asks for other targets; whether it did."""
        if not self._aim(pool, outcome):
            return False
        self._lifecycle.begin_resize(pool, option=outcome.option)
        return True

    def _aim(self, pool: Pool, outcome: Outcome) -> bool:
        """Give a pool the targets of a run without an error; whether they are new."""
        wanted = {
            "targetDedicatedNodes": outcome.dedicated,
            "targetLowPriorityNodes": outcome.spot,
        }
        if outcome.error or wanted.items() <= pool.body.items():
            return False
        pool.body |= wanted
        return True

    def _await_sample(self, pool: Pool, watch: Watch) -> None:
        clock = self._world.clock
        watch.due = clock.now() + timedelta(seconds=clock.shorten(PERIOD))
        self._later(pool, watch, PERIOD, lambda: self._sample(pool, watch))

    def _sample(self, pool: Pool, watch: Watch) -> None:
        """Take a sample, and as many more as are overdue since time went by at once."""
        overdue = (self._world.clock.now() - watch.due) // timedelta(seconds=PERIOD)
        count = 1 + min(max(0, overdue), MOST_SAMPLES)
        watch.history.extend([take_sample(self._world, self._work, pool)] * count)
        self._await_sample(pool, watch)

    def _later(self, pool: Pool, watch: Watch, seconds: float, call: Callable[[], None]) -> None:
        """Call back unless the pool is going or its autoscale has ended by then."""

        def due() -> None:
            if self._watches.get(pool) is watch and pool.body["state"] == "active":
                call()

        self._world.clock.later(seconds, due)


def as_json(outcome: Outcome, timestamp: str) -> Json:
    """An AutoScaleRun as the service shows it; values of its error are names and values."""
    run: Json = {"timestamp": timestamp, "results": outcome.results}
    if outcome.error:
        run["error"] = {
            "code": outcome.error.code,
            "message": outcome.error.message,
            "values": [{"name": "Message", "value": str(outcome.error)}],
        }
    return run
