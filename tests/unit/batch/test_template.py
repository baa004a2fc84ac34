"""A pool's JSON becomes what creates such a pool, and nothing of it is lost on the way."""

import contextlib
import json
import re

import pytest
from azure.batch import models
from conftest import recorded, recording
from generated_pools import generated_pools, values
from hypothesis import given
from hypothesis import strategies as st
from pool_bodies import LINUX, OF_WINDOWS

from batchtui.batch.places import at
from batchtui.batch.schema import pool_schema
from batchtui.batch.template import clone, free_id, from_json, from_text
from batchtui.emulator.arm.pools import properties_of
from batchtui.errors import TemplateError

CREATED = frozenset(pool_schema()["properties"])
# The recordings of older versions have these, and nobody can ask for them any more.
GONE = {"certificateReferences", "cloudServiceConfiguration", "targetNodeCommunicationMode"}


def told_pools():
    """The pools that the recorded service tells."""
    for name in recorded("pool-get", "pool-list"):
        body = recording(name)["response"]["body"] or {}
        for row in body.get("value", [body] if "id" in body else []):
            if "vmSize" in row:
                yield pytest.param(row, id=f"{name}-{row['id']}")


def asked_pools():
    """The pools that were asked for."""
    for name in recorded("pool-create"):
        if body := recording(name)["request"]["body"]:
            yield pytest.param(body, id=name)


@pytest.mark.parametrize("told", list(told_pools()))
def test_a_told_pool_keeps_all_that_creating_takes_with_the_same_values(told):
    template = from_json(told)
    wanted = {name: part for name, part in told.items() if name in CREATED}
    if told["enableAutoScale"]:
        del wanted["targetDedicatedNodes"], wanted["targetLowPriorityNodes"]
    assert template.body == wanted
    lost = {name for name in GONE & set(told) if told[name] not in ("default", [])}
    assert {sentence.split()[0] for sentence in template.dropped} == lost


@pytest.mark.parametrize("asked", list(asked_pools()))
def test_what_was_asked_for_is_a_template_as_it_is(asked):
    template = from_json(asked)
    assert template.body == {name: part for name, part in asked.items() if name not in GONE}


@pytest.mark.parametrize("body", [LINUX, OF_WINDOWS], ids=["linux", "windows"])
def test_a_body_with_everything_is_a_template_as_it_is(body):
    assert from_json(body).body == body
    assert from_json(body).secrets == ()


@given(generated_pools())
def test_any_pool_is_a_template_as_it_is(body):
    assert from_json(body).body == body


def sdk_models():
    return [each for each in vars(models).values() if hasattr(each, "_attr_to_rest_field")]


def test_what_only_the_service_says_is_all_that_the_sdk_tells_besides():
    models.BatchPool({}), models.BatchPoolCreateOptions({})  # the SDK fills its names in so
    told = {field._rest_name for field in models.BatchPool._attr_to_rest_field.values()}
    asked = {
        field._rest_name for field in models.BatchPoolCreateOptions._attr_to_rest_field.values()
    }
    assert asked == CREATED
    state = dict.fromkeys(told - asked, "x") | {"odata.metadata": "x", "vmSize": "a"}
    template = from_json(state)
    assert template.body == {"vmSize": "a"}
    assert template.dropped == (
        "identity is left out: managed identities, which only Resource Manager gives to a pool.",
    )


def az_spelt(value):
    """JSON as az prints it: names by the SDK's attributes, with null for what isn't there."""
    names = {"lun": "logicalUnitNumber"}
    if isinstance(value, dict):
        found = {
            re.sub(r"(?<=[a-z])([A-Z]+)(?=[A-Z][a-z]|$)", lambda m: m[1].capitalize(), name):
            az_spelt(part) for name, part in value.items()
        }  # fmt: skip
        return {names.get(name, name): part for name, part in found.items()} | {"nothing": None}
    return [az_spelt(part) for part in value] if isinstance(value, list) else value


def test_the_names_that_az_prints_are_those_of_the_wire():
    body = {name: part for name, part in LINUX.items() if name != "id"}
    machine = body["virtualMachineConfiguration"]
    plain = {**machine, "extensions": [{**machine["extensions"][0], "settings": {}}]}
    del plain["extensions"][0]["protectedSettings"]
    body = {**body, "virtualMachineConfiguration": plain, "id": "full"}
    shown = az_spelt(body)
    text = json.dumps(shown)
    for name in ("nodeAgentSkuId", "inboundNatPools", "logicalUnitNumber", "diskSizeGb"):
        assert f'"{name}"' in text
    settings = shown["virtualMachineConfiguration"]["extensions"][0]["settings"]
    assert settings.pop("nothing") is None
    assert from_json(shown).body == body


@given(values(("virtualMachineConfiguration", "extensions", 0, "settings")))
def test_what_is_free_in_a_pool_is_left_alone(settings):
    extension = {"name": "e", "publisher": "p", "type": "t", "settings": settings}
    body = {"vmSize": "a", "virtualMachineConfiguration": {"extensions": [extension]}}
    assert from_json(body).body == body


def test_older_names_become_those_of_today():
    disk = {"lun": 0, "diskSizeGB": 1, "storageAccountType": "premium_lrs"}
    found = from_json({
        "id": "old", "maxTasksPerNode": 4,
        "virtualMachineConfiguration": {"dataDisks": [disk]},
        "certificateReferences": [], "targetNodeCommunicationMode": "Classic",
        "resourceTags": {"a": "b"}, "currentNodeCommunicationMode": "classic",
    })  # fmt: skip
    disk = {"lun": 0, "diskSizeGB": 1, "managedDisk": {"storageAccountType": "premium_lrs"}}
    assert found.body == {
        "id": "old", "taskSlotsPerNode": 4, "virtualMachineConfiguration": {"dataDisks": [disk]},
    }  # fmt: skip
    assert [sentence.split()[0] for sentence in found.dropped] == [
        "targetNodeCommunicationMode", "resourceTags",
    ]  # fmt: skip


def test_a_name_that_means_the_same_as_another_is_not_lost():
    assert from_json({"vmSize": "a", "VMSIZE": "b"}).body == {"vmSize": "a", "VMSIZE": "b"}
    assert from_json({"vmSize": "a", "new": {"x": None}}).body == {
        "vmSize": "a",
        "new": {"x": None},
    }


def test_the_exact_version_of_an_image_is_told_only():
    reference = {"publisher": "a", "version": "latest", "exactVersion": "1.2.3"}
    found = from_json({"virtualMachineConfiguration": {"imageReference": reference}}).body
    assert at(found, ("virtualMachineConfiguration", "imageReference")) == {
        "publisher": "a", "version": "latest",
    }  # fmt: skip


# Forms of files


def extension_template(**more):
    return {
        "parameters": {
            "size": {"type": "string", "defaultValue": "standard_d2_v3"},
            "count": {"type": "int", "defaultValue": 3},
            "poolId": {"type": "string"},
        },
        "variables": {"image": {"publisher": "Canonical", "version": "latest"}},
        "pool": {
            "type": "Microsoft.Batch/batchAccounts/pools",
            "apiVersion": "2024-07-01",
            "properties": {
                "id": "[parameters('poolId')]",
                "vmSize": "[parameters('size')]",
                "targetDedicatedNodes": "[parameters( 'count' )]",
                "virtualMachineConfiguration": {"imageReference": "[variables('image')]"},
                "startTask": {"commandLine": "[ -f x ] || echo '[parameters]'"},
            }
            | more,
        },
    }


def test_parameters_of_azs_templates_have_their_default_values():
    found = from_json(extension_template())
    assert found.body == {
        "vmSize": "standard_d2_v3", "targetDedicatedNodes": 3,
        "virtualMachineConfiguration": {
            "imageReference": {"publisher": "Canonical", "version": "latest"}
        },
        "startTask": {"commandLine": "[ -f x ] || echo '[parameters]'"},
    }  # fmt: skip
    assert found.dropped == ("id is left out: the parameter poolId has no default value.",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[concat('a', parameters('size'))]",
            "displayName: [concat('a', parameters('size'))] can't",
        ),
        ("a-[parameters('size')]", "displayName: a-[parameters('size')] can't be worked out"),
        ("[parameters('who')]", "displayName: there is nothing called who in parameters."),
        ("[variables('who')]", "displayName: there is nothing called who in variables."),
    ],
)
def test_what_cannot_be_worked_out_of_a_template_is_named(text, said):
    with pytest.raises(TemplateError, match=re.escape(said)):
        from_json(extension_template(displayName=text))


def test_a_pool_of_resource_manager_is_told_in_its_words():
    found = from_json(recording("arm-pool-get")["response"]["body"])
    assert found.dropped == ()
    assert found.body == {
        "id": "test_iaas_pool", "displayName": "test_pool", "vmSize": "STANDARD_A1",
        "enableInterNodeCommunication": False, "taskSlotsPerNode": 1,
        "taskSchedulingPolicy": {"nodeFillType": "Spread"},
        "enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes=0",
        "autoScaleEvaluationInterval": "PT15M",
        "virtualMachineConfiguration": {
            "imageReference": {
                "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer",
                "sku": "2016-Datacenter-smalldisk", "version": "latest",
            },
            "nodeAgentSKUId": "batch.node.windows amd64",
            "windowsConfiguration": {"enableAutomaticUpdates": True},
        },
    }  # fmt: skip


def lower(value):
    """JSON whose words are in lower case: no service is of one mind about that."""
    if isinstance(value, dict):
        return {name: lower(part) for name, part in value.items()}
    if isinstance(value, list):
        return [lower(part) for part in value]
    return value.lower() if isinstance(value, str) else value


@pytest.mark.parametrize("told", list(told_pools()))
def test_a_pool_is_the_same_template_by_resource_manager(told):
    resource = {"name": told["id"], "properties": properties_of(told)}
    other, mine = (lower(from_json(each).body) for each in (resource, told))
    # Resource Manager tells no timeout of a pool that has a formula.
    if mine["enableAutoScale"]:
        del mine["resizeTimeout"]
    assert other == mine


def test_what_resource_manager_calls_otherwise_is_found():
    identity = {"type": "UserAssigned", "userAssignedIdentities": {"a": {}}}
    scale = {"targetDedicatedNodes": 2, "nodeDeallocationOption": "Requeue"}
    found = from_json({
        "name": "account/render",
        "identity": identity,
        "properties": {
            "vmSize": "A", "interNodeCommunication": "Enabled",
            "scaleSettings": {"fixedScale": scale},
            "applicationPackages": [{"id": "/x/applications/blender", "version": "1"}],
            "deploymentConfiguration": {
                "virtualMachineConfiguration": {"imageReference": {"id": "/x/images/y"}}
            },
            "startTask": {"commandLine": "x", "userIdentity": {"userName": "me"}},
            "networkConfiguration": {
                "endpointConfiguration": {"inboundNatPools": [{"name": "ssh", "protocol": "TCP"}]}
            },
        },
    })  # fmt: skip
    assert found.body == {
        "id": "render", "vmSize": "A", "enableInterNodeCommunication": True,
        "enableAutoScale": False, "targetDedicatedNodes": 2,
        "applicationPackageReferences": [{"applicationId": "blender", "version": "1"}],
        "virtualMachineConfiguration": {"imageReference": {"virtualMachineImageId": "/x/images/y"}},
        "startTask": {"commandLine": "x", "userIdentity": {"username": "me"}},
        "networkConfiguration": {
            "endpointConfiguration": {"inboundNATPools": [{"name": "ssh", "protocol": "TCP"}]}
        },
    }  # fmt: skip
    assert [sentence.split()[0] for sentence in found.dropped] == [
        "scaleSettings.fixedScale.nodeDeallocationOption", "identity",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "no JSON object"),
        ([LINUX], "a list"),
        (recording("pool-list")["response"]["body"], "a list"),
        ({}, "isn't a pool's"),
        ({"a": 1}, "isn't a pool's"),
        ({"job": {"properties": {}}}, "a job's template"),
        ({"resources": []}, "a deployment"),
        ({"type": "Microsoft.Batch/batchAccounts", "properties": {}}, "Microsoft.Batch/batchAcc"),
        ({"properties": {"unknown": 1}}, "isn't a pool's"),
    ],
)
def test_what_is_no_pool_is_refused_with_what_was_expected(value, said):
    with pytest.raises(TemplateError, match=said):
        from_json(value)


WORDS = ["pool", "properties", "parameters", "variables", "scaleSettings", "autoScale", "type",
         "deploymentConfiguration", "applicationPackages", "identity", "id", "userAccounts",
         "virtualMachineConfiguration", "dataDisks", "extensions", "[parameters('id')]",
         "mountConfiguration", "enableAutoScale", "name"]  # fmt: skip


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS) | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_no_json_at_all_breaks_it(value):
    with contextlib.suppress(TemplateError):
        assert clone(from_json(value).body).body["id"]


def test_json_that_is_nested_without_end_is_refused():
    deep = 1
    for _ in range(5000):
        deep = {"a": deep}
    deep = {"vmSize": deep}
    with pytest.raises(TemplateError, match="nested"):
        from_json(deep)


# Another pool like this one


@pytest.mark.parametrize(
    ("pool_id", "taken", "free"),
    [
        ("render", (), "render-2"),
        ("render", {"render-2", "render-3"}, "render-4"),
        ("Render-7", {"render-8"}, "Render-9"),
        ("x" * 64, (), "x" * 62 + "-2"),
        ("-5", (), "-5-2"),
        ("a-1234567890123", (), "a-1234567890123-2"),
    ],
)
def test_a_pool_like_another_has_an_id_that_is_free(pool_id, taken, free):
    assert free_id(pool_id, taken) == free


@pytest.mark.parametrize("told", list(told_pools()))
def test_a_clone_differs_in_its_id_only(told):
    copy = clone(told, {told["id"].lower()})
    assert copy.body["id"] != told["id"]
    assert {**copy.body, "id": told["id"]} == from_json(told).body


def test_a_clone_says_which_secrets_the_service_does_not_tell():
    told = json.loads(json.dumps(LINUX))
    told["userAccounts"][0].pop("password")
    told["userAccounts"][0]["linuxUserConfiguration"].pop("sshPrivateKey")
    told["startTask"]["containerSettings"]["registry"].pop("password")
    told["virtualMachineConfiguration"]["extensions"][0].pop("protectedSettings")
    copy = clone(told)
    assert set(copy.secrets) == {
        ("userAccounts", 0, "password"), ("startTask", "containerSettings", "registry", "password"),
    }  # fmt: skip
    assert copy.dropped == (
        "Extension e may have protectedSettings, which the service doesn't tell.",
        "User operator may have an sshPrivateKey, which the service doesn't tell.",
    )


def test_a_number_that_no_json_can_say_again_is_refused():
    with pytest.raises(TemplateError, match="1e999 is too large a number"):
        from_text('{"id": "p", "x": 1e999}', "a.json")


def test_tags_of_a_resource_are_told_to_be_left_out():
    pool = {"name": "a/p", "tags": {"team": "x"}, "properties": {"vmSize": "s"}}
    assert [word for word in from_json(pool).dropped if "resourceTags is left out" in word]
