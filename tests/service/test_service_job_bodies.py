"""Jobs that are created: what the service adds to them, and what it refuses."""

import re

import pytest
from conftest import recording
from service.commanding import change
from service.posting import (
    GUID,
    auto_pool,
    create_job,
    in_state,
    job_body,
    shape,
)


async def test_a_job_is_created_with_the_recorded_answer_and_defaults(service):
    asked = recording("job-create-201-2024")
    response = await service.send("POST", "/jobs", asked["request"]["body"])
    assert (response.status_code, response.text()) == (201, "")
    literal = f"{service.info.endpoint}/jobs/job-1"
    assert response.headers["Location"] == response.headers["DataServiceId"] == literal
    job = await service.send("GET", "/jobs/cli-test-job-1", version="2024-02-01.19.0")
    wanted = recording("job-get-2024")["response"]["body"]
    assert shape(job.json()) == shape(wanted)
    assert list(job.json()) == list(wanted)
    assert job.headers["ETag"] == response.headers["ETag"] == job.json()["eTag"]


async def test_a_job_of_the_newest_version_is_shown_as_recorded(service):
    wanted = recording("job-get")["response"]["body"]
    made = {
        name: {"commandLine": wanted[name]["commandLine"]}
        for name in ("jobPreparationTask", "jobReleaseTask")
    }
    info = auto_pool(pool={"vmSize": "STANDARD_D2_V2"})
    await create_job(
        service,
        "batch_job1_",
        poolInfo=info,
        priority=900,
        constraints={"maxTaskRetryCount": 3},
        **made,
    )
    job = await service.get("/jobs/batch_job1_")
    assert re.fullmatch(GUID, job["executionInfo"].pop("poolId"))
    del wanted["executionInfo"]["poolId"]
    assert shape(job) == shape(wanted)
    assert list(job) == list(wanted)
    for name in ("jobPreparationTask", "jobReleaseTask"):
        assert list(job[name]) == list(wanted[name])
    specification = wanted["poolInfo"]["autoPoolSpecification"]["pool"]
    assert list(job["poolInfo"]["autoPoolSpecification"]["pool"]) == list(specification)


async def test_a_job_needs_no_pool_that_is_there(service):
    await create_job(service, poolInfo={"poolId": "nowhere"})
    job = await service.get("/jobs/j")
    assert (job["state"], job["executionInfo"]["poolId"]) == ("active", "nowhere")


async def test_an_id_is_taken_whatever_its_case(service):
    await create_job(service, "Job")
    await service.fails(409, "JobExists", "POST", "/jobs", job_body("JOB"))
    recorded = recording("job-create-409-exists")["response"]["body"]
    response = await service.send("POST", "/jobs", job_body("Job"))
    words = response.json()["message"]["value"].splitlines()[0]
    assert words == recorded["message"]["value"].splitlines()[0]
    assert (await service.get("/jobs/jOB"))["id"] == "Job"
    body = {"schedule": {}, "jobSpecification": {"poolInfo": {"poolId": "p"}}}
    await service.fails(409, "JobWithSameIdExists", "POST", "/jobschedules", {"id": "job"} | body)


@pytest.mark.parametrize(
    ("more", "code", "named"),
    [
        ({"id": None}, "MissingRequiredProperty", "id"),
        ({"id": "a b"}, "InvalidPropertyValue", "id"),
        ({"id": "x" * 65}, "InvalidPropertyValue", "id"),
        ({"poolInfo": None}, "MissingRequiredProperty", "poolInfo"),
        ({"poolInfo": {}}, "MissingRequiredProperty", "poolId"),
        ({"poolInfo": {"poolId": "p"} | auto_pool()}, "InvalidPropertyValue", "poolInfo"),
        ({"poolInfo": auto_pool("jobschedule")}, "InvalidPropertyValue", "poolLifetimeOption"),
        ({"poolInfo": auto_pool("ever")}, "InvalidPropertyValue", "poolLifetimeOption"),
        (
            {"poolInfo": auto_pool(autoPoolIdPrefix="x" * 21)},
            "InvalidPropertyValue",
            "autoPoolIdPrefix",
        ),
        ({"poolInfo": auto_pool(pool={"vmSize": "tiny"})}, "InvalidPropertyValue", "vmSize"),
        ({"poolInfo": auto_pool(pool={"id": "p"})}, "InvalidPropertyValue", "id"),
        ({"priority": -1001}, "InvalidPropertyValue", "priority"),
        ({"priority": 1001}, "InvalidPropertyValue", "priority"),
        ({"priority": "high"}, "InvalidPropertyValue", "priority"),
        ({"maxParallelTasks": 0}, "InvalidPropertyValue", "maxParallelTasks"),
        ({"maxParallelTasks": -2}, "InvalidPropertyValue", "maxParallelTasks"),
        ({"displayName": "x" * 1025}, "InvalidPropertyValue", "displayName"),
        ({"constraints": {"maxTaskRetryCount": -2}}, "InvalidPropertyValue", "maxTaskRetryCount"),
        (
            {"constraints": {"maxWallClockTime": "1 day"}},
            "InvalidPropertyValue",
            "maxWallClockTime",
        ),
        ({"onAllTasksComplete": "sing"}, "InvalidPropertyValue", "onAllTasksComplete"),
        ({"onTaskFailure": "cry"}, "InvalidPropertyValue", "onTaskFailure"),
        ({"metadata": [{"name": "n"}]}, "MissingRequiredProperty", "value"),
        ({"metadata": {"n": "v"}}, "InvalidPropertyValue", "metadata"),
        ({"jobManagerTask": {"commandLine": "true"}}, "MissingRequiredProperty", "id"),
        ({"jobManagerTask": {"id": "m"}}, "MissingRequiredProperty", "commandLine"),
        (
            {"jobManagerTask": {"id": "m", "commandLine": " "}},
            "InvalidPropertyValue",
            "commandLine",
        ),
        ({"jobReleaseTask": {"commandLine": "true"}}, "InvalidPropertyValue", "jobReleaseTask"),
        (
            {
                "jobPreparationTask": {"commandLine": "true"},
                "jobReleaseTask": {"commandLine": "true", "maxWallClockTime": "PT16M"},
            },
            "InvalidPropertyValue",
            "maxWallClockTime",
        ),
        (
            {
                "jobPreparationTask": {"commandLine": "true", "id": "X"},
                "jobManagerTask": {"commandLine": "true", "id": "x"},
            },
            "InvalidPropertyValue",
            "id",
        ),
    ],
)
async def test_a_job_that_cannot_be_is_refused_by_property(service, more, code, named):
    values = await service.fails(400, code, "POST", "/jobs", job_body(**({"id": "j"} | more)))
    assert values["PropertyName"] == named
    assert (await service.get("/jobs"))["value"] == []


async def test_what_a_job_does_not_have_is_refused(service):
    await service.fails(400, "InvalidRequestBody", "POST", "/jobs", job_body(nodes=3))
    network = {"networkConfiguration": {"subnetId": "/subscriptions/s"}}
    await service.fails(403, "Forbidden", "POST", "/jobs", job_body(**network))
    await service.fails(405, "UnsupportedHttpVerb", "POST", "/jobs/j", {})


async def test_active_jobs_and_schedules_have_a_quota(service):
    await change(service, quota={"activeJobs": 2})
    await create_job(service, "a")
    await create_job(service, "b")
    schedule = {"id": "s", "schedule": {}, "jobSpecification": {"poolInfo": {"poolId": "p"}}}
    for path, body in (("/jobs", job_body("c")), ("/jobschedules", schedule)):
        await service.fails(409, "ActiveJobAndScheduleQuotaReached", "POST", path, body)
    await service.send("POST", "/jobs/a/terminate")
    await in_state(service, "completed", "/jobs/a")
    await create_job(service, "c")
