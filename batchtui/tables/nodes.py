"""The columns of the nodes table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from batchtui.batch.node import Node
from batchtui.tables import WIDE, Cell, Column, natural, newest_first
from batchtui.tables.states import state_cell
from batchtui.visible import visible
from batchtui.words import age, short_node_id


def _start_task(node: Node) -> Cell:
    run = node.start_task_run
    if run is None:
        return Cell("–", "muted")
    if run.result == "failure":
        return Cell("✗ failed" if run.exit_code is None else f"✗ exit {run.exit_code}", "bad")
    if run.result == "success":
        return Cell("● ok", "good")
    return Cell(f"◑ {visible(run.state)}", "busy")


def _tasks(node: Node) -> Cell:
    return Cell(
        f"{node.tasks_running}/{node.tasks_total}", "plain" if node.tasks_total else "muted"
    )


def _address(node: Node) -> Cell:
    endpoint = node.ssh
    if endpoint:
        return Cell(f"{visible(endpoint.address)}:{endpoint.port}")
    return Cell(f"no ssh · {visible(node.private_ip)}" if node.private_ip else "no ssh", "muted")


def _address_key(node: Node) -> tuple[Any, ...]:
    endpoint = node.ssh
    if endpoint is None:
        return (1, natural(node.private_ip), 0)
    return (0, natural(endpoint.address), endpoint.port)


def node_columns(now: Callable[[], datetime]) -> list[Column[Node]]:
    """Columns of the nodes table; ages are counted from `now`."""
    return [
        Column("id", "Node", 10, lambda n: Cell(visible(short_node_id(n.id))), lambda n: n.id),
        Column("state", "State", 15, lambda n: state_cell(n.state), lambda n: n.state),
        Column(
            "since", "For", 5, lambda n: Cell(age(n.since, now()), "muted"),
            lambda n: newest_first(n.since), right=True, moving=True,
        ),
        Column(
            "kind", "Kind", 4, lambda n: Cell("ded") if n.dedicated else Cell("spot", "busy"),
            lambda n: n.dedicated,
        ),
        Column("start", "Start task", 10, _start_task, lambda n: _start_task(n).text),
        Column(
            "tasks", "Tasks", 6, _tasks, lambda n: (n.tasks_running, n.tasks_total), right=True,
            fields=("runningTasksCount", "totalTasksRun"),
        ),
        Column(
            "address", "SSH", 21, _address, _address_key, grow=1,
            fields=("endpointConfiguration", "ipAddress"),
        ),
        Column(
            "private", "Private IP", 12, lambda n: Cell(visible(n.private_ip), "muted"),
            lambda n: natural(n.private_ip), from_width=100, fields=("ipAddress",),
        ),
        Column(
            "scheduling", "Scheduling", 10, lambda n: Cell(visible(n.scheduling), "muted"),
            lambda n: n.scheduling, from_width=112, fields=("schedulingState",),
        ),
        Column(
            "agent", "Agent", 8, lambda n: Cell(visible(n.agent_version), "muted"),
            lambda n: natural(n.agent_version), from_width=124, fields=("nodeAgentInfo",),
        ),
        Column(
            "image", "Image version", 14, lambda n: Cell(visible(n.image.exact_version), "muted"),
            lambda n: natural(n.image.exact_version), from_width=140,
            fields=("virtualMachineInfo",),
        ),
        Column("whole", "Id", 72, lambda n: Cell(visible(n.id)), lambda n: n.id, from_width=WIDE),
    ]  # fmt: skip
