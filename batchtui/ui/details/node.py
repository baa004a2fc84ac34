"""Everything that is known of a node, in order of use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from batchtui.access.ledger import LedgerEntry
from batchtui.batch.facts import Facts
from batchtui.batch.models import Json
from batchtui.batch.node import SSH_PORT
from batchtui.tables import Cell, Tone
from batchtui.tables.states import state_cell
from batchtui.ui.details.section import (
    Line,
    Section,
    ago,
    also,
    fault,
    in_words,
    known,
    pairs,
    plain,
    sections,
    when,
)
from batchtui.ui.details.starttask import start_task_lines
from batchtui.visible import visible
from batchtui.words import duration, moment

_RESULTS: dict[str, tuple[str, Tone]] = {"success": ("●", "good"), "failure": ("✗", "bad")}
_WORKING = frozenset({"idle", "running"})


@dataclass(frozen=True, slots=True)
class Around:
    """What other calls tell of a node: its pool, who was added, what its start task wrote."""

    now: datetime
    pool: Json | None = None
    users: Sequence[LedgerEntry] = ()
    output: Sequence[Line] = ()


def node_sections(raw: Json, around: Around) -> list[Section]:
    """Everything that the service says of a node, errors first, and what this program added."""
    facts, now = Facts(raw), around.now
    state = facts.word("state")
    failed = _failed(raw)
    start_task = Section("Start task", list(_start_task_lines(facts, state, raw, around)))
    return sections(
        Section("Errors", list(_error_lines(facts, state))),
        *([start_task] if failed else []),
        Section("Node", list(_node_lines(facts, state, now))),
        *([] if failed else [start_task]),
        Section("Way in", list(_way_in_lines(facts))),
        Section("Tasks", list(_task_lines(facts, now))),
        Section("Users added by this program", [_user(entry, now) for entry in around.users]),
        Section("Times", list(_time_lines(facts, now))),
        Section("Agent and image", list(_machine_lines(facts, now))),
        also(facts),
    )


def _error_lines(facts: Facts, state: str) -> Iterator[Line]:
    errors = [fault(each, "errorDetails") for each in facts.each("errors")]
    yield from errors
    if state == "unusable" and not errors:
        # Source: SERVICE.md, trap 12.
        text = "no error is given: Batch lost contact with the node, which may come back by itself"
        yield "unusable", Cell(text, "warn")


# The start task


def _start_task_lines(facts: Facts, state: str, raw: Json, around: Around) -> Iterator[Line]:
    yield from _run_lines(facts.within("startTaskInfo"), around.now)
    yield from _hidden_failure(raw, state)
    yield from around.output
    yield from start_task_lines(facts.within("startTask"))
    yield from _other_than_pool(raw, around.pool)


def _run_lines(info: Facts, now: datetime) -> Iterator[Line]:
    if not info:
        return
    state, result = info.word("state"), info.word("result")
    glyph, tone = _RESULTS.get(result, ("◑", "busy"))
    yield "result", Cell(f"{glyph} {visible(', '.join(filter(None, (result, state))))}", tone)
    yield from known("exit code", info.number("exitCode"))
    if failure := info.within("failureInfo"):
        yield fault(failure, "details")
    yield from _ran(info, now)
    yield from known("retries", info.number("retryCount"))
    yield from when("last retry", info.time("lastRetryTime"), now)
    yield from known("container", in_words(info.within("containerInfo")))


def _ran(info: Facts, now: datetime) -> Iterator[Line]:
    started, ended = info.time("startTime"), info.time("endTime")
    if started and ended:
        took = duration((ended - started).total_seconds())
        yield "ran", Cell(f"for {took}, {moment(started)} to {moment(ended)}, {ago(ended, now)}")
    elif started:
        took = duration((now - started).total_seconds())
        yield "runs", Cell(f"for {took}, since {moment(started)}")


def _failed(raw: Json) -> bool:
    return str(_object(raw.get("startTaskInfo")).get("result")).lower() == "failure"


def _hidden_failure(raw: Json, state: str) -> Iterator[Line]:
    # A node that looks well may have failed (source: SERVICE.md, trap 11).
    if _failed(raw) and state in _WORKING:
        unwaited = _object(raw.get("startTask")).get("waitForSuccess") is False
        why = ": nothing waits for success" if unwaited else ""
        yield "but", Cell(f"the node takes tasks all the same{why}", "warn")


def _other_than_pool(raw: Json, pool: Json | None) -> Iterator[Line]:
    """Whether the pool's start task is another one by now (source: SERVICE.md, trap 14)."""
    if pool is None or "lastBootTime" not in raw:
        return
    own, its = (_object(each.get("startTask")) for each in (raw, pool))
    if own == its:
        return
    changed = [name for name in sorted({*own, *its}) if own.get(name) != its.get(name)]
    says = f"is another one by now ({', '.join(changed)})" if its else "has none any more"
    if not own:
        says = "has one by now"
    text = f"The pool {says}; the node gets what the pool has when it reboots."
    yield "pool's", Cell(visible(text), "warn")


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


# The rest, in order of use


def _node_lines(facts: Facts, state: str, now: datetime) -> Iterator[Line]:
    yield "state", state_cell(state)
    yield from when("since", facts.time("stateTransitionTime"), now)
    if scheduling := facts.word("schedulingState"):
        tone: Tone = "plain" if scheduling == "enabled" else "warn"
        yield "scheduling", Cell(visible(scheduling), tone)
    yield "id", plain(facts.text("id"))
    kind = facts.flag("isDedicated")
    if kind is not None:
        yield "kind", Cell("dedicated" if kind else "spot")
    yield from known("VM size", facts.text("vmSize"))


def _way_in_lines(facts: Facts) -> Iterator[Line]:
    ssh = False
    for each in facts.within("endpointConfiguration").each("inboundEndpoints"):
        backend, port = each.number("backendPort"), each.number("frontendPort")
        ssh = ssh or backend == SSH_PORT
        address = f"{each.text('publicIPAddress')}:{port}"
        names = each.text("publicFQDN")
        text = f"{address} → {backend}/{each.word('protocol')}"
        yield visible(each.text("name")), plain(f"{text}\n{names}" if names else text)
    if not ssh:
        yield "ssh", Cell("not mapped: the pool has no inbound NAT pool for port 22", "warn")
    yield from known("private", facts.text("ipAddress"))
    yield from known("IPv6", facts.text("ipv6Address"))


def _task_lines(facts: Facts, now: datetime) -> Iterator[Line]:
    running, slots = facts.number("runningTasksCount"), facts.number("runningTaskSlotsCount")
    if running is not None:
        yield "running", Cell(f"{running}" + (f", in {slots} slots" if slots else ""))
    ran, good = facts.number("totalTasksRun"), facts.number("totalTasksSucceeded")
    if ran is not None:
        yield "ran", Cell(f"{ran}" + (f", {good} succeeded" if ran and good is not None else ""))
    for each in facts.each("recentTasks"):
        yield _recent_task(each, now)


def _recent_task(task: Facts, now: datetime) -> Line:
    run = task.within("executionInfo")
    state, result, code = task.word("taskState"), run.word("result"), run.number("exitCode")
    glyph, tone = _RESULTS.get(result, ("▶", "plain"))
    parts = [f"{glyph} {visible(', '.join(filter(None, (result, state))))}"]
    if code is not None:
        parts.append(f"exit code {code}")
    parts += [f"{label} {cell.text}" for label, cell in _ran(run, now)]
    if failure := run.within("failureInfo"):
        code_, cell = fault(failure, "details")
        parts.append(f"{code_}: {cell.text}")
    subtask = task.number("subtaskId")
    name = f"{task.text('jobId')}/{task.text('taskId')}"
    return visible(name if subtask is None else f"{name}/{subtask}"), Cell(", ".join(parts), tone)


def _user(entry: LedgerEntry, now: datetime) -> Line:
    admin = "administrator" if entry.admin else "user"
    until = f"until {moment(entry.expires)}" if entry.expires else "for a day"
    text = f"{admin}, by {entry.how}, added {ago(entry.added, now)}, {until}"
    if not entry.sure:
        return visible(entry.user), Cell(f"? {text}: no answer came", "warn")
    return visible(entry.user), Cell(text)


def _time_lines(facts: Facts, now: datetime) -> Iterator[Line]:
    yield from when("allocated", facts.time("allocationTime"), now)
    yield from when("last boot", facts.time("lastBootTime"), now)


def _machine_lines(facts: Facts, now: datetime) -> Iterator[Line]:
    agent, machine = facts.within("nodeAgentInfo"), facts.within("virtualMachineInfo")
    yield from known("node agent", agent.text("version"))
    yield from when("updated", agent.time("lastUpdateTime"), now)
    image = machine.within("imageReference")
    names = [image.text(name) for name in ("publisher", "offer", "sku", "version")]
    if any(names):
        yield "image", plain(":".join(names))
    yield from known("version", image.text("exactVersion"))
    yield from pairs(image)
    yield from known("scale set VM", machine.text("scaleSetVmResourceId"))
