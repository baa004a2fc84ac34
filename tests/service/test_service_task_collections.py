"""Many tasks at once: a result for each, and what the SDK makes of bodies that are too large."""

import pytest
from azure.batch import models
from conftest import recording
from service.posting import (
    add_task,
    create_job,
    shape,
    task_body,
)


async def test_a_collection_answers_for_each_task_as_recorded(service):
    await create_job(service, "xplatJobForTaskTests")
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
    await create_job(service)
    await add_task(service, "old")
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
    await create_job(service)
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
    assert [task async for task in service.client.list_tasks("j")] == []


async def test_the_sdk_adds_more_tasks_than_a_request_takes(service):
    await create_job(service)
    tasks = [models.BatchTaskCreateOptions(id=f"t{n:03}", command_line="true") for n in range(251)]
    result = await service.client.create_tasks("j", list(tasks), max_concurrency=3)
    assert len(result.result_values) == 251
    assert [task.id async for task in service.client.list_tasks("j")] == [t.id for t in tasks]


async def test_the_sdk_splits_bodies_that_are_too_large(service, monkeypatch):
    monkeypatch.setattr("batchtui.emulator.routes.tasks.LARGEST_BODY", 20_000)
    await create_job(service)
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
    await create_job(service)
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
