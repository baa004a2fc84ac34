"""Where the parts of a JSON text are, also of one that is half typed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.batch.in_short import in_short
from batchtui.batch.json_places import json_words, offset_of, path_at, value_of
from batchtui.batch.places import at

TEXT = '{\n  "a": [1, {"b": "x"}],\n  "c": null\n}'
parts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("mark", "path"),
    [
        ('"a"', ("a",)),
        ("1", ("a", 0)),
        ('"b"', ("a", 1, "b")),
        ('"x"', ("a", 1, "b")),
        ("null", ("c",)),
        ("{", ()),
    ],
)
def test_a_place_is_that_of_the_word_under_the_cursor(mark, path):
    assert path_at(TEXT, TEXT.index(mark)) == path


def test_what_is_half_typed_has_places_too():
    text = '[{"name": "e", "settings": {"a": '
    assert path_at(text, len(text)) == (0, "settings", "a")
    assert path_at('{"a": 1, "b', 11) == ()
    assert path_at("}}]", 3) == ()


def test_a_place_begins_at_its_name_and_its_value_within_the_quotes():
    assert offset_of(TEXT, ("a", 1, "b")) == TEXT.index('"b"')
    assert value_of(TEXT, ("a", 1, "b")) == TEXT.index('x"')
    assert value_of(TEXT, ("a",)) == TEXT.index("[")
    # What isn't there is missing in what it would be in.
    assert offset_of(TEXT, ("a", 1, "missing")) == TEXT.index('{"b"')


def all_paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for name, part in items:
        yield from all_paths(part, (*path, name))


@given(parts, st.sampled_from([None, 2]))
def test_every_place_of_any_json_is_found(value, indent):
    text = json.dumps(value, indent=indent)
    for path in all_paths(value):
        assert path_at(text, offset_of(text, path)) == path
        begin = value_of(text, path)
        part = at(value, path)
        if part and not isinstance(part, dict | list | str):
            assert text[begin:].startswith(json.dumps(part))


@given(st.text(max_size=30))
def test_no_text_is_too_odd(text):
    assert all(text[word.start : word.end] == word.text for word in json_words(text))
    for offset in range(len(text) + 1):
        assert isinstance(path_at(text, offset), tuple)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        ([{"nfsMountConfiguration": {"relativeMountPath": "data"}}, {"name": "e"}], "2 · data, e"),
        ([{"password": "secret-word"}], "1"),
        ({"mode": "manual", "password": "secret-word"}, "mode, password"),
    ],
)
def test_a_part_in_short_tells_no_secret(value, said):
    assert in_short(value) == said
