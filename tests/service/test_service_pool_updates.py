"""Changes of pools: PATCH and updateproperties, and when they are allowed."""

import pytest
from azure.batch import models
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from conftest import recording
from service.helpers import UBUNTU, WINDOWS, nat, until

OLD = "2024-02-01.19.0"
TASK = {"commandLine": "/bin/true"}


async def change(service, body, pool_id="p", **more):
    return await service.send("PATCH", f"/pools/{pool_id}", body, **more)


async def steady(service):
    async def is_steady():
        return (await service.get("/pools/p"))["allocationState"] == "steady"

    await until(is_steady)


async def test_patch_leaves_what_it_does_not_name(service):
    await service.create(startTask=TASK, metadata=[{"name": "a", "value": "b"}])
    before = await service.get("/pools/p")
    response = await change(service, {"metadata": [{"name": "foo2", "value": "bar2"}]})
    recorded = recording("pool-patch-200")["response"]
    assert response.status_code == recorded["status"] == 200
    assert response.headers["DataServiceId"] == f"{service.info.endpoint}/pools/p"
    assert response.headers["ETag"] != before["eTag"]
    after = await service.get("/pools/p")
    assert after["eTag"] == response.headers["ETag"]
    assert after["startTask"] == before["startTask"]
    assert after["metadata"] == [{"name": "foo2", "value": "bar2"}]
    changing = {"eTag", "lastModified", "metadata", "allocationState",
                "allocationStateTransitionTime"}  # fmt: skip
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    await change(service, {"metadata": []})
    assert "metadata" not in await service.get("/pools/p")


async def test_updateproperties_removes_a_start_task_that_it_omits(service):
    await service.create(startTask=TASK, metadata=[{"name": "a", "value": "b"}])
    recorded = recording("pool-update-properties-204")
    response = await service.send("POST", "/pools/p/updateproperties", recorded["request"]["body"])
    assert response.status_code == recorded["response"]["status"] == 204
    assert response.headers["Content-Length"] == "0"
    assert response.headers["DataServiceId"].endswith("/pools/p/updateproperties")
    pool = await service.get("/pools/p")
    assert pool["eTag"] == response.headers["ETag"]
    assert "startTask" not in pool
    assert pool["metadata"] == [{"name": "foo", "value": "bar"}]


@pytest.mark.parametrize("name", ["metadata", "applicationPackageReferences"])
async def test_updateproperties_needs_both_lists(service, name):
    await service.create()
    body = {"metadata": [], "applicationPackageReferences": []}
    del body[name]
    found = await service.fails(
        400, "MissingRequiredProperty", "POST", "/pools/p/updateproperties", body
    )
    assert found == {"PropertyName": name}


async def test_the_sdk_updates_and_replaces(service):
    await service.create()
    await service.client.update_pool(
        "p",
        models.BatchPoolUpdateOptions(
            display_name="Mine", start_task=models.BatchStartTask(command_line="true")
        ),
    )
    pool = await service.client.get_pool("p")
    assert (pool.display_name, pool.start_task.command_line) == ("Mine", "true")
    await service.client.replace_pool_properties(
        "p", models.BatchPoolReplaceOptions(application_package_references=[], metadata=[])
    )
    assert (await service.client.get_pool("p")).start_task is None
    with pytest.raises(HttpResponseError) as caught:
        await service.client.update_pool(
            "p",
            models.BatchPoolUpdateOptions(metadata=[]),
            etag=pool["eTag"],
            match_condition=MatchConditions.IfNotModified,
        )
    assert caught.value.status_code == 412


async def test_an_empty_pool_may_become_quite_another(service):
    await service.create(startTask=TASK)
    change_of_all = {
        "displayName": "Another",
        "vmSize": "Standard_F8s_v2",
        "taskSlotsPerNode": 32,
        "taskSchedulingPolicy": {"nodeFillType": "pack"},
        "enableInterNodeCommunication": True,
        "virtualMachineConfiguration": WINDOWS | {"licenseType": "Windows_Server"},
        "networkConfiguration": nat(3389, "rdp"),
        "userAccounts": [{"name": "a", "password": "secret-word"}],
        "mountConfiguration": [{"nfsMountConfiguration": {"source": "x",
                                                          "relativeMountPath": "x"}}],
        "upgradePolicy": {"mode": "manual"},
    }  # fmt: skip
    assert (await change(service, change_of_all)).status_code == 200
    pool = await service.get("/pools/p")
    assert (pool["displayName"], pool["vmSize"]) == ("Another", "standard_f8s_v2")
    assert pool["startTask"]["commandLine"] == TASK["commandLine"]
    assert pool["userAccounts"][0]["windowsUserConfiguration"] == {"loginMode": "batch"}
    await steady(service)
    await service.send("POST", "/pools/p/resize", {"targetDedicatedNodes": 1})
    (node,) = await service.nodes()
    assert node["vmSize"] == "standard_f8s_v2"
    (endpoint,) = node["endpointConfiguration"]["inboundEndpoints"]
    assert endpoint["name"] == "rdp.0"
    for name, part in change_of_all.items():
        found = await service.fails(
            409, "OperationInvalidForCurrentState", "PATCH", "/pools/p", {name: part}
        )
        assert name in found["Reason"]
    assert (await change(service, {"metadata": [{"name": "a", "value": "b"}]})).status_code == 200


async def test_a_pool_whose_nodes_are_on_their_way_is_not_empty(service):
    await service.create(targetDedicatedNodes=1)
    await service.fails(
        409, "OperationInvalidForCurrentState", "PATCH", "/pools/p", {"vmSize": "standard_d1_v2"}
    )


async def test_older_versions_change_less(service):
    await service.create()
    found = await service.fails(
        400, "InvalidRequestBody", "PATCH", "/pools/p", {"displayName": "x"}, version=OLD
    )
    assert "displayName" in found["Reason"]
    response = await change(
        service, {"targetNodeCommunicationMode": "classic", "startTask": TASK}, version=OLD
    )
    assert response.status_code == 200
    pool = await service.get("/pools/p", version=OLD)
    assert pool["targetNodeCommunicationMode"] == "classic"
    assert "targetNodeCommunicationMode" not in await service.get("/pools/p")


@pytest.mark.parametrize(
    ("body", "code", "name"),
    [
        ({"id": "q"}, "InvalidRequestBody", None),
        ({"targetDedicatedNodes": 1}, "InvalidRequestBody", None),
        ({"taskSlotsPerNode": 9}, "InvalidPropertyValue", "taskSlotsPerNode"),
        ({"vmSize": "huge"}, "InvalidPropertyValue", "vmSize"),
        ({"vmSize": "standard_d1_v2"}, "InvalidPropertyValue", "taskSlotsPerNode"),
        ({"startTask": {}}, "MissingRequiredProperty", "commandLine"),
        (
            {"startTask": TASK | {"userIdentity": {"username": "nobody"}}},
            "InvalidPropertyValue",
            "username",
        ),
        (
            {"virtualMachineConfiguration": UBUNTU | {"nodeAgentSKUId": "batch.node.el 9"}},
            "InvalidPropertyValue",
            "nodeAgentSKUId",
        ),
    ],
)
async def test_a_change_is_checked_as_a_creation_is(service, body, code, name):
    await service.create(taskSlotsPerNode=8)
    before = await service.get("/pools/p")
    found = await service.fails(400, code, "PATCH", "/pools/p", body)
    assert found.get("PropertyName") == name
    assert (await service.get("/pools/p"))["eTag"] == before["eTag"]


async def test_packages_that_do_not_exist_are_refused_as_recorded(service):
    await service.create()
    exchange = recording("pool-patch-409-app-package-2024")
    response = await change(service, exchange["request"]["body"])
    assert response.status_code == 409
    assert response.json()["values"] == exchange["response"]["body"]["values"]


async def test_conditions_and_absence_are_told(service):
    await service.create()
    etag = (await service.get("/pools/p"))["eTag"]
    body = {"metadata": []}
    headers = {"If-Match": "0x1"}
    assert (await change(service, body, headers=headers)).status_code == 412
    assert (await change(service, body, headers={"If-Match": etag})).status_code == 200
    assert (await change(service, body, headers={"If-Match": etag})).status_code == 412
    assert (await change(service, body, pool_id="q")).json()["code"] == "PoolNotFound"
    await service.send("DELETE", "/pools/p")
    await service.fails(409, "PoolBeingDeleted", "PATCH", "/pools/p", body)


async def test_nodes_keep_their_start_task_until_they_boot_again(service):
    await service.create(targetDedicatedNodes=1, startTask=TASK)
    (node,) = await service.nodes()
    await change(service, {"startTask": {"commandLine": "/bin/echo new"}})
    url = f"/pools/p/nodes/{node['id']}"
    assert (await service.get(url))["startTask"]["commandLine"] == "/bin/true"
    await service.send("POST", f"{url}/reboot")

    async def renewed():
        body = await service.get(url)
        ready = body["state"] == "idle" and body["lastBootTime"] != node["lastBootTime"]
        return body if ready else None

    assert (await until(renewed))["startTask"]["commandLine"] == "/bin/echo new"
    assert await service.output(node) == "new\n"
