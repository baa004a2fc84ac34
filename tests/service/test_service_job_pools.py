"""Pools that are made for jobs, and jobs that move to another."""

import datetime as dt
import re

from conftest import recording
from service.commanding import change
from service.helpers import serving
from service.posting import (
    FAST,
    GUID,
    auto_pool,
    create_job,
    in_state,
    job_body,
)


async def test_a_pool_is_made_for_a_job_and_goes_with_it(service):
    account = {"name": "u", "password": "not-to-be-shown"}
    pool = {"targetDedicatedNodes": 1, "userAccounts": [account]}
    await create_job(service, poolInfo=auto_pool(pool=pool, autoPoolIdPrefix="mine"))
    job = await service.send("GET", "/jobs/j")
    assert account["password"] not in job.text()
    pool_id = job.json()["executionInfo"]["poolId"]
    assert re.fullmatch(f"mine_{GUID}", pool_id)
    await service.send("POST", "/jobs/j/tasks", {"id": "t", "commandLine": "true"})
    await in_state(service, "completed", "/jobs/j/tasks/t")
    made = await service.get(f"/pools/{pool_id}")
    assert (made["vmSize"], made["targetDedicatedNodes"]) == ("standard_d2_v2", 1)
    await service.send("POST", "/jobs/j/terminate")
    await service.gone(f"/pools/{pool_id}")
    assert (await in_state(service, "completed"))["executionInfo"]["poolId"] == pool_id


async def test_a_pool_made_for_a_job_is_as_the_request_s_version_has_it():
    then = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)  # when older versions still had ports for SSH
    async with serving(start_time=then) as service:
        for version, has_ports in (("2024-02-01.19.0", True), ("2025-06-01", False)):
            body = job_body(f"j{version[:4]}", poolInfo=auto_pool(pool={"targetDedicatedNodes": 1}))
            response = await service.send("POST", "/jobs", body, version=version)
            assert response.status_code == 201, response.text()
            made = (await service.get(f"/jobs/{body['id']}"))["executionInfo"]["poolId"]
            (node,) = await service.nodes(made)
            assert ("endpointConfiguration" in node) == has_ports


async def test_a_pool_goes_with_a_job_that_is_deleted_unless_it_is_kept(service):
    pools = {}
    for job_id, keep in (("gone", False), ("kept", True)):
        await create_job(service, job_id, poolInfo=auto_pool(keepAlive=keep))
        pools[job_id] = (await service.get(f"/jobs/{job_id}"))["executionInfo"]["poolId"]
        await service.send("DELETE", f"/jobs/{job_id}")
        await service.gone(f"/jobs/{job_id}")
    await service.gone(f"/pools/{pools['gone']}")
    assert (await service.get(f"/pools/{pools['kept']}"))["state"] == "active"


async def test_of_a_pool_made_for_a_job_only_keep_alive_is_updated(service):
    await create_job(service, poolInfo=auto_pool())
    keep = {"poolInfo": auto_pool(keepAlive=True)}
    assert (await service.send("PATCH", "/jobs/j", keep)).status_code == 200
    auto = (await service.get("/jobs/j"))["poolInfo"]["autoPoolSpecification"]
    assert auto["keepAlive"] is True
    other = {"poolInfo": auto_pool(pool={"targetDedicatedNodes": 2})}
    values = await service.fails(400, "InvalidPropertyValue", "PATCH", "/jobs/j", other)
    assert values["PropertyName"] == "autoPoolSpecification"


async def test_a_job_whose_pool_cannot_be_made_completes_with_the_reason(service):
    await change(service, quota={"pools": 0})
    await create_job(service, poolInfo=auto_pool())
    job = await service.get("/jobs/j")
    recorded = recording("job-list")["response"]["body"]["value"][1]
    error = job["executionInfo"]["schedulingError"]
    assert job["state"] == recorded["state"] == "completed"
    assert job["previousState"] == recorded["previousState"]
    assert error["category"] == recorded["executionInfo"]["schedulingError"]["category"]
    assert error["code"] == "AutoPoolCreationFailedWithQuotaReached"


async def test_only_a_disabled_job_moves_to_another_pool(service):
    await create_job(service)
    other = {"poolInfo": {"poolId": "q"}}
    await service.fails(409, "OperationInvalidForCurrentState", "PATCH", "/jobs/j", other)
    await (await service.client.begin_disable_job("j", {"disableTasks": "wait"}, **FAST)).result()
    assert (await service.send("PATCH", "/jobs/j", other)).status_code == 200
    job = await service.get("/jobs/j")
    assert job["poolInfo"] == {"poolId": "q"}
    assert job["executionInfo"]["poolId"] == "q"
