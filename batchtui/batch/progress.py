"""How far a pool is on its way to nodes that take tasks, and what it waits for. Pure.

What is said of a pool at one moment comes from answers of several: the numbers of its parts may
differ by what happened in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from batchtui.batch.durations import read_duration
from batchtui.batch.faults import start_failure
from batchtui.batch.models import Pool
from batchtui.batch.node import Node
from batchtui.batch.resize_errors import Help, helps, meaning
from batchtui.words import age, plural, short_node_id

State = Literal["to do", "doing", "done", "failed"]

# States of nodes (source: the SDK's BatchNodeState).
_BOOTING = frozenset({"creating", "starting", "rebooting", "reimaging", "upgradingos"})
_WORKING = frozenset({"idle", "running"})
_LOST = frozenset({"unusable", "unknown", "preempted"})
_IN_START_TASK, _START_FAILED = "waitingforstarttask", "starttaskfailed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, and how far the pool is in it."""

    name: str
    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What a pool waits for, in a sentence and in steps, and what would help.

    `failed` is the first node whose start task failed, and `ready` the first that takes tasks.
    """

    sentence: str
    state: State
    steps: tuple[Step, ...] = ()
    helps: tuple[Help, ...] = ()
    failed: Node | None = None
    ready: Node | None = None


@dataclass(frozen=True, slots=True)
class _Nodes:
    """How many nodes there are, and in what part of their way."""

    there: int
    booting: int
    in_start_task: int
    started: int
    start_failed: int
    working: int
    lost: int


def progress(
    pool: Pool, by_state: Mapping[str, int], now: datetime, nodes: Sequence[Node] = ()
) -> Progress:
    """How far a pool is. `by_state` counts its nodes; where they are known, `nodes` tell more."""
    if pool.state == "deleting":
        return Progress("It is being deleted.", "doing")
    counts = _counts(by_state, nodes)
    allocation = _allocation(pool, now)
    steps = [allocation, _boot(counts)]
    if pool.start_task:
        steps.append(_start_task(pool, counts))
    steps.append(_ready(pool, counts))
    failed = min(filter(_failed_to_start, nodes), key=_ended, default=None)
    state, sentence = next(_sentences(pool, counts, failed, allocation))
    return Progress(
        sentence,
        state,
        tuple(steps),
        tuple(_helps(pool, counts)),
        failed,
        min((node for node in nodes if node.state in _WORKING), key=_id, default=None),
    )


def _counts(by_state: Mapping[str, int], nodes: Sequence[Node]) -> _Nodes:
    def of(states: frozenset[str]) -> int:
        return sum(by_state.get(state, 0) for state in states)

    runs = [node.start_task_run for node in nodes if node.start_task_run]
    return _Nodes(
        there=sum(by_state.values()),
        booting=of(_BOOTING),
        in_start_task=sum(run.state == "running" for run in runs)
        if nodes
        else by_state.get(_IN_START_TASK, 0),
        started=sum(run.result == "success" for run in runs) if nodes else of(_WORKING),
        start_failed=sum(map(_failed_to_start, nodes)) if nodes else by_state.get(_START_FAILED, 0),
        working=of(_WORKING),
        lost=of(_LOST),
    )


# The steps


def _allocation(pool: Pool, now: datetime) -> Step:
    there, wanted = _there(pool), _wanted(pool)
    text, since = f"{there:,} of {plural(wanted, 'node')}", age(pool.allocation_since, now)
    run = pool.autoscale_run
    if pool.allocation_state == "resizing":
        limit = read_duration(str(pool.raw.get("resizeTimeout", "")))
        ends = f"; Azure gives up after {_minutes(limit)}" if limit and there < wanted else ""
        return Step("Allocation", "doing", f"{text}, for {since}{ends}" if since else text)
    if pool.allocation_state == "stopping":
        return Step("Allocation", "doing", f"{text}; the resize is being stopped")
    if pool.resize_faults:
        why = ", ".join(dict.fromkeys(meaning(fault).word for fault in pool.resize_faults))
        return Step("Allocation", "failed", f"{text}: {why}")
    if run and run.fault:
        return Step("Allocation", "failed", f"{text}: the autoscale formula failed")
    if pool.autoscale and not run:
        return Step("Allocation", "doing", f"{text}; the autoscale formula hasn't run yet")
    return Step("Allocation", "done" if there >= wanted else "doing", text)


def _boot(counts: _Nodes) -> Step:
    up = counts.there - counts.booting - counts.lost
    text = f"{up:,} of {plural(counts.there, 'node')}" if counts.there else ""
    if counts.lost:
        return Step("Boot", "failed", f"{text}; {counts.lost:,} lost or unusable")
    return Step("Boot", _far(up, counts.there), text)


def _start_task(pool: Pool, counts: _Nodes) -> Step:
    parts = {
        "failed on": counts.start_failed,
        "runs on": counts.in_start_task,
        "done on": counts.started,
    }
    text = ", ".join(f"{words} {count:,}" for words, count in parts.items() if count)
    if text and pool.start_task and not pool.start_task.waited_for:
        text += "; nodes take tasks without waiting for it"
    if counts.start_failed:
        return Step("Start task", "failed", text)
    if counts.in_start_task:
        return Step("Start task", "doing", text)
    return Step("Start task", _far(counts.started, counts.there), text)


def _ready(pool: Pool, counts: _Nodes) -> Step:
    wanted = max(_wanted(pool), counts.there)
    text = f"{counts.working:,} of {plural(wanted, 'node')}" if wanted else ""
    return Step("Ready", _far(counts.working, wanted), text)


def _far(done: int, of: int) -> State:
    if not done:
        return "to do"
    return "done" if done >= of else "doing"


# The sentence


def _sentences(
    pool: Pool, counts: _Nodes, failed: Node | None, allocation: Step
) -> Iterator[tuple[State, str]]:
    """What there is to say, the first being what an operator must hear."""
    yield from (("failed", text) for text in _troubles(pool, counts, failed))
    yield from (("doing", text) for text in _waits(pool, counts))
    if counts.working:
        yield "done", f"Ready: tasks run on {_some(counts.working, counts.there)}."
    if pool.autoscale and allocation.state == "doing":
        yield "doing", "Waiting for autoscale: its formula hasn't run yet."
    if not _wanted(pool):
        yield "done", "It has no nodes, and none are asked for."
    yield "doing", "Waiting for its nodes."


def _troubles(pool: Pool, counts: _Nodes, failed: Node | None) -> Iterator[str]:
    why = " ".join(_reasons(pool)) if pool.allocation_state == "steady" else ""
    if why and not counts.there:
        yield f"No node came. {why}"
    if counts.start_failed:
        yield _start_failed(counts, failed)
    if why:
        yield f"{_there(pool):,} of {plural(_wanted(pool), 'node')} came. {why}"
    if counts.lost:
        yield f"{_some(counts.lost, counts.there)} lost or unusable."


def _waits(pool: Pool, counts: _Nodes) -> Iterator[str]:
    missing = _wanted(pool) - _there(pool)
    if pool.allocation_state != "steady":
        yield (
            f"Waiting for Azure to allocate {plural(missing, 'node')}."
            if missing > 0
            else "Waiting until Azure is done with the resize."
        )
    if counts.booting:
        yield f"Waiting for {_some(counts.booting, counts.there)} to boot."
    if counts.in_start_task:
        on = _some(counts.in_start_task, counts.there)
        yield f"Waiting for the start task: it runs on {on}."


def _start_failed(counts: _Nodes, failed: Node | None) -> str:
    on = f"The start task failed on {_some(counts.start_failed, counts.there)}"
    return (
        f"{on}, first on {short_node_id(failed.id)}: {start_failure(failed)}."
        if failed
        else f"{on}."
    )


def _reasons(pool: Pool) -> Iterator[str]:
    """Why there are fewer nodes than were asked for."""
    yield from dict.fromkeys(meaning(fault).sentence for fault in pool.resize_faults)
    run = pool.autoscale_run
    if run and run.fault:
        said = ": ".join(filter(None, (run.fault.code, run.fault.message)))
        yield f"The autoscale formula failed: {said}"


def _helps(pool: Pool, counts: _Nodes) -> Iterator[Help]:
    if pool.allocation_state == "steady":
        yield from helps(pool)
    if pool.autoscale_run and pool.autoscale_run.fault:
        yield Help("Mend the formula", "autoscale")
    if counts.start_failed:
        yield Help("See what is wrong on the node", "shell")
        yield Help("Change the start task, which nodes get when they boot", "edit")
        yield Help("Reboot the node, which runs the start task again", "reboot")


# Nodes and numbers


def _failed_to_start(node: Node) -> bool:
    """Also where the node takes tasks all the same (source: SERVICE.md, trap 11)."""
    run = node.start_task_run
    return node.state == _START_FAILED or (run is not None and run.result == "failure")


def _ended(node: Node) -> tuple[str, str]:
    return (node.start_task_run.end_time if node.start_task_run else "", node.id)


def _id(node: Node) -> str:
    return node.id


def _there(pool: Pool) -> int:
    return pool.dedicated + pool.spot


def _wanted(pool: Pool) -> int:
    return pool.dedicated_target + pool.spot_target


def _some(count: int, of: int) -> str:
    return f"{count:,} of {plural(of, 'node')}"


def _minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} min"
