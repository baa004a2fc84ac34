"""Tasks go onto nodes by their slots, their jobs' priorities and what they depend on."""

import pytest
from service.helpers import until
from service.working import processes, shell

HOLD = "sleep 7600"


async def hold(work, *names, line=HOLD, **more):
    """Tasks that run until they are terminated; the nodes that they run on, by task."""
    for name in names:
        await work.task(name, line, **more)
    bodies = [await work.becomes(name, "running", more.get("job_id", "j")) for name in names]
    return {body["id"]: body["nodeInfo"]["nodeId"] for body in bodies}


async def test_a_node_takes_as_many_tasks_as_it_has_slots(work):
    await work.pool(slots=3)
    await work.job()
    await hold(work, "a", requiredSlots=2)
    await work.task("b", HOLD, requiredSlots=2)
    await hold(work, "c")  # fits beside the first, though it came later
    assert (await work.get("b"))["state"] == "active"
    await work.client.terminate_task("j", "a")
    await work.becomes("b", "running")


async def test_an_emptied_pool_may_have_other_slots(work):
    await work.pool(slots=3)
    await work.job()
    await hold(work, "a")
    await work.client.terminate_task("j", "a")
    await work.do("/pools/p/resize", {"targetDedicatedNodes": 0})

    async def empty():
        pool = await work.service.get("/pools/p")
        return pool["allocationState"] == "steady" and not pool["currentDedicatedNodes"]

    for slots in (1, 2):
        await until(empty)
        await work.do("/pools/p", {"taskSlotsPerNode": slots}, "PATCH", 200)
        await work.do("/pools/p/resize", {"targetDedicatedNodes": 1})
        await work.service.nodes()
        names = [f"s{slots}-{number}" for number in range(slots)]
        await hold(work, *names)
        await work.task("more", HOLD)
        assert (await work.get("more"))["state"] == "active"
        for name in ("more", *names):
            await work.client.delete_task("j", name)
        await work.do("/pools/p/resize", {"targetDedicatedNodes": 0})


@pytest.mark.parametrize(("policy", "used"), [("Spread", 2), ("Pack", 1)])
async def test_tasks_are_spread_or_packed(work, policy, used):
    await work.pool(nodes=2, slots=2, taskSchedulingPolicy={"nodeFillType": policy})
    await work.job()
    nodes = await hold(work, "a", "b")
    assert len(set(nodes.values())) == used


async def test_a_job_of_higher_priority_comes_first_and_else_what_came_first(work):
    await work.pool()
    for name, priority in (("low", -5), ("high", 500), ("mid", 0)):
        await work.job(name, priority=priority)
    await hold(work, "first", job_id="low")
    for name in ("low", "mid", "high"):
        await work.task("a", HOLD, name)
        await work.task("b", HOLD, name)
    await work.client.terminate_task("low", "first")
    order = []
    for name, task in [(n, t) for n in ("high", "mid", "low") for t in ("a", "b")]:
        await work.becomes(task, "running", name)
        order.append((name, task))
        await work.client.terminate_task(name, task)
    assert len(order) == 6


async def test_a_job_runs_no_more_tasks_at_once_than_it_says(work):
    await work.pool(slots=4)
    await work.job(maxParallelTasks=2)
    await hold(work, "a", "b")
    await work.task("c", HOLD)
    assert (await work.get("c"))["state"] == "active"
    await work.do("/jobs/j", {"maxParallelTasks": 3}, "PATCH")
    await work.becomes("c", "running")


async def test_a_task_goes_to_the_node_of_its_affinity_if_that_has_room(work):
    nodes = await work.pool(nodes=3)
    await work.job()
    wanted = nodes[2]
    affinity = {"affinityInfo": {"affinityId": wanted["affinityId"]}}
    assert await hold(work, "a", **affinity) == {"a": wanted["id"]}
    assert (await hold(work, "b", **affinity))["b"] != wanted["id"]


async def test_a_task_waits_for_those_that_it_depends_on(work):
    await work.pool(slots=4)
    await work.job(usesTaskDependencies=True)
    await work.task("last", dependsOn={"taskIds": ["a"], "taskIdRanges": [{"start": 1, "end": 3}]})
    for name in ("1", "2", "3"):
        await work.run("true", name)
    assert (await work.get("last"))["state"] == "active"
    await work.run("true", "A")
    await work.becomes("last")
    await work.task("late", dependsOn={"taskIds": ["last"], "taskIdRanges": []})
    await work.becomes("late")


async def test_a_failure_blocks_what_depends_on_it_unless_its_exit_conditions_say_else(work):
    await work.pool(slots=4)
    await work.job(usesTaskDependencies=True)
    satisfy = {"dependencyAction": "satisfy"}
    await work.task("after-bad", dependsOn={"taskIds": ["bad"]})
    await work.task("after-fine", dependsOn={"taskIds": ["fine"]})
    await work.task("after-ranged", dependsOn={"taskIds": ["ranged"]})
    await work.task("after-missing", dependsOn={"taskIds": ["missing"]})
    await work.run("exit 2", "bad", exitConditions={"exitCodes": [
        {"code": 3, "exitOptions": satisfy}]})  # fmt: skip
    await work.run("exit 3", "fine", exitConditions={"exitCodes": [
        {"code": 3, "exitOptions": satisfy}]})  # fmt: skip
    await work.run("exit 7", "ranged", exitConditions={"exitCodeRanges": [
        {"start": 5, "end": 9, "exitOptions": satisfy}]})  # fmt: skip
    await work.task("missing", "no-such", exitConditions={"preProcessingError": satisfy})
    for name in ("after-fine", "after-ranged", "after-missing"):
        await work.becomes(name)
    assert (await work.get("after-bad"))["state"] == "active"


async def test_a_task_that_is_to_take_more_than_any_node_has_waits_and_holds_nobody_up(work):
    await work.pool(slots=2)
    await work.job()
    await work.task("huge", requiredSlots=3)
    await work.run("true", "small")
    assert (await work.get("huge"))["state"] == "active"


async def test_a_multi_instance_task_coordinates_and_runs_on_its_primary(work):
    await work.pool(nodes=3, enableInterNodeCommunication=True)
    await work.job()
    coordinate = shell("echo coordinated > $AZ_BATCH_TASK_DIR/mark; setsid sleep 7701 & echo here")
    await work.task(
        "t",
        shell("cat ../mark; echo $AZ_BATCH_HOST_LIST $AZ_BATCH_IS_CURRENT_NODE_MASTER; "
              "echo $CCP_NODES; "
              "test $AZ_BATCH_TASK_SHARED_DIR = $AZ_BATCH_TASK_DIR && echo shared"),
        multiInstanceSettings={"numberOfInstances": 3, "coordinationCommandLine": coordinate},
    )  # fmt: skip
    body = await work.becomes("t")
    assert body["executionInfo"]["exitCode"] == 0
    mark, hosts, cores, shared = (await work.output("t")).splitlines()
    assert (mark, shared) == ("coordinated", "shared")
    assert hosts.endswith(" true")
    assert sorted(cores.split()) == sorted(f"3 {hosts.split()[0]} 2 2 2".replace(",", " ").split())
    assert sorted(hosts.split()[0].split(",")) == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
    subtasks = [each async for each in work.client.list_subtasks("j", "t")]
    assert [each["id"] for each in subtasks] == [1, 2]
    nodes = {each["nodeInfo"]["nodeId"] for each in subtasks} | {body["nodeInfo"]["nodeId"]}
    assert len(nodes) == 3
    shown = {node["id"]: node["recentTasks"][-1] for node in await work.service.nodes()}
    for each in subtasks:
        recent = shown[each["nodeInfo"]["nodeId"]]
        assert (recent["subtaskId"], recent["taskState"]) == (each["id"], "completed")
        assert (each["state"], each["exitCode"], each["result"]) == ("completed", 0, "success")
        assert each["nodeInfo"]["taskRootDirectory"] == f"workitems/j/job-1/t/{each['id']}"
    path = f"workitems%2Fj%2Fjob-1%2Ft%2F{subtasks[0]['id']}%2Fstdout.txt"
    response = await work.service.send(
        "GET", f"/pools/p/nodes/{subtasks[0]['nodeInfo']['nodeId']}/files/{path}"
    )
    assert response.text() == "here\n"


@pytest.mark.parametrize("end", ["terminate", "limit"])
async def test_what_a_coordination_started_ends_with_the_task_on_every_node(work, end):
    await work.pool(nodes=2, enableInterNodeCommunication=True)
    await work.job()
    coordinate = shell("setsid env -i sleep 7703 & true")
    await work.task(
        "t",
        "sleep 7704",
        multiInstanceSettings={"numberOfInstances": 2, "coordinationCommandLine": coordinate},
        constraints={"maxWallClockTime": "PT1S"} if end == "limit" else {},
    )
    await until(lambda: len(processes("sleep", "7703")) == 2 and processes("sleep", "7704"))
    if end == "terminate":
        await work.client.terminate_task("j", "t")
    body = await work.becomes("t")
    assert body["executionInfo"]["failureInfo"]["code"] == "TaskEnded"
    await work.service.nodes("p", "idle")
    assert not processes("sleep", "7703")
    assert not processes("sleep", "7704")


async def test_a_coordination_that_fails_on_one_node_fails_the_task(work):
    await work.pool(nodes=2, enableInterNodeCommunication=True)
    await work.job()
    coordinate = shell("if $AZ_BATCH_IS_CURRENT_NODE_MASTER; then sleep 7702; else exit 5; fi")
    settings = {"numberOfInstances": 2, "coordinationCommandLine": coordinate}
    await work.task("t", "echo never", multiInstanceSettings=settings)
    body = await work.becomes("t")
    assert body["executionInfo"]["exitCode"] == 5
    await work.service.nodes("p", "idle")


async def test_a_job_manager_runs_alone_and_ends_its_job(work):
    await work.pool(slots=4)
    manager = {"id": "boss", "commandLine": shell("until test -e go; do sleep 0.05; done")}
    await work.job(jobManagerTask=manager)
    await work.becomes("boss", "running")
    (node,) = await work.service.nodes("p", "running")
    assert node["runningTaskSlotsCount"] == 4
    await work.task("t")
    assert (await work.get("t"))["state"] == "active"
    await work.client.terminate_task("j", "boss")
    job = await work.job_becomes("completed")
    assert job["executionInfo"]["terminateReason"] == "JMComplete"
    assert (await work.get("t"))["state"] == "active"


async def test_a_job_without_a_pool_waits_for_it(work):
    await work.job(poolInfo={"poolId": "later"})
    await work.task("t")
    await work.service.create("later", targetDedicatedNodes=1)
    await work.becomes("t")


async def test_what_waits_runs_in_the_order_in_which_it_came(work):
    await work.pool()
    await work.job()
    await hold(work, "0")
    names = [f"t{number}" for number in (5, 3, 9, 1)]
    for name in names:
        await work.task(name, shell("echo $AZ_BATCH_TASK_ID >> $AZ_BATCH_NODE_SHARED_DIR/order"))
    await work.client.terminate_task("j", "0")

    async def done():
        tasks = await work.tasks()
        return all(tasks[name]["state"] == "completed" for name in names)

    await until(done)
    await work.run("cat $AZ_BATCH_NODE_SHARED_DIR/order", "last")
    assert (await work.output("last")).split() == names
