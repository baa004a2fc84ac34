"""Jobs through the SDK's clients: every operation, conditions, lists and statuses."""

import asyncio
import datetime as dt

import pytest
from azure.batch import BatchClient as SyncClient
from azure.batch import models
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from conftest import recording
from service.helpers import until
from service.posting import (
    END,
    FAST,
    NO_LIMIT,
    create_job,
    in_state,
)


async def test_patch_keeps_what_is_omitted_and_put_does_not(service):
    first = await create_job(service, priority=5, metadata=[{"name": "a", "value": "b"}])
    job_id, client = "j", service.client
    await client.update_job(job_id, models.BatchJobUpdateOptions(priority=900))
    job = await service.get("/jobs/j")
    assert (job["priority"], job["metadata"]) == (900, [{"name": "a", "value": "b"}])
    assert job["eTag"] != first.headers["ETag"]
    await service.send("PATCH", "/jobs/j", {"metadata": []})
    assert "metadata" not in await service.get("/jobs/j")
    await service.send("PATCH", "/jobs/j", {"metadata": [{"name": "a", "value": "b"}]})
    whole = await client.get_job(job_id)
    whole.constraints = models.BatchJobConstraints(max_task_retry_count=3)
    whole.priority = whole.metadata = None
    await client.replace_job(job_id, whole)
    job = await service.get("/jobs/j")
    assert job["priority"] == 0
    assert "metadata" not in job
    assert job["constraints"] == {"maxWallClockTime": NO_LIMIT, "maxTaskRetryCount": 3}
    put = await service.send("PUT", "/jobs/j", {"poolInfo": {"poolId": "p"}})
    assert put.headers["DataServiceId"] == job["url"]
    assert put.headers["ETag"] == (await service.get("/jobs/j"))["eTag"]


async def test_a_job_that_ends_by_itself_cannot_take_that_back(service):
    await service.create()
    await create_job(service, jobManagerTask={"id": "m", "commandLine": "true"})
    await service.send("PATCH", "/jobs/j", {"onAllTasksComplete": "terminatejob"})
    for verb in ("PATCH", "PUT"):
        body = {"onAllTasksComplete": "noaction", "poolInfo": {"poolId": "p"}}
        values = await service.fails(400, "InvalidPropertyValue", verb, "/jobs/j", body)
        assert values["PropertyName"] == "onAllTasksComplete"


async def test_a_job_without_tasks_ends_at_once_when_it_is_to_end_by_itself(service):
    await create_job(service, onAllTasksComplete="terminatejob")
    job = await in_state(service, "completed")
    assert job["executionInfo"]["terminateReason"] == "AllTasksComplete"


async def test_pollers_end_when_the_job_is_there(service):
    await create_job(service)
    client = service.client
    await (await client.begin_disable_job("j", {"disableTasks": "requeue"}, **FAST)).result()
    job = await service.get("/jobs/j")
    assert (job["state"], job["previousState"]) == ("disabled", "disabling")
    await (await client.begin_enable_job("j", **FAST)).result()
    assert (await client.get_job("j")).state == "active"
    await (await client.begin_terminate_job("j", END, **FAST)).result()
    job = await client.get_job("j")
    assert (job.state, job.execution_info.termination_reason) == ("completed", "enough")
    assert job.execution_info.end_time
    await (await client.begin_delete_job("j", **FAST)).result()
    with pytest.raises(ResourceNotFoundError):
        await client.get_job("j")


async def test_actions_answer_as_recorded(service):
    await create_job(service)
    for action, body in (
        ("disable", {"disableTasks": "requeue"}),
        ("enable", None),
        ("terminate", None),
    ):
        wanted = recording(f"job-{action}-202-2020")["response"]
        await in_state(service, {"enable": "disabled"}.get(action, "active"))
        response = await service.send("POST", f"/jobs/j/{action}", body)
        assert (response.status_code, response.text()) == (202, "")
        assert response.headers["DataServiceId"].endswith(f"/jobs/j/{action}")
        assert {name for name in response.headers if name.lower() in wanted["headers"]}
        assert response.headers["ETag"] == (await service.get("/jobs/j"))["eTag"]
    job = await in_state(service, "completed")
    assert job["executionInfo"]["terminateReason"] == "UserTerminate"
    gone = await service.send("DELETE", "/jobs/j")
    assert (gone.status_code, "ETag" in gone.headers) == (202, False)
    assert "DataServiceId" not in gone.headers


async def test_states_forbid_what_the_documentation_says(service):
    await create_job(service)
    await service.fails(400, "MissingRequiredProperty", "POST", "/jobs/j/disable", {})
    await service.fails(
        400, "InvalidPropertyValue", "POST", "/jobs/j/disable", {"disableTasks": "stop"}
    )
    await service.send("POST", "/jobs/j/terminate")
    await in_state(service, "completed")
    task = {"id": "t", "commandLine": "true"}
    for verb, path, body in (
        ("PATCH", "/jobs/j", {"priority": 1}),
        ("PUT", "/jobs/j", {"poolInfo": {"poolId": "p"}}),
        ("POST", "/jobs/j/disable", {"disableTasks": "wait"}),
        ("POST", "/jobs/j/terminate", None),
        ("POST", "/jobs/j/tasks", task),
        ("POST", "/jobs/j/addtaskcollection", {"value": [task]}),
    ):
        await service.fails(409, "JobCompleted", verb, path, body)
    await create_job(service, "k")
    await service.send("DELETE", "/jobs/k")
    for verb, path, body in (
        ("DELETE", "/jobs/k", None),
        ("PATCH", "/jobs/k", {"priority": 1}),
        ("POST", "/jobs/k/tasks", task),
    ):
        await service.fails(409, "JobBeingDeleted", verb, path, body)


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/jobs/j"),
        ("PUT", "/jobs/j"),
        ("PATCH", "/jobs/j"),
        ("DELETE", "/jobs/j"),
        ("POST", "/jobs/j/enable"),
        ("POST", "/jobs/j/terminate"),
        ("GET", "/jobs/j/tasks"),
        ("GET", "/jobs/j/taskcounts"),
        ("GET", "/jobs/j/jobpreparationandreleasetaskstatus"),
        ("GET", "/jobs/j/tasks/t"),
        ("GET", "/jobs/j/tasks/t/files"),
    ],
)
async def test_a_job_that_is_not_there_is_404(service, verb, path):
    body = {} if verb in {"PUT", "PATCH"} else None
    await service.fails(404, "JobNotFound", verb, path, body)


async def test_conditions_are_kept(service):
    created = await create_job(service)
    old, client = created.headers["ETag"], service.client
    match = {"etag": old, "match_condition": MatchConditions.IfNotModified}
    await client.update_job("j", models.BatchJobUpdateOptions(priority=1), **match)
    with pytest.raises(ResourceModifiedError):
        await client.update_job("j", models.BatchJobUpdateOptions(priority=2), **match)
    for send in (
        client._delete_job_internal("j", **match),
        client._enable_job_internal("j", **match),
        client._terminate_job_internal("j", END, **match),
        client._disable_job_internal("j", {"disableTasks": "wait"}, **match),
    ):
        with pytest.raises(HttpResponseError) as failed:
            await send
        assert failed.value.status_code == 412
    new = (await service.get("/jobs/j"))["eTag"]
    same = await service.send("GET", "/jobs/j", headers={"If-None-Match": new})
    assert (same.status_code, same.content) == (304, b"")
    wanted = recording("job-replace-412-if-unmodified-since")["response"]["body"]
    long_ago = {"If-Unmodified-Since": "Thu, 18 Apr 2024 19:12:30 GMT"}
    refused = await service.send("PUT", "/jobs/j", {"poolInfo": {"poolId": "p"}}, headers=long_ago)
    assert refused.status_code == 412
    assert refused.json()["code"] == wanted["code"]
    words = refused.json()["message"]["value"].splitlines()[0]
    assert words == wanted["message"]["value"].splitlines()[0]


async def test_lists_are_filtered_selected_and_paged(service):
    for job_id in ("b", "a", "c"):
        await create_job(service, job_id)
    client = service.client
    found = [job.id async for job in client.list_jobs(filter="id gt 'a' and state eq 'active'")]
    assert found == ["b", "c"]
    only = [dict(job) async for job in client.list_jobs(select=["id", "state"], expand=["stats"])]
    assert only[0] == {"id": "a", "state": "active"}
    pages = client.list_jobs(max_results=2).by_page()
    assert [[job.id async for job in page] async for page in pages] == [["a", "b"], ["c"]]
    for text, ids in (
        ("executionInfo/poolId eq 'p'", ["a", "b", "c"]),
        ("startswith(id,'c') or id eq 'a'", ["a", "c"]),
        ("executionInfo/startTime ge DateTime'2020-01-01'", ["a", "b", "c"]),
        ("executionInfo/endTime ge DateTime'2020-01-01'", []),
        ("lastModified lt DateTime'2020-01-01T00:00:00Z'", []),
    ):
        listed = await service.get("/jobs", **{"$filter": text})
        assert [job["id"] for job in listed["value"]] == ids
    for text in ("priority eq 0", "state gt 'active'", "poolInfo/poolId eq 'p'"):
        bad = {"$filter": text}
        await service.fails(400, "InvalidQueryParameterValue", "GET", "/jobs", **bad)


async def test_paging_stays_right_while_jobs_come_and_go(service):
    for number in range(6):
        await create_job(service, f"j{number}")
    pages = service.client.list_jobs(max_results=2).by_page()
    seen = [job.id async for job in await anext(pages)]
    await create_job(service, "j00")  # sorted into the page that was read
    await service.send("DELETE", "/jobs/j2")
    await service.gone("/jobs/j2")
    async for page in pages:
        seen += [job.id async for job in page]
    assert seen == ["j0", "j1", "j3", "j4", "j5"]


async def test_preparation_status_is_refused_as_recorded_without_such_tasks(service):
    await create_job(service)
    path = "/jobs/j/jobpreparationandreleasetaskstatus"
    wanted = recording("job-prep-release-409-not-specified-2020")["response"]["body"]
    response = await service.send("GET", path)
    assert (response.status_code, response.json()["code"]) == (409, wanted["code"])
    words = response.json()["message"]["value"].splitlines()[0]
    assert words == wanted["message"]["value"].splitlines()[0]


async def test_preparation_and_release_are_reported_by_node(service):
    await service.create(targetDedicatedNodes=1)
    (node,) = await service.nodes()
    await create_job(
        service,
        jobPreparationTask={"commandLine": "true"},
        jobReleaseTask={"commandLine": "/bin/sh -c 'exit 3'"},
    )
    await service.send("POST", "/jobs/j/tasks", {"id": "t", "commandLine": "true"})
    await in_state(service, "completed", "/jobs/j/tasks/t")
    client = service.client
    await (await client.begin_terminate_job("j", END, **FAST)).result()
    statuses = client.list_job_preparation_and_release_task_status("j")
    (status,) = [item async for item in statuses]
    assert (status.pool_id, status.node_id) == ("p", node["id"])
    assert status.job_preparation_task_execution_info.result == "success"
    assert status.job_release_task_execution_info.exit_code == 3
    path = "/jobs/j/jobpreparationandreleasetaskstatus"
    for text, count in (
        ("jobReleaseTaskExecutionInfo/exitCode eq 3", 1),
        ("jobPreparationTaskExecutionInfo/result ne 'success'", 0),
        (f"nodeId eq '{node['id']}'", 1),
    ):
        assert len((await service.get(path, **{"$filter": text}))["value"]) == count


async def test_tasks_are_counted_by_state_and_slots(service):
    await service.create(targetDedicatedNodes=1, taskSlotsPerNode=4)
    await service.nodes()
    await create_job(service)
    for task_id, command in (("a", "true"), ("b", "false")):
        task = {"id": task_id, "commandLine": command, "requiredSlots": 2}
        await service.send("POST", "/jobs/j/tasks", task)
    await service.send("POST", "/jobs/j/tasks", {"id": "c", "commandLine": "sleep 60"})
    waits = {"id": "d", "commandLine": "true", "requiredSlots": 4}
    await service.send("POST", "/jobs/j/tasks", waits)

    async def settled():
        counts = await service.client.get_job_task_counts("j")
        return (
            counts
            if (counts.task_counts.completed, counts.task_counts.running)
            == (
                2,
                1,
            )
            else None
        )

    counts = await until(settled)
    wanted = {"active": 1, "running": 1, "completed": 2, "succeeded": 1, "failed": 1}
    assert dict(counts.task_counts) == wanted
    slots = {"active": 4, "running": 1, "completed": 4, "succeeded": 2, "failed": 2}
    assert dict(counts.task_slot_counts) == slots
    recorded = recording("task-counts")["response"]["body"]
    body = await service.get("/jobs/j/taskcounts")
    assert {name: list(body[name]) for name in list(body)[1:]} == {
        name: list(recorded[name]) for name in list(recorded)[1:]
    }
    assert body["odata.metadata"].endswith("$metadata#taskcountsresult/@Element")


async def test_jobs_through_the_other_client(service):
    def all_of_it():
        credential = AzureNamedKeyCredential(service.info.account, service.info.key)
        with SyncClient(service.info.endpoint, credential, retry_total=0) as client:
            options = models.BatchJobCreateOptions(
                id="j", pool_info=models.BatchPoolInfo(pool_id="p"), priority=7
            )
            client.create_job(options)
            with pytest.raises(ResourceExistsError):
                client.create_job(options)
            assert [job.id for job in client.list_jobs()] == ["j"]
            client.update_job("j", models.BatchJobUpdateOptions(priority=8))
            job = client.get_job("j")
            assert (job.priority, job.pool_info.pool_id) == (8, "p")
            assert job.constraints.max_wall_clock_time > dt.timedelta(days=10_000_000)
            client.replace_job("j", job)
            assert client.get_job_task_counts("j").task_counts.active == 0
            options = models.BatchJobDisableOptions(disable_tasks="terminate")
            client.begin_disable_job("j", options, **FAST).result()
            client.begin_enable_job("j", **FAST).result()
            client.begin_terminate_job("j", END, **FAST).result()
            assert client.get_job("j").state == "completed"
            client.begin_delete_job("j", force=True, **FAST).result()
            assert list(client.list_jobs()) == []

    await asyncio.to_thread(all_of_it)
