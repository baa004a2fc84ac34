"""How a node lives: it boots, runs its start task, and is rebooted, reimaged, stopped or lost.

Durations are the service's own (SERVICE.md, "Node"), in seconds; the clock shortens them. Those
of a reimage and of the states that nobody recorded are what an operator would expect.
"""

from collections.abc import Callable

from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.nodes import boot, enter, slip
from batchtui.emulator.store import Node, World
from batchtui.emulator.work import Work

CREATE = 10.0
START = 20.0
START_SPREAD = 30.0
REBOOT = 65.0
REIMAGE = 150.0
DEALLOCATE = 66.0
POWER_ON = 150.0
AGENT_START = 5.0


class NodeLife:
    """Moves nodes from state to state.

    A node's `turn` tells whether it still is where it was when something was planned for it.
    """

    def __init__(self, world: World, hosts: NodeHosts, start_tasks: StartTasks, work: Work) -> None:
        self._world = world
        self._hosts = hosts
        self._start_tasks = start_tasks
        self._work = work

    def begin_life(self, node: Node) -> None:
        """Let a node that is being created come up."""
        self.later(node, CREATE, self.restart)

    def begin_boot(self, node: Node) -> None:
        """Let a node that is starting come up."""
        seconds = START + self._world.chance.random() * START_SPREAD
        self.later(node, seconds, self._booted)

    def end_life(self, node: Node) -> None:
        """Let a node that is out of its pool end, and all that runs on it."""
        self._work.node_lost(node)
        self._start_tasks.cancel(node)
        self._hosts.close(node)

    def reboot(self, node: Node, option: str) -> None:
        """Rebooting once its tasks allow, then starting anew with its files and users."""
        enter(self._world, node, "rebooting")
        self._vacate(node, option, lambda: self.halt(node, REBOOT, self.restart))

    def reimage(self, node: Node, option: str) -> None:
        """Reimaging once its tasks allow, then starting on a fresh disk."""
        enter(self._world, node, "reimaging")
        self._vacate(node, option, lambda: self.halt(node, REIMAGE, self.restart, wipe=True))

    def deallocate(self, node: Node, option: str) -> None:
        """Deallocating and closed to tasks, then deallocated; its disk and addresses stay."""
        enter(self._world, node, "deallocating")
        node.body["schedulingState"] = "disabled"
        self._vacate(node, option, lambda: self.halt(node, DEALLOCATE, _deallocated))

    def power_on(self, node: Node) -> None:
        """A deallocated node is starting, at first still closed to tasks."""
        slip(node, "starting")
        self.later(node, POWER_ON, self._powered_on)

    def disable_scheduling(self, node: Node, option: str) -> None:
        """No new tasks; offline as soon as none runs."""
        node.body["schedulingState"] = "disabled"
        self._work.vacate(node, option, lambda: self._go_offline(node))

    def enable_scheduling(self, node: Node) -> None:
        """Tasks may come again."""
        node.body["schedulingState"] = "enabled"
        if node.state == "offline":
            enter(self._world, node, "idle")
        if node.state in {"idle", "running"}:
            self._work.node_ready(node)

    def settle(self, node: Node) -> None:
        """A node that is up is idle, or offline when it is closed to tasks."""
        enabled = node.body["schedulingState"] == "enabled"
        enter(self._world, node, "idle" if enabled else "offline", agent=True)
        if enabled:
            self._work.node_ready(node)

    def remain(self, node: Node) -> None:
        """A node that was to leave goes on with its tasks, and takes others again."""
        busy = node.body["runningTasksCount"] > 0
        enter(self._world, node, "running" if busy else "idle", agent=True)
        self._work.node_ready(node)

    def fail_start_task(self, node: Node, exit_code: int, stdout: str, stderr: str) -> None:
        """Let a node's start task have failed so; the node is idle where nobody waits for it."""
        self._start_tasks.pretend_failure(node, exit_code, stdout, stderr)
        if node.body["startTask"]["waitForSuccess"]:
            enter(self._world, node, "starttaskfailed", agent=True)
        else:
            self.settle(node)

    def hold_start_task(self, node: Node, seconds: float | None) -> None:
        """Let a node wait for its start task, which succeeds after so long, or never (None)."""
        self._start_tasks.cancel(node)
        enter(self._world, node, "waitingforstarttask", agent=True)
        self._start_tasks.pretend(node, seconds, self._start_task_ended)

    def restart(self, node: Node) -> None:
        """A node's machine runs again, and its agent is starting."""
        enter(self._world, node, "starting")
        self.begin_boot(node)

    def open_login(self, node: Node) -> None:
        """Open a node's SSH port if somebody may come in."""
        if node.pool.body.get("userAccounts") or node.users:
            self._hosts.open_login(node)

    def halt(
        self,
        node: Node,
        seconds: float | None,
        then: Callable[[Node], None],
        *,
        wipe: bool = False,
    ) -> None:
        """Stop a node's machine; so long after all of it has ended, go on (None: never)."""
        turn = node.turn
        self._start_tasks.cancel(node)
        node.body["runningTasksCount"] = node.body["runningTaskSlotsCount"] = 0
        if wipe:
            node.users = node.seed_files = None

        def halted() -> None:
            if node.turn == turn and seconds is not None:
                self.later(node, seconds, then)

        self._hosts.halt(node, halted, wipe=wipe)

    def later(self, node: Node, seconds: float, call: Callable[[Node], None]) -> None:
        """Go on after so many of the service's seconds, if nothing has come between."""
        turn = node.turn
        self._world.clock.later(seconds, lambda: call(node) if node.turn == turn else None)

    def _powered_on(self, node: Node) -> None:
        node.body["schedulingState"] = "enabled"
        enter(self._world, node, "starting")
        self.later(node, AGENT_START, self._booted)

    def _booted(self, node: Node) -> None:
        """The agent is up; it runs the start task that the pool has now (trap 14)."""
        boot(self._world, node)
        for old in ("errors", "startTask", "startTaskInfo"):
            node.body.pop(old, None)
        node.ran_before = False
        task = node.pool.body.get("startTask")
        if task and task["waitForSuccess"]:
            enter(self._world, node, "waitingforstarttask", agent=True)
        else:
            self.settle(node)
        if task:
            node.body["startTask"] = task
            self._start_tasks.begin(node, self._start_task_ended)
        self.open_login(node)

    def _start_task_ended(self, node: Node, succeeded: bool) -> None:  # noqa: FBT001 - a callback's one fact
        if node.state != "waitingforstarttask":
            return
        if succeeded:
            self.settle(node)
        else:
            enter(self._world, node, "starttaskfailed", agent=True)

    def _go_offline(self, node: Node) -> None:
        if node.state in {"idle", "running"} and node.body["schedulingState"] == "disabled":
            enter(self._world, node, "offline")

    def _vacate(self, node: Node, option: str, then: Callable[[], None]) -> None:
        turn = node.turn
        self._work.vacate(node, option, lambda: then() if node.turn == turn else None)


def _deallocated(node: Node) -> None:
    slip(node, "deallocated")
