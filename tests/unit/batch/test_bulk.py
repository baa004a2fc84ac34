"""Many calls: how many at once, in which order, what is kept, and what a stop stops."""

import asyncio
from time import monotonic

import pytest

from batchtui.batch import bulk
from batchtui.batch.bulk import Bulk, Step, chunks
from batchtui.errors import AuthError, ConflictError, ServiceError, ThrottledError, UnreachableError

NAMES = [f"n{number}" for number in range(20)]


class Service:
    """Takes calls and answers each when it is told to, or fails."""

    def __init__(self, refuses=None):
        self.refuses = dict(refuses or {})
        self.asked = []
        self.under_way = 0
        self.most = 0
        # How many were under way as each was asked.
        self.levels = []
        self.answering = asyncio.Event()
        self.answering.set()

    def step(self, *targets, ready=None):
        async def call():
            self.asked.append(targets)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self.levels.append(self.under_way)
            try:
                await asyncio.sleep(0)
                await self.answering.wait()
            finally:
                self.under_way -= 1
            if errors := self.refuses.get(targets[0]):
                raise errors.pop(0) if isinstance(errors, list) else errors
            return f"said of {targets[0]}"

        return Step(targets, call, ready)

    def steps(self, names):
        return [self.step(name) for name in names]


async def settled():
    for _ in range(20):
        await asyncio.sleep(0)


async def test_all_are_done_a_few_at_once():
    service, many = Service(), Bulk(NAMES)
    await many.run(service.steps(NAMES), at_once=3)
    assert service.most == 3
    assert many.done == {name: f"said of {name}" for name in NAMES}
    assert (many.left, many.failed, many.waiting, many.under_way) == ([], {}, 0, set())


async def test_one_at_once_is_strictly_in_order():
    service, many = Service({"n1": ConflictError("no")}), Bulk(NAMES)
    await many.run([service.step(*chunk) for chunk in chunks(NAMES, 7)], at_once=1)
    assert service.most == 1
    assert service.asked == list(chunks(NAMES, 7))


async def test_a_failure_is_kept_with_all_targets_of_its_step_and_the_others_go_on():
    error = ConflictError("The pool is resizing.")
    service, many = Service({"n0": error}), Bulk(NAMES)
    await many.run([service.step(*chunk) for chunk in chunks(NAMES, 10)], at_once=1)
    assert many.failed == dict.fromkeys(NAMES[:10], error)
    assert many.left == NAMES[:10]


async def test_only_what_failed_is_run_again():
    service, many = (
        Service({"n3": [ConflictError("not now")], "n5": [ConflictError("no")]}),
        Bulk(NAMES),
    )
    await many.run(service.steps(NAMES))
    service.asked.clear()
    service.refuses = {"n5": ConflictError("still not")}
    await many.run(service.steps(many.left))
    assert service.asked == [("n3",), ("n5",)]
    assert many.left == ["n5"]
    assert str(many.failed["n5"]) == "still not"


async def test_counts_are_told_as_it_goes_and_a_stop_lets_calls_under_way_end():
    service, many = Service(), Bulk(NAMES)
    service.answering.clear()
    running = asyncio.create_task(many.run(service.steps(NAMES), at_once=4))
    await settled()
    assert (len(many.under_way), many.waiting) == (4, 16)
    many.stop()
    service.answering.set()
    await running
    assert len(many.done) == len(service.asked) == 4
    assert (many.waiting, many.left) == (16, NAMES[4:])


async def test_what_is_waited_for_is_said_and_given_up_by_a_stop():
    async def never(say):
        say("Waiting for the pool")
        await asyncio.Event().wait()

    service, many = Service(), Bulk(NAMES)
    running = asyncio.create_task(many.run([service.step(*NAMES, ready=never)], at_once=1))
    await settled()
    assert many.note == "Waiting for the pool"
    many.stop()
    await running
    assert (service.asked, many.left, many.failed, many.note) == ([], NAMES, {}, "")


async def test_what_fails_while_it_is_waited_for_is_a_failure_of_its_step():
    error = ServiceError("gone")

    async def fails(_say):
        raise error

    service, many = Service(), Bulk(["a", "b"])
    await many.run([service.step("a", ready=fails), service.step("b")], at_once=1)
    assert (many.failed, list(many.done)) == ({"a": error}, ["b"])


async def test_a_step_that_is_throttled_waits_and_fails_neither_itself_nor_the_others(monkeypatch):
    monkeypatch.setattr(bulk, "_PATIENCE", 0.05)
    began = monotonic()
    service = Service({"n0": [ThrottledError("Too many."), ThrottledError("", retry_after=0.1)]})
    many = Bulk(NAMES)
    await many.run(service.steps(NAMES), at_once=1)
    assert monotonic() - began > 0.15
    # In order, all the same.
    assert service.asked == [("n0",), ("n0",), *((name,) for name in NAMES)]
    assert many.left == []


async def test_a_service_that_throttles_for_ever_is_a_failure_at_last(monkeypatch):
    monkeypatch.setattr(bulk, "_PATIENCE", 0.01)
    service, many = Service({"n0": ThrottledError("Busy.")}), Bulk(NAMES[:2])
    await many.run(service.steps(NAMES[:2]), at_once=1)
    assert (many.left, many.failed["n0"].message) == (["n0"], "Busy.")


@pytest.mark.parametrize("kind", [UnreachableError, AuthError])
async def test_failures_that_all_would_share_hold_back_the_others(kind):
    service, many = Service(dict.fromkeys(NAMES, kind("nothing"))), Bulk(NAMES)
    await many.run(service.steps(NAMES), at_once=1)
    assert (len(many.failed), many.waiting) == (3, 17)
    # And are tried again all the same when asked to.
    service.refuses.clear()
    await many.run(service.steps(many.left))
    assert many.left == []


async def test_whoever_leaves_ends_the_calls_too():
    service, many = Service(), Bulk(NAMES)
    service.answering.clear()
    running = asyncio.create_task(many.run(service.steps(NAMES)))
    await settled()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert service.under_way == 0


async def test_a_service_that_asks_for_patience_is_asked_less_at_once():
    busy = [ThrottledError("Busy.", retry_after=0.01)]
    service, many = Service({name: list(busy) for name in NAMES[:8]}), Bulk(NAMES)
    await many.run(service.steps(NAMES), at_once=8)
    # Once for all that were told so together, and more again as it goes well.
    assert max(service.levels[:8]) == 8
    assert 4 <= max(service.levels[8:]) < 8
    assert many.left == []


async def test_failures_by_chance_do_not_hold_back_many():
    broken = {name: UnreachableError("reset") for name in NAMES[:6]}
    names = [f"m{number}" for number in range(100)]
    service, many = Service(broken), Bulk([*NAMES, *names])
    await many.run(service.steps([*NAMES, *names]), at_once=64)
    assert many.left == NAMES[:6]


async def test_targets_that_come_while_it_runs_are_done_too():
    service, many = Service(), Bulk(["a"])

    async def arrivals():
        yield service.steps(["b", "c"])
        await settled()
        yield service.steps(["d"])

    await many.run(service.steps(["a"]), at_once=2, arrivals=arrivals())
    assert (many.targets, list(many.done)) == (["a", "b", "c", "d"], ["a", "b", "c", "d"])


async def test_a_stop_waits_for_no_more_targets():
    async def never():
        await asyncio.Event().wait()
        yield []

    service, many = Service(), Bulk(["a"])
    running = asyncio.create_task(many.run(service.steps(["a"]), arrivals=never()))
    await settled()
    assert many.done
    many.stop()
    await running


async def test_targets_that_can_not_be_told_are_a_trouble_of_the_whole():
    error = ServiceError("The pool is gone.")

    async def fails():
        yield service.steps(["b"])
        raise error

    service, many = Service(), Bulk([])
    await many.run([], arrivals=fails())
    assert (many.trouble, list(many.done)) == (error, ["b"])
