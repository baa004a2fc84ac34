"""Tasks through the SDK's clients: every operation, what is refused, collections and files."""

import asyncio

import pytest
from azure.batch import BatchClient as SyncClient
from azure.batch import models
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from conftest import recording
from service.helpers import WINDOWS, until
from service.test_service_jobs import END, FAST, NO_LIMIT, create, in_state, shape

TASK = "/jobs/j/tasks/t"
SOURCE = {"httpUrl": "http://127.0.0.1:9/x", "filePath": "x"}
TO = {"container": {"containerUrl": "https://a.blob.core.windows.net/c"}}


def task_body(task_id="t", **more):
    """A task that the service takes; None takes a property away."""
    body = {"id": task_id, "commandLine": "true"} | more
    return {name: value for name, value in body.items() if value is not None}


async def add(service, task_id="t", **more):
    response = await service.send("POST", "/jobs/j/tasks", task_body(task_id, **more))
    assert response.status_code == 201, response.text()
    return response


async def running_job(service, **more):
    """A job on a pool with an idle node."""
    await service.create(targetDedicatedNodes=1, **more)
    await service.nodes()
    await create(service)


async def test_a_task_is_added_with_the_recorded_answer_and_defaults(service):
    asked = recording("task-create-201")["request"]["body"]
    await create(service, "xplatJobForTaskTests")
    path = "/jobs/xplatJobForTaskTests/tasks"
    response = await service.send("POST", path, asked)
    url = f"{service.info.endpoint}{path}/xplatTask"
    assert (response.status_code, response.text()) == (201, "")
    assert response.headers["Location"] == response.headers["DataServiceId"] == url
    task = await service.send("GET", f"{path}/xplatTask", version="2024-02-01.19.0")
    wanted = recording("task-get")["response"]["body"]
    assert shape(task.json()) == shape(wanted)
    assert list(task.json()) == list(wanted)
    assert task.headers["ETag"] == response.headers["ETag"] == task.json()["eTag"]


async def test_a_task_inherits_how_often_it_is_retried_from_its_job(service):
    await create(service, constraints={"maxTaskRetryCount": 3})
    await add(service)
    await add(service, "own", constraints={"maxTaskRetryCount": 1, "retentionTime": "PT0060M"})
    limits = (await service.get(TASK))["constraints"]
    wanted = {"maxWallClockTime": NO_LIMIT, "retentionTime": "P7D", "maxTaskRetryCount": 3}
    assert limits == wanted
    own = (await service.get("/jobs/j/tasks/own"))["constraints"]
    assert own == wanted | {"retentionTime": "PT1H", "maxTaskRetryCount": 1}


async def test_everything_about_a_task_comes_back(service):
    await create(service, usesTaskDependencies=True, onTaskFailure="performExitOptionsJobAction")
    given = {
        "displayName": "Ein Ding",
        "resourceFiles": [SOURCE],
        "outputFiles": [{
            "filePattern": "*.txt",
            "destination": TO,
            "uploadOptions": {"uploadCondition": "TaskSuccess"},
        }],
        "environmentSettings": [{"name": "A", "value": "B"}, {"name": "EMPTY"}],
        "affinityInfo": {"affinityId": "TVM:n"},
        "userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}},
        "requiredSlots": 2,
        "dependsOn": {"taskIds": ["a"], "taskIdRanges": [{"start": 1, "end": 5}]},
        "exitConditions": {
            "exitCodes": [{"code": 3, "exitOptions": {"jobAction": "terminate"}}],
            "exitCodeRanges": [
                {"start": 4, "end": 9, "exitOptions": {"dependencyAction": "satisfy"}}
            ],
            "default": {"jobAction": "none", "dependencyAction": "block"},
        },
    }  # fmt: skip
    await add(service, **given)
    task = await service.get(TASK)
    assert {name: task[name] for name in given} == given
    one = await service.client.get_task("j", "t", select=["id", "requiredSlots"])
    assert dict(one)["requiredSlots"] == 2
    assert one.state is None


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"id": None}, 400, "MissingRequiredProperty"),
        ({"id": "a/b"}, 400, "InvalidPropertyValue"),
        ({"id": "x" * 65}, 400, "InvalidPropertyValue"),
        ({"commandLine": None}, 400, "MissingRequiredProperty"),
        ({"commandLine": ""}, 400, "InvalidPropertyValue"),
        ({"commandLine": 5}, 400, "InvalidPropertyValue"),
        ({"wish": 1}, 400, "InvalidRequestBody"),
        ({"requiredSlots": 0}, 400, "InvalidPropertyValue"),
        ({"requiredSlots": 257}, 400, "InvalidPropertyValue"),
        ({"constraints": {"maxWallClockTime": "long"}}, 400, "InvalidPropertyValue"),
        ({"constraints": {"maxTaskRetryCount": -2}}, 400, "InvalidPropertyValue"),
        ({"constraints": []}, 400, "InvalidPropertyValue"),
        ({"environmentSettings": [{"value": "v"}]}, 400, "MissingRequiredProperty"),
        ({"resourceFiles": [{}]}, 400, "MissingRequiredProperty"),
        ({"resourceFiles": [{"httpUrl": "http://x/y"}]}, 400, "MissingRequiredProperty"),
        ({"resourceFiles": [SOURCE | {"blobPrefix": "p"}]}, 400, "InvalidPropertyValue"),
        (
            {"resourceFiles": [SOURCE | {"autoStorageContainerName": "c"}]},
            400,
            "InvalidPropertyValue",
        ),
        ({"outputFiles": [{"filePattern": "*"}]}, 400, "MissingRequiredProperty"),
        (
            {
                "outputFiles": [{
                    "filePattern": "*",
                    "destination": TO,
                    "uploadOptions": {"uploadCondition": "always"},
                }]
            },
            400,
            "InvalidPropertyValue",
        ),
        (
            {"userIdentity": {"username": "u", "autoUser": {}}},
            400,
            "InvalidPropertyValue",
        ),
        ({"userIdentity": {"autoUser": {"scope": "world"}}}, 400, "InvalidPropertyValue"),
        ({"multiInstanceSettings": {}}, 400, "MissingRequiredProperty"),
        (
            {"multiInstanceSettings": {"coordinationCommandLine": "true"}, "requiredSlots": 2},
            400,
            "InvalidPropertyValue",
        ),
        ({"dependsOn": {"taskIds": ["a"]}}, 400, "TaskDependenciesNotSpecifiedOnJob"),
        (
            {"exitConditions": {"default": {"jobAction": "terminate"}}},
            400,
            "InvalidPropertyValue",
        ),
        (
            {"exitConditions": {"default": {"dependencyAction": "block"}}},
            400,
            "InvalidPropertyValue",
        ),
        ({"containerSettings": {}}, 400, "MissingRequiredProperty"),
        (
            {"applicationPackageReferences": [{"applicationId": "a"}]},
            409,
            "InvalidApplicationPackageReferences",
        ),
    ],
)  # fmt: skip
async def test_a_task_that_cannot_be_is_refused(service, more, status, code):
    await create(service)
    body = task_body(**({"id": "t"} | more))
    await service.fails(status, code, "POST", "/jobs/j/tasks", body)
    assert (await service.get("/jobs/j/tasks"))["value"] == []


async def test_dependencies_are_checked_when_the_job_uses_them(service):
    await create(service, usesTaskDependencies=True)
    for depends, code in (
        ({"taskIds": "a"}, "InvalidPropertyValue"),
        ({"taskIds": [1]}, "InvalidPropertyValue"),
        ({"taskIdRanges": [{"start": 5, "end": 4}]}, "InvalidPropertyValue"),
        ({"taskIdRanges": [{"start": 5}]}, "MissingRequiredProperty"),
        ({"taskIds": ["x" * 64] * 1001}, "TaskDependencyListTooLong"),
    ):
        body = task_body(dependsOn=depends)
        await service.fails(400, code, "POST", "/jobs/j/tasks", body)


async def test_ids_of_a_job_are_each_used_once(service):
    own = {"commandLine": "true"}
    await create(service, jobPreparationTask=own, jobReleaseTask=own)
    await add(service, "Task")
    for task_id, code in (
        ("TASK", "TaskExists"),
        ("JobPreparation", "TaskIdSameAsJobPreparationTask"),
        ("jobrelease", "TaskIdSameAsJobReleaseTask"),
    ):
        await service.fails(409, code, "POST", "/jobs/j/tasks", task_body(task_id))
    assert (await service.get("/jobs/j/tasks/tASK"))["id"] == "Task"


async def test_a_collection_answers_for_each_task_as_recorded(service):
    await create(service, "xplatJobForTaskTests")
    exchange = recording("task-add-collection-200")
    path = "/jobs/xplatJobForTaskTests/addtaskcollection"
    response = await service.send("POST", path, exchange["request"]["body"])
    wanted = exchange["response"]["body"]
    assert response.status_code == 200
    assert shape(response.json()) == shape(wanted)
    assert [list(item) for item in response.json()["value"]] == [
        list(item) for item in wanted["value"]
    ]
    assert "DataServiceId" not in response.headers
    assert "ETag" not in response.headers


async def test_a_task_of_a_collection_fails_alone(service):
    await create(service)
    await add(service, "old")
    tasks = [task_body("new"), task_body("old"), task_body("bad id"), task_body("new")]
    response = await service.send("POST", "/jobs/j/addtaskcollection", {"value": tasks})
    results = response.json()["value"]
    assert [item["status"] for item in results] == ["Success", *["ClientError"] * 3]
    errors = [item["error"] for item in results[1:]]
    assert [error["code"] for error in errors] == [
        "TaskExists", "InvalidPropertyValue", "TaskExists",
    ]  # fmt: skip
    assert [item["taskId"] for item in results] == ["new", "old", "bad id", "new"]
    request_id = response.headers["request-id"]
    assert f"\nRequestId:{request_id}\nTime:" in errors[0]["message"]["value"]
    assert {value["key"]: value["value"] for value in errors[1]["values"]}["PropertyName"] == "id"


async def test_a_malformed_collection_is_refused_as_a_whole(service):
    await create(service)
    path = "/jobs/j/addtaskcollection"
    many = [task_body(f"t{number}") for number in range(101)]
    for body, code in (
        ({}, "MissingRequiredProperty"),
        ({"value": {}}, "InvalidPropertyValue"),
        ({"value": []}, "InvalidPropertyValue"),
        ({"value": many}, "InvalidPropertyValue"),
        ({"value": [task_body("t"), {"id": "u"}]}, "MissingRequiredProperty"),
    ):
        await service.fails(400, code, "POST", path, body)


async def test_the_sdk_adds_more_tasks_than_a_request_takes(service):
    await create(service)
    tasks = [models.BatchTaskCreateOptions(id=f"t{n:03}", command_line="true") for n in range(251)]
    result = await service.client.create_tasks("j", list(tasks), max_concurrency=3)
    assert len(result.result_values) == 251
    assert [task.id async for task in service.client.list_tasks("j")] == [t.id for t in tasks]


async def test_the_sdk_splits_bodies_that_are_too_large(service, monkeypatch):
    monkeypatch.setattr("batchtui.emulator.routes.tasks.LARGEST_BODY", 20_000)
    await create(service)
    command = "true " + "x" * 1500
    tasks = [models.BatchTaskCreateOptions(id=f"t{n:03}", command_line=command) for n in range(60)]
    sent = []
    send = service.client.create_task_collection

    async def counted(*args, **kwargs):
        sent.append(len(kwargs["task_collection"].task_values))
        return await send(*args, **kwargs)

    monkeypatch.setattr(service.client, "create_task_collection", counted)
    await service.client.create_tasks("j", list(tasks))
    assert [task.id async for task in service.client.list_tasks("j")] == [t.id for t in tasks]
    assert sent[:3] == [60, 30, 15]
    assert max(sent[3:]) <= 7


# The SDK gives aiohttp the body as bytes, which that warns of from 1 MiB on.
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_task_that_is_too_large_by_itself_is_said_to_be(service):
    await create(service)
    files = [{"httpUrl": f"https://a.b/{n}/{'x' * 100}", "filePath": "x"} for n in range(10_000)]
    options = models.BatchTaskCreateOptions(
        id="t", command_line="true", resource_files=[models.ResourceFile(f) for f in files]
    )
    with pytest.raises(models.CreateTasksError) as failed:
        await service.client.create_tasks("j", [options])
    (error,) = failed.value.errors
    assert (error.status_code, error.error.code) == (413, "RequestBodyTooLarge")
    body = task_body(resourceFiles=files)
    await service.fails(413, "RequestBodyTooLarge", "POST", "/jobs/j/tasks", body)


async def test_tasks_are_listed_filtered_and_paged_while_they_come_and_go(service):
    await create(service)
    for number in range(6):
        await add(service, f"t{number}")
    pages = service.client.list_tasks("j", max_results=2).by_page()
    seen = [task.id async for task in await anext(pages)]
    await add(service, "t00")  # sorted into the page that was read
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
    await create(service)
    added = await add(service, constraints={"maxWallClockTime": "PT1H"})
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
    await add(service, commandLine="sleep 60")
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
    await add(service)
    await in_state(service, "completed", TASK)
    await service.fails(409, "TaskSucceeded", "POST", f"{TASK}/reactivate")


async def test_conditions_are_kept(service):
    created, tag = await create(service), (await add(service)).headers["ETag"]
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
    await create(service, jobManagerTask={"id": "boss", "commandLine": "true"})
    task = await service.client.get_task("j", "boss")
    assert task.constraints.max_task_retry_count == 0
    job = await in_state(service, "completed")
    assert job["executionInfo"]["terminateReason"] == "JMComplete"


async def test_subtasks_are_those_of_many_instances(service):
    await service.create(targetDedicatedNodes=3, enableInterNodeCommunication=True)
    await service.nodes()
    await create(service)
    many = {"numberOfInstances": 3, "coordinationCommandLine": "true"}
    await add(service, multiInstanceSettings=many)
    await in_state(service, "completed", TASK)
    subtasks = [item async for item in service.client.list_subtasks("j", "t")]
    assert [item.id for item in subtasks] == [1, 2]
    assert {item.state for item in subtasks} == {"completed"}
    await add(service, "single")
    body = await service.get("/jobs/j/tasks/single/subtasksinfo")
    recorded = recording("task-subtasks-200-2020")["response"]["body"]
    assert body["value"] == recorded["value"] == []
    assert body["odata.metadata"].endswith("$metadata#subtaskinfo")


async def test_files_of_a_task_are_listed_described_read_and_deleted(service):
    await running_job(service)
    command = "/bin/sh -c 'printf 0123456789; mkdir d; echo x > d/f'"
    await add(service, commandLine=command)
    await in_state(service, "completed", TASK)
    client = service.client
    names = [item.name async for item in client.list_task_files("j", "t")]
    assert names == ["stderr.txt", "stdout.txt", "wd"]
    below = {"recursive": True, "filter": "startswith(name,'wd/')"}
    names = [item.name async for item in client.list_task_files("j", "t", **below)]
    assert names == ["wd/d", "wd/d/f"]
    facts = await client.get_task_file_properties("j", "t", "stdout.txt")
    assert (facts.content_length, facts.is_directory) == (10, False)
    assert facts.url.endswith("tasks%2Ft%2Ffiles%2Fstdout.txt")
    part = await client.download_task_file("j", "t", "stdout.txt", ocp_range="bytes=4-6")
    assert b"".join([data async for data in part]) == b"456"
    past = await service.send("GET", f"{TASK}/files/stdout.txt", headers={"ocp-range": "bytes=10-"})
    assert (past.status_code, past.json()["code"]) == (416, "InvalidRange")
    for outside in ("nope.txt", "..%2Fx", "..%2F..%2F..%2F..%2Fstartup%2Fstdout.txt", "%2Fetc"):
        await service.fails(404, "FileNotFound", "GET", f"{TASK}/files/{outside}")
    full = f"{TASK}/files/wd%2Fd"
    await service.fails(409, "OperationInvalidForCurrentState", "DELETE", full)
    await client.delete_task_file("j", "t", "wd/d", recursive=True)
    await client.delete_task_file("j", "t", "stdout.txt")
    with pytest.raises(ResourceNotFoundError):
        await client.get_task_file_properties("j", "t", "stdout.txt")
    long_ago = {"If-Unmodified-Since": "Thu, 18 Apr 2024 19:12:30 GMT"}
    old = await service.send("GET", f"{TASK}/files/stderr.txt", headers=long_ago)
    assert (old.status_code, old.json()["code"]) == (412, "ConditionNotMet")


async def test_a_task_that_has_not_run_has_no_files(service):
    await create(service)
    await add(service)
    for verb, path in (("GET", "files"), ("GET", "files/stdout.txt"), ("DELETE", "files/x")):
        await service.fails(409, "TaskFilesUnavailable", verb, f"{TASK}/{path}")


async def test_files_on_windows_are_named_and_described_as_recorded(service):
    await running_job(service, virtualMachineConfiguration=WINDOWS)
    await add(service, commandLine="cmd /c echo hello")
    await in_state(service, "completed", TASK)
    files = (await service.get(f"{TASK}/files", recursive="true"))["value"]
    recorded = recording("task-file-list")["response"]["body"]["value"]
    (error,) = [item for item in files if item["name"] == "stderr.txt"]
    assert list(error["properties"]) == list(recorded[0]["properties"])
    facts = await service.send("HEAD", f"{TASK}/files/stderr.txt")
    wanted = recording("node-file-properties-200")["response"]["headers"]
    named = {name.lower() for name in wanted if name.lower().startswith("ocp-")}
    assert {name.lower() for name in facts.headers if name.lower().startswith("ocp-")} == named


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


async def test_a_task_that_ended_before_its_node_left_keeps_its_state_without_files(service):
    await running_job(service)
    await add(service)
    await in_state(service, "completed", TASK)
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 0})

    async def left():
        return not (await service.get("/pools/p/nodes"))["value"]

    await until(left)
    assert (await service.get(TASK))["state"] == "completed"
    await service.fails(409, "TaskFilesUnavailable", "GET", f"{TASK}/files")
