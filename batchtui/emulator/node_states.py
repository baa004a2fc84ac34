"""Puts nodes into any state that the service knows, and lets them recover as the service does."""

from collections.abc import Mapping, Sequence
from typing import Any

from batchtui.emulator.errors import bad_property
from batchtui.emulator.node_life import NodeLife
from batchtui.emulator.nodes import boot, enter
from batchtui.emulator.store import Node, World
from batchtui.emulator.work import Work

# Nobody asked for these, and the service repairs what is in them: in "15 to 45 minutes" for
# unusable nodes, as its developers say; of the others nobody told.
LOST = ("unusable", "unknown", "preempted", "upgradingos")
# What an operation does to a node, it can be put into; what its machine goes through, too.
OPERATIONS = ("starting", "rebooting", "reimaging", "deallocating")
UP = ("idle", "running", "offline")
PUT = (*LOST, *OPERATIONS, *UP, "waitingforstarttask", "creating", "deallocated")


class NodeStates:
    """Puts nodes into states, whatever they were in before."""

    def __init__(self, world: World, life: NodeLife, work: Work) -> None:
        self._world = world
        self._life = life
        self._work = work

    def put(
        self,
        node: Node,
        state: str,
        errors: Sequence[Mapping[str, Any]] = (),
        lasts: float | None = None,
    ) -> None:
        """Put a node into one of the states of `PUT`; `errors` are what it shows there.

        What the service would repair is repaired, and a start task that it waits for succeeds,
        after so many of its seconds, or never (None); the rest takes the time that it always
        takes. 400 for a node that waits for a start task without having one.
        """
        if state == "waitingforstarttask" and "startTask" not in node.body:
            raise bad_property("state", state, f"The node {node.id} has no start task")
        node.body.pop("errors", None)
        if state in LOST:
            self._lose(node, state, lasts)
        elif state in UP:
            self._have_up(node, state)
        elif state == "waitingforstarttask":
            self._boot(node)
            self._life.hold_start_task(node, lasts)
        elif state == "deallocated":
            self._stop(node)
        elif state == "creating":
            self._create(node)
        else:
            self._operate(node, state)
        if errors:
            node.body["errors"] = [dict(error) for error in errors]

    def fail_start_task(self, node: Node, exit_code: int, stdout: str, stderr: str) -> None:
        """Let a node's start task, which it has to have, have failed with such output.

        The node is starttaskfailed, or idle where nobody waits for its start task.
        """
        node.body.pop("errors", None)
        self._work.node_lost(node)
        self._boot(node)
        self._life.fail_start_task(node, exit_code, stdout, stderr)

    def _lose(self, node: Node, state: str, lasts: float | None) -> None:
        """Contact or the machine is lost, and what it ran is queued again.

        A preempted node comes back as another machine under its id and allocation time (docs);
        an unusable one is restarted; an unknown one was there all the time.
        """
        enter(self._world, node, state)
        self._work.node_lost(node)
        if state == "preempted":
            node.body.pop("nodeAgentInfo", None)
            self._life.halt(node, lasts, self._create, wipe=True)
        elif state == "upgradingos":
            self._life.halt(node, lasts, self._life.restart)
        elif lasts is not None:
            again = self._life.settle if state == "unknown" else self._restart
            self._life.later(node, lasts, again)

    def _have_up(self, node: Node, state: str) -> None:
        self._boot(node)
        node.body["schedulingState"] = "disabled" if state == "offline" else "enabled"
        if state == "running":
            enter(self._world, node, state, agent=True)
        else:
            self._life.settle(node)
        self._life.open_login(node)

    def _stop(self, node: Node) -> None:
        enter(self._world, node, "deallocated")
        node.body["schedulingState"] = "disabled"
        self._work.node_lost(node)
        self._life.halt(node, None, self._life.restart)

    def _create(self, node: Node) -> None:
        enter(self._world, node, "creating")
        for name in ("lastBootTime", "nodeAgentInfo", "startTaskInfo"):
            node.body.pop(name, None)
        self._life.halt(node, 0.0, self._life.begin_life, wipe=True)

    def _restart(self, node: Node) -> None:
        enter(self._world, node, "starting")
        self._life.halt(node, 0.0, self._life.begin_boot)

    def _operate(self, node: Node, state: str) -> None:
        if state == "starting":
            self._work.node_lost(node)
            self._restart(node)
        elif state == "rebooting":
            self._life.reboot(node, "requeue")
        elif state == "reimaging":
            self._life.reimage(node, "requeue")
        else:
            self._life.deallocate(node, "requeue")

    def _boot(self, node: Node) -> None:
        if "nodeAgentInfo" not in node.body:
            boot(self._world, node)
