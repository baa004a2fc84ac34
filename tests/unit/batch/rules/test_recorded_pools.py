"""Pools that the real service took have no problem."""

import pytest
from conftest import RECORDINGS, recording
from known_service import RECORDED
from pool_bodies import ASSIGNED, again

from batchtui.batch.rules import problems

# What newer versions have no more, and SERVICE.md tells so.
GONE = {"certificateReferences", "targetNodeCommunicationMode", "currentNodeCommunicationMode"}


def names(pattern):
    return sorted(path.stem for path in RECORDINGS.glob(pattern))


def modern(body):
    return {name: value for name, value in body.items() if name not in GONE}


CREATED = names("pool-create-201*")
SHOWN = [
    name
    for name in names("pool-get-*")
    if "virtualMachineConfiguration" in (recording(name)["response"]["body"] or {})
]


@pytest.mark.parametrize("name", CREATED)
def test_what_was_created_has_no_problem(name):
    assert problems(modern(recording(name)["request"]["body"]), RECORDED) == []


@pytest.mark.parametrize("name", SHOWN)
def test_what_was_shown_has_no_problem_without_what_only_the_service_says(name):
    shown = recording(name)["response"]["body"]
    body = modern(again(shown, shown["id"]))
    assert not ASSIGNED & body.keys()
    assert problems(body, RECORDED) == []


def test_there_are_such_pools():
    assert len(CREATED) >= 6
    assert len(SHOWN) >= 14
