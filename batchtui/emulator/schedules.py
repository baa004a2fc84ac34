"""The life of job schedules: when they make their jobs, and when they end.

The rules are those of the SDK's docstrings (BatchJobScheduleConfiguration): one active job at a
time; a job that is due while another is active waits for it, at most for the start window.
"""

import copy
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from batchtui.emulator.errors import BatchError
from batchtui.emulator.jobs import Jobs, check_quota
from batchtui.emulator.store import Job, Json, Schedule, Unshown, World
from batchtui.emulator.times import read_duration, read_time, service_time
from batchtui.emulator.work import Work
from batchtui.emulator.work.records import change_state

LAST_STEP = 1.0  # seconds from having nothing left to end to having ended
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
ENDING = {
    "completed": "JobScheduleCompleted",
    "terminating": "JobScheduleBeingTerminated",
    "deleting": "JobScheduleBeingDeleted",
}
log = logging.getLogger(__name__)


class Schedules:
    """Moves schedules from state to state and makes their jobs."""

    def __init__(self, world: World, jobs: Jobs, work: Work) -> None:
        self._world = world
        self._jobs = jobs
        self._work = work
        work.on_completed.append(self._job_completed)

    def create(self, wanted: Json, unshown: Unshown) -> Schedule:
        """Begin a schedule's life; 409 JobScheduleExists, JobWithSameIdExists or the quota's."""
        world = self._world
        if world.schedules.find(wanted["id"]):
            raise BatchError("JobScheduleExists")
        if world.jobs.find(wanted["id"]):
            raise BatchError("JobWithSameIdExists")
        check_quota(world)
        schedule = Schedule(wanted["id"], wanted, unshown)
        now = world.touch(schedule.body)
        schedule.body |= {
            "url": f"{world.endpoint}/jobschedules/{schedule.id}",
            "creationTime": now,
            "state": "active",
            "stateTransitionTime": now,
            "executionInfo": {},
        }
        world.schedules.add(schedule)
        self._plan(schedule)
        return schedule

    def change(self, schedule: Schedule, changed: Json, unshown: Unshown) -> None:
        """Give a schedule other properties; they matter for jobs that are yet to come."""
        check_going(schedule)
        schedule.body |= changed
        if not schedule.body.get("metadata"):
            schedule.body.pop("metadata", None)
        if "jobSpecification" in changed:
            schedule.unshown = unshown
        self._world.touch(schedule.body)
        if "schedule" in changed:
            schedule.waiting = schedule.finished = False
            self._plan(schedule)

    def disable(self, schedule: Schedule) -> None:
        """Make no jobs until it is enabled again."""
        check_going(schedule)
        self._enter(schedule, "disabled")

    def enable(self, schedule: Schedule) -> None:
        """Make jobs again, and the one that is overdue now."""
        check_going(schedule)
        self._enter(schedule, "active")
        self._make_job(schedule)

    def terminate(self, schedule: Schedule, *, force: bool) -> None:
        """End it and its active job: terminating, then completed."""
        check_going(schedule)
        self._end(schedule, "terminating")
        job = self._active_job(schedule)
        if job and job.state != "terminating":
            self._work.terminate_job(job, "TerminateJobSchedule", force=force)
        self._later(schedule, LAST_STEP, self._complete)

    def delete(self, schedule: Schedule, *, force: bool) -> None:
        """Delete it and all its jobs: deleting, then gone."""
        if schedule.state == "deleting":
            raise BatchError("JobScheduleBeingDeleted")
        self._end(schedule, "deleting")
        for job in self.jobs_of(schedule):
            if job.state != "deleting":
                self._work.delete_job(job, force=force)
        self._later(schedule, LAST_STEP, self._drop)

    def jobs_of(self, schedule: Schedule) -> list[Job]:
        """The jobs that a schedule has made and that are still there."""
        return [job for job in self._world.jobs if job.schedule is schedule]

    def _plan(self, schedule: Schedule) -> None:
        """Find out when it makes its next job, and when its last."""
        schedule.turn += 1
        schedule.body["executionInfo"].pop("nextRunTime", None)
        now, times = self._world.clock.now(), schedule.body["schedule"]
        interval, until = _interval(schedule), read_time(times.get("doNotRunUntil", ""))
        if schedule.last_due is None:
            self._expect(schedule, max(now, until) if until else now)
        elif interval:
            self._expect_next(schedule, schedule.last_due, interval)
        else:
            self._finish(schedule)
        if interval and (after := read_time(times.get("doNotRunAfter", ""))):
            self._later(schedule, (after - now).total_seconds(), self._finish)

    def _expect(self, schedule: Schedule, at: datetime) -> None:
        """Make a job then; or at the first time later on, when that has passed long since."""
        now, interval = self._world.clock.now(), _interval(schedule)
        if at < now and interval:
            at += interval * ((now - at) // interval)
        last = read_time(schedule.body["schedule"].get("doNotRunAfter", ""))
        if last and at > last:
            if not interval:
                self._finish(schedule)
            return
        info = schedule.body["executionInfo"]
        schedule.body["executionInfo"] = {"nextRunTime": service_time(at), **info}
        seconds = (at - now).total_seconds()
        if seconds > 0:
            self._later(schedule, seconds, lambda _: self._due(schedule, at))
        else:
            self._due(schedule, at)

    def _expect_next(self, schedule: Schedule, last: datetime, interval: timedelta) -> None:
        if interval <= END_OF_TIME - last:  # else it never comes
            self._expect(schedule, last + interval)

    def _due(self, schedule: Schedule, at: datetime) -> None:
        """It is time for a job: now, or when the active one has ended."""
        schedule.body["executionInfo"].pop("nextRunTime", None)
        schedule.last_due, schedule.waiting = at, True
        if interval := _interval(schedule):
            self._expect_next(schedule, at, interval)
        self._make_job(schedule)
        window = read_duration(schedule.body["schedule"].get("startWindow", ""))
        if window and schedule.waiting:
            lost = self._opportunity_lost(at)
            self._later(schedule, window.total_seconds(), lost)

    def _opportunity_lost(self, at: datetime) -> Callable[[Schedule], None]:
        def lost(schedule: Schedule) -> None:
            if schedule.waiting and schedule.last_due == at:
                schedule.waiting = False
                self._settle(schedule)

        return lost

    def _make_job(self, schedule: Schedule) -> None:
        """Make the job that is due, unless there is an active one or it is disabled."""
        if not schedule.waiting or schedule.state != "active" or self._active_job(schedule):
            return
        schedule.waiting = False
        schedule.made += 1
        schedule.finished = schedule.finished or not _interval(schedule)
        job_id = f"{schedule.id}:job-{schedule.made}"
        wanted = {"id": job_id, **copy.deepcopy(schedule.body["jobSpecification"])}
        url = f"{self._world.endpoint}/jobs/{job_id}"
        schedule.body["executionInfo"]["recentJob"] = {"id": job_id, "url": url}
        try:
            self._jobs.create(wanted, schedule.unshown, schedule)
        except BatchError as error:
            log.warning("%s makes no job: %s", schedule.id, error.message)
            del schedule.body["executionInfo"]["recentJob"]
        self._settle(schedule)

    def _active_job(self, schedule: Schedule) -> Job | None:
        over = {"completed", "deleting"}
        return next((job for job in self.jobs_of(schedule) if job.state not in over), None)

    def _job_completed(self, job: Job) -> None:
        schedule = job.schedule
        if not schedule or schedule.gone:
            return
        if schedule.state == "terminating":
            self._complete(schedule)
        else:
            self._make_job(schedule)
            self._settle(schedule)

    def _finish(self, schedule: Schedule) -> None:
        """No more jobs will come."""
        schedule.finished, schedule.waiting = True, False
        schedule.body["executionInfo"].pop("nextRunTime", None)
        self._settle(schedule)

    def _settle(self, schedule: Schedule) -> None:
        """Completed, once no job is active and none will come."""
        done = schedule.finished and not schedule.waiting
        if done and schedule.state in {"active", "disabled"}:
            self._complete(schedule)

    def _complete(self, schedule: Schedule) -> None:
        if schedule.state == "completed" or self._active_job(schedule):
            return
        self._enter(schedule, "completed")
        schedule.turn += 1
        schedule.body["executionInfo"]["endTime"] = schedule.body["stateTransitionTime"]
        self._drop_pool(schedule)

    def _end(self, schedule: Schedule, state: str) -> None:
        schedule.turn += 1
        schedule.finished, schedule.waiting = True, False
        schedule.body["executionInfo"].pop("nextRunTime", None)
        self._enter(schedule, state)

    def _drop(self, schedule: Schedule) -> None:
        if self.jobs_of(schedule):
            self._later(schedule, LAST_STEP, self._drop)
            return
        schedule.gone = True
        self._world.schedules.drop(schedule)
        self._drop_pool(schedule)

    def _drop_pool(self, schedule: Schedule) -> None:
        auto = schedule.body["jobSpecification"]["poolInfo"].get("autoPoolSpecification")
        if schedule.pool_id and auto:
            self._jobs.drop_pool(schedule.pool_id, auto)

    def _enter(self, schedule: Schedule, state: str) -> None:
        if schedule.state != state:
            change_state(self._world, schedule.body, state)
            schedule.body["stateTransitionTime"] = self._world.touch(schedule.body)

    def _later(self, schedule: Schedule, seconds: float, call: Callable[[Schedule], None]) -> None:
        turn = schedule.turn
        self._world.clock.later(
            max(0.0, seconds), lambda: call(schedule) if schedule.turn == turn else None
        )


def check_going(schedule: Schedule) -> None:
    """409 once a schedule has ended or is about to."""
    if code := ENDING.get(schedule.state):
        raise BatchError(code)


def _interval(schedule: Schedule) -> timedelta | None:
    times: dict[str, Any] = schedule.body["schedule"]
    return read_duration(times.get("recurrenceInterval", ""))
