"""Pools through Azure Resource Manager: the same ones as the data plane has."""

import json

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
)
from azure.mgmt.batch import models
from conftest import recording, wait_for
from service.helpers import UBUNTU
from service.signing_in import ACCOUNT, names, shape


def managed_pool(**more):
    settings = {
        "display_name": "A pool",
        "vm_size": "Standard_D2_v2",
        "deployment_configuration": models.DeploymentConfiguration(
            virtual_machine_configuration=models.VirtualMachineConfiguration(
                image_reference=models.ImageReference(**UBUNTU["imageReference"]),
                node_agent_sku_id=UBUNTU["nodeAgentSKUId"],
            )
        ),
        "scale_settings": models.ScaleSettings(
            fixed_scale=models.FixedScaleSettings(target_dedicated_nodes=0)
        ),
    } | more
    return models.Pool(**settings)


def steady(client, azure, name):
    def found():
        pool = client.pool.get(*names(azure), name)
        return pool if pool.allocation_state == "Steady" else None

    return wait_for(found, "the pool is steady")


def test_a_pool_is_as_recorded(azure, client, ask):
    client.pool.create(*names(azure), "recorded", managed_pool())
    _, headers, body = ask("GET", f"{ACCOUNT}/pools/recorded")
    wanted = recording("arm-pool-put-200")["response"]["body"]
    machine = wanted["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    del machine["windowsConfiguration"]
    wanted["properties"]["taskSchedulingPolicy"]["jobDefaultOrder"] = "None"
    assert shape(body) == shape(wanted)
    assert list(body["properties"]) == list(wanted["properties"])
    assert body["properties"]["vmSize"] == "STANDARD_D2_V2"
    assert body["properties"]["interNodeCommunication"] == "Disabled"
    assert headers["ETag"] == body["etag"]
    steady(client, azure, "recorded")


def test_a_pool_made_here_is_in_the_data_plane_and_back(azure, client):
    group, name = names(azure)
    start = models.StartTask(
        command_line="/bin/true",
        wait_for_success=True,
        user_identity=models.UserIdentity(
            auto_user=models.AutoUserSpecification(scope="Pool", elevation_level="Admin")
        ),
    )
    network = models.NetworkConfiguration(
        endpoint_configuration=models.PoolEndpointConfiguration(
            inbound_nat_pools=[
                models.InboundNatPool(
                    name="ssh",
                    protocol="TCP",
                    backend_port=22,
                    frontend_port_range_start=15000,
                    frontend_port_range_end=15100,
                )
            ]
        )
    )
    wanted = managed_pool(
        start_task=start,
        network_configuration=network,
        metadata=[models.MetadataItem(name="a", value="b")],
        user_accounts=[
            models.UserAccount(name="me", password="a made-up one", elevation_level="Admin")
        ],
        inter_node_communication="Enabled",
        scale_settings=models.ScaleSettings(
            fixed_scale=models.FixedScaleSettings(target_dedicated_nodes=1)
        ),
    )  # fmt: skip
    made = client.pool.create(group, name, "both", wanted)
    assert made.provisioning_state == "Succeeded"
    with azure.secret() as credential, azure.batch(credential) as batch:
        other = batch.get_pool("both")
        assert other.start_task.user_identity.auto_user.elevation_level == "admin"
        assert other.network_configuration.endpoint_configuration.inbound_nat_pools[0].name == "ssh"
        assert other.enable_inter_node_communication
        wait_for(lambda: len(list(batch.list_nodes("both"))) == 1, "a node")
    found = steady(client, azure, "both")
    assert found.current_dedicated_nodes == 1
    assert found.start_task.user_identity.auto_user.elevation_level == "Admin"
    assert found.network_configuration.endpoint_configuration.inbound_nat_pools[0].protocol == "TCP"
    assert found.user_accounts[0].elevation_level == "Admin"
    assert "a made-up one" not in json.dumps(found.as_dict())
    # What is given back as it was shown changes nothing, though the pool has nodes; only
    # accounts can't be, without their passwords.
    found.user_accounts = None
    again = client.pool.create(group, name, "both", found)
    assert again.etag == found.etag
    with pytest.raises(HttpResponseError, match="only while the pool is empty"):
        client.pool.update(group, name, "both", models.Pool(display_name="Another"))


def test_a_pool_is_resized_by_its_scale(azure, client):
    group, name = names(azure)
    client.pool.create(group, name, "scaled", managed_pool())
    steady(client, azure, "scaled")
    more = models.ScaleSettings(
        fixed_scale=models.FixedScaleSettings(target_dedicated_nodes=2, resize_timeout="PT20M")
    )
    changed = client.pool.update(group, name, "scaled", models.Pool(scale_settings=more))
    assert changed.allocation_state == "Resizing"
    assert changed.resize_operation_status.target_dedicated_nodes == 2
    less = models.ScaleSettings(fixed_scale=models.FixedScaleSettings())
    with pytest.raises(ResourceExistsError, match="PoolBeingResized"):
        client.pool.update(group, name, "scaled", models.Pool(scale_settings=less))
    assert steady(client, azure, "scaled").current_dedicated_nodes == 2
    formula = models.ScaleSettings(
        auto_scale=models.AutoScaleSettings(formula="$TargetDedicatedNodes=1")
    )
    changed = client.pool.update(group, name, "scaled", models.Pool(scale_settings=formula))
    assert changed.scale_settings.auto_scale.formula == "$TargetDedicatedNodes=1"
    assert changed.scale_settings.fixed_scale is None
    with pytest.raises(ResourceExistsError) as caught:
        client.pool.stop_resize(group, name, "scaled")
    wanted = recording("arm-pool-stop-resize-409-2020")["response"]["body"]["error"]
    assert caught.value.error.code == wanted["code"]
    assert caught.value.error.details[0].message == wanted["details"][0]["message"]
    wait_for(lambda: client.pool.get(group, name, "scaled").auto_scale_run, "a run")
    assert steady(client, azure, "scaled").current_dedicated_nodes == 1
    fixed = client.pool.disable_auto_scale(group, name, "scaled")
    assert fixed.scale_settings.fixed_scale.target_dedicated_nodes == 1
    assert fixed.auto_scale_run is None


def test_conditions_are_of_the_quoted_etag(azure, client):
    group, name = names(azure)
    made = client.pool.create(group, name, "tagged", managed_pool())
    steady(client, azure, "tagged")
    change = models.Pool(metadata=[models.MetadataItem(name="x", value="y")])
    unmodified = MatchConditions.IfNotModified
    newer = client.pool.update(
        group, name, "tagged", change, etag=made.etag, match_condition=unmodified
    )
    assert newer.etag != made.etag
    with pytest.raises(ResourceModifiedError):
        client.pool.update(
            group, name, "tagged", models.Pool(), etag=made.etag, match_condition=unmodified
        )
    with pytest.raises(HttpResponseError):
        client.pool.create(
            group, name, "tagged", managed_pool(), match_condition=MatchConditions.IfMissing
        )


def test_pools_are_listed_in_pages_and_by_filter(azure, client):
    group, name = names(azure)
    for number in range(3):
        client.pool.create(group, name, f"page{number}", managed_pool())
    query = "startswith(name,'page')"
    pages = client.pool.list_by_batch_account(group, name, filter=query, maxresults=2).by_page()
    assert [[pool.name for pool in page] for page in pages] == [["page0", "page1"], ["page2"]]
    query = "properties/vmSize eq 'none' and name eq 'page0'"
    assert list(client.pool.list_by_batch_account(group, name, filter=query)) == []
    with pytest.raises(HttpResponseError, match="InvalidQueryParameterValue"):
        list(client.pool.list_by_batch_account(group, name, filter="colour eq 'red'"))


def test_a_pool_is_deleted_and_the_poll_says_when(azure, client):
    group, name = names(azure)
    client.pool.create(group, name, "gone", managed_pool())
    # The poller obeys the recorded Retry-After of 15 s.
    poller = client.pool.begin_delete(group, name, "gone", polling=False)
    poller.wait()
    with pytest.raises(ResourceExistsError, match="PoolBeingDeleted"):
        client.pool.begin_delete(group, name, "gone", polling=False)
    assert client.pool.get(group, name, "gone").provisioning_state == "Deleting"


def test_the_poll_of_a_deletion(azure, client, ask):
    group, name = names(azure)
    client.pool.create(group, name, "polled", managed_pool())
    status, headers, _ = ask("DELETE", f"{ACCOUNT}/pools/polled")
    recorded = recording("arm-pool-delete-202")["response"]["headers"]
    assert (status, headers["Retry-After"]) == (202, recorded["Retry-After"])
    where = headers["Location"].partition("?")[0].removeprefix(azure.info.endpoint)
    assert where.endswith("/poolOperationResults/delete-polled")
    assert ask("GET", where)[0] in {202, 204}
    wait_for(lambda: ask("GET", where)[0] == 204, "the pool is gone")
    assert ask("DELETE", f"{ACCOUNT}/pools/polled")[0] == 204


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"vmSize": 5},
        {"vmSize": "standard_d2_v2", "scaleSettings": {}},
        {"vmSize": "standard_d2_v2", "scaleSettings": {"autoScale": {}}},
        {"vmSize": "standard_d2_v2", "deploymentConfiguration": []},
        {"interNodeCommunication": "Loud"},
        {"applicationPackages": [{"id": 1}]},
        {"applicationPackages": [{"id": "/x/y"}], "vmSize": "standard_d2_v2"},
        {"startTask": {"userIdentity": {"userName": {}}}, "vmSize": "standard_d2_v2"},
        {"metadata": "x", "vmSize": "standard_d2_v2"},
    ],
)
def test_a_pool_that_can_not_be_is_refused(ask, properties):
    status, _, body = ask("PUT", f"{ACCOUNT}/pools/bad", {"properties": properties})
    assert status == 400, body
    assert body["error"]["code"]
    assert ask("GET", f"{ACCOUNT}/pools/bad")[0] == 404
