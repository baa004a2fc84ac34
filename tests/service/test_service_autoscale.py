"""Pools with autoscale: enabled, tried out, disabled, and given the size that formulas ask for."""

import asyncio
from datetime import timedelta

import pytest
from azure.batch.models import (
    BatchPoolEnableAutoScaleOptions,
    BatchPoolEvaluateAutoScaleOptions,
)
from azure.core import MatchConditions
from azure.core.exceptions import ResourceModifiedError
from conftest import recording
from service.helpers import serving, until

from batchtui.emulator.control.client import put

ENABLE = "/pools/p/enableautoscale"
EVALUATE = "/pools/p/evaluateautoscale"
TWO = "$TargetDedicatedNodes=2"
WAITING = """percent = $PendingTasks.GetSamplePercent(180 * TimeInterval_Second);
$TargetDedicatedNodes = percent < 70 ? 1 : 3;
$NodeDeallocationOption = taskcompletion;"""


@pytest.fixture
async def slow():
    """An account in which nothing but requests changes within a test: the service's own pace."""
    async with serving(clock="real") as running:
        yield running


async def _pool(service, **wanted):
    """The pool once it is so."""

    async def so():
        pool = await service.get("/pools/p")
        return pool if wanted.items() <= pool.items() else None

    return await until(so)


async def _steady(service, **wanted):
    return await _pool(service, allocationState="steady", **wanted)


async def _enabled(service, formula=TWO, interval="PT5M"):
    await service.create(
        enableAutoScale=True, autoScaleFormula=formula, autoScaleEvaluationInterval=interval
    )
    return await _pool(service, allocationState="steady")


def _headers_as(response, name):
    """The response has the headers of a recording, but for those of its connection."""
    recorded = recording(name)["response"]["headers"]
    optional = {"transfer-encoding", "connection", "date", "content-length"}
    return {h.lower() for h in recorded} - optional <= {h.lower() for h in response.headers}


async def test_enabling_goes_straight_to_resizing_as_recorded(service):
    await service.create()
    await _steady(service)
    before = await service.get("/pools/p")
    body = {"autoScaleFormula": TWO, "autoScaleEvaluationInterval": "PT06M00S"}
    response = await service.send("POST", ENABLE, body)
    assert response.status_code == 200
    assert not response.content
    assert _headers_as(response, "pool-enable-autoscale-200")
    assert response.headers["DataServiceId"] == f"{service.info.endpoint}{ENABLE}"
    pool = await service.get("/pools/p")
    recorded = recording("pool-get-autoscale")["response"]["body"]
    for name in ("enableAutoScale", "autoScaleFormula", "autoScaleEvaluationInterval",
                 "allocationState", "targetDedicatedNodes", "targetLowPriorityNodes",
                 "currentDedicatedNodes"):  # fmt: skip
        assert pool[name] == recorded[name], name
    assert pool["eTag"] == response.headers["ETag"] != before["eTag"]
    assert len(await service.nodes()) == 2


async def test_the_run_shows_a_moment_after_enabling(slow, service):
    body = {"enableAutoScale": True, "autoScaleFormula": TWO}
    await slow.create(**body)
    assert "autoScaleRun" not in await slow.get("/pools/p")
    await service.create(**body)

    async def shown():
        return (await service.get("/pools/p")).get("autoScaleRun")

    run = await until(shown)
    assert run["results"] == f"{TWO};$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue"
    assert set(run) == {"timestamp", "results"}


async def test_a_formula_is_tried_out_and_not_applied(service):
    before = await _enabled(service)
    response = await service.send("POST", EVALUATE, {"autoScaleFormula": "$TargetDedicatedNodes=3"})
    recorded = recording("pool-evaluate-autoscale-200")["response"]["body"]
    body = response.json()
    assert response.status_code == 200
    assert list(body) == list(recorded)
    assert body["results"] == recorded["results"]
    assert body["odata.metadata"].endswith(recorded["odata.metadata"].partition("$metadata")[2])
    assert response.headers["DataServiceId"] == f"{service.info.endpoint}{EVALUATE}"
    assert "ETag" not in response.headers
    after = await service.get("/pools/p")
    assert (after["eTag"], after["targetDedicatedNodes"]) == (before["eTag"], 2)


async def test_a_formula_that_fails_is_answered_as_recorded(service):
    await _enabled(service)
    body = {"autoScaleFormula": "$something_useless"}
    answer = await service.send("POST", EVALUATE, body, version="2020-03-01.11.0")
    recorded = recording("pool-evaluate-autoscale-200-formula-error-2020")["response"]["body"]
    assert answer.status_code == 200
    found = answer.json()
    assert {name: found[name] for name in ("results", "error")} == {
        name: recorded[name] for name in ("results", "error")
    }


async def test_the_sdk_enables_evaluates_and_disables(service):
    client = service.client
    await service.create()
    await _steady(service)
    tag = (await service.get("/pools/p"))["eTag"]
    options = BatchPoolEnableAutoScaleOptions(
        auto_scale_formula=TWO, auto_scale_evaluation_interval=timedelta(minutes=6)
    )
    await client.enable_pool_auto_scale(
        "p", options, etag=tag, match_condition=MatchConditions.IfNotModified
    )
    pool = await client.get_pool("p")
    assert (pool.enable_auto_scale, pool.target_dedicated_nodes) == (True, 2)
    assert pool.auto_scale_evaluation_interval == timedelta(minutes=6)
    with pytest.raises(ResourceModifiedError):
        await client.enable_pool_auto_scale(
            "p", options, etag=tag, match_condition=MatchConditions.IfNotModified
        )
    run = await client.evaluate_pool_auto_scale(
        "p", BatchPoolEvaluateAutoScaleOptions(auto_scale_formula="x = nothing;")
    )
    assert run.error.code == "AutoScalingFormulaEvaluationError"
    assert run.error.error_values[0].value == "Line 1, Col 5: Undefined symbol: nothing"
    await client.disable_pool_auto_scale("p")
    pool = await client.get_pool("p")
    assert (pool.enable_auto_scale, pool.auto_scale_formula) == (False, None)
    assert (pool.auto_scale_evaluation_interval, pool.auto_scale_run) == (None, None)
    assert pool.target_dedicated_nodes == 2


async def test_disabling_gives_the_size_back_to_its_owner(service):
    before = await _enabled(service)
    response = await service.send("POST", "/pools/p/disableautoscale")
    assert response.status_code == 200
    assert _headers_as(response, "pool-disable-autoscale-200")
    assert response.headers["ETag"] != before["eTag"]
    resize = await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 1})
    assert resize.status_code == 202
    assert (await service.send("POST", "/pools/p/disableautoscale")).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code", "values"),
    [
        ({}, 400, "MissingRequiredProperty",
         {"PropertyName": "autoScaleFormula and/or autoScaleEvaluationInterval"}),
        ({"autoScaleEvaluationInterval": "PT5M"}, 400, "MissingRequiredProperty",
         {"PropertyName": "autoScaleFormula"}),
        ({"autoScaleFormula": TWO, "autoScaleEvaluationInterval": "PT4M"}, 400,
         "InvalidPropertyValue", {"PropertyValue": "PT4M"}),
        ({"autoScaleFormula": TWO, "autoScaleEvaluationInterval": "PT169H"}, 400,
         "InvalidPropertyValue", {"PropertyName": "autoScaleEvaluationInterval"}),
        ({"autoScaleFormula": 7}, 400, "InvalidPropertyValue", {"PropertyValue": "7"}),
        ({"autoScaleFormula": "x ="}, 400, "AutoScalingFormulaSyntaxError",
         {"Message": "Line 1, Col 4: Unexpected end of formula"}),
        ({"autoScaleFormula": "x = 1;" + " " * 8192}, 400, "AutoScaleFormulaTooLong", {}),
        ({"autoScaleFormula": TWO, "more": 1}, 400, "InvalidRequestBody", {}),
    ],
)  # fmt: skip
async def test_settings_that_can_not_be(service, body, status, code, values):
    await service.create()
    found = await service.fails(status, code, "POST", ENABLE, body)
    assert values.items() <= found.items()
    assert (await service.get("/pools/p"))["enableAutoScale"] is False


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"autoScaleFormula": "$TargetDedicatedNodes = ("}, "AutoScalingFormulaSyntaxError"),
        ({"autoScaleFormula": "x" * 8193}, "AutoScaleFormulaTooLong"),
        ({"autoScaleFormula": TWO, "targetDedicatedNodes": 1}, "InvalidPropertyValue"),
    ],
)
async def test_a_pool_is_not_created_with_such_settings(service, more, code):
    body = {"enableAutoScale": True} | more
    with pytest.raises(AssertionError, match=code):
        await service.create(**body)


async def test_pools_that_can_not_be_enabled_or_tried_out(slow):
    await slow.fails(404, "PoolNotFound", "POST", ENABLE, {"autoScaleFormula": TWO})
    await slow.fails(404, "PoolNotFound", "POST", EVALUATE, {"autoScaleFormula": TWO})
    await slow.create()
    await slow.fails(409, "PoolBeingResized", "POST", ENABLE, {"autoScaleFormula": TWO})
    values = await slow.fails(
        409, "OperationInvalidForCurrentState", "POST", EVALUATE, {"autoScaleFormula": TWO}
    )
    assert values == {"Reason": "The specified pool does not have AutoScale enabled"}
    await slow.fails(
        400, "AutoScalingFormulaSyntaxError", "POST", EVALUATE, {"autoScaleFormula": "1 +"}
    )
    await slow.fails(400, "MissingRequiredProperty", "POST", EVALUATE, {})
    await slow.send("DELETE", "/pools/p")
    for path in (ENABLE, EVALUATE):
        await slow.fails(409, "PoolBeingDeleted", "POST", path, {"autoScaleFormula": TWO})
    await slow.fails(409, "PoolBeingDeleted", "POST", "/pools/p/disableautoscale")


async def test_enabling_is_asked_for_at_most_every_30_seconds(slow):
    await slow.create(enableAutoScale=True, autoScaleFormula="$TargetDedicatedNodes=0")
    await _steady(slow)
    body = {"autoScaleEvaluationInterval": "PT7M"}
    assert (await slow.send("POST", ENABLE, body)).status_code == 200
    await slow.fails(503, "TooManyEnableAutoScaleRequests", "POST", ENABLE, body)
    pool = await slow.get("/pools/p")
    assert (pool["autoScaleEvaluationInterval"], pool["allocationState"]) == ("PT7M", "steady")
    assert pool["autoScaleFormula"] == "$TargetDedicatedNodes=0"


async def test_a_pool_with_autoscale_is_not_resized_by_hand(slow):
    await slow.create(enableAutoScale=True, autoScaleFormula=TWO)
    values = await slow.fails(409, "OperationInvalidForCurrentState", "POST", "/pools/p/stopresize")
    recorded = recording("arm-pool-stop-resize-409-2020")["response"]["body"]["error"]["details"]
    assert values == {"Reason": recorded[0]["message"]}


async def test_the_formula_runs_each_interval_and_resizes(service):
    pool = await _enabled(service, WAITING)
    assert pool["targetDedicatedNodes"] == 1
    tag = pool["eTag"]
    pool = await _steady(service, targetDedicatedNodes=3, currentDedicatedNodes=3)
    assert pool["eTag"] != tag
    assert len(await service.nodes()) == 3

    async def runs_again():
        return (await service.get("/pools/p"))["autoScaleRun"] != pool["autoScaleRun"]

    await until(runs_again)
    again = await service.get("/pools/p")
    assert (again["eTag"], again["allocationState"]) == (pool["eTag"], "steady")


async def test_a_run_that_fails_shows_its_error_and_keeps_the_size(service):
    await _enabled(service)
    response = await service.send("POST", ENABLE, {"autoScaleFormula": "$TargetDedicatedNodes=y"})
    assert response.status_code == 200

    async def failed():
        return (await service.get("/pools/p"))["autoScaleRun"].get("error")

    error = await until(failed)
    assert error["values"] == [{"name": "Message", "value": "Line 1, Col 23: Undefined symbol: y"}]
    pool = await service.get("/pools/p")
    assert (pool["targetDedicatedNodes"], pool["allocationState"]) == (2, "steady")


async def test_a_pool_shrinks_when_its_formula_says_so(service):
    await _enabled(service)
    await service.send("POST", ENABLE, {"autoScaleFormula": "$TargetDedicatedNodes=1"})
    await _steady(service, currentDedicatedNodes=1)
    assert len(await service.nodes()) == 1


async def test_a_pool_follows_its_queue_of_tasks(service):
    formula = "$TargetDedicatedNodes = min(2, max(0, $PendingTasks.GetSample(1)));"
    pool = await _enabled(service, formula)
    assert pool["targetDedicatedNodes"] == 0
    job = await service.send("POST", "/jobs", {"id": "j", "poolInfo": {"poolId": "P"}})
    assert job.status_code == 201, job.text()
    for number in range(3):
        task = {"id": f"t{number}", "commandLine": "sleep 600"}
        answer = await service.send("POST", "/jobs/j/tasks", task)
        assert answer.status_code == 201, answer.text()
    await _steady(service, currentDedicatedNodes=2)

    async def counted():
        body = {"autoScaleFormula": "a=$ActiveTasks.GetSample(1); r=$RunningTasks.GetSample(1);"}
        return (
            (await service.send("POST", EVALUATE, body)).json()["results"].endswith("a=[1];r=[2]")
        )

    await until(counted)
    await service.send("POST", "/jobs/j/terminate", {})
    await _steady(service, currentDedicatedNodes=0)


@pytest.mark.parametrize(
    ("option", "state", "result"),
    [("taskcompletion", "completed", "success"), ("terminate", "completed", "failure"),
     ("requeue", "active", None)],
)  # fmt: skip
async def test_tasks_on_nodes_that_go_end_as_the_formula_says(
    service, tmp_path, option, state, result
):
    await _enabled(service, "$TargetDedicatedNodes=1")
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
        await asyncio.sleep(0.6)  # longer than any resize takes here
        assert (await service.get("/pools/p"))["allocationState"] == "resizing"
        assert await runs()
        (tmp_path / "end").touch()
    await _steady(service, currentDedicatedNodes=0)
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
    await _steady(slow)
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
    await _steady(slow, currentDedicatedNodes=1)
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
