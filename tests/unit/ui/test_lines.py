"""Lines on a screen: nothing is lost, nothing sticks out, and what is looked for is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.tables.filter import FilterError
from batchtui.ui.lines import TextLine, laid_out, matches, pattern
from batchtui.visible import visible

LETTERS = st.sampled_from(
    ["a", "Z", " ", "  ", "漢", "字", "é", "e\u0301", "😀", "‹", "-", "☁\ufe0f"]
)
TEXTS = st.lists(LETTERS, max_size=120).map("".join)


def letters(parts):
    """All but blanks: those where a line is broken may be left out."""
    return "".join("".join(parts).split())


def shown(text, width, hang=0):
    rows = laid_out([TextLine(text, (), hang)], width)
    return [" " * row.indent + text[row.start : row.end] for row in rows]


@given(text=TEXTS, width=st.integers(1, 60), hang=st.integers(0, 18))
def test_rows_have_all_of_a_line_and_fit(text, width, hang):
    text = " " * hang + text
    rows = laid_out([TextLine(text, (), hang)], width)
    assert letters(text[row.start : row.end] for row in rows) == letters(text)
    for row in rows:
        part = text[row.start : row.end].rstrip()
        # A letter of two cells has no room on one.
        assert row.indent + cell_len(part) <= max(width, 2) or not part


@given(st.text(max_size=300), st.integers(1, 40))
def test_whatever_the_service_says_is_laid_out(text, width):
    rows = laid_out([TextLine(visible(text))], width)
    assert letters(visible(text)[row.start : row.end] for row in rows) == letters(visible(text))


def test_what_is_too_long_hangs_below_its_value():
    assert shown("label   one two three four five six seven", 30, 8) == [
        "label   one two three four ",
        "        five six seven",
    ]


def test_a_word_without_room_has_rows_of_its_own():
    assert shown("id      " + "x" * 40, 30, 8) == ["id      ", "  " + "x" * 28, "  " + "x" * 12]


def test_a_narrow_screen_has_no_room_beside_labels():
    assert shown("label   one two", 10, 8) == ["label   ", "one two"]


def test_very_long_lines_take_no_time():
    text = "a " * 5000 + " " * 50_000 + "b" * 50_000
    assert "".join(row.strip() for row in shown(text, 80)).count("b") == 50_000


LINES = [TextLine(text) for text in ("one Two", "three", "two.two")]


def test_a_text_is_found_whatever_its_case_and_however_often():
    assert [match[:2] for match in matches(LINES, pattern("TWO"))] == [(0, 4), (2, 0), (2, 4)]
    assert matches(LINES, pattern("o.t")) == [(2, 2, 5)]


@pytest.mark.parametrize("text", ["/^t.*e$/", "~^t.*e$"])
def test_an_expression_is_found(text):
    assert matches(LINES, pattern(text)) == [(1, 0, 5)]


def test_nothing_is_nowhere():
    assert pattern("") is None
    assert matches(LINES, pattern("~x*")) == []


def test_a_broken_expression_is_said():
    with pytest.raises(FilterError, match="Not a regular expression"):
        pattern("~(")
