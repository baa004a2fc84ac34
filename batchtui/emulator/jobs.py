"""How jobs come into the account, and the pools that are made for jobs."""

import copy
from collections.abc import Mapping

from batchtui.emulator.errors import BatchError
from batchtui.emulator.lifecycle import Lifecycle
from batchtui.emulator.pools import Pools
from batchtui.emulator.store import Job, Json, Schedule, Unshown, World
from batchtui.emulator.work import Work
from batchtui.emulator.work.records import change_state


class Jobs:
    """Creates jobs and their pools, and deletes these pools when nobody needs them."""

    def __init__(self, world: World, pools: Pools, lifecycle: Lifecycle, work: Work) -> None:
        self._world = world
        self._pools = pools
        self._lifecycle = lifecycle
        self._work = work
        work.on_completed.append(self._completed)

    def create(self, wanted: Json, unshown: Unshown, schedule: Schedule | None = None) -> Job:
        """Begin a job's life; `unshown` is for a pool that is made for it.

        A pool that is named needn't be there: the service takes the job all the same (recorded in
        job-list, of an account without pools). 409 JobExists, JobScheduleWithSameIdExists or
        ActiveJobAndScheduleQuotaReached.
        """
        world = self._world
        if world.jobs.find(wanted["id"]):
            raise BatchError("JobExists")
        if world.schedules.find(wanted["id"]):
            raise BatchError("JobScheduleWithSameIdExists")
        check_quota(world)
        job = Job(wanted["id"], wanted, schedule)
        job.body |= {
            "url": f"{world.endpoint}/jobs/{job.id}",
            "creationTime": world.stamp(),
            "state": "active",
        }
        now = world.touch(job.body)
        job.body |= {"stateTransitionTime": now, "executionInfo": {"startTime": now}}
        world.jobs.add(job)
        if self._find_pool(job, unshown):
            self._work.begin_job(job)
        return job

    def drop_pool(self, pool_id: str, auto: Mapping[str, object]) -> None:
        """Delete a pool that was made for a job or schedule, unless it is to be kept."""
        pool = self._world.pools.find(pool_id)
        if pool and not auto["keepAlive"] and pool.body["state"] != "deleting":
            self._lifecycle.delete(pool)

    def _find_pool(self, job: Job, unshown: Unshown) -> bool:
        """Say where the job runs, and make that pool if need be; whether there is one."""
        info, auto = job.body["executionInfo"], job.body["poolInfo"].get("autoPoolSpecification")
        if auto is None:
            info["poolId"] = job.body["poolInfo"]["poolId"]
            return True
        shared = job.schedule if auto["poolLifetimeOption"] == "jobschedule" else None
        if shared and self._world.pools.find(shared.pool_id):
            info["poolId"] = shared.pool_id
            return True
        prefix = f"{auto['autoPoolIdPrefix']}_" if "autoPoolIdPrefix" in auto else ""
        info["poolId"] = prefix + self._world.new_guid().upper()
        try:
            wanted = {"id": info["poolId"], **copy.deepcopy(auto["pool"])}
            self._pools.create(wanted, unshown.accounts, unshown.version)
        except BatchError as error:
            self._fail(job, error)
            return False
        if shared:
            shared.pool_id = info["poolId"]
        return True

    def _fail(self, job: Job, error: BatchError) -> None:
        """Completed at once, as recorded for a pool that couldn't be made (job-list)."""
        job.body["executionInfo"] |= {
            "endTime": change_state(self._world, job.body, "completed"),
            "schedulingError": {
                "category": "UserError",
                "code": "AutoPoolCreationFailedWithQuotaReached",
                "message": error.message,
            },
        }
        for call in self._work.on_completed:
            call(job)

    def _completed(self, job: Job) -> None:
        auto = job.body["poolInfo"].get("autoPoolSpecification")
        if auto and auto["poolLifetimeOption"] == "job":
            self.drop_pool(job.pool_id, auto)


def check_quota(world: World) -> None:
    """409 when there are as many active jobs and schedules as there may be."""
    bodies = [*(job.body for job in world.jobs), *(item.body for item in world.schedules)]
    if sum(body["state"] != "completed" for body in bodies) >= world.quotas.active_jobs:
        raise BatchError("ActiveJobAndScheduleQuotaReached")
