"""The comparison that the replay rests on: a recording is like itself, and nothing else is."""

import copy
import json

import pytest
from conftest import recorded, recording
from service.replaying.compare import HIDDEN, Comparison
from service.replaying.emulator import Answer

from batchtui.emulator.wire import write_json

SOME = ["pool-get-steady", "node-list", "job-get", "pool-get-404", "arm-account-get"]


def answer_of(response):
    """The answer that a recording would have been."""
    body = response["body"]
    if isinstance(body, dict):
        by_batch = "odata.metadata" in body
        content = write_json(body) if by_batch else json.dumps(body, separators=(",", ":")).encode()
    else:
        content = (body or "").encode()
    headers = {name.lower(): value for name, value in response["headers"].items()}
    kind = headers.get("content-type", "").replace("; odata", ";odata")
    return Answer(response["status"], headers | {"content-type": kind}, content)


def places(value, place=()):
    """The way to each value in a body that isn't an object or a list."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from places(item, (*place, key))
    else:
        yield place


def changed(response, place, change):
    """The response with a change to what holds the last key of a place."""
    other = copy.deepcopy(response)
    holder = other["body"]
    for key in place[:-1]:
        holder = holder[key]
    change(holder, place[-1])
    return other


def another(holder, key):
    value = holder[key]
    holder[key] = not value if isinstance(value, bool) else f"{value}x" if value else [value]


def missing(holder, key):
    del holder[key]


def last(holder, key):
    holder[key] = holder.pop(key)


def in_lists(holder, _):
    """What belongs to another item must not be taken for this one's."""
    holder["more"] = 1


@pytest.mark.parametrize("name", recorded(""))
def test_a_recording_is_like_itself(name):
    response = recording(name)["response"]
    hidden = response["body"] and any(word in json.dumps(response["body"]) for word in HIDDEN)
    assert Comparison(response, answer_of(response)).found == {} or hidden


@pytest.mark.parametrize("change", [another, missing, in_lists])
@pytest.mark.parametrize("name", SOME)
def test_any_change_to_any_value_is_noticed(name, change):
    response = recording(name)["response"]
    for place in places(response["body"]):
        if isinstance(place[-1], str) and place[-2:] != ("nodeAgentInfo", "version"):
            found = Comparison(response, answer_of(changed(response, place, change))).found
            assert found, place


@pytest.mark.parametrize("name", SOME)
def test_another_order_is_noticed(name):
    response = recording(name)["response"]
    first = next(iter(response["body"]))
    other = changed(response, (first,), last)
    assert Comparison(response, answer_of(other)).found == {
        "orders body": f"recorded {list(response['body'])!r}, answered {list(other['body'])!r}"
    }


@pytest.mark.parametrize("name", SOME)
def test_any_header_more_or_less_is_noticed(name):
    response = recording(name)["response"]
    answer = answer_of(response)
    for header in ("strict-transport-security", "x-content-type-options"):
        rest = {key: value for key, value in answer.headers.items() if key != header}
        found = Comparison(response, Answer(answer.status, rest, answer.content)).found
        assert list(found) == [f"lacks header {header}"]
    more = answer.headers | {"retry-after": "1"}
    found = Comparison(response, Answer(answer.status, more, answer.content)).found
    assert list(found) == ["adds header retry-after"]


def test_another_time_or_tag_in_one_of_two_places_is_noticed():
    response = recording("pool-get-steady")["response"]
    answer = answer_of(response)
    other = answer.headers | {"etag": "0x8DE2C7D497ABE26"}
    found = Comparison(response, Answer(200, other, answer.content)).found
    assert list(found) == ["changes body.eTag"]


def test_another_length_of_an_error_is_noticed():
    response = recording("pool-get-404")["response"]
    answer = answer_of(response)
    spaced = Answer(404, answer.headers, answer.content.replace(b'":"', b'": "'))
    assert list(Comparison(response, spaced).found) == ["changes header content-length"]
