"""Models -> sections of a details screen, errors first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from batchtui.access.ledger import LedgerEntry
from batchtui.batch.models import Node, NodeCounts, Pool, ServiceFault, StartTask
from batchtui.ui.columns import Cell, Tone, pool_state, state_cell
from batchtui.ui.text import moment
from batchtui.visible import visible, visible_lines

Line = tuple[str, Cell]
_RESULTS: dict[str, Tone] = {"success": "good", "failure": "bad"}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is said below it: labels and values, in order of use."""

    title: str
    lines: Sequence[Line]


def node_sections(node: Node, users: Iterable[LedgerEntry] = ()) -> list[Section]:
    """Everything that the service says of a node, and the users that were added to it."""
    failed = node.start_task_run is not None and node.start_task_run.result == "failure"
    start_task = Section("Start task", list(_start_task_lines(node)))
    sections = [
        Section("Errors", [_fault(fault) for fault in node.faults]),
        *([start_task] if failed else []),
        Section("Node", list(_node_lines(node))),
        *([] if failed else [start_task]),
        Section("Way in", list(_endpoint_lines(node))),
        Section("Users added by this program", [_user(entry) for entry in users]),
        Section("Recent tasks", list(_task_lines(node))),
    ]
    return [section for section in sections if section.lines]


def pool_sections(pool: Pool, counts: NodeCounts | None) -> list[Section]:
    """What the service says of a pool, and its nodes by state."""
    sections = [
        Section("Errors", [_fault(fault) for fault in pool.faults]),
        Section("Pool", list(_pool_lines(pool))),
        Section("Nodes", list(_count_lines(pool, counts))),
        Section("Start task", list(_pool_start_task_lines(pool))),
        Section("Way in", list(_nat_lines(pool))),
    ]
    return [section for section in sections if section.lines]


def _plain(text: object) -> Cell:
    return Cell(visible_lines(str(text)))


def _fault(fault: ServiceFault) -> Line:
    details = "".join(f"\n{name}: {value}" for name, value in fault.details)
    return visible(fault.code), Cell(visible_lines(fault.message + details), "bad")


def _node_lines(node: Node) -> Iterable[Line]:
    yield "id", _plain(node.id)
    yield "state", state_cell(node.state)
    yield "since", _plain(moment(node.since))
    yield "scheduling", _plain(node.scheduling)
    yield "kind", _plain("dedicated" if node.dedicated else "spot")
    yield "VM size", _plain(node.vm_size)
    yield "image", _plain(node.image.full)
    if node.image.exact_version not in {"", "latest"}:
        yield "version", _plain(node.image.exact_version)
    yield "node agent", _plain(node.agent_version or "–")
    yield "allocated", _plain(moment(node.allocated))
    yield "last boot", _plain(moment(node.booted))
    done = f"{node.tasks_succeeded} succeeded" if node.tasks_total else ""
    yield "tasks", _plain(f"{node.tasks_running} running, {node.tasks_total} in all {done}".strip())


def _start_task_lines(node: Node) -> Iterable[Line]:
    run = node.start_task_run
    if run:
        tone = _RESULTS.get(run.result, "busy")
        yield "result", Cell(visible(run.result or run.state), tone)
        if run.exit_code is not None:
            yield "exit code", _plain(run.exit_code)
        if run.failure:
            yield _fault(run.failure)
        yield "ran", _plain(f"{moment(run.started)} to {moment(run.ended)}")
        yield "retries", _plain(run.retries)
    yield from _command_lines(node.start_task)


def _command_lines(task: StartTask | None) -> Iterable[Line]:
    if task:
        yield "command", _plain(task.command)
        yield "identity", _plain(task.identity or "auto user of the task, not an administrator")
        yield "waited for", _plain("yes" if task.waited_for else "no")


def _endpoint_lines(node: Node) -> Iterable[Line]:
    for endpoint in node.endpoints:
        where = f"{endpoint.address}:{endpoint.port} → {endpoint.backend_port}/{endpoint.protocol}"
        yield visible(endpoint.name), _plain(where)
    if not node.ssh:
        yield "ssh", Cell("not mapped: the pool has no inbound NAT pool for port 22", "warn")
    yield "private", _plain(node.private_ip or "–")
    if node.ipv6:
        yield "IPv6", _plain(node.ipv6)


def _user(entry: LedgerEntry) -> Line:
    admin = "administrator" if entry.admin else "user"
    return visible(entry.user), _plain(f"{admin}, by {entry.how}, until {moment(entry.expires)}")


def _task_lines(node: Node) -> Iterable[Line]:
    for task in node.recent_tasks:
        code = "" if task.exit_code is None else f" exit code {task.exit_code}"
        text = visible(f"{task.state} {task.result}{code}")
        yield visible(f"{task.job}/{task.id}"), Cell(text, _RESULTS.get(task.result, "plain"))


def _pool_lines(pool: Pool) -> Iterable[Line]:
    yield "id", _plain(pool.id)
    if pool.display_name:
        yield "name", _plain(pool.display_name)
    yield "state", state_cell(pool_state(pool))
    yield "since", _plain(moment(pool.allocation_since))
    yield "created", _plain(moment(pool.created))
    yield "VM size", _plain(pool.vm_size)
    yield "image", _plain(pool.image.full)
    yield "node agent", _plain(pool.node_agent_sku or "–")
    for name, value in pool.metadata:
        yield f"metadata {visible(name)}", _plain(value)


def _count_lines(pool: Pool, counts: NodeCounts | None) -> Iterable[Line]:
    yield "dedicated", _plain(f"{pool.dedicated} of {pool.dedicated_target}")
    yield "spot", _plain(f"{pool.spot} of {pool.spot_target}")
    if pool.autoscale:
        yield "autoscale", _plain(pool.autoscale_formula)
    for state, count in sorted((counts.by_state if counts else {}).items()):
        yield "", Cell(f"{count} {state_cell(state).text}", state_cell(state).tone)


def _pool_start_task_lines(pool: Pool) -> Iterable[Line]:
    return _command_lines(pool.start_task)


def _nat_lines(pool: Pool) -> Iterable[Line]:
    for nat in pool.nat_pools:
        ports = f"{nat.frontend_start}-{nat.frontend_end} → {nat.backend_port}/{nat.protocol}"
        allowed = ", ".join(
            f"{'allow' if rule.allow else 'deny'} {rule.source}" for rule in nat.rules
        )
        yield visible(nat.name), _plain(f"{ports}, {allowed or 'open to anyone'}")
    if not pool.ssh and pool.os != "windows":
        yield "ssh", Cell("none, and it can't be added while the pool has nodes", "warn")
