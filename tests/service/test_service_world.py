"""Changes of the world on command, as the SDK sees them."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from service.commanding import change, numbers, rules, strike
from service.helpers import nat, pool_body, serving
from service.logging_in import add_user, connect
from service.scaling import steady

from batchtui.emulator.control.client import ControlError, empty


async def test_an_account_is_emptied(service):
    await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
    (node,) = await service.nodes()
    await add_user(service, node)
    await strike(service, do="status", status=503, path="/nowhere")
    await service.create("q", targetDedicatedNodes=30)
    connection = await connect(node)
    await connection.create_process("sleep 81")
    assert (await numbers(service))["processes"] >= 1
    await asyncio.to_thread(empty, service.info)
    assert await numbers(service) | {"descriptors": 0, "loopTasks": 0} == {
        "pools": {}, "nodes": {}, "jobs": {}, "tasks": {}, "schedules": 0, "faults": 0,
        "processes": 0, "descriptors": 0, "loopTasks": 0,
    }  # fmt: skip
    await connection.wait_closed()
    assert [pool async for pool in service.client.list_pools()] == []
    await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
    (again,) = await service.nodes()
    await add_user(service, again)
    async with connect(again) as connection:
        assert (await connection.run("echo in")).stdout == "in\n"


async def test_a_seed_is_planted_again_and_faults_stay():
    async with serving(seed="demo", random_seed=5) as service:
        before = [pool.id async for pool in service.client.list_pools()]
        assert len(before) > 5
        await service.send("DELETE", f"/pools/{before[0]}")
        await strike(service, do="status", status=503, path="/nowhere")
        assert (await change(service, reset=True))["faults"] == 1
        assert [pool.id async for pool in service.client.list_pools()] == before
        assert (await change(service, reset="empty"))["pools"] == {}
        assert (await change(service, reset="12"))["nodes"]["idle"] > 0
        assert len(await rules(service)) == 1


async def test_nothing_grows_when_it_is_emptied_often(service):
    async def round_trip():
        await service.create(targetDedicatedNodes=2, networkConfiguration=nat())
        nodes = await service.nodes()
        await add_user(service, nodes[0])
        async with connect(nodes[0]) as connection:
            await connection.run("true")
        return await change(service, reset="empty")

    first = await round_trip()
    for _ in range(2):
        last = await round_trip()
    assert last["descriptors"] <= first["descriptors"]
    assert last["loopTasks"] <= first["loopTasks"]
    assert last["processes"] == 0


async def test_other_quotas(service):
    await change(service, quota={"dedicatedCores": 2, "lowPriorityCores": 0, "pools": 1})
    await service.create(targetDedicatedNodes=2, targetLowPriorityNodes=1)
    await service.fails(409, "PoolQuotaReached", "POST", "/pools", pool_body("q"))
    pool = await steady(service)
    assert [error["code"] for error in pool["resizeErrors"]] == [
        "AccountCoreQuotaReached",
        "AccountLowPriorityCoreQuotaReached",
    ]
    assert pool["currentDedicatedNodes"] == 1
    await change(service, quota={"dedicatedCores": 500, "families": {"standardDv2Family": 0}})
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 3})
    pool = await steady(service)
    assert pool["resizeErrors"][0]["code"] == "AccountVMSeriesCoreQuotaReached"
    await change(service, reset="empty")
    await service.create("a")
    await service.create("b")


async def test_an_image_whose_support_ends(service):
    image = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"}

    async def end():
        rows = [row async for row in service.client.list_supported_images()]
        found = [row for row in rows if row.image_reference.offer == image["offer"]]
        return next(row.batch_support_end_of_life for row in found)

    recorded = await end()
    await change(service, images=[image | {"batchSupportEndOfLife": "2024-06-30T00:00:00Z"}])
    assert (await end()).year == 2024
    values = await service.fails(400, "InvalidPropertyValue", "POST", "/pools", pool_body())
    assert "past the end of its support" in values["Reason"]
    await change(service, images=[image])
    assert await end() == recorded
    await service.create()


async def test_active_jobs_have_a_quota_too(service):
    await change(service, quota={"activeJobs": 0})
    body = {"id": "j", "poolInfo": {"poolId": "p"}}
    await service.fails(409, "ActiveJobAndScheduleQuotaReached", "POST", "/jobs", body)


async def test_time_that_passes_at_once():
    async with serving(clock="real") as service:
        await service.create(targetDedicatedNodes=1)
        assert (await service.get("/pools/p"))["allocationState"] == "resizing"
        await change(service, clock={"advance": 60})
        await steady(service)
        for _ in range(2):
            await change(service, clock={"advance": 60})
        (node,) = await service.nodes()
        at = datetime.fromisoformat(re.sub(r"\.\d+Z", "+00:00", node["stateTransitionTime"]))
        assert timedelta(seconds=170) < at - datetime.now(UTC) < timedelta(seconds=190)


async def test_a_pool_in_any_state(service):
    await service.create()
    await steady(service)
    error = {
        "code": "AllocationFailed",
        "message": "Desired number of dedicated nodes could not be allocated",
        "values": [{"name": "Reason", "value": "Allocation failed"}],
    }
    run = {"timestamp": "2025-06-01T00:00:00Z", "error": {"code": "EvaluationError"}}
    await change(service, pool="P", resizeErrors=[error], autoScaleRun=run)
    pool = await service.client.get_pool("p")
    assert pool.resize_errors[0].code == "AllocationFailed"
    assert pool.auto_scale_run.error.code == "EvaluationError"
    await change(service, pool="p", allocationState="stopping", resizeErrors=[])
    pool = await service.get("/pools/p")
    assert pool["allocationState"] == "stopping"
    assert "resizeErrors" not in pool
    assert (await change(service, pool="p", state="deleting"))["pools"] == {"deleting": 1}
    await service.fails(409, "PoolBeingDeleted", "DELETE", "/pools/p")
    await change(service, pool="p", state="active")
    assert (await service.send("DELETE", "/pools/p")).status_code == 202
    await service.gone("/pools/p")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "one of reset, quota"),
        ({"reset": True, "pool": "p"}, "one of reset, quota"),
        ({"reset": False}, "must be a string"),
        ({"reset": "moon"}, "demo, empty or a number"),
        ({"reset": True, "seed": 5}, "'seed' does not exist"),
        ({"quota": 5}, "must be an object"),
        ({"quota": {"cores": 5}}, "'cores' does not exist"),
        ({"quota": {"pools": -1}}, "between 0"),
        ({"quota": {"families": {"f": "x"}}}, "whole number"),
        ({"images": [{"publisher": "x", "offer": "y", "sku": "z"}]}, "no image"),
        ({"images": "all"}, "list of objects"),
        ({"clock": {"advance": -1}}, "between 0"),
        ({"clock": {"advance": 1e12}}, "between 0"),
        ({"clock": {}}, "advance"),
        ({"pool": 5}, "must be a string"),
        ({"pool": "nowhere"}, "does not exist"),
        ({"pool": "p", "state": "sad"}, "one of active, deleting"),
        ({"pool": "p", "colour": "red"}, "'colour' does not exist"),
        ({"pool": "p", "resizeErrors": [{"code": "x"}]}, "message"),
        ({"pool": "p", "resizeErrors": "none"}, "list of objects"),
        ({"pool": "p", "autoScaleRun": []}, "must be an object"),
    ],
)
async def test_changes_that_cant_be_are_refused_in_words(service, body, said):
    await service.create()
    before = await service.get("/pools/p")
    with pytest.raises(ControlError) as caught:
        await change(service, **body)
    assert said in str(caught.value)
    assert await service.get("/pools/p") | {"allocationState": ""} == before | {
        "allocationState": ""
    }
