"""What two people changed at once."""

from hypothesis import given
from hypothesis import strategies as st

from batchtui.batch.three_way import Conflict, settled, three_way

leaves = st.sampled_from([0, 1, "a", [1], [2, 1]])
inner = st.dictionaries(st.sampled_from("xyz"), leaves, max_size=3)
objects = st.dictionaries(st.sampled_from("abcd"), leaves | inner, max_size=4)

BEFORE = {"startTask": {"commandLine": "a", "waitForSuccess": True}, "metadata": [1]}


def test_what_each_changed_is_there():
    mine = {"startTask": {"commandLine": "b", "waitForSuccess": True}, "metadata": [1]}
    theirs = {"startTask": {"commandLine": "a", "waitForSuccess": False}, "metadata": [2]}
    both = {"startTask": {"commandLine": "b", "waitForSuccess": False}, "metadata": [2]}
    assert three_way(BEFORE, mine, theirs) == (both, [])


def test_what_both_changed_is_told_and_mine_is_kept_until_it_is_settled():
    mine, theirs = {"startTask": {"commandLine": "b"}}, {"startTask": {"commandLine": "c"}}
    found, conflicts = three_way({"startTask": {"commandLine": "a"}}, mine, theirs)
    assert found == mine
    assert conflicts == [Conflict(("startTask", "commandLine"), "a", "b", "c")]
    assert settled(found, conflicts[0], "c") == theirs
    assert settled(found, conflicts[0], None) == {}


def test_what_one_took_away_and_the_other_changed_is_a_conflict():
    found, conflicts = three_way(BEFORE, {"metadata": [1]}, {**BEFORE, "startTask": {"x": 1}})
    assert found == {"metadata": [1]}
    assert [each.path for each in conflicts] == [("startTask",)]


@given(objects, objects)
def test_without_another_change_mine_is_what_there_is(before, mine):
    assert three_way(before, mine, before) == (mine, [])
    assert three_way(before, before, mine) == (mine, [])
    assert three_way(before, mine, mine) == (mine, [])


@given(objects, objects, objects)
def test_what_nobody_else_changed_is_as_i_have_it(before, mine, theirs):
    found, conflicts = three_way(before, mine, theirs)
    for name in {*before, *mine, *theirs}:
        if theirs.get(name) == before.get(name):
            assert found.get(name) == mine.get(name)
        if mine.get(name) == before.get(name):
            assert found.get(name) == theirs.get(name)
    for conflict in conflicts:
        assert conflict.mine != conflict.theirs
        assert conflict.mine != conflict.before != conflict.theirs
