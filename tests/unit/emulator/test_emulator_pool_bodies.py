"""Bodies of pools, read and checked without a server."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from pool_bodies import LINUX, OF_WINDOWS, again, mutated

from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.pool import normalised
from batchtui.emulator.errors import BatchError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANY = settings(
    max_examples=800,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def outcome(body):
    """The pool, or the status of its refusal."""
    try:
        return normalised(body, NOW)
    except BatchError as error:
        return error.status


@MANY
@given(mutated())
def test_whatever_is_sent_is_refused_or_can_be_sent_again_as_it_is_shown(body):
    found = outcome(body)
    if isinstance(found, int):
        assert 400 <= found < 500
    else:
        assert outcome(again(found, "other")) == found | {"id": "other"}


@pytest.mark.parametrize("body", [LINUX, OF_WINDOWS], ids=["linux", "windows"])
def test_secrets_are_never_shown(body):
    assert "secret-word" not in repr(normalised(body, NOW))


def refusal(body, caller):
    with pytest.raises(BatchError) as caught:
        normalised(body, NOW, caller)
    return caught.value.code, dict(caught.value.values)


OLD = Caller("2024-02-01.19.0")
SMALL = {"id": "p", "vmSize": "small"}


def test_pools_of_cloud_services_are_for_older_versions_only():
    body = SMALL | {"cloudServiceConfiguration": {"osFamily": "4"}}
    pool = normalised(body, NOW, OLD)
    assert pool["cloudServiceConfiguration"] == {"osFamily": "4", "osVersion": "*"}
    assert pool["vmSize"] == "small"
    code, values = refusal(body, Caller())
    assert code == "InvalidRequestBody"
    assert "cloudServiceConfiguration" in values["Reason"]


def test_older_versions_have_properties_that_are_gone():
    gone = {
        "targetNodeCommunicationMode": "Classic",
        "resourceTags": {"owner": "me"},
        "certificateReferences": [],
    }
    pool = normalised(LINUX | gone, NOW, OLD)
    assert pool["targetNodeCommunicationMode"] == "classic"
    assert pool["resourceTags"] == {"owner": "me"}
    for name in gone:
        assert refusal(LINUX | {name: gone[name]}, Caller())[0] == "InvalidRequestBody"
    certificate = {"thumbprint": "00", "thumbprintAlgorithm": "sha1"}
    code, _ = refusal(LINUX | {"certificateReferences": [certificate]}, OLD)
    assert code == "InvalidCertificateReferences"


def test_older_names_are_put_into_the_newest_words():
    machine = OF_WINDOWS["virtualMachineConfiguration"] | {
        "dataDisks": [{"lun": 0, "diskSizeGB": 1, "storageAccountType": "premium_lrs"}]
    }
    body = OF_WINDOWS | {"virtualMachineConfiguration": machine}
    pool = normalised(body, NOW, OLD)
    (disk,) = pool["virtualMachineConfiguration"]["dataDisks"]
    assert disk["managedDisk"] == {"storageAccountType": "premium_lrs"}
    assert refusal(body, Caller())[0] == "InvalidRequestBody"
    pool = normalised(OF_WINDOWS | {"maxTasksPerNode": 4}, NOW, Caller("2020-03-01.11.0"))
    assert pool["taskSlotsPerNode"] == 4


def test_resources_of_the_subscription_need_a_token():
    subnet = (
        "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    )
    own = subnet.format("00000000-0000-0000-0000-000000000000")
    body = OF_WINDOWS | {"networkConfiguration": {"subnetId": own}}
    assert normalised(body, NOW, Caller(by_key=False))["networkConfiguration"]["subnetId"] == own
    assert refusal(body, Caller())[0] == "Forbidden"
    body = OF_WINDOWS | {"networkConfiguration": {"subnetId": subnet.format("other")}}
    code, values = refusal(body, Caller(by_key=False))
    assert (code, values["PropertyName"]) == ("InvalidPropertyValue", "subnetId")
    assert "different subscription" in values["Reason"]
