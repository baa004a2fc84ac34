"""Jobs live and end: disabled, enabled, terminated and deleted, by request or by themselves."""

import pytest
from service.helpers import until
from service.working import processes, shell


async def test_disabling_a_job_requeues_what_runs_and_enabling_runs_it_again(work):
    await work.pool()
    await work.job()
    await work.task("t", "sleep 7801")
    await work.becomes("t", "running")
    await work.do("/jobs/j/disable", {"disableTasks": "requeue"})
    assert (await work.get_job())["state"] == "disabling"
    body = await work.get("t")
    assert body["state"] == "active"
    assert "nodeInfo" not in body
    assert set(body["executionInfo"]) == {"retryCount", "requeueCount", "lastRequeueTime"}
    job = await work.job_becomes("disabled")
    assert job["previousState"] == "disabling"
    await until(lambda: not processes("sleep", "7801"))
    assert (await work.get("t"))["state"] == "active"
    await work.do("/jobs/j/enable")
    assert (await work.get_job())["state"] == "enabling"
    await work.job_becomes("active")
    body = await work.becomes("t", "running")
    assert body["executionInfo"]["requeueCount"] == 1


async def test_disabling_a_job_can_terminate_what_runs(work):
    await work.pool()
    await work.job()
    await work.task("t", "sleep 7802")
    await work.becomes("t", "running")
    await work.do("/jobs/j/disable", {"disableTasks": "terminate"})
    body = await work.get("t")
    assert body["executionInfo"]["failureInfo"]["code"] == "TaskEnded"
    await work.job_becomes("disabled")


async def test_disabling_a_job_can_wait_for_what_runs(work):
    await work.pool()
    await work.job()
    await work.task("t", shell("until test -e $AZ_BATCH_NODE_SHARED_DIR/go; do sleep 0.05; done"))
    (node,) = await work.service.nodes("p", "running")
    assert node["runningTasksCount"] == 1
    await work.do("/jobs/j/disable", {"disableTasks": "wait"})
    await work.job("k")
    await work.client.terminate_task("j", "t")
    await work.job_becomes("disabled")
    assert (await work.get("t"))["state"] == "completed"


async def test_a_disabled_job_takes_tasks_and_runs_none(work):
    await work.pool()
    await work.job()
    await work.do("/jobs/j/disable", {"disableTasks": "wait"})
    await work.job_becomes("disabled")
    await work.task("t")
    await work.job("k")
    await work.task("t", job_id="k")
    await work.becomes("t", job_id="k")
    assert (await work.get("t"))["state"] == "active"
    await work.do("/jobs/j/enable")
    await work.becomes("t")


async def test_terminating_a_job_ends_what_runs_and_leaves_what_waits(work):
    await work.pool()
    await work.job()
    await work.task("t", shell("setsid sleep 7803 & sleep 7804"))
    await until(lambda: processes("sleep", "7803") and processes("sleep", "7804"))
    await work.task("u")
    await work.do("/jobs/j/terminate", {"terminateReason": "enough"})
    assert (await work.get_job())["state"] == "terminating"
    assert (await work.get("t"))["state"] == "completed"
    job = await work.job_becomes("completed")
    assert job["executionInfo"]["terminateReason"] == "enough"
    assert job["executionInfo"]["endTime"] == job["stateTransitionTime"]
    assert (await work.get("u"))["state"] == "active"
    assert not processes("sleep", "7803")
    assert not processes("sleep", "7804")
    await work.service.fails(409, "JobCompleted", "POST", "/jobs/j/terminate")
    await work.service.fails(409, "JobCompleted", "POST", "/jobs/j/enable")


async def test_a_deleted_job_is_gone_with_its_tasks_and_their_files(work):
    (node,) = await work.pool()
    await work.job()
    await work.run("echo here")
    await work.task("u", "sleep 7805")
    await work.becomes("u", "running")
    await work.do("/jobs/j", method="DELETE")
    assert (await work.get_job())["state"] == "deleting"
    await work.service.fails(409, "JobBeingDeleted", "DELETE", "/jobs/j")
    await work.service.gone("/jobs/j")
    await work.service.fails(404, "JobNotFound", "GET", "/jobs/j/tasks/t")
    assert not processes("sleep", "7805")
    files = await work.service.get(f"/pools/p/nodes/{node['id']}/files", recursive="true")
    assert not [f for f in files["value"] if f["name"].startswith("workitems/j/job-1")]


async def test_a_completed_job_can_be_deleted(work):
    await work.pool()
    await work.job()
    await work.do("/jobs/j/terminate")
    job = await work.job_becomes("completed")
    assert job["executionInfo"]["terminateReason"] == "UserTerminate"
    await work.do("/jobs/j", method="DELETE")
    await work.service.gone("/jobs/j")


async def test_a_job_ends_when_all_its_tasks_are_complete_if_it_wants_that(work):
    await work.pool()
    await work.job()
    await work.run("true", "a")
    await work.run("exit 1", "b")
    assert (await work.get_job())["state"] == "active"
    await work.do("/jobs/j", {"onAllTasksComplete": "terminatejob"}, "PATCH")
    job = await work.job_becomes("completed")
    assert job["executionInfo"]["terminateReason"] == "AllTasksComplete"


@pytest.mark.parametrize(
    ("options", "state", "reason"),
    [
        ({}, "completed", "TaskFailed"),
        ({"jobAction": "terminate"}, "completed", "TaskFailed"),
        ({"jobAction": "disable"}, "disabled", None),
        ({"jobAction": "none"}, "active", None),
    ],
)
async def test_a_failure_can_end_or_disable_its_job(work, options, state, reason):
    await work.pool()
    await work.job(onTaskFailure="performexitoptionsjobaction")
    conditions = {"exitConditions": {"default": options}} if options else {}
    await work.run("exit 1", **conditions)
    job = await work.job_becomes(state)
    assert job["executionInfo"].get("terminateReason") == reason


async def test_a_job_ends_when_its_time_is_over(work):
    await work.pool()
    await work.job(constraints={"maxWallClockTime": "PT1S"})
    await work.task("t", "sleep 7806")
    job = await work.job_becomes("completed")
    assert job["executionInfo"]["terminateReason"] == "MaxWallClockTimeExpiry"
    assert (await work.get("t"))["executionInfo"]["failureInfo"]["code"] == "TaskEnded"


async def test_a_job_is_prepared_once_on_each_node_and_released_when_it_ends(work):
    nodes = await work.pool(nodes=2)
    shared = "$AZ_BATCH_NODE_SHARED_DIR"
    await work.job(
        jobPreparationTask={"commandLine": shell(f"sleep 0.2; echo prepared >> {shared}/log")},
        jobReleaseTask={"commandLine": shell(f"echo released >> {shared}/log; cat {shared}/log")},
    )
    await work.task("a", "sleep 0.1")
    body = await work.becomes("a", "preparing")
    assert "startTime" not in body["executionInfo"]
    assert body["nodeInfo"]["poolId"] == "p"
    node = await work.service.get(f"/pools/p/nodes/{body['nodeInfo']['nodeId']}")
    assert (node["state"], node["runningTasksCount"]) == ("running", 0)
    for name in ("b", "c", "d"):
        await work.task(name, "sleep 0.1")
    for name in "abcd":
        await work.becomes(name)
    (one, other) = await status(work)
    assert [one["nodeId"], other["nodeId"]] == sorted(node["id"] for node in nodes)
    for each in (one, other):
        info = each["jobPreparationTaskExecutionInfo"]
        assert (info["state"], info["exitCode"], info["result"]) == ("completed", 0, "success")
        assert info["taskRootDirectory"] == "workitems/j/job-1/jobpreparation"
        assert "jobReleaseTaskExecutionInfo" not in each
    await work.do("/jobs/j/terminate")
    await work.job_becomes("completed")
    for each in await status(work):
        info = each["jobReleaseTaskExecutionInfo"]
        assert (info["state"], info["exitCode"]) == ("completed", 0)
        path = "workitems%2Fj%2Fjob-1%2Fjobrelease%2Fstdout.txt"
        response = await work.service.send("GET", f"/pools/p/nodes/{each['nodeId']}/files/{path}")
        assert response.text() == "prepared\nreleased\n"


async def status(work):
    pages = work.client.list_job_preparation_and_release_task_status("j")
    return [each async for each in pages]


async def test_where_preparation_fails_no_task_of_the_job_runs(work):
    nodes = await work.pool(nodes=2)
    good = nodes[0]["id"]
    line = shell(f"test $AZ_BATCH_NODE_ID = {good}")
    retried = {"maxTaskRetryCount": 1}
    await work.job(jobPreparationTask={"commandLine": line, "constraints": retried})
    for name in "abcd":
        await work.task(name)
    for name in "abcd":
        body = await work.becomes(name)
        assert body["nodeInfo"]["nodeId"] == good
    results = {
        each["nodeId"]: each["jobPreparationTaskExecutionInfo"] for each in await status(work)
    }
    assert results[good]["result"] == "success"
    bad = results[nodes[1]["id"]]
    assert (bad["result"], bad["retryCount"], bad["exitCode"]) == ("failure", 1, 1)
    assert bad["failureInfo"]["code"] == "FailureExitCode"
    await work.job("k")
    for name in "ab":  # another job goes to both
        await work.task(name, "sleep 0.2", "k")
    used = {(await work.becomes(name, job_id="k"))["nodeInfo"]["nodeId"] for name in "ab"}
    assert len(used) == 2


async def test_a_preparation_that_nobody_waits_for_runs_beside_the_tasks(work):
    await work.pool()
    await work.job(jobPreparationTask={"commandLine": "sleep 7807", "waitForSuccess": False})
    await work.run("true")
    (one,) = await status(work)
    assert one["jobPreparationTaskExecutionInfo"]["state"] == "running"
    await work.do("/jobs/j/terminate")
    await work.job_becomes("completed")
    assert not processes("sleep", "7807")


async def test_what_a_preparation_leaves_running_lives_as_long_as_its_job(work):
    await work.pool()
    await work.job(jobPreparationTask={"commandLine": shell("setsid sleep 7808 & true")})
    await work.run("true")
    assert processes("sleep", "7808")
    await work.do("/jobs/j/terminate")
    await work.job_becomes("completed")
    assert not processes("sleep", "7808")
