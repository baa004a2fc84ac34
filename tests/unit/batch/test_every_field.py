"""The form's fields over pools of all shapes: nothing is lost, and each changes only its own."""

import json

import pytest
from azure.batch import models
from hypothesis import given, settings
from known_service import KNOWN, NOW
from pool_bodies import LINUX, OF_WINDOWS
from sdk_pools import model_properties, sdk_pools

from batchtui.batch.access_rules import DOOR, NAT_POOLS, OTHER
from batchtui.batch.draft import PoolDraft, answered, problems, shown, warnings
from batchtui.batch.fields import FIELDS
from batchtui.batch.known import Known
from batchtui.batch.lens import AsJson, Choosing, Flag, Mode, Pairs, UnreadableError
from batchtui.batch.more_lenses import PartChoice
from batchtui.batch.notation import InWords
from batchtui.batch.places import at, without
from batchtui.batch.rules import problems as problems_of
from batchtui.batch.schema import shape_problems, subschema
from batchtui.batch.skeleton import skeleton, unknown_places

MACHINE, NETWORK = "virtualMachineConfiguration", "networkConfiguration"
JSON_FIELDS = [name for name, field in FIELDS.items() if isinstance(field.lens, AsJson)]


def places():
    """The properties of a pool, and those of its machine and its network."""
    yield from ((name,) for name, _, _ in model_properties(models.BatchPoolCreateOptions))
    for top, model in (
        (MACHINE, models.VirtualMachineConfiguration), (NETWORK, models.NetworkConfiguration)
    ):  # fmt: skip
        yield from ((top, name) for name, _, _ in model_properties(model))


@pytest.mark.parametrize("place", list(places()), ids=".".join)
def test_every_property_has_a_field_that_is_about_it(place):
    owned = [path for field in FIELDS.values() for path in field.owns]
    assert any(path[: len(place)] == place for path in owned)


@settings(max_examples=150, deadline=None)
@given(sdk_pools())
def test_a_pool_that_is_looked_at_is_sent_as_it_was(body):
    draft = PoolDraft(body)
    for name in FIELDS:
        draft = answered(draft, name, shown(draft, name))
    assert json.dumps(draft.body) == json.dumps(body)
    known = Known(NOW)
    for told in (problems(draft, known), warnings(draft, known)):
        assert told.keys() <= FIELDS.keys()


@settings(max_examples=150, deadline=None)
@given(sdk_pools())
def test_the_json_of_each_field_is_read_as_it_was_shown(body):
    for name in JSON_FIELDS:
        lens = FIELDS[name].lens
        again = lens.put(PoolDraft(body), lens.show(PoolDraft(body)))
        assert bare(again.body) == bare(body)


def other(name, draft):
    """Another answer than the one that a field shows."""
    lens, now = FIELDS[name].lens, shown(draft, name)
    if isinstance(lens, Choosing):
        return next(word for word in lens.choices(draft) if word != now)
    if isinstance(lens, Flag):
        return not now
    if isinstance(lens, AsJson):
        return "" if now else json.dumps(skeleton(lens.path))
    lines = {Pairs: "added=1", InWords: "7"}
    if type(lens) in lines:
        return f"{now}\n{lines[type(lens)]}".strip()
    return "30" if now != "30" else "40"


def theirs(name):
    """What a field may change: what it owns, and what belongs to the ways that it chooses."""
    field = FIELDS[name]
    ways = field.lens.ways.values() if isinstance(field.lens, Mode) else ()
    part = [field.lens.path[:-1]] if isinstance(field.lens, PartChoice) else []
    owned = [NAT_POOLS if {DOOR, OTHER} & {*path} else path for path in field.owns]
    return [*owned, *part, *(path for way in ways for path in way)]


def bare(body):
    """Without what is empty, which says nothing."""
    if isinstance(body, dict):
        parts = {name: bare(part) for name, part in body.items()}
        return {name: part for name, part in parts.items() if part not in (None, {}, [])}
    return [bare(part) for part in body] if isinstance(body, list) else body


@settings(max_examples=100, deadline=None)
@given(sdk_pools())
def test_a_field_changes_only_what_it_is_about(body):
    draft = PoolDraft(body)
    for name in FIELDS:
        if not FIELDS[name].when(draft):
            continue
        try:
            after = FIELDS[name].lens.put(draft, other(name, draft))
        except UnreadableError:
            continue
        before, changed = body, after.body
        for path in theirs(name):
            before, changed = without(before, path), without(changed, path)
        assert bare(changed) == bare(before), name


@pytest.mark.parametrize("name", JSON_FIELDS)
def test_a_beginning_has_what_must_be_there(name):
    path = FIELDS[name].lens.path
    missing = [
        problem
        for problem in shape_problems(at_place(path, skeleton(path)))
        if problem.path[: len(path)] == path and "missing" in problem.text
    ]
    assert missing == []


def at_place(path, value):
    return {path[0]: at_place(path[1:], value)} if path else value


def test_what_the_schema_does_not_have_is_found_wherever_it_is():
    machine = LINUX[MACHINE] | {"dataDisks": [{"lun": 0, "x": 1}]}
    body = LINUX | {"newer": {"a": 1}, MACHINE: machine}
    assert unknown_places(body) == [(MACHINE, "dataDisks", 0, "x"), ("newer",)]
    assert unknown_places(LINUX) == unknown_places(OF_WINDOWS) == []
    assert {found.path for found in problems_of(body, KNOWN)} >= set(unknown_places(body))
    # What an extension is told is its own.
    assert "properties" not in subschema((MACHINE, "extensions", 0, "settings"))


def test_a_new_property_stays_whatever_is_edited():
    body = LINUX | {"newer": {"a": 1}}
    draft = answered(answered(PoolDraft(body), "slots", "3"), "licence", "Windows_Server")
    assert at(draft.body, ("newer", "a")) == 1
