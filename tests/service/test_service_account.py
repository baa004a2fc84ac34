"""What the account has and has used: applications and usage metrics."""

import datetime as dt

import pytest
from azure.core.exceptions import ResourceNotFoundError
from conftest import recording
from service.helpers import serving
from service.posting import now_of, passes
from service.scaling import steady

HALF_HOUR = dt.timedelta(minutes=30)


async def test_applications_are_those_that_the_account_has(service):
    client = service.client
    assert [item async for item in client.list_applications()] == []
    body = await service.get("/applications")
    recorded = recording("application-list-2020")["response"]["body"]
    fragment = recorded["odata.metadata"].partition("#")[2]
    assert body["odata.metadata"].endswith(f"$metadata#{fragment}")
    with pytest.raises(ResourceNotFoundError) as missing:
        await client.get_application("a")
    assert missing.value.error.code == "ApplicationNotFound"


async def test_usage_is_known_two_hours_late(service):
    await service.create(targetDedicatedNodes=1)
    await service.nodes()
    body = await service.get("/poolusagemetrics")
    recorded = recording("pool-usage-metrics-2024")["response"]["body"]
    assert body["value"] == recorded["value"] == []
    fragment = recorded["odata.metadata"].partition("#")[2]
    assert body["odata.metadata"].endswith(f"$metadata#{fragment}")
    now = (await now_of(service)).isoformat()
    for name in ("startTime", "endtime"):
        for text in (now, "yesterday"):
            await service.fails(
                400, "InvalidQueryParameterValue", "GET", "/poolusagemetrics", **{name: text}
            )


async def test_core_hours_are_those_of_the_nodes_that_were_there():
    async with serving(clock="real") as service:
        began = await now_of(service)
        for pool_id, nodes in (("p", 3), ("other", 1)):
            await service.create(pool_id, targetDedicatedNodes=nodes)
        await passes(service, minutes=1)
        await steady(service)
        await passes(service, hours=1)
        await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 0})
        await passes(service, minutes=10)
        await steady(service)
        await passes(service, hours=3)
        used = service.client.list_pool_usage_metrics(
            start_time=began - HALF_HOUR, end_time=began + dt.timedelta(hours=2)
        )
        found = [item async for item in used]
        mine = [item for item in found if item.pool_id == "p"]
        # Two cores in each of three nodes, for an hour and what it took to come and go.
        assert 6.0 <= sum(item.total_core_hours for item in mine) <= 7.5
        assert {item.vm_size for item in found} == {"standard_d2_v2"}
        assert all(item.end_time - item.start_time == HALF_HOUR for item in found)
        assert max(item.total_core_hours for item in mine) == pytest.approx(3.0)
        latest = (await service.get("/poolusagemetrics"))["value"]
        assert [(item["poolId"], item["totalCoreHours"]) for item in latest] == [("other", 1.0)]
        only = {"$filter": "poolId eq 'p'"}
        assert (await service.get("/poolusagemetrics", **only))["value"] == []
