"""Pools with autoscale: enabled, tried out, disabled, and given the size that formulas ask for."""

from datetime import timedelta

import pytest
from azure.batch.models import (
    BatchPoolEnableAutoScaleOptions,
    BatchPoolEvaluateAutoScaleOptions,
)
from azure.core import MatchConditions
from azure.core.exceptions import ResourceModifiedError
from conftest import recording
from service.helpers import until
from service.scaling import ENABLE, EVALUATE, TWO, enabled, steady


def _headers_as(response, name):
    """The response has the headers of a recording, but for those of its connection."""
    recorded = recording(name)["response"]["headers"]
    optional = {"transfer-encoding", "connection", "date", "content-length"}
    return {h.lower() for h in recorded} - optional <= {h.lower() for h in response.headers}


async def test_enabling_goes_straight_to_resizing_as_recorded(service):
    await service.create()
    await steady(service)
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
    before = await enabled(service)
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
    await enabled(service)
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
    await steady(service)
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
    before = await enabled(service)
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
    await steady(slow)
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
