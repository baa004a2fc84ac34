"""Pools through the SDK's client and its pipeline, as the wire contract has them."""

import asyncio
import json
import re

import pytest
from azure.batch import BatchClient as SyncClient
from azure.batch import models
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from service.helpers import UBUNTU, nat, pool_body, until

from batchtui.emulator.times import etag, read_time

PRIVATE = {"publicIPAddressConfiguration": {"provision": "noPublicIPAddresses"}}


async def test_a_pool_lives_from_creation_to_404(service):
    created = await service.create("Pool-1", targetDedicatedNodes=2, targetLowPriorityNodes=1)
    url = f"{service.info.endpoint}/pools/Pool-1"
    assert created.headers["Location"] == created.headers["DataServiceId"] == url
    pool = await service.client.get_pool("pool-1")
    assert (pool.id, pool.allocation_state, pool.current_dedicated_nodes) == (
        "Pool-1",
        "resizing",
        0,
    )
    nodes = await service.nodes("Pool-1")
    assert [node["id"] for node in nodes] == sorted(node["id"] for node in nodes)
    assert sorted(re.sub("[0-9a-f]{64}", "X", node["id"]) for node in nodes) == [
        "tvmps_X_d", "tvmps_X_d", "tvmps_X_p",
    ]  # fmt: skip
    steady = await service.client.get_pool("Pool-1")
    assert (steady.current_dedicated_nodes, steady.current_low_priority_nodes) == (2, 1)
    assert steady["eTag"] == created.headers["ETag"]
    await service.client._delete_pool_internal("Pool-1")
    assert (await service.get("/pools/Pool-1"))["state"] == "deleting"
    await service.fails(409, "PoolBeingDeleted", "DELETE", "/pools/Pool-1")
    await service.gone("/pools/Pool-1")


async def test_exists_says_yes_and_no(service):
    await service.create("p")
    assert await service.client.pool_exists("p") is True
    with pytest.raises(ResourceNotFoundError):
        await service.client.pool_exists("q")


async def test_get_fills_in_the_recorded_defaults(service):
    rule = {"priority": 150, "access": "allow", "sourceAddressPrefix": "*"}
    response = await service.create(
        networkConfiguration=nat(3389, rules=[rule]),
        startTask={"commandLine": "true"},
        userAccounts=[{"name": "u", "password": "secret-word"}],
    )
    pool = await service.get("/pools/p")
    assert pool["vmSize"] == "standard_d2_v2"
    assert pool["resizeTimeout"] == "PT15M"
    assert pool["taskSlotsPerNode"] == 1
    assert pool["taskSchedulingPolicy"] == {"nodeFillType": "Spread", "jobDefaultOrder": "none"}
    assert pool["virtualMachineConfiguration"]["imageReference"]["version"] == "latest"
    network = pool["networkConfiguration"]
    assert network["dynamicVNetAssignmentScope"] == "none"
    assert network["enableAcceleratedNetworking"] is False
    (nat_pool,) = network["endpointConfiguration"]["inboundNATPools"]
    assert nat_pool["networkSecurityGroupRules"] == [{**rule, "sourcePortRanges": ["*"]}]
    assert pool["startTask"] == {
        "commandLine": "true",
        "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"}},
        "maxTaskRetryCount": 0,
        "waitForSuccess": True,
    }
    assert pool["userAccounts"] == [{"name": "u", "elevationLevel": "nonadmin"}]
    assert "secret-word" not in json.dumps(pool)
    modified = pool["lastModified"]
    assert response.headers["ETag"] == pool["eTag"]
    extra = int(modified.removesuffix("Z").partition(".")[2].ljust(7, "0")[6])
    assert pool["eTag"] == etag(read_time(modified), extra)


async def test_a_pool_has_the_fields_of_the_recorded_one_in_their_order(service):
    await service.create(networkConfiguration=nat(3389))
    assert list(await service.get("/pools/p")) == [
        "odata.metadata", "id", "url", "eTag", "lastModified", "creationTime", "state",
        "stateTransitionTime", "allocationState", "allocationStateTransitionTime", "vmSize",
        "resizeTimeout", "currentDedicatedNodes", "targetDedicatedNodes",
        "currentLowPriorityNodes", "targetLowPriorityNodes", "enableAutoScale",
        "enableInterNodeCommunication", "taskSlotsPerNode", "taskSchedulingPolicy",
        "virtualMachineConfiguration", "networkConfiguration",
    ]  # fmt: skip


async def test_the_wire_is_written_as_the_service_writes_it(service):
    await service.create()
    response = await service.send(
        "GET", "/pools/p",
        headers={"client-request-id": "abc", "return-client-request-id": "true"},
    )  # fmt: skip
    headers = response.headers
    assert headers["Content-Type"] == "application/json;odata=minimalmetadata"
    assert headers["DataServiceVersion"] == "3.0"
    assert headers["Server"] == "Microsoft-HTTPAPI/2.0"
    assert headers["Transfer-Encoding"] == "chunked"
    assert headers["client-request-id"] == "abc"
    assert headers["Last-Modified"].endswith("GMT")
    assert response.text().startswith('{\r\n  "odata.metadata":"http://127.0.0.1')
    assert json.loads(response.text()) == response.json()
    plain = await service.send("GET", "/pools/p", headers={"client-request-id": "abc"})
    assert "client-request-id" not in plain.headers


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        ({"id": "a b"}, "InvalidPropertyValue", {"PropertyName": "id"}),
        ({"id": "x" * 65}, "InvalidPropertyValue", {"PropertyName": "id"}),
        ({"vmSize": None}, "MissingRequiredProperty", {"PropertyName": "vmSize"}),
        ({"vmSize": "huge"}, "InvalidPropertyValue", {"PropertyName": "vmSize"}),
        ({"vmSize": 3}, "InvalidPropertyValue", {"PropertyName": "vmSize"}),
        (
            {"virtualMachineConfiguration": None},
            "MissingRequiredProperty",
            {"PropertyName": "virtualMachineConfiguration"},
        ),
        (
            {"virtualMachineConfiguration": UBUNTU | {"nodeAgentSKUId": "batch.node.el 9"}},
            "InvalidPropertyValue",
            {"PropertyName": "nodeAgentSKUId"},
        ),
        ({"targetDedicatedNodes": -1}, "InvalidPropertyValue", {"PropertyValue": "-1"}),
        ({"targetDedicatedNodes": True}, "InvalidPropertyValue", {"PropertyValue": "True"}),
        ({"resizeTimeout": "PT4M"}, "InvalidPropertyValue", {"PropertyName": "resizeTimeout"}),
        (
            {"enableAutoScale": True},
            "MissingRequiredProperty",
            {"PropertyName": "autoScaleFormula"},
        ),
        ({"startTask": {}}, "MissingRequiredProperty", {"PropertyName": "commandLine"}),
        ({"noSuchThing": 1}, "InvalidRequestBody", {}),
        ({"networkConfiguration": nat(29876)}, "InvalidPropertyValue", {"PropertyValue": "29876"}),
        (
            {"networkConfiguration": nat(start=49950)},
            "InvalidPropertyValue",
            {"PropertyName": "frontendPortRangeEnd"},
        ),
        (
            {
                "networkConfiguration": nat(
                    rules=[{"priority": 149, "access": "allow", "sourceAddressPrefix": "*"}]
                )
            },
            "InvalidPropertyValue",
            {"PropertyName": "priority"},
        ),
        (
            {"networkConfiguration": nat() | PRIVATE},
            "InvalidPropertyValue",
            {"PropertyName": "inboundNATPools"},
        ),
    ],
)  # fmt: skip
async def test_what_can_not_be_created_is_refused_in_the_services_words(
    service, change, code, values
):
    found = await service.fails(400, code, "POST", "/pools", pool_body(**change))
    assert values.items() <= found.items()


async def test_images_that_are_unknown_or_past_their_end_are_refused(service):
    unknown = {"imageReference": {"publisher": "a", "offer": "b", "sku": "c"},
               "nodeAgentSKUId": "batch.node.windows amd64"}  # fmt: skip
    found = await service.fails(
        400, "InvalidPropertyValue", "POST", "/pools",
        pool_body(virtualMachineConfiguration=unknown),
    )  # fmt: skip
    assert found == {
        "PropertyName": "imageReference",
        "Reason": "The specified imageReference with publisher a offer b sku c is not supported.",
    }
    past = {"imageReference": {"publisher": "openlogic", "offer": "centos", "sku": "7_9"},
            "nodeAgentSKUId": "batch.node.centos 7"}  # fmt: skip
    found = await service.fails(
        400, "InvalidPropertyValue", "POST", "/pools", pool_body(virtualMachineConfiguration=past)
    )
    assert "past the end of its support" in found["Reason"]


async def test_ids_are_compared_without_case(service):
    await service.create("Render")
    await service.fails(409, "PoolExists", "POST", "/pools", pool_body("rENDER"))
    with pytest.raises(ResourceExistsError) as caught:
        await service.client.create_pool(
            models.BatchPoolCreateOptions(id="render", vm_size="standard_d2_v2",
                virtual_machine_configuration=models.VirtualMachineConfiguration(UBUNTU))
        )  # fmt: skip
    assert caught.value.model.code == "PoolExists"


async def test_resize_up_and_down_and_its_refusals(service):
    await service.create(targetDedicatedNodes=1)
    await service.fails(
        409, "PoolBeingResized", "POST", "/pools/p/resize", {"targetDedicatedNodes": 2}
    )
    first = {node["id"] for node in await service.nodes()}
    before = await service.get("/pools/p")
    response = await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 3})
    assert response.status_code == 202
    assert response.headers["ETag"] != before["eTag"]
    assert response.headers["DataServiceId"].endswith("/pools/p/resize")
    assert (await service.get("/pools/p"))["allocationState"] == "resizing"
    grown = await until(lambda: _count(service, 3))
    assert first < {node["id"] for node in grown}
    await service.nodes()
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 1})
    pool = await service.get("/pools/p")
    assert (pool["currentDedicatedNodes"], pool["targetDedicatedNodes"]) == (3, 1)
    states = {node["state"] for node in (await service.get("/pools/p/nodes"))["value"]}
    assert states == {"idle", "leavingpool"}
    left = await until(lambda: _count(service, 1))
    assert {node["id"] for node in left} == first
    await service.fails(400, "MissingRequiredProperty", "POST", "/pools/nowhere/resize", {})
    await service.fails(
        404, "PoolNotFound", "POST", "/pools/nowhere/resize", {"targetDedicatedNodes": 1}
    )


async def _count(service, number):
    nodes = (await service.get("/pools/p/nodes"))["value"]
    return nodes if len(nodes) == number else None


async def test_ports_and_addresses_of_nodes_that_left_are_reused(service):
    await service.create(targetDedicatedNodes=2, networkConfiguration=nat())
    nodes = await service.nodes()
    leaver = min(nodes, key=lambda node: node["ipAddress"])
    await service.client._remove_nodes_internal(
        "p", models.BatchNodeRemoveOptions(node_ids=[leaver["id"]])
    )
    assert (await service.get("/pools/p"))["targetDedicatedNodes"] == 1
    await until(lambda: _count(service, 1))
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 2})
    await until(lambda: _count(service, 2))
    fresh = await service.nodes()
    assert leaver["id"] not in {node["id"] for node in fresh}
    assert sorted(node["ipAddress"] for node in fresh) == ["10.0.0.4", "10.0.0.5"]
    ports = {node["endpointConfiguration"]["inboundEndpoints"][0]["frontendPort"] for node in fresh}
    assert ports == {15000, 15001}


async def test_stop_resize_keeps_the_target_and_tells_why(service):
    created = await service.create(targetLowPriorityNodes=3)
    response = await service.send("POST", "/pools/p/stopresize")
    assert (response.status_code, response.headers["ETag"]) == (202, created.headers["ETag"])
    assert (await service.get("/pools/p"))["allocationState"] == "stopping"
    pool = await until(lambda: _steady(service))
    assert (pool["currentLowPriorityNodes"], pool["targetLowPriorityNodes"]) == (0, 3)
    assert pool["resizeErrors"] == [{
        "code": "ResizeStopped",
        "message": "Desired number of low priority nodes could not be allocated due to a stop "
        "resize operation",
    }]  # fmt: skip


async def _steady(service):
    pool = await service.get("/pools/p")
    return pool if pool["allocationState"] == "steady" else None


async def test_quota_ends_in_resize_errors_once_steady(service):
    await service.create(
        vmSize="standard_hb120rs_v3", targetDedicatedNodes=9, targetLowPriorityNodes=9
    )
    pool = await until(lambda: _steady(service))
    assert [error["code"] for error in pool["resizeErrors"]] == [
        "AccountCoreQuotaReached", "AccountLowPriorityCoreQuotaReached",
    ]  # fmt: skip
    assert (pool["currentDedicatedNodes"], pool["currentLowPriorityNodes"]) == (4, 4)


async def test_autoscale_takes_the_targets_from_its_formula(service):
    await service.create(
        enableAutoScale=True,
        autoScaleFormula="$TargetDedicatedNodes=2;",
        autoScaleEvaluationInterval="PT06M00S",
    )
    pool = await service.get("/pools/p")
    assert (pool["autoScaleEvaluationInterval"], pool["targetDedicatedNodes"]) == ("PT6M", 2)
    await service.nodes()
    await service.fails(
        409, "OperationInvalidForCurrentState", "POST", "/pools/p/resize",
        {"targetDedicatedNodes": 1},
    )  # fmt: skip


async def test_conditional_requests(service):
    await service.create()
    tag = (await service.get("/pools/p"))["eTag"]
    unchanged = await service.send("GET", "/pools/p", headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    response = await service.send("DELETE", "/pools/p", headers={"If-Match": "0x1"})
    assert (response.status_code, response.json()["code"]) == (412, "ConditionNotMet")
    assert (await service.send("DELETE", "/pools/p", headers={"If-Match": tag})).status_code == 202


async def test_lists_are_paged_selected_and_filtered(service):
    for name in ("c", "a", "B", "d", "e"):
        await service.create(name)
    pages = [page async for page in service.client.list_pools(max_results=2).by_page()]
    names = [[pool.id async for pool in page] for page in pages]
    assert [name for page in names for name in page] == ["B", "a", "c", "d", "e"]
    body = await service.get("/pools", **{"$select": "id,state", "maxresults": "2"})
    assert body["value"] == [{"id": "B", "state": "active"}, {"id": "a", "state": "active"}]
    assert body["odata.nextLink"].startswith(
        f"{service.info.endpoint}/pools?api-version=2025-06-01"
    )
    assert "&$skiptoken=" in body["odata.nextLink"]
    body = await service.get("/pools", **{"$filter": "startswith(id,'a') or id eq 'd'"})
    assert [pool["id"] for pool in body["value"]] == ["a", "d"]
    assert "odata.nextLink" not in body


async def test_a_page_stays_right_while_pools_come_and_go(service):
    for name in "abcd":
        await service.create(name)
    first = await service.get("/pools", maxresults="2")
    await service.create("aa")
    await service.send("DELETE", "/pools/b")
    await service.gone("/pools/b")
    rest = await service.send("GET", first["odata.nextLink"].removeprefix(service.info.endpoint))
    assert [pool["id"] for pool in rest.json()["value"]] == ["c", "d"]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ({"maxresults": "-5"}, ("maxresults", "-5", "MaxResults cannot be less than 1")),
        ({"maxresults": "1001"}, ("maxresults", "1001", "MaxResults cannot be greater than 1000")),
        ({"$filter": "vmColour eq 'x'"}, ("$filter", "vmColour eq 'x'", None)),
        ({"$filter": "id eq"}, ("$filter", "id eq", None)),
        ({"$skiptoken": "%%%"}, ("$skiptoken", "%%%", None)),
    ],
)
async def test_bad_query_parameters_are_named(service, query, values):
    found = await service.fails(400, "InvalidQueryParameterValue", "GET", "/pools", **query)
    name, value, reason = values
    assert (found["QueryParameterName"], found["QueryParameterValue"]) == (name, value)
    assert reason is None or found["Reason"] == reason


async def test_the_synchronous_client_works_too(demo):
    def look():
        credential = AzureNamedKeyCredential(demo.info.account, demo.info.key)
        with SyncClient(demo.info.endpoint, credential) as client:
            pools = [pool.id for pool in client.list_pools()]
            nodes = list(client.list_nodes("render-linux"))
            client.delete_node_user("render-linux", nodes[0].id, "nobody")
        return pools, nodes

    with pytest.raises(HttpResponseError) as caught:
        await asyncio.to_thread(look)
    assert caught.value.model.code == "NodeUserNotFound"
