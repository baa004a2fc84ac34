"""Quotas of cores and pools, and how resizes end."""

import asyncio

from service.helpers import pool_body, until

from batchtui.emulator.catalogue import MOST_POOLS
from batchtui.emulator.control.client import put


async def steady(service, pool_id="p"):
    async def is_steady():
        pool = await service.get(f"/pools/{pool_id}")
        return pool if pool["allocationState"] == "steady" else None

    return await until(is_steady)


def codes(pool):
    return [error["code"] for error in pool.get("resizeErrors", ())]


async def test_a_family_of_vm_sizes_has_cores_of_its_own(service):
    await service.create(vmSize="standard_f8s_v2", targetDedicatedNodes=13)
    pool = await steady(service)
    assert (pool["currentDedicatedNodes"], pool["targetDedicatedNodes"]) == (12, 13)
    assert pool["resizeErrors"] == [{
        "code": "AccountVMSeriesCoreQuotaReached",
        "message": "The specified account has reached VM series core quota for standardFSv2Family",
    }]  # fmt: skip
    await service.create("q", vmSize="standard_f4s_v2", targetDedicatedNodes=2)
    pool = await steady(service, "q")
    assert (pool["currentDedicatedNodes"], codes(pool)) == (1, ["AccountVMSeriesCoreQuotaReached"])
    await service.create("r", vmSize="standard_d2_v3", targetDedicatedNodes=2)
    assert codes(await steady(service, "r")) == []


async def test_the_account_has_cores_for_all_families_together(service):
    await service.create(vmSize="standard_d64_v3", targetDedicatedNodes=7)
    assert codes(await steady(service)) == []
    await service.create("q", vmSize="standard_e32_v3", targetDedicatedNodes=2)
    pool = await steady(service, "q")
    assert (pool["currentDedicatedNodes"], codes(pool)) == (1, ["AccountCoreQuotaReached"])


async def test_spot_nodes_count_together_and_apart_from_dedicated_ones(service):
    await service.create(vmSize="standard_f8s_v2", targetLowPriorityNodes=60)
    assert codes(await steady(service)) == []
    await service.create(
        "q", vmSize="standard_d16_v3", targetLowPriorityNodes=2, targetDedicatedNodes=1
    )
    pool = await steady(service, "q")
    assert (pool["currentLowPriorityNodes"], pool["currentDedicatedNodes"]) == (1, 1)
    assert codes(pool) == ["AccountLowPriorityCoreQuotaReached"]


async def test_cores_that_are_given_back_can_be_taken_again(service):
    await service.create(vmSize="standard_f8s_v2", targetDedicatedNodes=12)
    await steady(service)
    await service.create("q", vmSize="standard_f8s_v2", targetDedicatedNodes=1)
    assert codes(await steady(service, "q")) == ["AccountVMSeriesCoreQuotaReached"]
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 11})
    await steady(service)
    await service.send("POST", "/pools/q/resize", {"targetDedicatedNodes": 1})
    pool = await steady(service, "q")
    assert (pool["currentDedicatedNodes"], codes(pool)) == (1, [])


async def test_an_account_has_so_many_pools(service):
    await asyncio.gather(*(service.create(f"p{at}") for at in range(MOST_POOLS)))
    await service.fails(409, "PoolQuotaReached", "POST", "/pools", pool_body("more"))


async def test_dedicated_and_spot_nodes_that_talk_to_each_other_are_not_mixed(service):
    await service.create(enableInterNodeCommunication=True, targetDedicatedNodes=1)
    await steady(service)
    found = await service.fails(
        400, "InvalidPropertyValue", "POST", "/pools/p/resize", {"targetLowPriorityNodes": 1}
    )
    assert found["PropertyName"] == "enableInterNodeCommunication"


async def test_a_pool_is_deleted_in_the_middle_of_a_resize(service):
    await service.create(targetDedicatedNodes=3)
    assert (await service.send("DELETE", "/pools/p")).status_code == 202
    pool = await service.get("/pools/p")
    assert (pool["state"], pool["targetDedicatedNodes"]) == ("deleting", 0)
    assert pool["resizeTimeout"] == "PT7M9.497S"
    await service.gone("/pools/p")
    await service.create(targetDedicatedNodes=1)
    await service.nodes()


async def test_a_resize_that_is_stopping_takes_no_other(service):
    await service.create(targetDedicatedNodes=1)
    await service.send("POST", "/pools/p/stopresize")
    await service.fails(
        409, "PoolBeingResized", "POST", "/pools/p/resize", {"targetDedicatedNodes": 2}
    )
    await service.fails(409, "OperationInvalidForCurrentState", "POST", "/pools/p/stopresize")
    pool = await steady(service)
    assert (pool["currentDedicatedNodes"], codes(pool)) == (0, ["ResizeStopped"])
    await service.fails(409, "OperationInvalidForCurrentState", "POST", "/pools/p/stopresize")
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 1})
    assert codes(await steady(service)) == []


async def test_nodes_are_named_once_whatever_their_case(service):
    await service.create(targetDedicatedNodes=2)
    first, second = await service.nodes()
    twice = {"nodeList": [first["id"], first["id"].upper()]}
    assert (await service.send("POST", "/pools/p/removenodes", twice)).status_code == 202
    assert (await service.get("/pools/p"))["targetDedicatedNodes"] == 1
    await steady(service)
    nodes = (await service.get("/pools/p/nodes"))["value"]
    assert [node["id"] for node in nodes] == [second["id"]]


async def test_nodes_are_removed_from_a_pool_with_a_formula_too(service):
    await service.create(enableAutoScale=True, autoScaleFormula="$TargetDedicatedNodes=2;")
    first, _ = await service.nodes()
    await service.fails(
        409, "OperationInvalidForCurrentState", "POST", "/pools/p/resize",
        {"targetDedicatedNodes": 1},
    )  # fmt: skip
    body = {"nodeList": [first["id"]]}
    assert (await service.send("POST", "/pools/p/removenodes", body)).status_code == 202
    pool = await steady(service)
    assert (pool["currentDedicatedNodes"], pool["targetDedicatedNodes"]) == (1, 1)


async def test_a_removal_that_waits_for_tasks_times_out_and_keeps_its_node(service):
    await service.create(targetDedicatedNodes=1)
    (node,) = await service.nodes()
    await service.send("POST", "/jobs", {"id": "j", "poolInfo": {"poolId": "p"}})
    await service.send("POST", "/jobs/j/tasks", {"id": "t", "commandLine": "/bin/sleep 600"})
    url = f"/pools/p/nodes/{node['id']}"

    async def running():
        return (await service.get(url))["state"] == "running"

    await until(running)
    body = {"nodeList": [node["id"]], "nodeDeallocationOption": "taskcompletion",
            "resizeTimeout": "PT5M"}  # fmt: skip
    await service.send("POST", "/pools/p/removenodes", body)
    assert (await service.get(url))["state"] == "leavingpool"
    await asyncio.to_thread(put, service.info, clock={"advance": 301})
    pool = await steady(service)
    assert codes(pool) == ["AllocationTimedOut"]
    assert (pool["currentDedicatedNodes"], pool["targetDedicatedNodes"]) == (1, 0)
    assert (await service.get(url))["state"] == "running"
