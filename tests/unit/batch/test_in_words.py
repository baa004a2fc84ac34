"""A pool in words is all of it, without its secrets."""

import json

import pytest
from generated_pools import generated_pools
from hypothesis import given, settings
from pool_bodies import LINUX, OF_WINDOWS

from batchtui.batch.draft import from_here, new_draft
from batchtui.batch.in_words import in_words, untold
from batchtui.batch.lens import PoolDraft


def words(draft):
    return {
        title: {each.label: "\n".join(each.lines) for each in told}
        for title, told in in_words(draft)
    }


def test_what_was_asked_for_is_told_step_by_step():
    found = words(PoolDraft(OF_WINDOWS))
    assert list(found) == ["Name", "Image", "Size", "Scale", "Start task", "Access", "More"]
    assert found["Name"] == {"Pool id": "windows"}
    assert found["Scale"]["Nodes"] == "as many as a formula says"
    assert found["Scale"]["Formula"] == "$TargetDedicatedNodes = 0;"
    assert "Dedicated" not in found["Scale"]
    assert found["More"]["Licence"] == "Windows Server"


def test_no_secret_is_told():
    assert "secret-word" not in json.dumps(words(PoolDraft(LINUX)))


def test_a_new_pool_has_few_words():
    assert sum(len(told) for told in words(new_draft()).values()) < 12


def test_who_may_come_in_is_told_and_nothing_of_a_start_task_that_is_none():
    found = words(from_here(new_draft(), "203.0.113.7"))
    assert found["Access"]["allowed from"] == "203.0.113.7"
    assert "Start task" not in found


def leaves(value):
    """The texts and numbers of JSON."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        for part in parts:
            yield from leaves(part)
    elif not isinstance(value, bool):
        yield str(value)


# As a field says it: minutes, the choices' words.
SAID = {"PT0H20M": "20", "PT05M": "5", "secret-word": "***"}


@pytest.mark.parametrize("body", [LINUX, OF_WINDOWS], ids=["linux", "windows"])
def test_what_no_field_tells_is_named(body):
    draft = PoolDraft(body)
    also = {each.label: each.lines for each in untold(draft)}
    said = json.dumps([words(draft), also]).lower()
    missing = [leaf for leaf in leaves(body) if SAID.get(leaf, leaf).lower() not in said]
    # These are told as the words of a choice, and of a password only that it is missing.
    assert set(missing) <= {
        "pack", "zonal", "batchManaged", "noPublicIPAddresses", "dockerCompatible",
        "Windows_Server", "creationTime", "none", "TCP", "Interactive", "cachedisk", "readwrite",
        "DiskWithVMGuestState", "secret-word", "standardssd_lrs", "confidentialVM", "Audit",
    }  # fmt: skip


def test_of_a_new_pool_only_the_way_in_has_more_than_its_fields_tell():
    also = [each.label for each in untold(from_here(new_draft(), "203.0.113.7"))]
    way_in = "networkConfiguration.endpointConfiguration.inboundNATPools.0."
    assert also
    assert all(label.startswith(way_in) for label in also)


@settings(deadline=None)
@given(generated_pools())
def test_any_pool_can_be_told(body):
    assert words(PoolDraft(body))
    list(untold(PoolDraft(body)))


@pytest.mark.parametrize(("duration", "told"), [("PT20M", "20 minutes"), ("PT90S", "PT90S")])
def test_minutes_have_their_unit(duration, told):
    found = words(PoolDraft({"targetDedicatedNodes": 1, "resizeTimeout": duration}))
    assert found["Scale"]["Resize timeout"] == told
