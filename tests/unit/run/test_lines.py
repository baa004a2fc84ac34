from batchtui.batch import convert
from batchtui.many.outcome import Place, outcomes_of
from batchtui.run.lines import Lines

POOL = convert.pool({"id": "p"})
ONE, OTHER = outcomes_of([Place(POOL, f"tvmps_{n * 8}{'0' * 56}_d") for n in "12"])
FIRST, SECOND = ONE.place.node.encode() + b"\t", OTHER.place.node.encode() + b"\t"


def test_lines_of_two_nodes_are_never_torn_apart():
    lines = Lines(harmless=False)
    assert lines.come(ONE, b"be") == b""
    assert lines.come(OTHER, b"whole\nhal") == SECOND + b"whole\n"
    assert lines.come(ONE, b"gun\n\nrest") == FIRST + b"begun\n" + FIRST + b"\n"
    assert list(lines.rest()) == [SECOND + b"hal\n", FIRST + b"rest\n"]
    assert list(lines.rest()) == []


def test_for_other_programs_bytes_stay_as_they_came():
    assert Lines(harmless=False).come(ONE, b"\x1b[31m\xff\r\n") == FIRST + b"\x1b[31m\xff\r\n"


def test_on_a_terminal_nothing_that_comes_controls_it():
    found = Lines(harmless=True).come(ONE, b"\x1b[31mred\xff\r\nb\r\n").decode()
    assert found == "11111111_d: ␛[31mred\ufffd\n11111111_d: b\n"


def test_a_line_without_end_is_not_waited_for_for_ever():
    lines = Lines(harmless=False)
    assert lines.come(ONE, b"x" * (1 << 20)) == b""
    assert lines.come(ONE, b"yz") == FIRST + b"x" * (1 << 20) + b"yz\n"
    assert list(lines.rest()) == []
