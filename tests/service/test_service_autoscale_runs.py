"""Formulas that run each interval, the samples that they find, and the resizes that they begin."""

import asyncio

import pytest
from service.helpers import until
from service.scaling import ENABLE, EVALUATE, TWO, enabled, steady

from batchtui.emulator.control.client import put

WAITING = """percent = $PendingTasks.GetSamplePercent(180 * TimeInterval_Second);
$TargetDedicatedNodes = percent < 70 ? 1 : 3;
$NodeDeallocationOption = taskcompletion;"""


async def test_the_formula_runs_each_interval_and_resizes(service):
    pool = await enabled(service, WAITING)
    assert pool["targetDedicatedNodes"] == 1
    tag = pool["eTag"]
    pool = await steady(service, targetDedicatedNodes=3, currentDedicatedNodes=3)
    assert pool["eTag"] != tag
    assert len(await service.nodes()) == 3

    async def runs_again():
        return (await service.get("/pools/p"))["autoScaleRun"] != pool["autoScaleRun"]

    await until(runs_again)
    again = await service.get("/pools/p")
    assert (again["eTag"], again["allocationState"]) == (pool["eTag"], "steady")


async def test_a_run_that_fails_shows_its_error_and_keeps_the_size(service):
    await enabled(service)
    response = await service.send("POST", ENABLE, {"autoScaleFormula": "$TargetDedicatedNodes=y"})
    assert response.status_code == 200

    async def failed():
        return (await service.get("/pools/p"))["autoScaleRun"].get("error")

    error = await until(failed)
    assert error["values"] == [{"name": "Message", "value": "Line 1, Col 23: Undefined symbol: y"}]
    pool = await service.get("/pools/p")
    assert (pool["targetDedicatedNodes"], pool["allocationState"]) == (2, "steady")


async def test_a_pool_shrinks_when_its_formula_says_so(service):
    await enabled(service)
    await service.send("POST", ENABLE, {"autoScaleFormula": "$TargetDedicatedNodes=1"})
    await steady(service, currentDedicatedNodes=1)
    assert len(await service.nodes()) == 1


async def test_a_pool_follows_its_queue_of_tasks(service):
    formula = "$TargetDedicatedNodes = min(2, max(0, $PendingTasks.GetSample(1)));"
    pool = await enabled(service, formula)
    assert pool["targetDedicatedNodes"] == 0
    job = await service.send("POST", "/jobs", {"id": "j", "poolInfo": {"poolId": "P"}})
    assert job.status_code == 201, job.text()
    for number in range(3):
        task = {"id": f"t{number}", "commandLine": "sleep 600"}
        answer = await service.send("POST", "/jobs/j/tasks", task)
        assert answer.status_code == 201, answer.text()
    await steady(service, currentDedicatedNodes=2)

    async def counted():
        body = {"autoScaleFormula": "a=$ActiveTasks.GetSample(1); r=$RunningTasks.GetSample(1);"}
        return (
            (await service.send("POST", EVALUATE, body)).json()["results"].endswith("a=[1];r=[2]")
        )

    await until(counted)
    await service.send("POST", "/jobs/j/terminate", {})
    await steady(service, currentDedicatedNodes=0)


@pytest.mark.parametrize(
    ("option", "state", "result"),
    [("taskcompletion", "completed", "success"), ("terminate", "completed", "failure"),
     ("requeue", "active", None)],
)  # fmt: skip
async def test_tasks_on_nodes_that_go_end_as_the_formula_says(
    service, tmp_path, option, state, result
):
    await enabled(service, "$TargetDedicatedNodes=1")
    await service.nodes()
    await service.send("POST", "/jobs", {"id": "j", "poolInfo": {"poolId": "p"}})
    wait = f"until [ -e {tmp_path}/end ]; do sleep 0.05; done"
    await service.send("POST", "/jobs/j/tasks", {"id": "t", "commandLine": f"/bin/sh -c '{wait}'"})

    async def task():
        return await service.get("/jobs/j/tasks/t")

    async def runs():
        return (await task())["state"] == "running"

    await until(runs)
    formula = f"$TargetDedicatedNodes=0; $NodeDeallocationOption={option}"
    await service.send("POST", ENABLE, {"autoScaleFormula": formula})
    if option == "taskcompletion":
        await _advance(service, 600)  # longer than any resize takes
        assert (await service.get("/pools/p"))["allocationState"] == "resizing"
        assert await runs()
        (tmp_path / "end").touch()
    await steady(service, currentDedicatedNodes=0)
    found = await task()
    assert (found["state"], found["executionInfo"].get("result")) == (state, result)


async def _advance(service, seconds):
    await asyncio.to_thread(put, service.info, clock={"advance": seconds})


async def _count(service):
    """The number of samples, and their percentage of the last three minutes."""
    formula = (
        "c = $PendingTasks.Count(); p = $PendingTasks.GetSamplePercent(TimeInterval_Minute*3);"
    )
    answer = await service.send("POST", EVALUATE, {"autoScaleFormula": formula})
    return answer.json()["results"].partition(";c=")[2]


async def test_a_sample_is_taken_every_30_seconds_also_when_time_passes_at_once(slow):
    await slow.create(enableAutoScale=True, autoScaleFormula=TWO)
    assert await _count(slow) == "0;p=0"
    await _advance(slow, 31)
    await until(lambda: _is(slow, "1;p=16.6666666666667"))
    await _advance(slow, 181)
    await until(lambda: _is(slow, "7;p=100"))


async def _is(service, wanted):
    return await _count(service) == wanted


async def test_the_schedule_starts_anew_with_a_new_interval(slow):
    await slow.create(enableAutoScale=True, autoScaleFormula=TWO)
    await _advance(slow, 60)
    await steady(slow)
    first = (await slow.get("/pools/p"))["autoScaleRun"]["timestamp"]
    await slow.send("POST", ENABLE, {"autoScaleEvaluationInterval": "PT10M"})
    await _advance(slow, 10)
    shown = await until(lambda: _later_run(slow, first))
    await _advance(slow, 850)
    await until(lambda: _later_run(slow, shown))


async def _later_run(service, than):
    at = (await service.get("/pools/p"))["autoScaleRun"]["timestamp"]
    return at if at > than else ""


async def test_a_deleted_pool_runs_no_formula(slow):
    await slow.create(enableAutoScale=True, autoScaleFormula=WAITING)
    await _advance(slow, 60)
    await steady(slow, currentDedicatedNodes=1)
    await slow.send("DELETE", "/pools/p")
    await _advance(slow, 90)
    pool = await slow.get("/pools/p")
    assert (pool["state"], pool["targetDedicatedNodes"]) == ("deleting", 0)
    await _advance(slow, 3600)
    await slow.gone("/pools/p")


async def test_the_demos_pool_has_samples_and_a_run(demo):
    pool = await demo.get("/pools/cfd-autoscale")
    assert pool["autoScaleRun"]["results"].startswith(
        "$TargetDedicatedNodes=3;$TargetLowPriorityNodes=1;$NodeDeallocationOption=taskcompletion;"
    )
    formula = """a = $CurrentDedicatedNodes; b = $RunningTasks.GetSample(1); c = $UsableNodeCount;
    d = $PendingTasks.GetSamplePercent(TimeInterval_Hour); e = $TaskSlotsPerNode;"""
    body = {"autoScaleFormula": formula}
    response = await demo.send("POST", "/pools/cfd-autoscale/evaluateautoscale", body)
    assert response.json()["results"].endswith(";a=3;b=[3];c=4;d=100;e=1")
    assert (await demo.get("/pools/cfd-autoscale"))["allocationState"] == "steady"
