"""How jobs live: from active to their end, and what their tasks' ends mean for them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from batchtui.emulator.errors import BatchError
from batchtui.emulator.machines.errands import Errands
from batchtui.emulator.machines.outcomes import Outcome
from batchtui.emulator.store import Job, Task, World
from batchtui.emulator.times import limit_seconds, read_time
from batchtui.emulator.work.dependencies import Dependencies
from batchtui.emulator.work.exits import job_action, satisfies
from batchtui.emulator.work.files import TaskFiles
from batchtui.emulator.work.manager import is_manager
from batchtui.emulator.work.records import change_state
from batchtui.emulator.work.scheduler import Scheduler

DISABLE = 3.0
ENABLE = 1.0
END = 5.0
ENDING = {
    "terminating": "JobBeingTerminated",
    "completed": "JobCompleted",
    "deleting": "JobBeingDeleted",
}


@dataclass(eq=False)
class Course:
    """How far a job is: how many tasks have still to complete, and which wait for others.

    Once it is ending, `forced` says that it shouldn't wait for its nodes.
    """

    left: int = 0
    ending: bool = False
    forced: asyncio.Event = field(default_factory=asyncio.Event)
    dependencies: Dependencies = field(default_factory=Dependencies)


class JobLife:
    """Moves jobs from state to state; `end_running` completes what runs of one."""

    def __init__(
        self,
        world: World,
        scheduler: Scheduler,
        files: TaskFiles,
        end_running: Callable[[Job], None],
    ) -> None:
        self.on_completed: list[Callable[[Job], None]] = []
        self._world = world
        self._scheduler = scheduler
        self._files = files
        self._end_running = end_running
        self._courses: dict[Job, Course] = {}
        self._moves = Errands("A job's way to its next state")

    def changed(self, job: Job) -> None:
        """Follow a job's limits, and what it says of the end of its tasks, as they are now."""
        if (seconds := self._seconds_left(job)) is not None:
            self._world.clock.after(max(0.0, seconds), partial(self._expire, job))
        self._end_if_done(job)
        self._scheduler.look_at(job)

    def _expire(self, job: Job) -> None:
        seconds = self._seconds_left(job)
        if seconds is not None and seconds <= 0:
            self._terminate(job, "MaxWallClockTimeExpiry")

    def _seconds_left(self, job: Job) -> float | None:
        """Until a job's maxWallClockTime is over, in real time; None when it has none."""
        limit = limit_seconds((job.body.get("constraints") or {}).get("maxWallClockTime"))
        start = read_time(job.body["executionInfo"]["startTime"])
        if limit is None or start is None:
            return None
        return limit - (self._world.clock.now() - start).total_seconds()

    def task_added(self, task: Task) -> bool:
        """A job has a new task; whether it can run now."""
        course = self._course(task.job)
        course.left += 1
        return course.dependencies.add(task)

    def task_ended(self, task: Task, outcome: Outcome) -> list[Task]:
        """A task has completed: act on its job; the tasks that waited only for it."""
        course = self._course(task.job)
        course.left -= 1
        ready = course.dependencies.satisfy(task) if satisfies(task, outcome) else []
        manager = task.job.body.get("jobManagerTask") or {}
        if manager.get("killJobOnCompletion", True) and is_manager(task):
            self._terminate(task.job, "JMComplete")
        elif task.job.body.get("onTaskFailure") == "performexitoptionsjobaction":
            self._act(task.job, job_action(task, outcome))
        self._end_if_done(task.job)
        return ready

    def task_reactivated(self, task: Task) -> None:
        """A completed task is to run again."""
        self._course(task.job).left += 1

    def task_gone(self, task: Task) -> None:
        """A task was deleted."""
        course = self._course(task.job)
        course.dependencies.forget(task)
        if task.state != "completed":
            course.left -= 1
        self._end_if_done(task.job)

    def waits(self, task: Task) -> bool:
        """Whether a task can't run yet, since it depends on others."""
        return self._course(task.job).dependencies.waits(task)

    def _course(self, job: Job) -> Course:
        return self._courses.setdefault(job, Course())

    def _act(self, job: Job, action: str) -> None:
        if action == "terminate":
            self._terminate(job, "TaskFailed")
        elif action == "disable" and job.state == "active":
            self._disable(job, "requeue")

    def _end_if_done(self, job: Job) -> None:
        """End a job that wants that when all its tasks are complete, also when it has none."""
        wanted = job.body.get("onAllTasksComplete") == "terminatejob"
        if wanted and job.state == "active" and not self._course(job).left:
            self._terminate(job, "AllTasksComplete")

    def disable(self, job: Job, option: str) -> None:
        """Disable a job; its running tasks are requeued, terminated or waited for."""
        check_open(job)
        if job.state in {"disabling", "disabled"}:
            raise BatchError("JobDisabled")
        self._world.touch(job.body)
        self._disable(job, option)

    def _disable(self, job: Job, option: str) -> None:
        self._enter(job, "disabling")
        if option == "requeue":
            self._scheduler.requeue(self._scheduler.runs_of(job), by_user=True)
        elif option == "terminate":
            self._end_running(job)
        self._moves.begin(self._disabled(job, job.turn))

    async def _disabled(self, job: Job, turn: int) -> None:
        await self._world.clock.sleep(DISABLE)
        await self._scheduler.idle(job)
        if job.turn == turn:
            self._enter(job, "disabled")

    def enable(self, job: Job) -> None:
        """Enable a job that is disabled, or about to be."""
        check_open(job)
        if job.state not in {"disabling", "disabled"}:
            reason = f"The job is {job.state}"
            raise BatchError("OperationInvalidForCurrentState", ("Reason", reason))
        self._world.touch(job.body)
        self._enter(job, "enabling")
        self._moves.begin(self._enabled(job, job.turn))

    async def _enabled(self, job: Job, turn: int) -> None:
        await self._world.clock.sleep(ENABLE)
        if job.turn == turn:
            self._enter(job, "active")
            self.changed(job)

    def terminate(self, job: Job, reason: str, *, force: bool) -> None:
        """Terminate a job because somebody asked for it."""
        check_open(job)
        self._world.touch(job.body)
        self._terminate(job, reason)
        if force:
            self._course(job).forced.set()

    def _terminate(self, job: Job, reason: str) -> None:
        if job.state not in ENDING:
            self._enter(job, "terminating")
            self._end(job, reason)

    def delete(self, job: Job, *, force: bool) -> None:
        """Delete a job: it ends like a terminated one, and then is gone."""
        if job.state == "deleting":
            raise BatchError("JobBeingDeleted")
        was_over = job.state == "completed"
        self._world.touch(job.body)
        self._enter(job, "deleting")
        if was_over:
            self._moves.begin(self._deleted(job))
        else:
            self._end(job, "")
        if force:
            self._course(job).forced.set()

    def _end(self, job: Job, reason: str) -> None:
        """End a job's running tasks, then itself; one that is ending already may be deleted."""
        self._end_running(job)
        course = self._course(job)
        if not course.ending:
            course.ending = True
            self._moves.begin(self._ended(job, reason))

    async def _ended(self, job: Job, reason: str) -> None:
        await self._world.clock.sleep(END)
        steps = [
            asyncio.create_task(self._wind_down(job)),
            asyncio.create_task(self._course(job).forced.wait()),
        ]
        try:
            await asyncio.wait(steps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for step in steps:
                step.cancel()
            await asyncio.gather(*steps, return_exceptions=True)
        if job.state == "deleting":
            self._forget(job)
        else:
            at = self._enter(job, "completed")
            job.body["executionInfo"]["endTime"] = at
            if reason:
                job.body["executionInfo"]["terminateReason"] = reason
        for tell in self.on_completed:
            tell(job)

    async def _wind_down(self, job: Job) -> bool:
        """Wait for what runs of a job to end, and run its release tasks."""
        await self._scheduler.idle(job)
        await self._scheduler.preparations.release(job)
        return True

    async def _deleted(self, job: Job) -> None:
        await self._world.clock.sleep(END)
        self._forget(job)

    def _forget(self, job: Job) -> None:
        """A job is gone with its tasks and their files."""
        job.gone = True
        for node in self._scheduler.preparations.nodes(job):
            self._files.remove_all(job, node)
        for task in job.tasks:
            task.gone = True
            self._files.forget_task(task)
            self._scheduler.instances.forget(task)
        self._scheduler.queue.forget_job(job)
        self._scheduler.preparations.forget(job)
        self._courses.pop(job, None)
        self._world.jobs.drop(job)

    def _enter(self, job: Job, state: str) -> str:
        job.turn += 1
        return change_state(self._world, job.body, state)

    async def close(self) -> None:
        """Let jobs be as they are."""
        await self._moves.call_off()


def check_open(job: Job) -> None:
    """409 when a job has ended or is about to."""
    if code := ENDING.get(job.state):
        raise BatchError(code)
