import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.batch.durations import as_minutes, from_minutes, minutes_problem, read_duration
from batchtui.batch.pairs import (
    ENVIRONMENT,
    METADATA,
    PairsError,
    as_lines,
    from_lines,
    pairs_problem,
)

words = st.text(max_size=12)
pairs = st.fixed_dictionaries({"name": words.filter(bool), "value": words})


@given(st.lists(pairs, max_size=5))
def test_pairs_come_back_from_their_lines_as_they_were(entries):
    assert from_lines(as_lines(entries), METADATA) == entries


@given(st.lists(st.fixed_dictionaries({"name": words.filter(bool)}, optional={"value": words})))
def test_whatever_a_value_is_its_lines_can_be_shown(entries):
    assert all(line.isprintable() for line in as_lines(entries).split("\n"))


def test_a_variable_may_have_no_value_and_differs_from_an_empty_one():
    entries = [{"name": "a"}, {"name": "b", "value": ""}]
    assert as_lines(entries) == "a\nb="
    assert from_lines("a\nb=", ENVIRONMENT) == entries


def test_what_an_entry_has_besides_stays_until_its_line_is_edited():
    before = [{"name": "a", "value": "1", "new": True}, {"name": "b", "value": "2", "new": True}]
    assert from_lines("a=1\nb=3", ENVIRONMENT, before) == [before[0], {"name": "b", "value": "3"}]


def test_lines_are_read_as_people_type_them():
    assert from_lines('\n  PATH = /a:/b=c  \nsaid="a\\nb"\n"x=y"=1\n', ENVIRONMENT) == [
        {"name": "PATH", "value": "/a:/b=c"},
        {"name": "said", "value": "a\nb"},
        {"name": "x=y", "value": "1"},
    ]


@pytest.mark.parametrize(
    ("text", "rules", "words"),
    [
        ("a=1\na=2", ENVIRONMENT, "Line 2: a is there already."),
        ("\nteam", METADATA, "Line 2: a line is name=value."),
        ("=1", METADATA, "Line 1: there is no name"),
        ('a="1', METADATA, "Line 1: what begins with a quote"),
        ('a="1"2', METADATA, "Line 1: something follows"),
        ('"a"b', METADATA, "Line 1: a line is name=value."),
    ],
)
def test_a_line_that_is_no_pair_is_named(text, rules, words):
    assert words in pairs_problem(text, rules)
    with pytest.raises(PairsError):
        from_lines(text, rules)


def test_metadata_may_have_a_name_twice():
    assert pairs_problem("a=1\na=2", METADATA) == ""


@pytest.mark.parametrize(
    ("iso", "seconds"),
    [
        ("PT15M", 900),
        ("PT1H30M", 5400),
        ("P7D", 604800),
        ("PT7M9.497S", 429.497),
        ("P10675199DT2H48M5.4775807S", None),
        ("P", None),
        ("PT", None),
        ("15", None),
        ("P1M", None),
    ],
)
def test_durations_are_read_as_the_service_writes_them(iso, seconds):
    found = read_duration(iso)
    if seconds is None and not iso.startswith("P106"):
        assert found is None
    else:
        assert found.total_seconds() == pytest.approx(seconds or 922337203685.4775)


@pytest.mark.parametrize("iso", ["PT15M", "PT7M9.497S"])
def test_a_duration_that_is_not_edited_means_the_same(iso):
    assert from_minutes(as_minutes(iso)) == iso


def test_minutes_are_typed_as_a_number():
    assert (as_minutes("PT1H30M"), from_minutes("90")) == ("90", "PT90M")


@pytest.mark.parametrize(
    ("text", "fine"),
    [("5", True), ("4", False), ("PT1H", True), ("soon", False), ("", False), ("10081", False)],
)
def test_too_short_too_long_and_no_duration_at_all_are_problems(text, fine):
    assert bool(minutes_problem(text, 5, 10080)) is not fine
