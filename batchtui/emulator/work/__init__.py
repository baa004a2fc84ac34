"""Work on nodes: what becomes of jobs and tasks, and the processes that tasks are."""

from collections.abc import Callable

from batchtui.emulator.store import Job, Json, Node, Task, World


class Work:
    """Moves jobs and tasks from state to state, and runs tasks on nodes.

    Each operation changes what it is about at once (state, times, ETag) and lets the rest follow;
    one that the resource's state forbids is a BatchError (409) that says so. A request has been
    checked, and its conditional headers compared, before it comes here.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.on_completed: list[Callable[[Job], None]] = []  # told when a job has completed

    def begin_job(self, job: Job) -> None:
        """A new, active job, already in the world: its job manager task is added."""

    def job_changed(self, job: Job) -> None:
        """Its priority, limits, pool or what follows its tasks' end may be others now."""

    def disable_job(self, job: Job, option: str) -> None:
        """Disabling, then disabled; running tasks are requeued, terminated or waited for."""

    def enable_job(self, job: Job) -> None:
        """Active again, and so are its tasks."""

    def terminate_job(self, job: Job, reason: str, *, force: bool = False) -> None:
        """Terminating: its tasks end, release tasks run, then completed, with this reason.

        By force it doesn't wait for what its nodes still have to do; so with `delete_job`.
        """

    def delete_job(self, job: Job, *, force: bool = False) -> None:
        """Deleting: it ends like a terminated one, then it is gone with its tasks."""

    def add_task(self, task: Task) -> None:
        """A new, active task, already on its job's shelf: it runs when there is a node for it."""

    def task_changed(self, task: Task) -> None:
        """Its constraints are others now."""

    def subtasks(self, task: Task) -> list[Json]:
        """The subtasks of a multi-instance task as `subtasksinfo` shows them, in their order."""
        del task
        return []

    def preparation_and_release(self, job: Job) -> list[Json]:
        """How preparation and release went on each node, as the job's status list shows it."""
        del job
        return []

    def terminate_task(self, task: Task) -> None:
        """Completed, as terminated by its user; its process tree ends."""

    def reactivate_task(self, task: Task) -> None:
        """A task that failed is active again, its retries counted anew."""

    def delete_task(self, task: Task) -> None:
        """Ended if it runs, and gone with its files."""

    def node_ready(self, node: Node) -> None:
        """A node is idle and may take tasks, or takes them again."""

    def vacate(self, node: Node, option: str, then: Callable[[], None]) -> None:
        """Free a node of tasks (requeue, terminate, taskcompletion, retaineddata), then go on."""
        del node, option
        then()

    def node_lost(self, node: Node) -> None:
        """A node's machine went without notice: its tasks are queued again."""

    async def close(self) -> None:
        """End every process of every task."""
