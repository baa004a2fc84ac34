"""Each rule says what is wrong at its place, and nothing else."""

import sys
from dataclasses import replace

import pytest
from bad_pools import BAD, FOREIGN, GOOD
from hypothesis import given, settings
from known_service import KNOWN, NOW
from pool_bodies import mutated, value

from batchtui.batch.known import Known, Problem, Quota, Used
from batchtui.batch.rules import RULES, WARNINGS, problems, warnings
from batchtui.batch.rules.sound import sound
from batchtui.batch.schema import shape_problems

NOTHING_KNOWN = Known(NOW)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_once_and_at_its_place(bad):
    first, *others = problems(bad.body, KNOWN)
    assert first.path == bad.path
    # A list that may not be there may have items that may not be there, either.
    assert all(other.path[:-1] == bad.path for other in others)
    assert first.text.endswith((".", "?"))
    assert len(first.text) <= 200


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_a_good_pool_has_no_problem(body):
    assert problems(body, KNOWN) == []


@pytest.mark.parametrize("bad", FOREIGN.values(), ids=FOREIGN)
def test_what_is_of_another_subscription_is_refused_by_entra_too(bad):
    signed_in = replace(KNOWN, by_key=False)
    (found,) = problems(bad.body, signed_in)
    assert found.path == bad.path
    assert "subscription" in found.text
    assert problems(bad.body, replace(signed_in, subscription=None)) == []


def test_a_pool_too_many_is_a_problem_of_the_whole():
    quota, used = Quota(500, 500, pools=2), Used(0, 0, pools=2)
    (found,) = problems(GOOD["the least"], replace(KNOWN, quota=quota, used=used))
    assert found.path == ()
    assert "2" in found.text
    room = replace(used, pools=1)
    assert problems(GOOD["the least"], replace(KNOWN, quota=quota, used=room)) == []


def test_what_is_not_known_is_not_said():
    body = BAD["an image with another's agent"].body | {
        "vmSize": "unheard_of",
        "taskSlotsPerNode": 200,
    }
    assert problems(body, NOTHING_KNOWN) == []


def test_a_region_of_which_no_size_is_told_refuses_none():
    for body in GOOD.values():
        assert problems(body, replace(KNOWN, sizes=[])) == []


def test_close_names_are_suggested():
    (found,) = problems(GOOD["the least"] | {"vmSize": "standard_d2_v22"}, KNOWN)
    assert "Is it Standard_D2_v2?" in found.text


def test_the_agents_of_an_image_are_named():
    (found,) = problems(BAD["an image with another's agent"].body, KNOWN)
    assert found.text == "This image goes with batch.node.ubuntu 22.04."


def test_what_the_schema_finds_wrong_is_not_said_again_by_rules():
    body = GOOD["the least"] | {
        "enableAutoScale": True,
        "autoScaleFormula": 7,
        "mountConfiguration": [{"nfsMountConfiguration": 7}, 7],
        "startTask": {"commandLine": "x", "resourceFiles": [{"httpUrl": "x", "filePath": ""}]},
        "userAccounts": [7, {"name": "a", "password": "p"}, {"name": "A", "password": "p"}],
    }
    assert [found.path for found in problems(body, KNOWN)] == [
        ("autoScaleFormula",),
        ("startTask", "resourceFiles", 0, "filePath"),
        ("userAccounts", 0),
        ("mountConfiguration", 0, "nfsMountConfiguration"),
        ("mountConfiguration", 1),
        # What is behind something that is none keeps its place.
        ("userAccounts", 2, "name"),
    ]


def test_each_rule_finds_something():
    silent = {rule.__name__ for rule in RULES}
    quota = Quota(0, 0, pools=0)
    known = replace(KNOWN, quota=quota, used=Used(0, 0, 0), by_key=True)
    for bad in (*BAD.values(), *FOREIGN.values()):
        silent -= {rule.__name__ for rule in RULES if list(rule(sound_of(bad.body), known))}
    assert silent == set()


def sound_of(body):
    return sound(body, shape_problems(body))


def test_each_rule_names_its_source():
    for rule in (*RULES, *WARNINGS):
        said = f"{rule.__doc__} {sys.modules[rule.__module__].__doc__}"
        assert "ource" in said or "documentation" in said, rule.__name__


@given(value)
def test_no_json_at_all_is_too_much_for_the_rules(body):
    for known in (KNOWN, NOTHING_KNOWN):
        assert all(isinstance(found, Problem) for found in problems(body, known))
        assert all(isinstance(found, Problem) for found in warnings(body, known))


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_no_pool_is_too_odd_for_the_rules(body):
    for known in (KNOWN, NOTHING_KNOWN):
        places = [found.path for found in problems(body, known) + warnings(body, known)]
        assert all(isinstance(step, str | int) for path in places for step in path)


def test_no_depth_is_too_deep_for_the_rules():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    extension = {"name": "e", "publisher": "p", "type": "t", "settings": {"deep": deep}}
    body = GOOD["the least"] | {"metadata": deep}
    body["virtualMachineConfiguration"] = body["virtualMachineConfiguration"] | {
        "extensions": [extension]
    }
    assert [found.path for found in problems(body, KNOWN)] == [("metadata", 0)]
