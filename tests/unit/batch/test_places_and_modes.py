"""Places in JSON, and choices that set something aside until they are made again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pool_bodies import LINUX, mutated, value

from batchtui.batch.access_lenses import ACCESS, AccessLens, SourceLens
from batchtui.batch.access_rules import door
from batchtui.batch.draft import answered, from_here, new_draft, shown
from batchtui.batch.identity import IDENTITIES, USER, IdentityLens, as_identity, identity_of
from batchtui.batch.lens import PoolDraft, UnreadableError
from batchtui.batch.places import at, dotted, put, without

PATHS = st.lists(st.sampled_from(["startTask", "a", "metadata", 0, 1]), min_size=1, max_size=4)


@given(value, PATHS, value)
def test_what_is_put_at_a_place_is_there_and_the_rest_is_as_it_was(body, path, new):
    before = repr(body)
    first_new = [step if step != 1 else 0 for step in path]  # lists grow at their ends
    after = put(body, tuple(first_new), new)
    assert at(after, tuple(first_new)) == new
    assert repr(body) == before


@given(mutated(), PATHS)
def test_what_is_taken_away_is_gone_and_leaves_nothing_empty_behind(body, path):
    assert at(without({"kept": 1}, tuple(path)), ("kept",)) == 1
    added = put(body, ("new", *[step for step in path if isinstance(step, str)]), 1)
    place = ("new", *[step for step in path if isinstance(step, str)])
    assert without(added, place) == body
    assert without(body, ("nowhere", *path)) == body


def test_a_place_is_written_with_dots():
    assert dotted(("userAccounts", 0, "name")) == "userAccounts.0.name"


def test_the_way_that_is_not_gone_is_kept_and_not_sent():
    fixed = answered(answered(new_draft(), "dedicated", "7"), "resize_timeout", "30")
    by_formula = answered(answered(fixed, "scale", "formula"), "formula", "$a=1;")
    assert "targetDedicatedNodes" not in by_formula.body
    assert "resizeTimeout" not in by_formula.body
    assert by_formula.body["enableAutoScale"] is True
    back = answered(by_formula, "scale", "fixed")
    assert back.body == fixed.body
    again = answered(back, "scale", "formula")
    assert again.body == by_formula.body


@given(mutated())
def test_any_pool_comes_back_as_it_was_when_another_way_was_only_looked_at(body):
    draft = PoolDraft(body)
    way = shown(draft, "scale")
    other = "fixed" if way == "formula" else "formula"
    there = answered(draft, "scale", other)
    assert shown(there, "scale") == other
    assert shown(answered(there, "scale", way), "scale") == way


@pytest.mark.parametrize("way", [way for way in ACCESS if way != "rules"])
def test_the_way_in_comes_back_with_its_addresses_and_ports(way):
    begun = from_here(new_draft(), "203.0.113.7")
    there = answered(begun, "access", way)
    assert shown(there, "access") == way
    assert answered(there, "access", "only").body == begun.body


def test_rules_of_somebody_else_are_shown_as_such_and_come_back():
    draft = PoolDraft(LINUX)
    assert shown(draft, "access") == "rules"
    off = answered(draft, "access", "off")
    assert door(off.body) is None
    assert off.body["networkConfiguration"]["endpointConfiguration"]
    assert answered(off, "access", "rules").body == LINUX


@given(mutated(), st.sampled_from([*ACCESS, "else"]), st.sampled_from(["", "x", "1.2.3.4, ::/0"]))
def test_any_network_takes_any_way_in_or_says_why_not(body, way, source):
    for lens, answer in ((AccessLens(), way), (SourceLens(), source)):
        said = ""
        try:
            lens.show(lens.put(PoolDraft(body), answer))
        except UnreadableError as error:
            said = str(error)
        assert not said or said.endswith(".")


@pytest.mark.parametrize("word", [*IDENTITIES, f"{USER}operator"])
def test_an_identity_is_the_same_word_again(word):
    assert identity_of(as_identity(word)) == word
    draft = IdentityLens().put(PoolDraft({}), word)
    assert IdentityLens().show(draft) == word


@given(value)
def test_any_identity_has_a_word(found):
    assert identity_of(found)
    draft = replace(PoolDraft({}), body={"startTask": {"userIdentity": found}})
    assert IdentityLens().show(draft)
