"""A pool in words is all of it, without its secrets."""

import json

from generated_pools import generated_pools
from hypothesis import given
from pool_bodies import LINUX, OF_WINDOWS

from batchtui.batch.draft import new_draft
from batchtui.batch.in_words import in_words
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


@given(generated_pools())
def test_any_pool_can_be_told(body):
    assert words(PoolDraft(body))
