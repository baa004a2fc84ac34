from batchtui.access.channel import Exit
from batchtui.batch import convert
from batchtui.errors import LoginRefusedError, SshError
from batchtui.many.groups import difference, grouped
from batchtui.many.outcome import Place, outcomes_of


def outcomes(count, pools=("p",)):
    made = [convert.pool({"id": pool}) for pool in pools]
    return outcomes_of(
        [Place(pool, f"tvmps_{n:08d}{0:056d}_d") for pool in made for n in range(count)]
    )


def ended(outcome, output=b"", errors=b"", how=None):
    outcome.state, outcome.exit = "ended", how or Exit(0)
    outcome.output.add(output)
    outcome.errors.add(errors)


def unreached(outcome, error):
    outcome.state, outcome.error = "unreached", error


def titles(found):
    return [group.title for group in grouped(found)]


def test_nodes_that_wrote_the_same_and_ended_alike_are_one_group_the_largest_first():
    found = outcomes(8)
    for outcome in found[:3]:
        ended(outcome, b"other\n")
    for outcome in found[3:7]:
        ended(outcome, b"\nsame\n")
    assert titles(found) == ["4 nodes: exit status 0", "3 nodes: exit status 0"]
    largest = grouped(found)[0]
    assert largest.first.first_line == "same"
    assert largest.names == "00000003_d, 00000004_d, 00000005_d and 1 more"
    # The eighth isn't done.
    assert sum(len(group.outcomes) for group in grouped(found)) == 7


def test_another_end_or_another_stream_is_another_group():
    found = outcomes(4)
    ended(found[0], b"a\n")
    ended(found[1], b"a\n", how=Exit(1))
    ended(found[2], b"", b"a\n")
    ended(found[3], b"a\n", how=Exit(None, signal="KILL"))
    assert len(grouped(found)) == 4
    assert "1 node: ended by signal KILL" in titles(found)
    assert list(grouped([found[2]])[0].lines()) == ["── standard error ──", "a"]
    assert found[2].first_line == "a"


def test_nodes_that_were_not_reached_are_one_group_that_says_why_each():
    found = outcomes(4)
    for outcome, port in zip(found[:3], (1, 2, 2), strict=True):
        unreached(outcome, SshError(f"Nothing answers at 10.0.0.1:{port}."))
    unreached(found[3], LoginRefusedError("Not you."))
    group, other = grouped(found)
    assert group.title == "3 nodes: not reached: No shell"
    assert list(group.lines()) == [
        "00000000_d:",
        "  Nothing answers at 10.0.0.1:1.",
        "00000001_d, 00000002_d:",
        "  Nothing answers at 10.0.0.1:2.",
    ]
    assert list(other.lines()) == ["Not you."]


def test_a_difference_is_that_of_diff():
    found = outcomes(3)
    ended(found[0], b"a\nb\nc\n")
    ended(found[1], b"a\nx\nc\n", how=Exit(2))
    ended(found[2], b"a\nb\nc\n")
    one, other = grouped(found)
    assert difference(one, other) == [
        "--- 2 nodes: exit status 0",
        "+++ 1 node: exit status 2",
        "@@ -1,3 +1,3 @@",
        " a",
        "-b",
        "+x",
        " c",
    ]
    assert difference(one, one) == []


def test_names_are_short_where_that_tells_nodes_apart():
    assert [each.name for each in outcomes(2)] == ["00000000_d", "00000001_d"]
    assert [each.name for each in outcomes(1, ("p", "q"))] == ["p/00000000_d", "q/00000000_d"]
    alike = outcomes_of(
        [Place(convert.pool({"id": "p"}), f"tvmps_{0:08d}{n:056d}_d") for n in (1, 2)]
    )
    assert len({each.name for each in alike}) == 2
