"""When the jobs of a schedule come, as time passes."""

import datetime as dt

from azure.batch import models
from service.posting import (
    MINUTE,
    PATH,
    create_schedule,
    in_state,
    now_of,
    passes,
    schedule_body,
)

from batchtui.emulator.times import read_time


async def job_states(service):
    jobs = (await service.get(f"{PATH}/jobs"))["value"]
    return {job["id"]: job["state"] for job in jobs}


async def ended(service, number):
    """End a schedule's job as its user does."""
    await service.send("POST", f"/jobs/s:job-{number}/terminate")
    await passes(service, seconds=10)
    await in_state(service, "completed", f"/jobs/s:job-{number}")


def near(text, wanted, seconds=5.0):
    return abs((read_time(text) - wanted).total_seconds()) < seconds


async def test_without_recurrence_there_is_one_job(slow):
    await create_schedule(slow, schedule={})
    schedule = await slow.get(PATH)
    job = {"id": "s:job-1", "url": f"{slow.info.endpoint}/jobs/s:job-1"}
    assert schedule["executionInfo"] == {"recentJob": job}
    assert (await slow.get("/jobs/s:job-1"))["executionInfo"]["poolId"] == "p"
    await passes(slow, hours=2)
    assert await job_states(slow) == {"s:job-1": "active"}
    await ended(slow, 1)
    schedule = await slow.get(PATH)
    assert (schedule["state"], schedule["previousState"]) == ("completed", "active")
    assert schedule["executionInfo"]["endTime"] == schedule["stateTransitionTime"]


async def test_jobs_come_at_intervals_one_at_a_time(slow):
    await create_schedule(slow, schedule=MINUTE)
    began = await now_of(slow)
    info = (await slow.get(PATH))["executionInfo"]
    assert list(info) == ["nextRunTime", "recentJob"]
    assert near(info["nextRunTime"], began + dt.timedelta(minutes=1))
    await passes(slow, seconds=61)  # due, but the first one is active
    assert await job_states(slow) == {"s:job-1": "active"}
    await ended(slow, 1)
    assert await job_states(slow) == {"s:job-1": "completed", "s:job-2": "active"}
    await ended(slow, 2)
    assert len(await job_states(slow)) == 2
    await passes(slow, seconds=60)
    assert (await slow.get(PATH))["executionInfo"]["recentJob"]["id"] == "s:job-3"
    assert (await slow.get(PATH))["state"] == "active"


async def test_times_at_the_end_of_time_are_waited_for(slow):
    last = "9999-12-31T23:59:59.9999999Z"
    for schedule_id, times in (
        ("s", {"recurrenceInterval": "P10675199D", "startWindow": "P10675199D"}),
        ("t", {"doNotRunUntil": last, "doNotRunAfter": None} | MINUTE),
        ("u", {"doNotRunUntil": "0001-01-01T00:00:00Z", "doNotRunAfter": last} | MINUTE),
    ):
        await create_schedule(slow, schedule_id, times)
        assert (await slow.get(f"/jobschedules/{schedule_id}"))["state"] == "active"
    beyond = schedule_body("v", {"doNotRunUntil": "0001-01-01T00:00:00+14:00"})
    await slow.fails(400, "InvalidPropertyValue", "POST", "/jobschedules", beyond)


async def test_an_opportunity_is_lost_after_its_window(slow):
    window = {"recurrenceInterval": "PT1H", "startWindow": "PT10M"}
    await create_schedule(slow, schedule=window)
    await passes(slow, minutes=65)
    await passes(slow, minutes=10)
    await ended(slow, 1)
    assert await job_states(slow) == {"s:job-1": "completed"}
    await passes(slow, minutes=46)
    assert (await job_states(slow))["s:job-2"] == "active"


async def test_a_schedule_waits_until_it_may_run_and_ends_when_it_may_not(slow):
    now = await now_of(slow)
    times = {
        "doNotRunUntil": (now + dt.timedelta(hours=1)).isoformat(),
        "doNotRunAfter": (now + dt.timedelta(hours=2)).isoformat(),
        "recurrenceInterval": "PT45M",
    }
    await create_schedule(slow, schedule=times)
    schedule = await slow.get(PATH)
    assert schedule["executionInfo"] == {"nextRunTime": schedule["schedule"]["doNotRunUntil"]}
    await passes(slow, minutes=61)
    assert await job_states(slow) == {"s:job-1": "active"}
    await ended(slow, 1)
    await passes(slow, minutes=45)
    assert len(await job_states(slow)) == 2
    assert "nextRunTime" not in (await slow.get(PATH))["executionInfo"]
    await passes(slow, minutes=30)
    assert (await slow.get(PATH))["state"] == "active"  # its job is
    await ended(slow, 2)
    assert (await slow.get(PATH))["state"] == "completed"


async def test_a_disabled_schedule_makes_no_jobs_until_it_is_enabled(slow):
    await create_schedule(slow, schedule=MINUTE)
    client = slow.client
    disabled = await slow.send("POST", f"{PATH}/disable")
    assert (disabled.status_code, disabled.content) == (204, b"")
    assert disabled.headers["DataServiceId"].endswith(f"{PATH}/disable")
    assert disabled.headers["ETag"] == (await slow.get(PATH))["eTag"]
    await ended(slow, 1)
    await passes(slow, minutes=3)
    assert await job_states(slow) == {"s:job-1": "completed"}
    schedule = await client.get_job_schedule("s")
    assert (schedule.state, schedule.previous_state) == ("disabled", "active")
    await client.enable_job_schedule("s")
    assert (await client.get_job_schedule("s")).state == "active"
    assert await job_states(slow) == {"s:job-1": "completed", "s:job-2": "active"}
    await client.disable_job_schedule("s")


async def test_put_and_patch_change_what_is_to_come(slow):
    await create_schedule(slow, schedule=MINUTE, metadata=[{"name": "a", "value": "b"}])
    client = slow.client
    update = models.BatchJobScheduleUpdateOptions(
        schedule=models.BatchJobScheduleConfiguration(recurrence_interval=dt.timedelta(hours=5))
    )
    await client.update_job_schedule("s", update)
    schedule = await slow.get(PATH)
    assert schedule["schedule"] == {"recurrenceInterval": "PT5H"}
    assert schedule["metadata"] == [{"name": "a", "value": "b"}]
    later = await now_of(slow) + dt.timedelta(hours=5)
    assert near(schedule["executionInfo"]["nextRunTime"], later)
    whole = await client.get_job_schedule("s")
    whole.job_specification.priority = 77
    whole.metadata = None
    await client.replace_job_schedule("s", whole)
    schedule = await slow.get(PATH)
    assert "metadata" not in schedule
    assert (await slow.get("/jobs/s:job-1"))["priority"] == 0
    await ended(slow, 1)
    await passes(slow, hours=5)
    assert (await slow.get("/jobs/s:job-2"))["priority"] == 77
    put = await slow.send("PUT", PATH, schedule_body(schedule_id=None, schedule={}))
    assert (put.status_code, put.headers["DataServiceId"]) == (200, schedule["url"])


async def test_a_schedule_without_more_to_come_is_completed_by_a_change(slow):
    await create_schedule(slow, schedule=MINUTE)
    await ended(slow, 1)
    await slow.send("PATCH", PATH, {"schedule": {}})
    assert (await slow.get(PATH))["state"] == "completed"
