"""What becomes of tasks when their nodes are restarted, closed, removed or lost."""

import asyncio

import pytest
from service.helpers import until
from service.working import processes, shell

from batchtui.emulator.control.client import put


async def busy(work, line="sleep 7950", **more):
    """A task that runs on the only node, which is returned."""
    (node,) = await work.pool(**more)
    await work.job()
    await work.task("t", line)
    await work.becomes("t", "running")
    if line.startswith("sleep"):
        await until(lambda: processes(*line.split()))
    return f"/pools/p/nodes/{node['id']}"


async def test_a_reboot_requeues_its_tasks_which_run_again(work):
    node = await busy(work, shell("test -e $AZ_BATCH_NODE_SHARED_DIR/x && exit 0; "
                                  "touch $AZ_BATCH_NODE_SHARED_DIR/x; sleep 7951"))  # fmt: skip
    await until(lambda: processes("sleep", "7951"))
    await work.do(f"{node}/reboot", {"nodeRebootOption": "requeue"})
    body = await work.get("t")
    assert body["state"] == "active"
    assert (await work.service.get(node))["state"] == "rebooting"
    await until(lambda: not processes("sleep", "7951"))
    body = await work.becomes("t")
    assert body["executionInfo"]["requeueCount"] == 1
    assert body["executionInfo"]["exitCode"] == 0


async def test_a_reboot_can_terminate_its_tasks(work):
    node = await busy(work)
    await work.do(f"{node}/reboot", {"nodeRebootOption": "terminate"})
    body = await work.get("t")
    assert body["executionInfo"]["failureInfo"]["code"] == "TaskEnded"
    await work.service.nodes("p", "idle")


async def test_a_reboot_can_wait_for_its_tasks_and_lets_no_more_come(work):
    node = await busy(work, slots=2)
    await work.do(f"{node}/reboot", {"nodeRebootOption": "taskcompletion"})
    await work.task("u")
    assert (await work.get("t"))["state"] == "running"
    assert (await work.get("u"))["state"] == "active"
    await work.client.terminate_task("j", "t")
    body = await work.becomes("u")
    assert (await work.service.get(node))["lastBootTime"] < body["executionInfo"]["startTime"]


async def test_a_reboot_can_wait_for_data_to_be_kept(work):
    node = await busy(work)
    await work.do("/jobs/j/tasks/t", {"constraints": {"retentionTime": "PT1S"}}, "PUT")
    boot = (await work.service.get(node))["lastBootTime"]
    await work.do(f"{node}/reboot", {"nodeRebootOption": "retaineddata"})
    await work.client.terminate_task("j", "t")
    ended = (await work.get("t"))["executionInfo"]["endTime"]

    async def rebooted():
        body = await work.service.get(node)
        return body if body["state"] == "idle" and body["lastBootTime"] != boot else None

    assert (await until(rebooted))["lastBootTime"] > ended


@pytest.mark.parametrize(("option", "state"), [("requeue", "active"), ("terminate", "completed")])
async def test_a_node_closed_to_tasks_lets_go_of_those_it_has(work, option, state):
    node = await busy(work)
    await work.do(f"{node}/disablescheduling", {"nodeDisableSchedulingOption": option})
    assert (await work.get("t"))["state"] == state

    async def offline():
        body = await work.service.get(node)
        return body if body["state"] == "offline" else None

    body = await until(offline)
    assert body["runningTasksCount"] == 0
    assert not processes("sleep", "7950")
    await work.task("u")
    await work.do(f"{node}/enablescheduling")
    if state == "active":
        await work.becomes("t", "running")
        await work.client.terminate_task("j", "t")
    await work.becomes("u")


async def test_a_node_that_is_removed_gives_its_tasks_back(work):
    nodes = await work.pool(nodes=2)
    await work.job()
    await work.task("t", "sleep 7952")
    node = (await work.becomes("t", "running"))["nodeInfo"]["nodeId"]
    await work.do("/pools/p/removenodes", {"nodeList": [node]})
    other = next(each["id"] for each in nodes if each["id"] != node)

    async def elsewhere():
        body = await work.get("t")
        return body["state"] == "running" and body["nodeInfo"]["nodeId"] == other

    await until(elsewhere)
    await work.service.gone(f"/pools/p/nodes/{node}")
    assert len(processes("sleep", "7952")) == 1


async def test_a_pool_that_shrinks_can_wait_for_tasks_and_lets_idle_nodes_go_first(work):
    await work.pool(nodes=3)
    await work.job()
    await work.task("t", "sleep 7953")
    node = (await work.becomes("t", "running"))["nodeInfo"]["nodeId"]
    await work.do("/pools/p/resize", {"targetDedicatedNodes": 1})
    (left,) = await work.service.nodes("p", "running")
    assert left["id"] == node
    await work.do("/pools/p/resize", {
        "targetDedicatedNodes": 0, "nodeDeallocationOption": "taskcompletion"})  # fmt: skip
    await work.service.create("q")

    async def steady(pool):
        body = await work.service.get(f"/pools/{pool}")
        return body["allocationState"] == "steady"

    await until(lambda: steady("q"))
    assert (await work.get("t"))["state"] == "running"
    assert not await steady("p")
    await work.client.terminate_task("j", "t")
    await until(lambda: steady("p"))


async def test_a_pools_deletion_leaves_its_tasks_active_and_no_process(work):
    await busy(work)
    await work.do("/pools/p", method="DELETE")
    await work.service.gone("/pools/p")
    assert (await work.get("t"))["state"] == "active"
    assert not processes("sleep", "7950")


async def test_a_preempted_node_loses_its_tasks_which_nobody_asked_to_requeue(work):
    node = await busy(work)
    change = {"pool": "p", "node": node.rpartition("/")[2], "state": "preempted"}
    await asyncio.to_thread(put, work.service.info, **change)
    body = await work.becomes("t", "active")
    assert body["executionInfo"]["requeueCount"] == 0
    await until(lambda: not processes("sleep", "7950"))
    await work.service.fails(409, "TaskFilesUnavailable", "GET", "/jobs/j/tasks/t/files/stdout.txt")


@pytest.mark.parametrize(("rerun", "runs"), [(True, 2), (False, 1)])
async def test_a_reboot_lets_a_job_be_prepared_again_if_it_wants_that(work, rerun, runs):
    (node,) = await work.pool()
    log = "$AZ_BATCH_NODE_SHARED_DIR/log"
    line = shell(f"echo x >> {log}")
    await work.job(jobPreparationTask={"commandLine": line, "rerunOnNodeRebootAfterSuccess": rerun})
    await work.run("true", "a")
    await work.do(f"/pools/p/nodes/{node['id']}/reboot", {"nodeRebootOption": "requeue"})
    await work.run(f"cat {log}", "b")
    assert await work.output("b") == "x\n" * runs


async def test_a_reimaged_node_is_prepared_anew_though_it_failed_before(work):
    (node,) = await work.pool()
    await work.job(jobPreparationTask={"commandLine": shell("exit $(date +%N | wc -l)")})
    await work.task("t")

    async def failed():
        pages = work.client.list_job_preparation_and_release_task_status("j")
        found = [each["jobPreparationTaskExecutionInfo"] async for each in pages]
        return found if found and found[0].get("result") == "failure" else None

    (first,) = await until(failed)
    assert (await work.get("t"))["state"] == "active"
    await work.do(f"/pools/p/nodes/{node['id']}/reimage", {"nodeReimageOption": "requeue"})

    async def again():
        found = await failed()
        return found and found[0]["startTime"] != first["startTime"]

    await until(again)
