"""What the service takes and an operator may regret is said at its place."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bad_pools import (
    CONFIDENTIAL,
    GUEST_STATE,
    IMAGE,
    MACHINE,
    NAT,
    NETWORK,
    OTHER,
    PUBLIC,
    TASK,
    account,
    accounts,
    disk,
    ends,
    extension,
    image,
    machine,
    rule,
    ruled,
    task,
)
from known_service import KNOWN, NOW
from pool_bodies import GROUP
from service.helpers import UBUNTU, WINDOWS, pool_body

from batchtui.batch.known import Problem, Quota, Used
from batchtui.batch.rules import misfits, warnings

ONLY_ME = ruled(
    rule(150, sourceAddressPrefix="203.0.113.7"), rule(160, access="deny")
)["networkConfiguration"]  # fmt: skip
ON_WINDOWS = machine(WINDOWS) | ends(
    {"backendPort": 3389, "networkSecurityGroupRules": [rule(access="deny")]}
)
FINE = pool_body(targetDedicatedNodes=1, networkConfiguration=ONLY_ME)
IDENTITY = {"resourceId": "i"}
RULES_OF_FIRST = (*NAT, 0, "networkSecurityGroupRules")
V2_ONLY = "Standard_ND96asr_v4"
BASIC = "Basic_A1"


def market(name, agent):
    publisher, offer, sku = name.split(":")
    return image(agent, publisher=publisher, offer=offer, sku=sku)


GENERATION_2 = market("canonical:ubuntu-24_04-lts:server", "batch.node.ubuntu 24.04")
ARM = market("canonical:ubuntu-24_04-lts:server-arm64", "batch.node.ubuntu 24.04-arm64")
RDMA = market("microsoft-dsvm:ubuntu-hpc:2404", "batch.node.ubuntu 24.04")
GPU = market(
    "microsoft-azure-batch:ubuntu-server-container:20-04-lts", "batch.node.ubuntu 20.04"
)  # fmt: skip
UNVERIFIED = market("oracle:oracle-linux:81", "batch.node.el 8")
CONFIDENTIAL_VM = machine(
    **CONFIDENTIAL, osDisk={"managedDisk": GUEST_STATE}
)  # fmt: skip


def said(change, known=KNOWN):
    return warnings({k: v for k, v in (FINE | change).items() if v is not None}, known)


def test_a_pool_of_one_node_with_ssh_from_one_address_is_nothing_to_regret():
    assert said({}) == []


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"targetDedicatedNodes": None}, ("targetDedicatedNodes",), "No nodes"),
        ({"targetDedicatedNodes": 0, "targetLowPriorityNodes": 4}, ("targetLowPriorityNodes",),
         "Spot nodes only"),
        (UNVERIFIED, IMAGE, "unverified"),
        (market("canonical:ubuntu:5_04", UBUNTU["nodeAgentSKUId"]), IMAGE, "doesn't list"),
        ({"networkConfiguration": None}, NAT, "No SSH"),
        ({"networkConfiguration": None} | machine(WINDOWS), NAT, "No RDP"),
        (ends(OTHER), NAT, "No SSH"),
        (ends({}), RULES_OF_FIRST, "SSH is open to the whole internet."),
        (ends({"networkSecurityGroupRules": [rule(access="deny")]},
              OTHER | {"backendPort": 3389}), (*NAT, 1, "networkSecurityGroupRules"),
         "RDP is open"),
        (ruled(rule()), RULES_OF_FIRST, "SSH is open"),
        (ruled(rule(160, access="deny"), rule(150, sourceAddressPrefix="Internet")),
         RULES_OF_FIRST, "SSH is open"),
        (ends({"protocol": "udp", "networkSecurityGroupRules": [rule(access="deny")]}),
         (*NAT, 0, "protocol"), "SSH needs tcp."),
        ({"targetDedicatedNodes": 102}, (*NAT, 0, "frontendPortRangeEnd"),
         "101 ports for 102 nodes"),
        (task(commandLine="cd /tmp && ls"), (*TASK, "commandLine"), "/bin/bash -c"),
        (task(commandLine="dir > x") | ON_WINDOWS, (*TASK, "commandLine"), "cmd /c"),
        (task(commandLine="apt-get update"), (*TASK, "commandLine"), "administrator"),
        (task(commandLine="apt-get update", userIdentity={"username": "a"}) | accounts(account()),
         (*TASK, "commandLine"), "administrator"),
        (task(maxTaskRetryCount=-1), (*TASK, "maxTaskRetryCount"), "without end"),
        (task(resourceFiles=[{"httpUrl": "x", "filePath": "y", "identityReference": IDENTITY}]),
         (*TASK, "resourceFiles", 0, "identityReference"), "no identity"),
        (accounts(account(linuxUserConfiguration={"sshPrivateKey": "k"})),
         ("userAccounts", 0, "linuxUserConfiguration", "sshPrivateKey"), "don't talk"),
        (accounts(account(linuxUserConfiguration={})) | ON_WINDOWS,
         ("userAccounts", 0, "linuxUserConfiguration"), "Windows"),
        (machine(extensions=[extension(provisionAfterExtensions=["f"])]),
         (*MACHINE, "extensions", 0, "provisionAfterExtensions", 0), "no extension"),
        ({"applicationPackageReferences": [{"applicationId": "blender"}]},
         ("applicationPackageReferences", 0, "applicationId"), "full resource id"),
        (machine(containerConfiguration={"type": "dockerCompatible"}),
         (*MACHINE, "containerConfiguration"), "isn't made for containers"),
        (CONFIDENTIAL_VM, (*MACHINE, "securityProfile", "securityType"), "confidential"),
        (GENERATION_2, ("vmSize",), "generation 2"),
        ({"vmSize": V2_ONLY}, ("vmSize",), "generation 1"),
        (ARM | {"vmSize": V2_ONLY}, ("vmSize",), "Arm"),
        (RDMA | {"vmSize": "standard_d2s_v3"}, ("vmSize",), "RDMA"),
        (GPU, ("vmSize",), "GPUs"),
        ({"networkConfiguration": ONLY_ME | {"enableAcceleratedNetworking": True},
          "vmSize": "Standard_A1_v2"},
         (*NETWORK, "enableAcceleratedNetworking"), "accelerated networking"),
        (machine(securityProfile={"encryptionAtHost": True}) | {"vmSize": "Standard_A1_v2"},
         (*MACHINE, "securityProfile", "encryptionAtHost"), "encryption at host"),
        (machine(osDisk={"ephemeralOSDiskSettings": {"placement": "cachedisk"}})
         | {"vmSize": "Standard_A1_v2"},
         (*MACHINE, "osDisk", "ephemeralOSDiskSettings"), "ephemeral"),
        (machine(dataDisks=[disk(managedDisk={"storageAccountType": "Premium_LRS"})]),
         (*MACHINE, "dataDisks", 0, "managedDisk", "storageAccountType"), "premium"),
        ({"vmSize": BASIC}, ("vmSize",), "retired this VM size on 2024-08-31"),
    ],
)  # fmt: skip
def test_each_regret_is_warned_of(change, path, words):
    (found,) = said(change)
    assert found.path == path
    assert words in found.text


def test_spot_nodes_of_a_size_that_has_none_are_warned_of():
    change = {"vmSize": V2_ONLY, "targetLowPriorityNodes": 1} | GENERATION_2
    assert [found.path for found in said(change)] == [("targetLowPriorityNodes",)]


@pytest.mark.parametrize(
    ("days", "words"), [(89, "89 days"), (1, "1 day,"), (91, ""), (-1, "")], ids=str
)
def test_an_image_that_ends_soon_is_warned_of(days, words):
    soon = [
        replace(row, end_of_life=NOW + timedelta(days=days, hours=1)) for row in KNOWN.images
    ]  # fmt: skip
    found = said({}, replace(KNOWN, images=soon))
    assert [each.path for each in found] == ([IMAGE] if words else [])
    assert all(words in each.text for each in found)


@pytest.mark.parametrize(
    "change",
    [
        task(commandLine="/bin/bash -c 'apt-get update && id'",
             userIdentity={"autoUser": {"elevationLevel": "Admin"}}),
        task(commandLine="apt-get update", userIdentity={"username": "A"})
        | accounts(account(elevationLevel="admin")),
        machine(containerConfiguration={"type": "dockerCompatible"}, **GPU[MACHINE[0]])
        | task(commandLine="apt-get update", containerSettings={"imageName": "ubuntu"})
        | {"vmSize": "Standard_NC4as_T4_v3"},
        accounts(account(linuxUserConfiguration={"sshPrivateKey": "k"}))
        | {"enableInterNodeCommunication": True},
        machine(extensions=[extension("f"), extension(provisionAfterExtensions=["F"])]),
        {"applicationPackageReferences": [
            {"applicationId": f"{GROUP}/Microsoft.Batch/batchAccounts/a/applications/b"}]},
        {"targetDedicatedNodes": None, "enableAutoScale": True,
         "autoScaleFormula": "$TargetDedicatedNodes = 0;"},
    ],
)  # fmt: skip
def test_what_is_done_right_is_not_warned_of(change):
    assert said(change) == []


@pytest.mark.parametrize(
    ("change", "used", "path", "words"),
    [
        ({"targetDedicatedNodes": 6}, Used(0, 0, 0), "targetDedicatedNodes", "Needs 12 dedicated"),
        ({}, Used(9, 0, 0), "targetDedicatedNodes", "1 of 10 are free"),
        ({}, Used(0, 0, 0, {"STANDARDDV2FAMILY": 7}), "targetDedicatedNodes",
         "cores of standardDv2Family, and 1 of 8"),
        ({"targetDedicatedNodes": 0, "targetLowPriorityNodes": 3}, Used(0, 99, 0),
         "targetLowPriorityNodes", "Needs 6 spot cores, and 0 of 4 are free"),
    ],
)  # fmt: skip
def test_a_quota_too_small_is_warned_of_as_the_service_takes_the_pool(change, used, path, words):
    quota = Quota(10, 4, pools=100, by_family={"standardDv2Family": 8})
    found = said(change, replace(KNOWN, quota=quota, used=used))
    assert any(each.path == (path,) and words in each.text for each in found), found
    own = replace(KNOWN, quota=quota, used=used, user_subscription=True)
    assert not any("eeds" in each.text for each in said(change, own))
    room = Quota(500, 500, pools=100, by_family=None)
    assert not any("eeds" in each.text for each in said(change, replace(KNOWN, quota=room)))


def test_too_few_addresses_of_ones_own_are_warned_of():
    address = f"{GROUP}/Microsoft.Network/publicIPAddresses/a"
    addresses = {"provision": "userManaged", "ipAddressIds": [address]}
    network = ONLY_ME | {"publicIPAddressConfiguration": addresses}
    (found,) = said({"networkConfiguration": network, "targetDedicatedNodes": 101})
    assert found == Problem(
        (*PUBLIC, "ipAddressIds"),
        "Needs 2 public addresses, one for each 100 nodes: these are 1.",
    )


def test_why_a_size_does_not_fit_an_image_can_be_asked_of_each():
    sizes = {size.name: size for size in KNOWN.sizes}
    (row,) = [row for row in KNOWN.images if row.reference.sku == "server-gen1"]
    assert list(misfits(row, sizes["Standard_D2_v2"])) == []
    (said_of,) = misfits(row, sizes[V2_ONLY])
    assert "generation 1" in said_of


def test_what_is_wrong_already_is_not_warned_of():
    body = FINE | {"targetDedicatedNodes": "many", "networkConfiguration": {"subnetId": 7}}
    assert [found.path for found in warnings(body, KNOWN)] == [NAT]
    assert warnings(7, KNOWN) == []


def test_warnings_do_not_hang_on_what_is_not_known():
    unknown = replace(KNOWN, images=None, sizes=None)
    assert said(UNVERIFIED | {"vmSize": BASIC}, unknown) == []
