"""Tasks run: as subprocesses on nodes, with all that Batch gives them, until their end."""

import asyncio
from datetime import datetime

import pytest
from aiohttp import ClientSession, web
from service.helpers import WINDOWS, serving, until
from service.working import Working, processes, shell

from batchtui.emulator.times import read_time


async def test_a_task_runs_and_its_output_is_there_when_it_has_completed(work):
    (node,) = await work.pool()
    await work.job()
    body = await work.run("pwd; echo oops >&2; echo made > file.txt")
    assert (await work.output("t")).endswith("/workitems/j/job-1/t/wd\n")
    assert await work.output("t", "stderr.txt") == "oops\n"
    assert await work.output("t", "wd/file.txt") == "made\n"
    assert body["previousState"] == "running"
    assert body["nodeInfo"] == {
        "affinityId": node["affinityId"],
        "nodeUrl": node["url"],
        "poolId": "p",
        "nodeId": node["id"],
        "taskRootDirectory": "workitems/j/job-1/t",
        "taskRootDirectoryUrl": f"{node['url']}/files/workitems/j/job-1/t",
    }
    execution = body["executionInfo"]
    assert list(execution) == [
        "startTime", "endTime", "exitCode", "result", "retryCount", "requeueCount",
    ]  # fmt: skip
    assert (execution["exitCode"], execution["result"]) == (0, "success")
    assert execution["startTime"] < execution["endTime"]
    assert body["lastModified"] == body["creationTime"]


async def test_a_task_may_be_given_a_token_that_opens_its_own_job_and_nothing_else(work):
    await work.pool()
    await work.job()
    await work.job("other")
    await work.run("echo $AZ_BATCH_AUTHENTICATION_TOKEN", task_id="without")
    assert (await work.output("without")).strip() == ""
    settings = {"access": ["job"]}
    await work.run("echo $AZ_BATCH_AUTHENTICATION_TOKEN", authenticationTokenSettings=settings)
    token = (await work.output("t")).strip()
    for path, status in (("/jobs/j", 200), ("/jobs/j/tasks/t", 200), ("/jobs/other", 403),
                         ("/pools", 403), ("/jobs", 403), ("/nothing", 403)):  # fmt: skip
        assert await with_token(work.service.info, path, token) == status
    assert await with_token(work.service.info, "/jobs/j", token[:-1]) == 401


async def with_token(info, path, token):
    """The status of a GET with a bearer token, which the SDK sends over https only."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        ClientSession() as session,
        session.get(f"{info.endpoint}{path}?api-version=2025-06-01", headers=headers) as answer,
    ):
        return answer.status


async def test_a_task_finds_its_environment(work):
    (node,) = await work.pool()
    await work.job(
        commonEnvironmentSettings=[{"name": "A", "value": "job"}, {"name": "B", "value": "job"}],
        jobPreparationTask={"commandLine": "true"},
    )
    settings = [{"name": "B", "value": "task"}, {"name": "AZ_BATCH_NODE_ID", "value": "forged"}]
    await work.run("env", environmentSettings=settings)
    found = dict(line.split("=", 1) for line in (await work.output("t")).splitlines())
    root = found["AZ_BATCH_NODE_ROOT_DIR"]
    expected = {
        "A": "job",
        "B": "task",
        "AZ_BATCH_TASK_ID": "t",
        "AZ_BATCH_JOB_ID": "j",
        "AZ_BATCH_POOL_ID": "p",
        "AZ_BATCH_NODE_ID": node["id"],
        "AZ_BATCH_NODE_IS_DEDICATED": "true",
        "AZ_BATCH_ACCOUNT_NAME": "demo",
        "AZ_BATCH_ACCOUNT_URL": f"{work.service.info.endpoint}/",
        "AZ_BATCH_NODE_SHARED_DIR": f"{root}/shared",
        "AZ_BATCH_TASK_DIR": f"{root}/workitems/j/job-1/t",
        "AZ_BATCH_TASK_WORKING_DIR": f"{root}/workitems/j/job-1/t/wd",
        "AZ_BATCH_JOB_PREP_DIR": f"{root}/workitems/j/job-1/jobpreparation",
        "AZ_BATCH_JOB_PREP_WORKING_DIR": f"{root}/workitems/j/job-1/jobpreparation/wd",
        "HOME": f"{root}/workitems/j/job-1/t/wd",
    }
    assert {name: found.get(name) for name in expected} == expected
    assert "VIRTUAL_ENV" not in found


@pytest.mark.parametrize(
    ("line", "code", "status"),
    [
        (shell("exit 3"), "FailureExitCode", 3),
        ("no-such-program", "CommandProgramNotFound", None),
        (shell("kill -9 $$"), "FailureExitCode", -9),
    ],
)
async def test_a_task_that_fails_says_why(work, line, code, status):
    await work.pool()
    await work.job()
    await work.task("t", line)
    execution = (await work.becomes("t"))["executionInfo"]
    assert execution["result"] == "failure"
    assert execution.get("exitCode") == status
    assert execution["failureInfo"]["category"] == "UserError"
    assert execution["failureInfo"]["code"] == code
    assert await work.output("t") == ""


async def test_a_task_is_retried_as_often_as_it_says(work):
    await work.pool()
    await work.job()
    script = "echo x >> $AZ_BATCH_NODE_SHARED_DIR/tries; exit 4"
    body = await work.run(script, constraints={"maxTaskRetryCount": 2})
    execution = body["executionInfo"]
    assert (execution["retryCount"], execution["exitCode"]) == (2, 4)
    assert execution["lastRetryTime"] == execution["startTime"]
    await work.run("cat $AZ_BATCH_NODE_SHARED_DIR/tries", "u")
    assert await work.output("u") == "x\n" * 3


async def test_a_retry_that_succeeds_is_a_success(work):
    await work.pool()
    await work.job()
    script = "test -e again && exit 0; touch again; exit 1"
    body = await work.run(script, constraints={"maxTaskRetryCount": -1})
    execution = body["executionInfo"]
    assert (execution["retryCount"], execution["result"]) == (1, "success")
    assert "failureInfo" not in execution


async def test_a_task_beyond_its_time_is_ended_with_all_it_started(work):
    await work.pool()
    await work.job()
    script = "setsid sleep 7101 & sleep 7102"
    body = await work.run(script, constraints={"maxWallClockTime": "PT0.4S"})
    assert body["executionInfo"]["failureInfo"]["code"] == "TaskEnded"
    assert body["executionInfo"]["failureInfo"]["category"] == "ServerError"
    assert not processes("sleep", "7101")
    assert not processes("sleep", "7102")


async def test_what_a_task_leaves_running_ends_with_it(work):
    await work.pool()
    await work.job()
    script = "setsid env -i /bin/sleep 7201 & setsid sleep 7202 & echo done"
    await work.run(script)
    assert not processes("sleep", "7201")
    assert not processes("sleep", "7202")
    assert await work.output("t") == "done\n"


async def test_terminating_a_task_ends_its_process_tree(work):
    await work.pool()
    await work.job()
    await work.task("t", shell("setsid sleep 7301 & sleep 7302"))
    await until(lambda: processes("sleep", "7301") and processes("sleep", "7302"))
    before = await work.get("t")
    await work.client.terminate_task("j", "t")
    body = await work.get("t")
    assert body["state"] == "completed"
    assert body["executionInfo"]["failureInfo"]["code"] == "TaskEnded"
    assert "exitCode" not in body["executionInfo"]
    assert body["eTag"] != before["eTag"]
    await until(lambda: not (processes("sleep", "7301") or processes("sleep", "7302")))
    await work.service.fails(409, "TaskCompleted", "POST", "/jobs/j/tasks/t/terminate")
    await work.run("echo next", "u")


async def test_a_deleted_task_is_gone_with_its_processes_and_files(work):
    (node,) = await work.pool()
    await work.job()
    await work.task("t", "sleep 7401")
    await until(lambda: processes("sleep", "7401"))
    await work.client.delete_task("j", "t")
    await work.service.fails(404, "TaskNotFound", "GET", "/jobs/j/tasks/t")
    await until(lambda: not processes("sleep", "7401"))
    path = f"/pools/p/nodes/{node['id']}/files"

    async def files():
        return {item["name"] for item in (await work.service.get(path, recursive="true"))["value"]}

    async def gone():
        return "workitems/j/job-1/t" not in await files()

    await until(gone)
    body = await work.run("echo anew")  # the same id again
    assert body["executionInfo"]["exitCode"] == 0


async def test_a_task_by_the_name_of_one_just_deleted_keeps_its_files(work):
    await work.pool(slots=2)
    await work.job()
    for _ in range(3):
        await work.task("t", "sleep 7403")
        await until(lambda: processes("sleep", "7403"))
        await work.client.delete_task("j", "t")
        body = await work.run("echo anew; ls")
        assert body["executionInfo"].get("exitCode") == 0, body
        assert await work.output("t") == "anew\n"
        await work.client.delete_task("j", "t")


async def test_a_task_that_failed_can_be_reactivated(work):
    await work.pool()
    await work.job()
    script = "test -e $AZ_BATCH_NODE_SHARED_DIR/go"
    body = await work.run(script, constraints={"maxTaskRetryCount": 1})
    assert body["executionInfo"]["retryCount"] == 1
    await work.run("touch $AZ_BATCH_NODE_SHARED_DIR/go", "u")
    await work.client.reactivate_task("j", "t")
    again = await work.becomes("t")
    assert again["executionInfo"]["result"] == "success"
    assert again["executionInfo"]["retryCount"] == 0
    assert again["eTag"] != body["eTag"]
    await work.service.fails(409, "TaskSucceeded", "POST", "/jobs/j/tasks/t/reactivate")


async def test_the_nodes_counters_and_recent_tasks_follow(work):
    await work.pool(slots=4)
    await work.job()
    await work.task("t", "sleep 7501", requiredSlots=3)
    await work.becomes("t", "running")
    (node,) = await work.service.nodes("p", "running")
    assert (node["runningTasksCount"], node["runningTaskSlotsCount"]) == (1, 3)
    (recent,) = node["recentTasks"]
    assert (recent["taskId"], recent["taskState"]) == ("t", "running")
    assert list(recent) == ["taskUrl", "jobId", "taskId", "taskState", "executionInfo"]
    await work.run("exit 1", "bad")
    await work.client.terminate_task("j", "t")
    (node,) = await work.service.nodes("p", "idle")
    assert (node["runningTasksCount"], node["runningTaskSlotsCount"]) == (0, 0)
    assert (node["totalTasksRun"], node["totalTasksSucceeded"]) == (2, 0)
    assert [task["taskId"] for task in node["recentTasks"]] == ["bad", "t"]
    assert node["recentTasks"][0]["executionInfo"]["exitCode"] == 1


async def test_files_are_cleaned_up_after_their_retention_time(work):
    await work.pool()
    await work.job()
    await work.run("echo here", constraints={"retentionTime": "PT0.5S"})
    assert await work.output("t") == "here\n"

    async def cleaned():
        response = await work.service.send("GET", "/jobs/j/tasks/t/files/stdout.txt")
        return response.status_code == 409 and response.json()["code"] == "TaskFilesCleanedup"

    await until(cleaned)


async def test_files_of_a_task_that_has_not_run_are_unavailable(work):
    await work.pool(nodes=1)
    await work.job()
    await work.task("t", "true", requiredSlots=2)
    await work.service.fails(409, "TaskFilesUnavailable", "GET", "/jobs/j/tasks/t/files/stdout.txt")


async def test_resource_files_are_fetched_from_this_machine_only(work, tmp_path):
    await work.pool()
    await work.job()
    source = tmp_path / "data.txt"
    source.write_text("some data\n")
    near = {"httpUrl": source.as_uri(), "filePath": "in/data.txt", "fileMode": "0600"}
    await work.run("cat in/data.txt; stat -c %a in/data.txt", resourceFiles=[near])
    assert await work.output("t") == "some data\n600\n"
    for number, (url, name, code) in enumerate(
        [
            (
                "https://account.blob.core.windows.net/c/data.txt",
                "data.txt",
                "BlobDownloadMiscError",
            ),
            ((tmp_path / "missing").as_uri(), "data.txt", "BlobNotFound"),
        ]
    ):
        file = {"httpUrl": url, "filePath": name}
        body = await work.run("true", f"f{number}", resourceFiles=[file])
        failure = body["executionInfo"]["failureInfo"]
        assert failure["code"] == code
        assert {"name": "FilePath", "value": name} in failure["details"]
        assert "exitCode" not in body["executionInfo"]


@pytest.fixture
async def storage():
    """A container on this machine: what was put into it, by name."""
    blobs = {}

    async def put(request):
        if request.query.get("sig") != "good":
            return web.Response(status=403)
        assert request.headers["x-ms-blob-type"] == "BlockBlob"
        blobs[request.match_info["name"]] = await request.text()
        return web.Response(status=201)

    app = web.Application()
    app.router.add_put("/account/container/{name:.+}", put)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}/account/container?sig=good", blobs
    await runner.cleanup()


def output_file(pattern, url, when="TaskSuccess", **more):
    return {
        "filePattern": pattern,
        "destination": {"container": {"containerUrl": url} | more},
        "uploadOptions": {"uploadCondition": when},
    }


async def test_output_files_are_stored_in_a_container_on_this_machine(work, storage):
    url, blobs = storage
    await work.pool()
    await work.job()
    files = [
        output_file("../stdout.txt", url, "TaskCompletion", path="out/t.txt"),
        output_file("**/*.dat", url, path="data"),
        output_file("$AZ_BATCH_TASK_DIR/stderr.txt", url),
        output_file("only-when-failed", url, "TaskFailure"),
    ]
    script = "echo said; echo oops >&2; mkdir a; echo 1 > a/x.dat; echo 2 > y.dat; "
    body = await work.run(f"{script} touch only-when-failed .hidden.dat", outputFiles=files)
    assert body["executionInfo"]["result"] == "success"
    assert blobs == {
        "out/t.txt": "said\n", "data/a/x.dat": "1\n", "data/y.dat": "2\n", "stderr.txt": "oops\n",
    }  # fmt: skip
    assert "y.dat -> data/y.dat" in await work.output("t", "fileuploadout.txt")
    blobs.clear()
    body = await work.run(f"{script} echo 3 > only-when-failed; exit 3", "u", outputFiles=files)
    assert body["executionInfo"]["exitCode"] == 3
    assert set(blobs) == {"out/t.txt", "only-when-failed"}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://account.blob.core.windows.net/c?sig=x", "FileUploadMiscError"),
        (None, "FileUploadAccessDenied"),
    ],
)
async def test_a_task_whose_output_can_not_be_stored_has_failed(work, storage, url, code):
    await work.pool()
    await work.job()
    files = [output_file("x.txt", url or storage[0].replace("good", "bad"))]
    body = await work.run("echo x > x.txt", outputFiles=files)
    execution = body["executionInfo"]
    assert (execution["exitCode"], execution["result"]) == (0, "failure")
    assert execution["failureInfo"]["code"] == code
    assert await work.output("t", "fileuploaderr.txt") != ""


async def test_a_start_task_gets_its_resource_files_or_fails(work, tmp_path):
    (tmp_path / "setup.sh").write_text("echo set up\n")
    file = {"httpUrl": (tmp_path / "setup.sh").as_uri(), "filePath": "setup.sh"}
    start = {"commandLine": "/bin/sh setup.sh", "waitForSuccess": True}
    (node,) = await work.pool(startTask=start | {"resourceFiles": [file]})
    assert await work.service.output(node) == "set up\n"
    far = {"httpUrl": "https://account.blob.core.windows.net/c/x", "filePath": "x"}
    await work.service.create(
        "far", targetDedicatedNodes=1, startTask=start | {"resourceFiles": [far]}
    )
    (node,) = await work.service.nodes("far", "starttaskfailed")
    assert node["startTaskInfo"]["failureInfo"]["code"] == "BlobDownloadMiscError"


async def test_nodes_that_only_pretend_take_time_and_say_so(service):
    work = Working(service)
    await work.pool(nodes=2, virtualMachineConfiguration=WINDOWS)
    await work.job()
    await work.task("t", "cmd /c echo hello")
    body = await work.becomes("t")
    assert body["executionInfo"]["exitCode"] == 0
    assert body["nodeInfo"]["taskRootDirectory"] == r"workitems\j\job-1\t"
    assert await work.output("t") == "This task was only pretended.\n"


async def test_a_thousand_pretended_tasks_are_done_soon():
    async with serving(seed="empty", pretend=True) as service:
        work = Working(service)
        await work.pool(nodes=20, slots=8)
        await work.job(onAllTasksComplete="noaction")
        tasks = [{"id": f"t{number}", "commandLine": "true"} for number in range(1000)]
        for start in range(0, 1000, 100):
            await asyncio.gather(
                *(work.client.create_task("j", body) for body in tasks[start : start + 100])
            )

        async def done():
            found = await work.tasks()
            return all(task["state"] == "completed" for task in found.values())

        await until(done, 30)
        nodes = await service.nodes()
        assert sum(node["totalTasksRun"] for node in nodes) == 1000


async def test_times_of_a_task_follow_each_other(work):
    await work.pool()
    await work.job()
    body = await work.run("sleep 0.05")
    times = [
        body["creationTime"],
        body["previousStateTransitionTime"],
        body["executionInfo"]["endTime"],
    ]
    read = [read_time(text) for text in times]
    assert all(isinstance(each, datetime) for each in read)
    assert read == sorted(read)
