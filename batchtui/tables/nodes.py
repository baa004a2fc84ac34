"""The columns of the nodes table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from batchtui.batch.node import Node
from batchtui.tables import WIDE, Cell, Column, natural, newest_first
from batchtui.tables.states import state_cell, worst_first
from batchtui.visible import visible
from batchtui.words import age, short_node_id

_URGENCY = ("bad", "busy", "good", "muted")  # of how start tasks went


def node_columns(now: Callable[[], datetime]) -> list[Column[Node]]:
    """Columns of the nodes table; ages are counted from `now`."""
    return [
        Column(
            "id", "Node", 10, lambda n: Cell(visible(short_node_id(n.id))), lambda n: n.id,
            own=True, exact=lambda n: n.id,
        ),
        Column(
            "state", "State", 15, lambda n: state_cell(n.state), lambda n: worst_first(n.state),
            exact=lambda n: n.state,
        ),
        Column(
            "since", "For", 5, lambda n: Cell(age(n.since, now()), "muted"),
            lambda n: newest_first(n.since), right=True, moving=True,
            exact=lambda n: n.state_transition_time,
        ),
        Column(
            "kind", "Kind", 4, lambda n: Cell("ded") if n.dedicated else Cell("spot", "busy"),
            lambda n: n.dedicated, exact=lambda n: "dedicated" if n.dedicated else "spot",
        ),
        Column("start", "Start task", 10, _start_task, lambda n: _failed_first(_start_task(n))),
        Column(
            "tasks", "Tasks", 6, _tasks, lambda n: (n.tasks_running, n.tasks_total), right=True,
            own=True, fields=("runningTasksCount", "totalTasksRun"),
        ),
        Column(
            "address", "SSH", 21, _address, _address_key, grow=1,
            own=True, fields=("endpointConfiguration", "ipAddress"), exact=_endpoint,
        ),
        Column(
            "private", "Private IP", 14, lambda n: Cell(visible(n.private_ip), "muted"),
            lambda n: natural(n.private_ip), from_width=94, own=True, fields=("ipAddress",),
        ),
        Column(
            "scheduling", "Scheduling", 10, _scheduling, lambda n: n.scheduling,
            from_width=105, fields=("schedulingState",),
        ),
        Column(
            "agent", "Agent", 8, lambda n: Cell(visible(n.agent_version), "muted"),
            lambda n: natural(n.agent_version), from_width=114, fields=("nodeAgentInfo",),
        ),
        Column(
            "image", "Image version", 15, lambda n: Cell(visible(n.image.exact_version), "muted"),
            lambda n: natural(n.image.exact_version), from_width=130,
            fields=("virtualMachineInfo",),
        ),
        Column(
            "size", "VM size", 16, lambda n: Cell(visible(n.vm_size), "muted"),
            lambda n: natural(n.vm_size), from_width=147, fields=("vmSize",),
        ),
        Column(
            "booted", "Booted", 6, lambda n: Cell(age(n.booted, now()), "muted"),
            lambda n: newest_first(n.booted), right=True, from_width=154, moving=True,
            fields=("lastBootTime",), exact=lambda n: n.last_boot_time,
        ),
        Column(
            "allocated", "Age", 5, lambda n: Cell(age(n.allocated, now()), "muted"),
            lambda n: newest_first(n.allocated), right=True, from_width=160, moving=True,
            fields=("allocationTime",), exact=lambda n: n.allocation_time,
        ),
        Column(
            "ipv6", "IPv6", 24, lambda n: Cell(visible(n.ipv6), "muted"),
            lambda n: natural(n.ipv6), from_width=WIDE, own=True, fields=("ipv6Address",),
        ),
        Column(
            "whole", "Id", 72, lambda n: Cell(visible(n.id)), lambda n: n.id, from_width=WIDE,
            own=True,
        ),
    ]  # fmt: skip


def _start_task(node: Node) -> Cell:
    run = node.start_task_run
    if run is None:
        return Cell("–", "muted")
    if run.result == "failure":
        return Cell("✗ failed" if run.exit_code is None else f"✗ exit {run.exit_code}", "bad")
    if run.result == "success":
        return Cell("● ok", "good")
    return Cell(f"◑ {visible(run.state)}", "busy")


def _failed_first(cell: Cell) -> tuple[Any, ...]:
    return _URGENCY.index(cell.tone), natural(cell.text)


def _tasks(node: Node) -> Cell:
    return Cell(
        f"{node.tasks_running}/{node.tasks_total}", "plain" if node.tasks_total else "muted"
    )


def _endpoint(node: Node) -> str:
    return f"{node.ssh.address}:{node.ssh.port}" if node.ssh else ""


def _address(node: Node) -> Cell:
    endpoint = _endpoint(node)
    if endpoint:
        return Cell(visible(endpoint))
    return Cell(f"no ssh · {visible(node.private_ip)}" if node.private_ip else "no ssh", "muted")


def _address_key(node: Node) -> tuple[Any, ...]:
    endpoint = node.ssh
    if endpoint is None:
        return (1, natural(node.private_ip), 0)
    return (0, natural(endpoint.address), endpoint.port)


def _scheduling(node: Node) -> Cell:
    """Whether tasks are put onto it: one that isn't `enabled` gets none."""
    return Cell(visible(node.scheduling), "muted" if node.scheduling == "enabled" else "warn")
