"""Work on nodes: what becomes of jobs and tasks, and the processes that tasks are."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from batchtui.emulator.errors import BatchError
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.outcomes import ENDED_BY_USER, Outcome
from batchtui.emulator.store import Job, Json, Node, Pool, Task, World
from batchtui.emulator.tokens import Tokens
from batchtui.emulator.work.bench import Run
from batchtui.emulator.work.files import TaskFiles
from batchtui.emulator.work.job_life import JobLife, check_open
from batchtui.emulator.work.manager import manager_task
from batchtui.emulator.work.runner import Runner
from batchtui.emulator.work.scheduler import Scheduler


class Work:
    """Moves jobs and tasks from state to state, and runs tasks on nodes.

    Each operation changes what it is about at once (state, times, ETag) and lets the rest follow;
    one that the resource's state forbids is a BatchError (409) that says so. A request has been
    checked, and its conditional headers compared, before it comes here.
    """

    def __init__(self, world: World, hosts: NodeHosts, tokens: Tokens) -> None:
        self._world = world
        self._files = TaskFiles(world, hosts)
        self._scheduler = Scheduler(world, Runner(world, hosts, tokens), self._task_ended)
        self._jobs = JobLife(world, self._scheduler, self._files, self._end_running)

    @property
    def on_completed(self) -> list[Callable[[Job], None]]:
        """Told when a job has completed, or was deleted before it had."""
        return self._jobs.on_completed

    def begin_job(self, job: Job) -> None:
        """A new, active job, already in the world: its job manager task is added."""
        if job.body.get("jobManagerTask"):
            self.add_task(manager_task(self._world, job))
        self._jobs.changed(job)

    def job_changed(self, job: Job) -> None:
        """Its priority, limits, pool or what follows its tasks' end may be others now."""
        self._jobs.changed(job)

    def disable_job(self, job: Job, option: str) -> None:
        """Disabling, then disabled; running tasks are requeued, terminated or waited for."""
        self._jobs.disable(job, option)

    def enable_job(self, job: Job) -> None:
        """Enabling, then active again, and so are its tasks."""
        self._jobs.enable(job)

    def terminate_job(self, job: Job, reason: str, *, force: bool = False) -> None:
        """Terminating: its tasks end, release tasks run, then completed, with this reason.

        What is queued stays active (documented). By force it doesn't wait for what its nodes
        still have to do; so with `delete_job`.
        """
        self._jobs.terminate(job, reason or "UserTerminate", force=force)

    def delete_job(self, job: Job, *, force: bool = False) -> None:
        """Deleting: it ends like a terminated one, then it is gone with its tasks."""
        self._jobs.delete(job, force=force)

    def add_task(self, task: Task) -> None:
        """A new, active task, already on its job's shelf: it runs when there is a node for it."""
        if self._jobs.task_added(task):
            self._scheduler.add(task)

    def task_changed(self, task: Task) -> None:
        """Its constraints are others now; a run that has begun keeps its time limit."""
        if task.state == "completed":
            self._files.keep(task)

    def terminate_task(self, task: Task) -> None:
        """Completed, as terminated by its user; its process tree ends."""
        if task.state == "completed":
            raise BatchError("TaskCompleted")
        self._world.touch(task.body)
        self._end(task)

    def reactivate_task(self, task: Task) -> None:
        """A task that failed is active again, its retries counted anew."""
        if task.state != "completed":
            raise BatchError("TaskNotCompleted")
        check_open(task.job)
        if task.body["executionInfo"].get("result") == "success":
            raise BatchError("TaskSucceeded")
        modified = self._world.touch(task.body)
        self._scheduler.records.reactivated(task)
        task.body["stateTransitionTime"] = modified  # recorded
        self._jobs.task_reactivated(task)
        self._files.forget_task(task)
        if not self._jobs.waits(task):
            self._scheduler.add(task)

    def delete_task(self, task: Task) -> None:
        """Ended if it runs, and gone with its files."""
        task.gone = True
        task.job.tasks.drop(task)
        self._scheduler.queue.forget(task)
        self._scheduler.instances.forget(task)
        self._files.forget_task(task)
        self._jobs.task_gone(task)
        remove = partial(self._files.remove, task)
        if run := self._scheduler.running(task):
            run.ended.append(remove)
            self._scheduler.outlive(run)
        else:
            remove()

    def waits(self, task: Task) -> bool:
        """Whether an active task can't run yet, since it depends on others."""
        return self._jobs.waits(task)

    def task_files(self, task: Task) -> tuple[Node, Path]:
        """The node that a task ran on, and its directory there.

        409 TaskFilesUnavailable before it runs and once the node is gone, TaskFilesCleanedup
        after its retention time.
        """
        return self._files.place(task)

    def subtasks(self, task: Task) -> list[Json]:
        """The subtasks of a multi-instance task's present or last run, without its primary."""
        return self._scheduler.instances.subtasks(task)

    def preparation_and_release(self, job: Job) -> list[Json]:
        """What a job's preparation and release tasks did on each node, by node id."""
        return self._scheduler.preparations.status(job)

    def node_ready(self, node: Node) -> None:
        """A node is idle and may take tasks, or takes them again."""
        self._scheduler.open_seat(node)

    def vacate(self, node: Node, option: str, then: Callable[[], None]) -> None:
        """Free a node of tasks (requeue, terminate, taskcompletion, retaineddata), then go on.

        It takes no more until it is ready again. With nothing to wait for `then` is called now.
        """
        seat = self._scheduler.close_seat(node)
        runs = list(seat.runs) if seat else []
        if option == "requeue":
            self._scheduler.requeue(runs, by_user=True)
        elif option == "terminate":
            for run in runs:
                self._end(run.task)
        go_on = partial(self._vacated, node, option, then)
        if seat and runs:
            seat.waiting.append(go_on)
        else:
            go_on()

    def _vacated(self, node: Node, option: str, then: Callable[[], None]) -> None:
        self._scheduler.preparations.node_lost(node)
        seconds = self._files.kept_for(node) if option == "retaineddata" else 0.0
        if seconds:
            self._world.clock.after(seconds, then)
        else:
            then()

    def node_lost(self, node: Node) -> None:
        """A node's machine went without notice: its tasks are queued again."""
        self._scheduler.preparations.node_lost(node)
        if seat := self._scheduler.close_seat(node):
            self._scheduler.requeue(list(seat.runs), by_user=False)
        if node.gone:
            self._scheduler.forget_seat(node)
            self._files.forget(node)

    def pool_gone(self, pool: Pool) -> None:
        """A pool is deleted, after its nodes."""
        self._scheduler.forget_pool(pool)

    def _end_running(self, job: Job) -> None:
        for run in self._scheduler.runs_of(job):
            self._end(run.task)

    def _end(self, task: Task) -> None:
        """Complete a task as ended by its user, wherever it is."""
        self._scheduler.queue.remove(task)
        run = self._scheduler.running(task)
        if run and not run.told:
            self._scheduler.drop(run)
        if task.state != "completed":
            self._task_ended(task, run, Outcome(reason=ENDED_BY_USER))

    def _task_ended(self, task: Task, run: Run | None, outcome: Outcome) -> None:
        """A task won't run again, unless somebody wants it to."""
        records = self._scheduler.records
        records.completed(task, outcome)
        if run and run.started:
            records.count(run, outcome)
            records.show(run)
            self._files.keep(task)
        for each in self._jobs.task_ended(task, outcome):
            self._scheduler.add(each)

    async def close(self) -> None:
        """End every process of every task."""
        await self._jobs.close()
        await self._scheduler.close()
