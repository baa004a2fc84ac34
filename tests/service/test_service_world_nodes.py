"""Nodes put into any state on command, as the SDK sees them."""

import pytest
from service.commanding import DISK_FULL, change
from service.helpers import until
from service.working import processes

from batchtui.emulator.control.client import ControlError

START = {"commandLine": "/bin/sh -c 'echo ready'"}


@pytest.mark.parametrize(
    "state",
    [
        "unusable", "unknown", "preempted", "upgradingos", "starting", "rebooting", "reimaging",
        "deallocating", "creating", "deallocated", "running", "offline",
    ],
)  # fmt: skip
async def test_a_node_in_any_state(service, state):
    await service.create(targetDedicatedNodes=2)
    first, second = await service.nodes()
    found = await change(service, pool="P", node=second["id"][:20] + "*", state=state.upper())
    assert found["nodes"] == {"idle": 1, state: 1}
    assert (await service.client.get_node("p", second["id"])).state == state
    assert (await service.get(f"/pools/p/nodes/{first['id']}"))["state"] == "idle"
    counts = (await service.get("/nodecounts"))["value"][0]["dedicated"]
    assert {name.lower(): count for name, count in counts.items()}[state] == 1
    await change(service, pool="p", node="*", state="idle")
    await service.nodes()


async def test_an_unusable_node_says_why_and_recovers_when_it_is_told(service):
    await service.create(targetDedicatedNodes=1)
    (node,) = await service.nodes()
    await change(service, pool="p", node=0, state="unusable", errors=[DISK_FULL], lasts=5)
    shown = await service.client.get_node("p", node["id"])
    assert shown.errors[0].code == "DiskFull"
    assert shown.errors[0].error_details[0].value == "0 bytes are free"
    (again,) = await service.nodes()
    assert again["id"] == node["id"]
    assert "errors" not in again


async def test_a_start_task_that_failed_with_output(service):
    await service.create(targetDedicatedNodes=1, startTask=START)
    (node,) = await service.nodes()
    assert await service.output(node) == "ready\n"
    await change(
        service, pool="p", node="0", state="starttaskfailed", exitCode=7,
        stdout="Fetching\n", stderr="No such file: ä\n",
    )  # fmt: skip
    shown = await service.client.get_node("p", node["id"])
    info = shown.start_task_info
    assert (shown.state, info.state, info.result) == ("starttaskfailed", "completed", "failure")
    assert info.exit_code == 7
    assert info.failure_info.code == "FailureExitCode"
    assert await service.output(node) == "Fetching\n"
    assert await service.output(node, "stderr.txt") == "No such file: ä\n"


async def test_a_start_task_that_failed_behind_an_idle_node(service):
    await service.create(targetDedicatedNodes=1, startTask=START | {"waitForSuccess": False})
    (node,) = await service.nodes()
    await change(service, pool="p", node="*", state="starttaskfailed", stderr="oops")
    shown = await service.get(f"/pools/p/nodes/{node['id']}")
    assert shown["state"] == "idle"
    assert shown["startTaskInfo"]["result"] == "failure"
    assert shown["startTaskInfo"]["exitCode"] == 1
    assert await service.output(node, "stderr.txt") == "oops"


async def test_a_start_task_that_still_ran(service):
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": "sleep 83"})
    (node,) = await service.nodes("p", "waitingforstarttask")
    await change(service, pool="p", node="0", state="starttaskfailed", stdout="cut off")
    await service.nodes("p", "starttaskfailed")
    await until(lambda: not processes("sleep", "83"))
    (shown,) = await service.nodes("p", "starttaskfailed")
    assert shown["startTaskInfo"]["exitCode"] == 1
    assert await service.output(node) == "cut off"


async def test_a_node_that_waits_for_its_start_task(service):
    await service.create(targetDedicatedNodes=1, startTask=START)
    await service.nodes()
    await change(service, pool="p", node=0, state="waitingforstarttask")
    (node,) = await service.nodes("p", "waitingforstarttask")
    assert node["startTaskInfo"]["state"] == "running"
    await change(service, pool="p", node=0, state="waitingforstarttask", lasts=3)
    (node,) = await service.nodes()
    assert node["startTaskInfo"]["result"] == "success"


async def test_a_seeded_node_keeps_what_it_is_told(demo):
    (pool, *_) = [
        pool async for pool in demo.client.list_pools() if pool.id == "windows-postprocess"
    ]
    nodes = (await demo.get(f"/pools/{pool.id}/nodes"))["value"]
    await change(demo, pool=pool.id, node="1", state="starttaskfailed", stdout="told")
    path = f"/pools/{pool.id}/nodes/{nodes[1]['id']}/files/startup%5Cstdout.txt"
    assert (await demo.send("GET", path)).text() == "told"
    assert (await demo.send("GET", path)).text() == "told"


async def test_a_preempted_nodes_task_runs_elsewhere(service):
    await service.create(targetLowPriorityNodes=2)
    await service.nodes()
    job = {"id": "j", "poolInfo": {"poolId": "p"}}
    assert (await service.send("POST", "/jobs", job)).status_code == 201
    task = {"id": "t", "commandLine": "sleep 84"}
    assert (await service.send("POST", "/jobs/j/tasks", task)).status_code == 201

    async def host():
        task = await service.get("/jobs/j/tasks/t")
        return task.get("nodeInfo", {}).get("nodeId") if task["state"] == "running" else None

    first = await until(host)
    found = await change(service, pool="p", node=first, state="preempted")
    assert found["nodes"]["preempted"] == 1

    async def elsewhere():
        return (await host()) not in {None, first}

    await until(elsewhere)
    assert (await change(service, reset="empty"))["processes"] == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"node": "9", "state": "idle"}, "does not exist"),
        ({"node": "no-such", "state": "idle"}, "does not exist"),
        ({"node": "*"}, "one of unusable"),
        ({"node": "*", "state": "happy"}, "starttaskfailed"),
        ({"node": "*", "state": "starttaskfailed"}, "has no start task"),
        ({"node": "*", "state": "waitingforstarttask"}, "has no start task"),
        ({"node": "*", "state": "starttaskfailed", "exitCode": 0}, "between 1"),
        ({"node": "*", "state": "starttaskfailed", "stdout": 5}, "must be a string"),
        ({"node": "*", "state": "starttaskfailed", "errors": []}, "'errors' does not exist"),
        ({"node": "*", "state": "idle", "exitCode": 5}, "'exitCode' does not exist"),
        ({"node": "*", "state": "unusable", "errors": [{"code": 5}]}, "must be a string"),
        ({"node": "*", "state": "unusable", "lasts": -5}, "between 0"),
        ({"node": [], "state": "idle"}, "does not exist"),
    ],
)
async def test_states_that_cant_be_are_refused_in_words(service, body, said):
    await service.create(targetDedicatedNodes=1)
    before = await service.nodes()
    with pytest.raises(ControlError) as caught:
        await change(service, pool="p", **body)
    assert said in str(caught.value)
    assert await service.nodes() == before
