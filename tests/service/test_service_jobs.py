"""Jobs through the SDK's clients: every operation, what is refused, and the pools made for them."""

import asyncio
import datetime as dt
import re

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
from service.helpers import UBUNTU, serving, until
from service.test_service_world import change

NO_LIMIT = "P10675199DT2H48M5.4775807S"
GUID = r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"
FAST = {"polling_interval": 0.05}
END = {"terminateReason": "enough"}


def job_body(job_id="j", **more):
    """A job that the service takes; None takes a property away."""
    body = {"id": job_id, "poolInfo": {"poolId": "p"}} | more
    return {name: value for name, value in body.items() if value is not None}


def auto_pool(lifetime="job", pool=None, **more):
    pool = {"vmSize": "standard_d2_v2", "virtualMachineConfiguration": UBUNTU} | (pool or {})
    auto = {"poolLifetimeOption": lifetime, "pool": pool} | more
    return {"autoPoolSpecification": auto}


async def create(service, job_id="j", **more):
    response = await service.send("POST", "/jobs", job_body(job_id, **more))
    assert response.status_code == 201, response.text()
    return response


async def in_state(service, state, path="/jobs/j"):
    async def there():
        body = await service.get(path)
        return body if body["state"] == state else None

    return await until(there)


def shape(value):
    """What a body looks like, without what differs from run to run."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, str) and re.match(r"https?://|0x[0-9A-F]+$|\d{4}-\d\d-\d\dT", value):
        return "differs"
    return value


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
    await create(
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
    await create(service, poolInfo={"poolId": "nowhere"})
    job = await service.get("/jobs/j")
    assert (job["state"], job["executionInfo"]["poolId"]) == ("active", "nowhere")


async def test_an_id_is_taken_whatever_its_case(service):
    await create(service, "Job")
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


async def test_patch_keeps_what_is_omitted_and_put_does_not(service):
    first = await create(service, priority=5, metadata=[{"name": "a", "value": "b"}])
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
    await create(service, jobManagerTask={"id": "m", "commandLine": "true"})
    await service.send("PATCH", "/jobs/j", {"onAllTasksComplete": "terminatejob"})
    for verb in ("PATCH", "PUT"):
        body = {"onAllTasksComplete": "noaction", "poolInfo": {"poolId": "p"}}
        values = await service.fails(400, "InvalidPropertyValue", verb, "/jobs/j", body)
        assert values["PropertyName"] == "onAllTasksComplete"


async def test_a_job_without_tasks_ends_at_once_when_it_is_to_end_by_itself(service):
    await create(service, onAllTasksComplete="terminatejob")
    job = await in_state(service, "completed")
    assert job["executionInfo"]["terminateReason"] == "AllTasksComplete"


async def test_only_a_disabled_job_moves_to_another_pool(service):
    await create(service)
    other = {"poolInfo": {"poolId": "q"}}
    await service.fails(409, "OperationInvalidForCurrentState", "PATCH", "/jobs/j", other)
    await (await service.client.begin_disable_job("j", {"disableTasks": "wait"}, **FAST)).result()
    assert (await service.send("PATCH", "/jobs/j", other)).status_code == 200
    job = await service.get("/jobs/j")
    assert job["poolInfo"] == {"poolId": "q"}
    assert job["executionInfo"]["poolId"] == "q"


async def test_pollers_end_when_the_job_is_there(service):
    await create(service)
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
    await create(service)
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
    await create(service)
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
    await create(service, "k")
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
    created = await create(service)
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
        await create(service, job_id)
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
        await create(service, f"j{number}")
    pages = service.client.list_jobs(max_results=2).by_page()
    seen = [job.id async for job in await anext(pages)]
    await create(service, "j00")  # sorted into the page that was read
    await service.send("DELETE", "/jobs/j2")
    await service.gone("/jobs/j2")
    async for page in pages:
        seen += [job.id async for job in page]
    assert seen == ["j0", "j1", "j3", "j4", "j5"]


async def test_preparation_status_is_refused_as_recorded_without_such_tasks(service):
    await create(service)
    path = "/jobs/j/jobpreparationandreleasetaskstatus"
    wanted = recording("job-prep-release-409-not-specified-2020")["response"]["body"]
    response = await service.send("GET", path)
    assert (response.status_code, response.json()["code"]) == (409, wanted["code"])
    words = response.json()["message"]["value"].splitlines()[0]
    assert words == wanted["message"]["value"].splitlines()[0]


async def test_preparation_and_release_are_reported_by_node(service):
    await service.create(targetDedicatedNodes=1)
    (node,) = await service.nodes()
    await create(
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
    await create(service)
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


async def test_a_pool_is_made_for_a_job_and_goes_with_it(service):
    account = {"name": "u", "password": "not-to-be-shown"}
    pool = {"targetDedicatedNodes": 1, "userAccounts": [account]}
    await create(service, poolInfo=auto_pool(pool=pool, autoPoolIdPrefix="mine"))
    job = await service.send("GET", "/jobs/j")
    assert account["password"] not in job.text()
    pool_id = job.json()["executionInfo"]["poolId"]
    assert re.fullmatch(f"mine_{GUID}", pool_id)
    await service.send("POST", "/jobs/j/tasks", {"id": "t", "commandLine": "true"})
    await in_state(service, "completed", "/jobs/j/tasks/t")
    made = await service.get(f"/pools/{pool_id}")
    assert (made["vmSize"], made["targetDedicatedNodes"]) == ("standard_d2_v2", 1)
    await service.send("POST", "/jobs/j/terminate")
    await service.gone(f"/pools/{pool_id}")
    assert (await in_state(service, "completed"))["executionInfo"]["poolId"] == pool_id


async def test_a_pool_made_for_a_job_is_as_the_request_s_version_has_it():
    then = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)  # when older versions still had ports for SSH
    async with serving(start_time=then) as service:
        for version, has_ports in (("2024-02-01.19.0", True), ("2025-06-01", False)):
            body = job_body(f"j{version[:4]}", poolInfo=auto_pool(pool={"targetDedicatedNodes": 1}))
            response = await service.send("POST", "/jobs", body, version=version)
            assert response.status_code == 201, response.text()
            made = (await service.get(f"/jobs/{body['id']}"))["executionInfo"]["poolId"]
            (node,) = await service.nodes(made)
            assert ("endpointConfiguration" in node) == has_ports


async def test_a_pool_goes_with_a_job_that_is_deleted_unless_it_is_kept(service):
    pools = {}
    for job_id, keep in (("gone", False), ("kept", True)):
        await create(service, job_id, poolInfo=auto_pool(keepAlive=keep))
        pools[job_id] = (await service.get(f"/jobs/{job_id}"))["executionInfo"]["poolId"]
        await service.send("DELETE", f"/jobs/{job_id}")
        await service.gone(f"/jobs/{job_id}")
    await service.gone(f"/pools/{pools['gone']}")
    assert (await service.get(f"/pools/{pools['kept']}"))["state"] == "active"


async def test_of_a_pool_made_for_a_job_only_keep_alive_is_updated(service):
    await create(service, poolInfo=auto_pool())
    keep = {"poolInfo": auto_pool(keepAlive=True)}
    assert (await service.send("PATCH", "/jobs/j", keep)).status_code == 200
    auto = (await service.get("/jobs/j"))["poolInfo"]["autoPoolSpecification"]
    assert auto["keepAlive"] is True
    other = {"poolInfo": auto_pool(pool={"targetDedicatedNodes": 2})}
    values = await service.fails(400, "InvalidPropertyValue", "PATCH", "/jobs/j", other)
    assert values["PropertyName"] == "autoPoolSpecification"


async def test_a_job_whose_pool_cannot_be_made_completes_with_the_reason(service):
    await change(service, quota={"pools": 0})
    await create(service, poolInfo=auto_pool())
    job = await service.get("/jobs/j")
    recorded = recording("job-list")["response"]["body"]["value"][1]
    error = job["executionInfo"]["schedulingError"]
    assert job["state"] == recorded["state"] == "completed"
    assert job["previousState"] == recorded["previousState"]
    assert error["category"] == recorded["executionInfo"]["schedulingError"]["category"]
    assert error["code"] == "AutoPoolCreationFailedWithQuotaReached"


async def test_active_jobs_and_schedules_have_a_quota(service):
    await change(service, quota={"activeJobs": 2})
    await create(service, "a")
    await create(service, "b")
    schedule = {"id": "s", "schedule": {}, "jobSpecification": {"poolInfo": {"poolId": "p"}}}
    for path, body in (("/jobs", job_body("c")), ("/jobschedules", schedule)):
        await service.fails(409, "ActiveJobAndScheduleQuotaReached", "POST", path, body)
    await service.send("POST", "/jobs/a/terminate")
    await in_state(service, "completed", "/jobs/a")
    await create(service, "c")


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
