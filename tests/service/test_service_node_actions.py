"""Reboot, reimage, deallocate, start and scheduling of nodes, through the SDK and as recorded."""

import contextlib
import socket
from datetime import UTC, datetime

import pytest
from azure.batch import models
from azure.core.exceptions import HttpResponseError, ResourceExistsError
from conftest import recording
from service.commanding import DISK_FULL, change
from service.helpers import WINDOWS, nat, serving, until
from service.logging_in import PASSWORD, add_user, connect, place
from service.replaying.held import held

# The SDK can't send these operations without a body: it asks for a content type then.
REBOOT = {"nodeRebootOption": "terminate"}
REIMAGE = {"nodeReimageOption": "requeue"}
DEALLOCATE = {"nodeDeallocateOption": "taskcompletion"}
DISABLE = models.BatchNodeDisableSchedulingOptions(node_disable_scheduling_option="requeue")
# What a life alone brings to a node that the recorded one hadn't had yet.
BOOTED = {"lastBootTime", "nodeAgentInfo"}


async def show(service, node, pool="p"):
    body = await service.get(f"/pools/{pool}/nodes/{node['id']}")
    del body["odata.metadata"]
    return body


async def act(service, node, action, body=None, pool="p", **query):
    return await service.send("POST", f"/pools/{pool}/nodes/{node['id']}/{action}", body, **query)


async def states(service, node, *last):
    """What a node shows from now on, a body for each change, until it is in one of the states."""
    seen = []

    async def ended():
        body = await show(service, node)
        kind = (body["state"], body["schedulingState"])
        if not seen or kind != (seen[-1]["state"], seen[-1]["schedulingState"]):
            seen.append(body)
        return body["state"] in last

    await until(ended)
    return seen


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("node-reboot-202", "reboot"),
        ("node-reimage-202", "reimage"),
        ("node-deallocate-202", "deallocate"),
        ("node-deallocate-202-no-body", "deallocate"),
        ("node-disable-scheduling-200", "disablescheduling"),
    ],
)
async def test_an_action_is_answered_as_recorded(service, node, name, action):
    recorded = recording(name)
    response = await act(service, node, action, recorded["request"]["body"])
    assert response.status_code == recorded["response"]["status"]
    url = f"{service.info.endpoint}/pools/p/nodes/{node['id']}/{action}"
    assert response.headers["DataServiceId"] == url
    assert "ETag" not in response.headers
    assert response.text() == ""


@contextlib.asynccontextmanager
async def standing():
    """An account in which time stands still, its clock, and a node that has long been idle."""
    start = datetime(2026, 5, 3, 12, tzinfo=UTC)
    with held() as stages:
        async with serving(start_time=start, pretend=True, clock="real") as service:
            clock = stages[0].state.world.clock
            await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
            await clock.let_pass(120)
            (node,) = await service.nodes()
            yield service, clock, node


def like(seen, name, but=()):
    """Whether a node shows the properties of a recorded one, in the same states."""
    recorded = recording(name)["response"]["body"]
    less = {"odata.metadata", "certificateReferences"}
    assert set(seen) - set(but) == set(recorded) - less - set(but), name
    kinds = [(body["state"], body["schedulingState"]) for body in (seen, recorded)]
    return kinds[0] == kinds[1]


async def test_a_rebooting_node_goes_through_the_recorded_states():
    async with standing() as (service, clock, node):
        await service.client.begin_reboot_node("p", node["id"], REBOOT, polling_interval=0.1)
        rebooting = await show(service, node)
        await clock.let_pass(64.9)
        assert await show(service, node) == rebooting
        await clock.let_pass(0.2)
        starting = await show(service, node)
        assert like(rebooting, "node-get-rebooting")
        assert like(starting, "node-get-starting-after-reboot")
        for old in ("lastBootTime", "nodeAgentInfo"):
            assert rebooting[old] == starting[old] == node[old]
        await clock.let_pass(50)
        idle = await show(service, node)
        assert idle["state"] == "idle"
        assert idle["lastBootTime"] > node["lastBootTime"]
        for same in ("allocationTime", "ipAddress", "endpointConfiguration", "affinityId"):
            assert idle[same] == node[same]
        times = [body["stateTransitionTime"] for body in (node, rebooting, starting, idle)]
        assert times == sorted(set(times))


async def test_a_deallocated_node_goes_through_the_recorded_states():
    async with standing() as (service, clock, node):
        path = f"/pools/p/nodes/{node['id']}"
        await act(service, node, "deallocate", DEALLOCATE)
        deallocating = await show(service, node)
        await clock.let_pass(66.1)
        deallocated = await show(service, node)
        for action in ("deallocate", "reboot", "reimage", "enablescheduling"):
            await service.fails(409, "OperationNotValidOnNode", "POST", f"{path}/{action}")
        await act(service, node, "start")
        disabled = await show(service, node)
        await clock.let_pass(149.9)
        assert await show(service, node) == disabled
        await clock.let_pass(0.2)
        enabled = await show(service, node)
        await clock.let_pass(5.1)
        idle = await show(service, node)
        # The recorded pool mapped no ports, and its node was stopped before it had ever booted.
        more = {*BOOTED, "endpointConfiguration"}
        assert like(deallocating, "node-get-deallocating", more)
        assert like(deallocated, "node-get-deallocated", more)
        assert like(disabled, "node-get-starting-disabled", more)
        assert like(enabled, "node-get-starting-enabled", more)
        assert like(idle, "node-get-idle-after-start", more)
        for seen in (deallocating, deallocated, disabled, enabled, idle):
            assert (seen["allocationTime"], seen["ipAddress"]) == (
                node["allocationTime"], node["ipAddress"],
            )  # fmt: skip
        times = [seen["stateTransitionTime"] for seen in (deallocating, deallocated, disabled)]
        assert len(set(times)) == 1
        assert times[0] < enabled["stateTransitionTime"] < idle["stateTransitionTime"]


async def test_pollers_wait_until_it_is_done(service, node):
    client = service.client
    poller = await client.begin_deallocate_node("p", node["id"], DEALLOCATE, polling_interval=0.1)
    await poller.result()
    assert (await client.get_node("p", node["id"])).state == "deallocated"
    poller = await client.begin_start_node("p", node["id"], polling_interval=0.1)
    await poller.result()
    assert (await client.get_node("p", node["id"])).state == "idle"


async def test_a_starting_node_can_be_deallocated(service):
    await service.create(targetDedicatedNodes=1)
    (starting,) = await service.nodes("p", "starting")
    assert (await act(service, starting, "deallocate")).status_code == 202
    assert "lastBootTime" not in (await states(service, starting, "deallocated"))[-1]


async def test_a_reimage_is_for_cloud_services_in_old_versions(service, node):
    recorded = recording("node-reimage-409-2023")
    response = await act(
        service, node, "reimage", recorded["request"]["body"],
        version=recorded["request"]["query"]["api-version"],
    )  # fmt: skip
    assert response.status_code == recorded["response"]["status"]
    body, expected = response.json(), recorded["response"]["body"]
    assert body["values"] == expected["values"]
    assert body["code"] == expected["code"]
    first = expected["message"]["value"].partition("\n")[0]
    assert body["message"]["value"].partition("\n")[0] == first


async def test_a_node_away_says_what_it_is_doing(service, node):
    path = f"/pools/p/nodes/{node['id']}"
    for action, code in (("reboot", "NodeBeingRebooted"), ("reimage", "NodeBeingReimaged")):
        await act(service, node, action)
        for again in ("reboot", "reimage", "deallocate", "start"):
            await service.fails(409, code, "POST", f"{path}/{again}")
        await service.fails(409, code, "POST", f"{path}/users", {"name": "u", "password": "p"})
        await service.fails(409, code, "GET", f"{path}/files")
        await service.nodes("p", "starting")
        await service.fails(409, "NodeBeingStarted", "POST", f"{path}/reboot")
        await service.nodes()
    await service.fails(409, "OperationNotValidOnNode", "POST", f"{path}/start")
    await service.fails(404, "NodeNotFound", "POST", "/pools/p/nodes/x/reboot")
    await service.fails(404, "PoolNotFound", "POST", "/pools/q/nodes/x/reboot")


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [
        ("reboot", {"nodeRebootOption": "later"}, "InvalidPropertyValue"),
        ("reboot", {"nodeRebootOption": 7}, "InvalidPropertyValue"),
        ("reboot", {"nodeReimageOption": "requeue"}, "InvalidRequestBody"),
        ("deallocate", {"nodeDeallocationOption": "requeue"}, "InvalidRequestBody"),
        ("disablescheduling", {"nodeDisableSchedulingOption": "retaineddata"},
         "InvalidPropertyValue"),
        ("start", {"nodeStartOption": "now"}, "InvalidRequestBody"),
        ("reimage", [], "InvalidRequestBody"),
    ],
)  # fmt: skip
async def test_bodies_that_can_not_be(service, action, body, code):
    await service.fails(400, code, "POST", f"/pools/p/nodes/n/{action}", body)


async def test_scheduling_goes_off_and_on(service, node):
    client = service.client
    with pytest.raises(ResourceExistsError) as caught:
        await client.enable_node_scheduling("p", node["id"])
    assert caught.value.model.code == "NodeAlreadyInTargetSchedulingState"
    assert await client.disable_node_scheduling("p", node["id"], DISABLE) is None
    offline = await client.get_node("p", node["id"])
    assert (offline.state, offline.scheduling_state) == ("offline", "disabled")
    with pytest.raises(ResourceExistsError):
        await client.disable_node_scheduling("p", node["id"], DISABLE)
    await client.create_node_user(
        "p", node["id"], models.BatchNodeUserCreateOptions(name="u", password=PASSWORD)
    )
    assert [file.name async for file in client.list_node_files("p", node["id"])]
    assert await client.enable_node_scheduling("p", node["id"]) is None
    idle = await client.get_node("p", node["id"])
    assert (idle.state, idle.scheduling_state) == ("idle", "enabled")


async def test_a_node_closed_to_tasks_comes_back_offline(service, node):
    await service.client.disable_node_scheduling("p", node["id"], DISABLE)
    poller = await service.client.begin_reboot_node("p", node["id"], REBOOT, polling_interval=0.1)
    await poller.result()
    *_, offline = await states(service, node, "offline")
    assert offline["schedulingState"] == "disabled"


async def test_a_start_task_reaches_nodes_when_they_reboot(service):
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": "false"})
    (node,) = await service.nodes("p", "starttaskfailed")
    edited = {"startTask": {"commandLine": "echo better"}}
    assert (await service.send("PATCH", "/pools/p", edited)).status_code == 200
    assert (await show(service, node))["startTask"]["commandLine"] == "false"
    await act(service, node, "reboot")
    away = await show(service, node)
    assert away["startTask"]["commandLine"] == "false"
    assert away["startTaskInfo"]["result"] == "failure"
    (idle,) = await service.nodes()
    assert idle["startTask"]["commandLine"] == "echo better"
    assert idle["startTaskInfo"]["result"] == "success"
    assert await service.output(idle) == "better\n"


async def test_a_reboot_ends_what_runs_and_keeps_files_and_users(service, node):
    await add_user(service, node)
    async with connect(node) as connection:
        key = connection.get_server_host_key().public_data
        await connection.run("echo kept > $AZ_BATCH_NODE_SHARED_DIR/file")
        await connection.run("setsid sleep 71 >&- 2>&- &")
        assert await until(lambda: running(connection, "sleep 71"))
        await act(service, node, "reboot")
        await connection.wait_closed()
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        socket.create_connection(place(node), timeout=5)
    await states(service, node, "idle")
    async with await until(lambda: opened(node)) as connection:
        assert connection.get_server_host_key().public_data == key
        found = await connection.run("cat $AZ_BATCH_NODE_SHARED_DIR/file")
        assert found.stdout == "kept\n"
        assert not await running(connection, "sleep 71")


async def test_a_reimage_leaves_nothing(service, node):
    await add_user(service, node)
    async with connect(node) as connection:
        key = connection.get_server_host_key().public_data
        await connection.run("echo lost > $AZ_BATCH_NODE_SHARED_DIR/file")
        poller = await service.client.begin_reimage_node(
            "p", node["id"], REIMAGE, polling_interval=0.1
        )
        await connection.wait_closed()
    await poller.result()
    await states(service, node, "idle")
    path = f"/pools/p/nodes/{node['id']}"
    await service.fails(404, "NodeUserNotFound", "DELETE", f"{path}/users/alice")
    await service.fails(404, "FileNotFound", "GET", f"{path}/files/shared%2Ffile")
    await add_user(service, node)
    async with connect(node) as connection:
        assert connection.get_server_host_key().public_data != key


async def test_a_deallocated_nodes_port_is_closed(service, node):
    await add_user(service, node)
    poller = await service.client.begin_deallocate_node(
        "p", node["id"], DEALLOCATE, polling_interval=0.1
    )
    await poller.result()
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        socket.create_connection(place(node), timeout=5)
    await act(service, node, "start")
    await states(service, node, "idle")
    async with await until(lambda: opened(node)) as connection:
        assert (await connection.run("echo $USER")).stdout == "alice\n"


async def test_what_has_gone_wrong_with_a_node_is_over_when_it_reboots(service):
    broken = {"commandLine": "/bin/sh -c 'test -e $AZ_BATCH_NODE_SHARED_DIR/here'"}
    await service.create(targetDedicatedNodes=1, startTask=broken, networkConfiguration=nat())
    (node,) = await service.nodes("p", "starttaskfailed")
    await add_user(service, node)
    async with connect(node) as connection:
        await connection.run("touch $AZ_BATCH_NODE_SHARED_DIR/here")
    await act(service, node, "reboot")
    (node,) = await service.nodes()
    await change(service, pool="p", node=0, state="unusable", errors=[DISK_FULL])
    await service.fails(
        409, "NodeStateUnusable", "POST", f"/pools/p/nodes/{node['id']}/users",
        {"name": "u", "password": "p"},
    )  # fmt: skip
    assert (await act(service, node, "reboot")).status_code == 202
    (again,) = await service.nodes()
    assert "errors" not in again
    assert await service.client.delete_node_user("p", node["id"], "alice") is None


async def test_windows_nodes_are_rebooted_too(service):
    await service.create(
        targetDedicatedNodes=1,
        virtualMachineConfiguration=WINDOWS,
        startTask={"commandLine": "cmd /c echo hi"},
    )
    (node,) = await service.nodes()
    client = service.client
    for begin, how in ((client.begin_reboot_node, REBOOT), (client.begin_reimage_node, REIMAGE)):
        poller = await begin("p", node["id"], how, polling_interval=0.1)
        await poller.result()
        (idle,) = await service.nodes()
        assert idle["lastBootTime"] > node["lastBootTime"]
        assert idle["startTaskInfo"]["result"] == "success"


async def test_a_pool_can_go_while_its_nodes_reboot(service, node):
    await act(service, node, "reboot")
    await service.send("DELETE", "/pools/p")
    await service.fails(
        409, "OperationNotValidOnNode", "POST", f"/pools/p/nodes/{node['id']}/reboot"
    )
    await service.gone("/pools/p")
    with pytest.raises(HttpResponseError):
        await service.client.get_node("p", node["id"])


async def opened(node):
    """A connection, or None while the port isn't open again."""
    try:
        return await connect(node)
    except OSError:
        return None


async def running(connection, words):
    return (await connection.run(f"pgrep -fx '{words}'")).stdout
