"""Files of tasks: list, properties, content and delete."""

import pytest
from azure.core.exceptions import (
    ResourceNotFoundError,
)
from conftest import recording
from service.helpers import WINDOWS, until
from service.posting import (
    TASK,
    add_task,
    create_job,
    in_state,
    running_job,
)


async def test_files_of_a_task_are_listed_described_read_and_deleted(service):
    await running_job(service)
    command = "/bin/sh -c 'printf 0123456789; mkdir d; echo x > d/f'"
    await add_task(service, commandLine=command)
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
    await create_job(service)
    await add_task(service)
    for verb, path in (("GET", "files"), ("GET", "files/stdout.txt"), ("DELETE", "files/x")):
        await service.fails(409, "TaskFilesUnavailable", verb, f"{TASK}/{path}")


async def test_files_on_windows_are_named_and_described_as_recorded(service):
    await running_job(service, virtualMachineConfiguration=WINDOWS)
    await add_task(service, commandLine="cmd /c echo hello")
    await in_state(service, "completed", TASK)
    files = (await service.get(f"{TASK}/files", recursive="true"))["value"]
    recorded = recording("task-file-list")["response"]["body"]["value"]
    (error,) = [item for item in files if item["name"] == "stderr.txt"]
    assert list(error["properties"]) == list(recorded[0]["properties"])
    facts = await service.send("HEAD", f"{TASK}/files/stderr.txt")
    wanted = recording("node-file-properties-200")["response"]["headers"]
    named = {name.lower() for name in wanted if name.lower().startswith("ocp-")}
    assert {name.lower() for name in facts.headers if name.lower().startswith("ocp-")} == named


async def test_a_task_that_ended_before_its_node_left_keeps_its_state_without_files(service):
    await running_job(service)
    await add_task(service)
    await in_state(service, "completed", TASK)
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 0})

    async def left():
        return not (await service.get("/pools/p/nodes"))["value"]

    await until(left)
    assert (await service.get(TASK))["state"] == "completed"
    await service.fails(409, "TaskFilesUnavailable", "GET", f"{TASK}/files")
