"""Everything that a pool may be created with, and what GET shows of it."""

import json

import asyncssh
import pytest
from azure.batch import BatchClient, models
from azure.core.credentials import AzureNamedKeyCredential
from conftest import recording, wait_for
from hypothesis import HealthCheck, given, settings
from pool_bodies import LINUX, OF_WINDOWS, again, mutated
from service.helpers import UBUNTU, WINDOWS, answer_to, nat, pool_body, serving

from batchtui.emulator import EmulatorThread, Options

GALLERY = "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i"
DUAL = {"publicIPAddressConfiguration": {"ipFamilies": ["IPv4", "IPv6"]}}


def machine(base=UBUNTU, **more):
    return {"virtualMachineConfiguration": base | more}


def task(**more):
    return {"startTask": {"commandLine": "true"} | more}


def public(**more):
    return {"networkConfiguration": {"publicIPAddressConfiguration": more}}


def rules(*places):
    """Two NAT pools, each with a rule whose priority is given."""
    names = zip(("a", "b"), (22, 80), (15000, 16000), places, strict=True)
    pools = []
    for name, port, start, priority in names:
        rule = {"priority": priority, "access": "allow", "sourceAddressPrefix": "*"}
        (pool,) = nat(port, name, [rule], start)["endpointConfiguration"]["inboundNATPools"]
        pools.append(pool)
    return {"networkConfiguration": {"endpointConfiguration": {"inboundNATPools": pools}}}


async def test_a_pool_with_everything_is_shown_with_defaults_and_without_secrets(service):
    await service.create("full", **{k: v for k, v in LINUX.items() if k != "id"})
    pool = await service.get("/pools/full")
    assert "secret-word" not in json.dumps(pool)
    assert pool["resizeTimeout"] == "PT20M"
    assert pool["taskSchedulingPolicy"] == {"nodeFillType": "Pack", "jobDefaultOrder":
                                            "creationtime"}  # fmt: skip
    (account,) = pool["userAccounts"]
    assert account == {
        "name": "operator",
        "elevationLevel": "admin",
        "linuxUserConfiguration": {"uid": 1001, "gid": 1002},
    }
    shown = pool["virtualMachineConfiguration"]
    assert shown["dataDisks"][0] == {
        "lun": 0,
        "caching": "none",
        "diskSizeGB": 64,
        "managedDisk": {"storageAccountType": "standard_lrs"},
    }
    assert shown["nodePlacementConfiguration"] == {"policy": "Zonal"}
    assert shown["diskEncryptionConfiguration"]["targets"] == ["osdisk", "temporarydisk"]
    assert "protectedSettings" not in shown["extensions"][0]
    first, second = pool["mountConfiguration"][0::2]
    assert set(first["azureBlobFileSystemConfiguration"]) == {
        "accountName", "containerName", "blobfuseOptions", "relativeMountPath",
    }  # fmt: skip
    assert "password" not in second["cifsMountConfiguration"]
    network = pool["networkConfiguration"]
    assert network["publicIPAddressConfiguration"]["provision"] == "batchmanaged"
    (ssh, web) = network["endpointConfiguration"]["inboundNATPools"]
    assert ssh["protocol"] == "tcp"
    assert ssh["networkSecurityGroupRules"][1]["sourcePortRanges"] == ["*"]
    assert "networkSecurityGroupRules" not in web
    assert pool["upgradePolicy"]["rollingUpgradePolicy"]["pauseTimeBetweenBatches"] == "P0D"


async def test_users_of_windows_pools_have_a_login_mode(service):
    await service.create("w", **{k: v for k, v in OF_WINDOWS.items() if k != "id"})
    accounts = (await service.get("/pools/w"))["userAccounts"]
    modes = [account["windowsUserConfiguration"]["loginMode"] for account in accounts]
    assert modes == ["batch", "interactive"]
    recorded = recording("pool-list-page3-last")["response"]["body"]["value"][0]["userAccounts"]
    assert accounts[0].keys() == recorded[0].keys()


async def test_the_sdks_models_of_a_pool_are_taken_and_come_back(service):
    await service.client.create_pool(
        models.BatchPoolCreateOptions(
            id="p",
            vm_size="standard_d2_v2",
            virtual_machine_configuration=models.VirtualMachineConfiguration(
                image_reference=models.BatchVmImageReference(**UBUNTU["imageReference"]),
                node_agent_sku_id=UBUNTU["nodeAgentSKUId"],
                data_disks=[models.DataDisk(logical_unit_number=1, disk_size_gb=50)],
            ),
            mount_configuration=[
                models.MountConfiguration(
                    nfs_mount_configuration=models.NfsMountConfiguration(
                        source="h:/x", relative_mount_path="x"
                    )
                )
            ],
        )
    )
    pool = await service.client.get_pool("p")
    assert pool.virtual_machine_configuration.data_disks[0].managed_disk.storage_account_type == (
        "standard_lrs"
    )
    assert pool.mount_configuration[0].nfs_mount_configuration.relative_mount_path == "x"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (machine(windowsConfiguration={}), "windowsConfiguration"),
        (machine(licenseType="Windows_Client"), "licenseType"),
        (machine(WINDOWS, licenseType="Mine"), "licenseType"),
        (machine(dataDisks=[{"lun": 64, "diskSizeGB": 1}]), "lun"),
        (machine(dataDisks=[{"lun": 1, "diskSizeGB": 0}]), "diskSizeGB"),
        (machine(dataDisks=[{"lun": 1, "diskSizeGB": 1}] * 2), "lun"),
        (machine(dataDisks=[{"lun": at, "diskSizeGB": 1} for at in range(9)]), "dataDisks"),
        (machine(osDisk={"managedDisk": {"diskEncryptionSet": {"id": "x"}}}), "diskEncryptionSet"),
        (machine(containerConfiguration={"type": "podman"}), "type"),
        (machine(diskEncryptionConfiguration={"targets": ["tape"]}), "targets"),
        (machine(nodePlacementConfiguration={"policy": "local"}), "policy"),
        (machine(securityProfile={"encryptionAtHost": "yes"}), "encryptionAtHost"),
        (machine(serviceArtifactReference={"id": "x"}), "id"),
        (machine(imageReference={"virtualMachineImageId": GALLERY.format("x"), "sku": "y"}), "sku"),
        (machine(imageReference={"sharedGalleryImageId": "x"}), "sharedGalleryImageId"),
        (machine(imageReference={"communityGalleryImageId": "x"}), "communityGalleryImageId"),
        (
            machine(
                imageReference={"communityGalleryImageId": "/communityGalleries/g/images/i"},
                nodeAgentSKUId="batch.node.none",
            ),
            "nodeAgentSKUId",
        ),
        ({"displayName": "x" * 1025}, "displayName"),
        ({"taskSlotsPerNode": 9}, "taskSlotsPerNode"),
        ({"taskSlotsPerNode": 257, "vmSize": "standard_hb120rs_v3"}, "taskSlotsPerNode"),
        ({"userAccounts": [{"name": "x" * 21, "password": "p"}]}, "name"),
        ({"userAccounts": [{"name": name, "password": "p"} for name in ("a", "A")]}, "name"),
        (
            {"userAccounts": [{"name": "a", "password": "p", "windowsUserConfiguration": {}}]},
            "windowsUserConfiguration",
        ),
        (task(maxTaskRetryCount=-2), "maxTaskRetryCount"),
        (task(userIdentity={"username": "nobody"}), "username"),
        (task(userIdentity={"username": "a", "autoUser": {}}), "autoUser"),
        (task(containerSettings={"imageName": "x"}), "containerSettings"),
        (task(resourceFiles=[{"httpUrl": "x", "filePath": "../x"}]), "filePath"),
        (task(resourceFiles=[{"httpUrl": "x", "storageContainerUrl": "y"}]), "httpUrl"),
        (task(resourceFiles=[{"httpUrl": "x", "filePath": "x", "fileMode": "9"}]), "fileMode"),
        (task(environmentSettings=[{"name": "a"}, {"name": "a"}]), "environmentSettings"),
        (public(provision="userManaged", ipAddressIds=["x"]), "ipAddressIds"),
        (public(ipFamilies=["IPv6"]), "ipFamilies"),
        (public(ipFamilies=["IPv5"]), "ipFamilies"),
        (rules(200, 200), "priority"),
        ({"networkConfiguration": {"subnetId": "x"}}, "subnetId"),
        (
            {"mountConfiguration": [{"nfsMountConfiguration": {"source": "x",
                                                               "relativeMountPath": "/x"}}]},
            "relativeMountPath",
        ),
        (
            {"upgradePolicy": {"mode": "rolling",
                               "rollingUpgradePolicy": {"enableCrossZoneUpgrade": True}}},
            "enableCrossZoneUpgrade",
        ),
        (
            {"upgradePolicy": {"mode": "rolling", "rollingUpgradePolicy": {
                "maxBatchInstancePercent": 50, "maxUnhealthyInstancePercent": 20}}},
            "maxBatchInstancePercent",
        ),
        ({"enableInterNodeCommunication": True, "targetDedicatedNodes": 1,
          "targetLowPriorityNodes": 1}, "enableInterNodeCommunication"),
    ],
)  # fmt: skip
async def test_each_limit_is_kept_and_named(service, change, name):
    found = await service.fails(400, "InvalidPropertyValue", "POST", "/pools", pool_body(**change))
    assert found["PropertyName"] == name
    assert found["Reason"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (task(resourceFiles=[{"httpUrl": "x"}]), "filePath"),
        (public(provision="userManaged"), "ipAddressIds"),
        (machine(securityProfile={"uefiSettings": {}}), "securityType"),
        ({"userAccounts": [{"name": "a"}]}, "password"),
        (
            {"userAccounts": [
                {"name": "a", "password": "p", "linuxUserConfiguration": {"uid": 1}}]},
            "gid",
        ),
        ({"metadata": [{"name": "a"}]}, "value"),
        ({"mountConfiguration": [{"azureBlobFileSystemConfiguration": {
            "accountName": "a", "containerName": "c", "relativeMountPath": "x"}}]},
         "accountKey or sasKey or identityReference"),
    ],
)  # fmt: skip
async def test_what_is_missing_is_named(service, change, name):
    found = await service.fails(
        400, "MissingRequiredProperty", "POST", "/pools", pool_body(**change)
    )
    assert found == {"PropertyName": name}


async def test_an_image_id_of_another_form_is_refused_as_recorded(service):
    exchange = recording("pool-create-400-image-id")
    found = await service.fails(
        400, "InvalidPropertyValue", "POST", "/pools", exchange["request"]["body"]
    )
    recorded = exchange["response"]["body"]["values"]
    assert found == {value["key"]: value["value"] for value in recorded}


async def test_a_gallery_of_another_subscription_is_refused_and_ones_own_needs_a_token(service):
    def body(subscription):
        image = {"virtualMachineImageId": GALLERY.format(subscription)}
        return pool_body(**machine(imageReference=image))

    found = await service.fails(400, "InvalidPropertyValue", "POST", "/pools", body("x"))
    assert "different subscription" in found["Reason"]
    own = "00000000-0000-0000-0000-000000000000"
    found = await service.fails(403, "Forbidden", "POST", "/pools", body(own))
    assert found["Reason"].endswith("is not enabled for current account")


async def test_application_packages_that_do_not_exist_are_all_named(service):
    recorded = recording("pool-create-409-app-package-2024")
    response = await service.send(
        "POST", "/pools", recorded["request"]["body"], version=recorded["api_version"]
    )
    assert response.status_code == 409
    assert response.json()["values"] == recorded["response"]["body"]["values"]


async def test_a_pool_of_cloud_services_has_nodes_without_an_image(service):
    body = {
        "id": "old", "vmSize": "Small", "targetDedicatedNodes": 1,
        "cloudServiceConfiguration": {"osFamily": "4"},
    }  # fmt: skip
    old = "2024-02-01.19.0"
    assert (await service.send("POST", "/pools", body, version=old)).status_code == 201
    pool = await service.get("/pools/old", version=old)
    assert pool["cloudServiceConfiguration"] == {"osFamily": "4", "osVersion": "*"}
    assert pool["vmSize"] == "small"
    (node,) = await service.nodes("old")
    assert "virtualMachineInfo" not in node
    assert "cloudServiceConfiguration" not in await service.get("/pools/old")
    await service.fails(400, "InvalidRequestBody", "POST", "/pools", body | {"id": "new"})


async def test_a_pool_of_both_ip_families_is_logged_in_to_by_each():
    async with serving() as service:
        await service.create(targetDedicatedNodes=1, networkConfiguration=nat() | DUAL)
        (node,) = await service.nodes()
        recorded = recording("node-list-creating-dualstack")["response"]["body"]["value"][0]
        assert node["ipv6Address"] == recorded["ipv6Address"] == "fd00::4"
        endpoints = node["endpointConfiguration"]["inboundEndpoints"]
        assert [each["name"] for each in endpoints] == ["ssh.0", "ssh-ipv6.0"]
        assert endpoints[0]["publicFQDN"] == endpoints[1]["publicFQDN"]
        url = f"/pools/p/nodes/{node['id']}"
        await service.send("POST", f"{url}/users", {"name": "alice", "password": "secret"})
        login = await service.get(f"{url}/remoteloginsettings")
        four = (login["remoteLoginIPAddress"], login["remoteLoginPort"])
        six = (login["ipv6RemoteLoginIPAddress"], login["ipv6RemoteLoginPort"])
        assert six[0] == "::1"
        keys = set()
        for host, port in (four, six):
            async with asyncssh.connect(
                host, port, username="alice", password="secret", known_hosts=None, config=None
            ) as connection:
                answer = await connection.run("echo $AZ_BATCH_NODE_ID")
                keys.add(connection.get_server_host_key().get_fingerprint())
            assert answer.stdout.strip() == node["id"]
        assert len(keys) == 1
        older = await service.get(f"{url}/remoteloginsettings", version="2024-07-01.20.0")
        assert "ipv6RemoteLoginPort" not in older


@pytest.fixture(scope="module")
def account():
    with (
        EmulatorThread(Options(clock="fast", seed="empty", pretend=True)) as info,
        BatchClient(
            info.endpoint, AzureNamedKeyCredential(info.account, info.key), retry_total=0
        ) as client,
    ):
        yield client


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=mutated())
def test_what_is_accepted_comes_back_and_can_be_created_again(account, body):
    body["targetDedicatedNodes"] = body["targetLowPriorityNodes"] = None
    if send(account, "POST", "/pools", body) != 201:
        return
    shown = read(account, body["id"])
    assert send(account, "POST", "/pools", again(shown, "other")) == 201
    other = read(account, "other")
    same = {"id", "url", "eTag", "lastModified", "creationTime", "stateTransitionTime",
            "allocationState", "allocationStateTransitionTime", "autoScaleRun"}  # fmt: skip
    assert {k: v for k, v in other.items() if k not in same} == {
        k: v for k, v in shown.items() if k not in same
    }
    for pool_id in (body["id"], "other"):
        assert send(account, "DELETE", f"/pools/{pool_id}") == 202
        wait_for(
            lambda each=pool_id: send(account, "GET", f"/pools/{each}") == 404, "the pool is gone"
        )


def send(client, method, path, json=None):
    return answer_to(client, method, path, json).status_code


def read(client, pool_id):
    return answer_to(client, "GET", f"/pools/{pool_id}").json()
