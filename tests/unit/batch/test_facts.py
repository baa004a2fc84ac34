"""Reading JSON so that nothing in it is lost."""

from datetime import UTC, datetime

from batchtui.batch.facts import Facts

RAW = {
    "id": "p",
    "state": "Active",
    "count": 5,
    "on": True,
    "at": "2025-11-25T23:58:14Z",
    "inner": {"name": "x", "deep": {"er": [1, {"y": None}]}},
    "each": [{"name": "a", "more": 1.5}, "odd", {"name": "b"}],
    "words": ["q", "r"],
    "nothing": {},
}


def test_what_was_read_is_crossed_off():
    facts = Facts(RAW)
    assert (facts.text("id"), facts.word("state"), facts.number("count")) == ("p", "active", 5)
    assert facts.flag("on") is True
    assert facts.time("at") == datetime(2025, 11, 25, 23, 58, 14, tzinfo=UTC)
    assert facts.within("inner").text("name") == "x"
    assert [each.text("name") for each in facts.each("each")] == ["a", "b"]
    assert facts.words("words") == ["q", "r"]
    assert facts.rest() == [
        ("inner.deep.er[0]", "1"),
        ("inner.deep.er[1].y", "null"),
        ("each[0].more", "1.5"),
        ("each[1]", "odd"),
        ("nothing", "{}"),
    ]
    assert not facts


def test_reading_changes_nothing_of_what_was_sent():
    before = repr(RAW)
    Facts(RAW).within("inner").rest()
    assert repr(RAW) == before


def test_a_value_of_another_type_stays_among_the_rest():
    facts = Facts({"id": 5, "count": True, "on": 1, "at": "now", "inner": [], "each": {}, "w": [1]})
    assert (facts.text("id"), facts.number("count"), facts.flag("on")) == ("", None, None)
    assert facts.time("at") is None
    assert not facts.within("inner")
    assert facts.each("each") == []
    assert facts.words("w") == []
    assert [path for path, _value in facts.rest()] == [
        "id", "count", "on", "at", "inner", "each", "w[0]",
    ]  # fmt: skip


def test_depth_is_no_trouble():
    raw = {"a": {}}
    inner = raw["a"]
    for _ in range(5000):
        inner["a"] = {}
        inner = inner["a"]
    [(path, value)] = Facts(raw).rest()
    assert path.count("a") == 5001
    assert value == "{}"
