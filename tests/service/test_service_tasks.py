"""Tasks through the SDK's clients: every operation, conditions and lists."""

import asyncio

import pytest
from azure.batch import BatchClient as SyncClient
from azure.batch import models
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
)
from conftest import recording
from service.posting import (
    END,
    FAST,
    NO_LIMIT,
    TASK,
    add_task,
    create_job,
    in_state,
    running_job,
)


async def test_tasks_are_listed_filtered_and_paged_while_they_come_and_go(service):
    await create_job(service)
    for number in range(6):
        await add_task(service, f"t{number}")
    pages = service.client.list_tasks("j", max_results=2).by_page()
    seen = [task.id async for task in await anext(pages)]
    await add_task(service, "t00")  # sorted into the page that was read
    await service.client.delete_task("j", "t2")
    async for page in pages:
        seen += [task.id async for task in page]
    assert seen == ["t0", "t1", "t3", "t4", "t5"]
    for text, ids in (
        ("startswith(id,'t0')", ["t0", "t00"]),
        ("state eq 'active' and id ge 't4'", ["t4", "t5"]),
        ("executionInfo/exitCode eq 0", []),
        ("lastModifiedTime ge DateTime'2020-01-01' and id eq 't1'", ["t1"]),
    ):
        listed = await service.get("/jobs/j/tasks", **{"$filter": text})
        assert [task["id"] for task in listed["value"]] == ids
    bad = {"$filter": "commandLine eq 'true'"}
    await service.fails(400, "InvalidQueryParameterValue", "GET", "/jobs/j/tasks", **bad)


async def test_put_changes_constraints_and_takes_back_what_is_omitted(service):
    await create_job(service)
    added = await add_task(service, constraints={"maxWallClockTime": "PT1H"})
    task = await service.client.get_task("j", "t")
    task.constraints = models.BatchTaskConstraints(max_task_retry_count=4)
    old = {"etag": added.headers["ETag"], "match_condition": MatchConditions.IfNotModified}
    await service.client.replace_task("j", "t", task, **old)
    limits = (await service.get(TASK))["constraints"]
    assert (limits["maxTaskRetryCount"], limits["maxWallClockTime"]) == (4, NO_LIMIT)
    with pytest.raises(HttpResponseError) as failed:
        await service.client.replace_task("j", "t", task, **old)
    assert failed.value.status_code == 412
    put = await service.send("PUT", TASK, {})
    assert (put.status_code, put.headers["DataServiceId"]) == (200, task.url)
    assert (await service.get(TASK))["constraints"]["maxTaskRetryCount"] == 0
    await service.fails(400, "InvalidRequestBody", "PUT", TASK, {"commandLine": "false"})


async def test_a_task_is_terminated_reactivated_and_deleted(service):
    await running_job(service)
    await add_task(service, commandLine="sleep 60")
    await in_state(service, "running", TASK)
    await service.fails(409, "TaskNotCompleted", "POST", f"{TASK}/reactivate")
    ended = await service.send("POST", f"{TASK}/terminate")
    assert (ended.status_code, ended.content) == (204, b"")
    assert ended.headers["DataServiceId"].endswith(f"{TASK}/terminate")
    task = await service.client.get_task("j", "t")
    assert (task.state, task.execution_info.result) == ("completed", "failure")
    assert task.execution_info.failure_info.category == "UserError"
    await service.fails(409, "TaskCompleted", "POST", f"{TASK}/terminate")
    again = await service.send("POST", f"{TASK}/reactivate")
    assert (again.status_code, "DataServiceId" in again.headers) == (204, False)
    assert again.headers["ETag"] == (await service.get(TASK))["eTag"]
    await in_state(service, "running", TASK)
    gone = await service.send("DELETE", TASK)
    assert (gone.status_code, "ETag" in gone.headers) == (200, False)
    await service.fails(404, "TaskNotFound", "GET", TASK)


async def test_a_task_that_succeeded_is_not_run_again(service):
    await running_job(service)
    await add_task(service)
    await in_state(service, "completed", TASK)
    await service.fails(409, "TaskSucceeded", "POST", f"{TASK}/reactivate")


async def test_conditions_are_kept(service):
    created, tag = await create_job(service), (await add_task(service)).headers["ETag"]
    wrong = {"If-Match": created.headers["ETag"]}
    for verb, path, body in (
        ("PUT", TASK, {}),
        ("DELETE", TASK, None),
        ("POST", f"{TASK}/terminate", None),
        ("POST", f"{TASK}/reactivate", None),
    ):
        refused = await service.send(verb, path, body, headers=wrong)
        assert (refused.status_code, refused.json()["code"]) == (412, "ConditionNotMet")
    same = await service.send("GET", TASK, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")


async def test_a_job_manager_is_a_task_and_ends_its_job(service):
    await service.create(targetDedicatedNodes=1)
    await create_job(service, jobManagerTask={"id": "boss", "commandLine": "true"})
    task = await service.client.get_task("j", "boss")
    assert task.constraints.max_task_retry_count == 0
    job = await in_state(service, "completed")
    assert job["executionInfo"]["terminateReason"] == "JMComplete"


async def test_subtasks_are_those_of_many_instances(service):
    await service.create(targetDedicatedNodes=3, enableInterNodeCommunication=True)
    await service.nodes()
    await create_job(service)
    many = {"numberOfInstances": 3, "coordinationCommandLine": "true"}
    await add_task(service, multiInstanceSettings=many)
    await in_state(service, "completed", TASK)
    subtasks = [item async for item in service.client.list_subtasks("j", "t")]
    assert [item.id for item in subtasks] == [1, 2]
    assert {item.state for item in subtasks} == {"completed"}
    await add_task(service, "single")
    body = await service.get("/jobs/j/tasks/single/subtasksinfo")
    recorded = recording("task-subtasks-200-2020")["response"]["body"]
    assert body["value"] == recorded["value"] == []
    assert body["odata.metadata"].endswith("$metadata#subtaskinfo")


async def test_tasks_through_the_other_client(service):
    await running_job(service)

    def all_of_it():
        credential = AzureNamedKeyCredential(service.info.account, service.info.key)
        with SyncClient(service.info.endpoint, credential, retry_total=0) as client:
            one = models.BatchTaskCreateOptions(id="one", command_line="printf hello")
            client.create_task("j", one)
            with pytest.raises(ResourceExistsError):
                client.create_task("j", one)
            many = [
                models.BatchTaskCreateOptions(id=f"m{n}", command_line="true") for n in range(5)
            ]
            assert len(client.create_tasks("j", many).result_values) == 5
            group = models.BatchTaskGroup(task_values=[one])
            (result,) = client.create_task_collection("j", group).result_values
            assert result.error.code == "TaskExists"
            assert len(list(client.list_tasks("j"))) == 6
            client.terminate_task("j", "m0")
            client.delete_task("j", "m1")
            client.replace_task("j", "m2", client.get_task("j", "m2"))
            assert list(client.list_subtasks("j", "m2")) == []
            return client.get_task("j", "one").id

    assert await asyncio.to_thread(all_of_it) == "one"
    await in_state(service, "completed", "/jobs/j/tasks/one")

    def its_files():
        credential = AzureNamedKeyCredential(service.info.account, service.info.key)
        with SyncClient(service.info.endpoint, credential, retry_total=0) as client:
            names = [item.name for item in client.list_task_files("j", "one")]
            assert client.get_task_file_properties("j", "one", names[0]).content_length == 0
            text = b"".join(client.download_task_file("j", "one", "stdout.txt"))
            client.delete_task_file("j", "one", "stdout.txt")
            client.begin_terminate_job("j", END, **FAST).result()
            return text

    assert await asyncio.to_thread(its_files) == b"hello"
