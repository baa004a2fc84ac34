"""Job schedules through the SDK's clients: every operation, what is refused, and their pools."""

import asyncio
import datetime as dt

import pytest
from azure.batch import BatchClient as SyncClient
from azure.batch import models
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from conftest import recording
from service.helpers import until
from service.posting import (
    FAST,
    MINUTE,
    NEVER,
    PATH,
    auto_pool,
    create_schedule,
    in_state,
    schedule_body,
)


async def test_a_schedule_is_created_with_the_recorded_answer(service):
    exchange = recording("job-schedule-create-201")
    body = exchange["request"]["body"]
    auto = body["jobSpecification"]["poolInfo"]["autoPoolSpecification"]
    auto["pool"] = auto_pool()["autoPoolSpecification"]["pool"]  # the recorded kind is gone
    response = await service.send("POST", "/jobschedules", body)
    assert (response.status_code, response.text()) == (201, "")
    url = f"{service.info.endpoint}/jobschedules/xplatJobScheduleJobTests"
    assert response.headers["Location"] == response.headers["DataServiceId"] == url
    schedule = await service.get("/jobschedules/xplatJobScheduleJobTests")
    assert schedule["eTag"] == response.headers["ETag"]
    assert schedule["schedule"] == {"recurrenceInterval": "P2D"}
    assert schedule["metadata"] == body["metadata"]
    job = await service.get("/jobs/xplatJobScheduleJobTests:job-1")
    recorded = recording("job-list")["response"]["body"]["value"][1]
    assert job["id"] == recorded["id"] == schedule["executionInfo"]["recentJob"]["id"]
    for name in ("displayName", "priority", "constraints", "commonEnvironmentSettings", "metadata"):
        assert job[name] == recorded[name]
    for name in ("jobManagerTask", "jobPreparationTask", "jobReleaseTask"):
        assert job[name] == recorded[name]
        assert list(job[name]) == list(recorded[name])


@pytest.mark.parametrize(
    ("more", "code", "named"),
    [
        ({"id": None}, "MissingRequiredProperty", "id"),
        ({"id": "a:b"}, "InvalidPropertyValue", "id"),
        ({"jobSpecification": None}, "MissingRequiredProperty", "jobSpecification"),
        ({"specification": {"poolInfo": None}}, "MissingRequiredProperty", "poolInfo"),
        ({"specification": {"priority": 2000}}, "InvalidPropertyValue", "priority"),
        ({"schedule": {"startWindow": "PT59S"}}, "InvalidPropertyValue", "startWindow"),
        (
            {"schedule": {"recurrenceInterval": "PT59S"}},
            "InvalidPropertyValue",
            "recurrenceInterval",
        ),
        ({"schedule": {"doNotRunUntil": "soon"}}, "InvalidPropertyValue", "doNotRunUntil"),
        (
            {"schedule": NEVER | {"doNotRunAfter": "2998-01-01T00:00:00Z"}},
            "InvalidPropertyValue",
            "doNotRunAfter",
        ),
        ({"schedule": []}, "InvalidPropertyValue", "schedule"),
        ({"metadata": [{"value": "v"}]}, "MissingRequiredProperty", "name"),
    ],
)
async def test_a_schedule_that_cannot_be_is_refused_by_property(service, more, code, named):
    values = await service.fails(400, code, "POST", "/jobschedules", schedule_body(**more_of(more)))
    assert values["PropertyName"] == named


def more_of(more):
    return {"schedule_id" if name == "id" else name: value for name, value in more.items()}


async def test_what_a_schedule_does_not_have_is_refused(service):
    for body in (
        schedule_body(state="active"),
        schedule_body(schedule={"interval": "PT1M"}),
        schedule_body(specification={"id": "j"}),
    ):
        await service.fails(400, "InvalidRequestBody", "POST", "/jobschedules", body)
    missing = schedule_body()
    del missing["schedule"]
    values = await service.fails(400, "MissingRequiredProperty", "POST", "/jobschedules", missing)
    assert values["PropertyName"] == "schedule"


async def test_an_id_is_taken_whatever_its_case(service):
    await create_schedule(service)
    await service.fails(409, "JobScheduleExists", "POST", "/jobschedules", schedule_body("S"))
    job = {"id": "S", "poolInfo": {"poolId": "p"}}
    await service.fails(409, "JobScheduleWithSameIdExists", "POST", "/jobs", job)


async def test_exists_says_yes_and_no(service):
    await create_schedule(service)
    assert await service.client.job_schedule_exists("s") is True
    with pytest.raises(ResourceNotFoundError):
        await service.client.job_schedule_exists("t")
    for verb, path in (
        ("GET", ""), ("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/jobs"),
        ("POST", "/disable"), ("POST", "/enable"), ("POST", "/terminate"),
    ):  # fmt: skip
        body = schedule_body(schedule_id=None) if verb in {"PUT", "PATCH"} else None
        await service.fails(404, "JobScheduleNotFound", verb, f"/jobschedules/t{path}", body)


async def test_a_job_with_a_colon_in_its_id_is_found_by_both_clients(service):
    await create_schedule(service, schedule={})
    job = await service.client.get_job("s:job-1")
    assert job.url == f"{service.info.endpoint}/jobs/s:job-1"
    task = models.BatchTaskCreateOptions(id="t", command_line="true")
    await service.client.create_task("s:job-1", task)

    def task_of_it():
        credential = AzureNamedKeyCredential(service.info.account, service.info.key)
        with SyncClient(service.info.endpoint, credential, retry_total=0) as client:
            return client.get_task("s:job-1", "t").url

    assert await asyncio.to_thread(task_of_it) == f"{job.url}/tasks/t"


async def test_terminating_ends_the_active_job(service):
    await create_schedule(service, schedule={})
    await (await service.client.begin_terminate_job_schedule("s", **FAST)).result()
    schedule = await in_state(service, "completed", PATH)
    job = await service.get("/jobs/s:job-1")
    assert job["state"] == "completed"
    assert job["executionInfo"]["terminateReason"] == "TerminateJobSchedule"
    assert schedule["previousState"] == "terminating"
    for verb, path, body in (
        ("PATCH", "", {"metadata": []}),
        ("PUT", "", schedule_body(schedule_id=None)),
        ("POST", "/disable", None),
        ("POST", "/enable", None),
        ("POST", "/terminate", None),
    ):
        await service.fails(409, "JobScheduleCompleted", verb, PATH + path, body)


async def test_a_schedule_without_jobs_is_terminated_too(service):
    await create_schedule(service)
    terminated = await service.send("POST", f"{PATH}/terminate", force="true")
    assert terminated.status_code == 202
    assert (await service.get(PATH))["state"] == "terminating"
    await service.fails(409, "JobScheduleBeingTerminated", "POST", f"{PATH}/terminate")
    schedule = await in_state(service, "completed", PATH)
    assert "recentJob" not in schedule["executionInfo"]


async def test_deleting_takes_the_jobs_along(service):
    await create_schedule(service, schedule={})
    await service.send("POST", "/jobs/s:job-1/tasks", {"id": "t", "commandLine": "true"})
    poller = await service.client.begin_delete_job_schedule("s", **FAST)
    await service.fails(409, "JobScheduleBeingDeleted", "DELETE", PATH)
    await service.fails(409, "JobScheduleBeingDeleted", "PATCH", PATH, {})
    await poller.result()
    await service.gone(PATH)
    await service.gone("/jobs/s:job-1")
    assert [job async for job in service.client.list_jobs()] == []


async def test_conditions_are_kept(service):
    created = await create_schedule(service)
    match = {"etag": created.headers["ETag"], "match_condition": MatchConditions.IfNotModified}
    client = service.client
    await client.disable_job_schedule("s", **match)
    for send in (
        client.enable_job_schedule("s", **match),
        client._terminate_job_schedule_internal("s", **match),
        client._delete_job_schedule_internal("s", **match),
        client.update_job_schedule("s", models.BatchJobScheduleUpdateOptions(), **match),
    ):
        with pytest.raises(HttpResponseError) as failed:
            await send
        assert failed.value.status_code == 412
    tag = (await service.get(PATH))["eTag"]
    same = await service.send("GET", PATH, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")


async def test_lists_are_filtered_and_paged(service):
    for schedule_id in ("b", "a", "c"):
        await create_schedule(service, schedule_id)
    client = service.client
    pages = client.list_job_schedules(max_results=2).by_page()
    assert [[item.id async for item in page] async for page in pages] == [["a", "b"], ["c"]]
    for text, ids in (
        ("startswith(id,'b') or id eq 'c'", ["b", "c"]),
        ("schedule/doNotRunUntil gt DateTime'2990-01-01'", ["a", "b", "c"]),
        ("schedule/doNotRunAfter gt DateTime'2990-01-01'", []),
        ("state ne 'active'", []),
    ):
        found = [item.id async for item in client.list_job_schedules(filter=text, select=["id"])]
        assert found == ids
    bad = {"$filter": "displayName eq 'x'"}
    await service.fails(400, "InvalidQueryParameterValue", "GET", "/jobschedules", **bad)
    await create_schedule(service, schedule=MINUTE)
    await until(lambda: _has_jobs(service))
    jobs = client.list_jobs_from_schedule("s", filter="state eq 'active'", expand=["stats"])
    assert [job.id async for job in jobs] == ["s:job-1"]
    bad = {"$filter": "id eq 'x'"}
    await service.fails(400, "InvalidQueryParameterValue", "GET", f"{PATH}/jobs", **bad)


async def _has_jobs(service):
    return (await service.get(f"{PATH}/jobs"))["value"]


async def test_a_pool_of_the_schedule_serves_all_of_its_jobs(service):
    await create_schedule(
        service, schedule=MINUTE, pool=auto_pool("jobschedule", autoPoolIdPrefix="all")
    )
    first = (await service.get("/jobs/s:job-1"))["executionInfo"]["poolId"]
    assert first.startswith("all_")
    assert len(first) == len("all_") + 36
    await service.send("POST", "/jobs/s:job-1/terminate")
    second = await until(lambda: _pool_of(service, "s:job-2"))
    assert second == first
    await (await service.client.begin_terminate_job_schedule("s", **FAST)).result()
    await service.gone(f"/pools/{first}")


async def _pool_of(service, job_id):
    response = await service.send("GET", f"/jobs/{job_id}")
    return response.status_code == 200 and response.json()["executionInfo"]["poolId"]


async def test_pools_of_jobs_are_each_a_job_s_own_and_share_nothing_but_their_users(service):
    account = {"name": "u", "password": "not-to-be-shown"}
    await create_schedule(
        service, schedule=MINUTE, pool=auto_pool(pool={"userAccounts": [account]})
    )
    assert account["password"] not in (await service.send("GET", PATH)).text()
    first = await _pool_of(service, "s:job-1")
    await service.send("POST", "/jobs/s:job-1/terminate")
    second = await until(lambda: _pool_of(service, "s:job-2"))
    assert first != second
    await service.gone(f"/pools/{first}")
    users = (await service.get(f"/pools/{second}"))["userAccounts"]
    assert [user["name"] for user in users] == ["u"]
    await (await service.client.begin_delete_job_schedule("s", **FAST)).result()
    await service.gone(f"/pools/{second}")


async def test_schedules_through_the_other_client(service):
    def all_of_it():
        credential = AzureNamedKeyCredential(service.info.account, service.info.key)
        with SyncClient(service.info.endpoint, credential, retry_total=0) as client:
            times = models.BatchJobScheduleConfiguration(recurrence_interval=dt.timedelta(days=1))
            specification = models.BatchJobSpecification(
                pool_info=models.BatchPoolInfo(pool_id="p")
            )
            options = models.BatchJobScheduleCreateOptions(
                id="s", schedule=times, job_specification=specification
            )
            client.create_job_schedule(options)
            with pytest.raises(ResourceExistsError):
                client.create_job_schedule(options)
            assert client.job_schedule_exists("s") is True
            assert [item.id for item in client.list_job_schedules()] == ["s"]
            assert [job.id for job in client.list_jobs_from_schedule("s")] == ["s:job-1"]
            client.disable_job_schedule("s")
            client.enable_job_schedule("s")
            client.update_job_schedule("s", models.BatchJobScheduleUpdateOptions(schedule=times))
            schedule = client.get_job_schedule("s")
            assert schedule.execution_info.recent_job.id == "s:job-1"
            client.replace_job_schedule("s", schedule)
            client.begin_terminate_job_schedule("s", force=True, **FAST).result()
            assert client.get_job_schedule("s").state == "completed"
            client.begin_delete_job_schedule("s", **FAST).result()
            assert list(client.list_job_schedules()) == []

    await asyncio.to_thread(all_of_it)
