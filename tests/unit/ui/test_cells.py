"""Whatever a text is made of, it is shown harmlessly and takes the cells that it should."""

import unicodedata

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nasty import FAMILY, NASTY, TEXTS
from rich.cells import cell_len
from rich.style import Style
from wcwidth import wcwidth

from batchtui.batch import convert
from batchtui.clock import utc_now
from batchtui.tables.nodes import node_columns
from batchtui.ui.rows import Rows
from batchtui.ui.widgets.grid import MARK_WIDTH, Grid, fit
from batchtui.ui.widgets.title import title_line
from batchtui.visible import editable, visible, visible_lines

WIDTHS = st.integers(1, 90)


def advances(character):
    """Whether pyte draws it as terminals do: it stops at marks of combining class 0."""
    return wcwidth(character) > 0 or unicodedata.combining(character)


def cells_taken(text, width=200):
    """How far a terminal's cursor goes for a text."""
    screen = pyte.Screen(width, 2)
    pyte.Stream(screen).feed(text)
    return screen.cursor.x


@given(TEXTS)
def test_what_is_shown_is_printable_and_as_wide_as_each_terminal_has_it(text):
    shown = visible(text)
    assert all(each.isprintable() or unicodedata.category(each) == "Zs" for each in shown)
    assert visible(shown) == shown
    assert cell_len(shown) == sum(wcwidth(each) for each in shown)
    some = "".join(filter(advances, shown))[:90]
    assert cells_taken(some) == cell_len(some)
    # No character of it depends on what stands before it, or belongs to what does.
    assert cell_len("x" + shown + "x") == cell_len(shown) + 2
    assert not shown or unicodedata.category(shown[0])[0] != "M"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (FAMILY, "👨‹200D›👩‹200D›👧"),
        ("❤\ufe0f", "❤‹FE0F›"),
        ("👍🏽", "👍‹1F3FD›"),
        ("🇩🇪", "‹1F1E9›‹1F1EA›"),
        ("e\u0301", "e\u0301"),
        (" \u0301", " ‹0301›"),
        ("e\u0301\u0302\u0303\u0304", "e\u0301\u0302\u0303‹0304›"),
        ("a\u3164b", "a‹3164›b"),
        ("日本", "日本"),
        ("कि", "कि"),
    ],
)
def test_what_joins_or_changes_others_stands_for_itself(text, shown):
    assert visible(text) == shown


def test_a_field_to_edit_keeps_what_can_be_seen():
    assert editable("❤\ufe0f\t🇩🇪\r\n\x1b") == "❤\ufe0f\t🇩🇪\n␛"


@given(TEXTS)
def test_lines_stay_as_many(text):
    assert visible_lines(text).count("\n") == text.count("\n")


@given(TEXTS, WIDTHS, st.booleans())
def test_a_cell_has_exactly_its_width(text, width, right):
    assert cell_len(fit(visible(text), width, right=right)) == width


@given(TEXTS, TEXTS, st.integers(0, 90))
def test_the_title_has_exactly_the_width_of_its_line(path, note, width):
    assert cell_len(title_line(visible(path), visible(note), width)) == width


def test_the_title_shows_the_end_of_a_path_and_all_of_the_note():
    assert title_line("demo › 日本語", "8 nodes", 30) == " demo › 日本語        8 nodes "
    assert title_line("demo › 日本語", "8 nodes", 18) == " … 日本語 8 nodes "
    assert title_line("demo › 日本語", "8 nodes", 17) == " …日本語 8 nodes "


def nasty_node(texts):
    """A node in which every text is one of these."""
    one, two, three, four, five = texts
    return convert.node(
        {
            "id": one,
            "state": two,
            "schedulingState": three,
            "stateTransitionTime": four,
            "vmSize": five,
            "ipAddress": one,
            "allocationTime": two,
            "startTaskInfo": {"state": three, "result": four, "failureInfo": {"code": five}},
            "nodeAgentInfo": {"version": two},
            "virtualMachineInfo": {"imageReference": {"exactVersion": three, "offer": one}},
            "endpointConfiguration": {
                "inboundEndpoints": [
                    {
                        "publicIPAddress": four,
                        "publicFQDN": five,
                        "frontendPort": 1,
                        "backendPort": 22,
                    }
                ]
            },
        }
    )


# A loaded machine takes its time.
@settings(deadline=None)
@given(st.lists(TEXTS, min_size=5, max_size=5), st.integers(20, 200), st.booleans())
def test_every_line_of_nodes_has_the_width_and_each_column_begins_at_its_cell(texts, width, wide):
    rows = Rows(node_columns(utc_now), lambda node: node.id)
    rows.replace([nasty_node(texts)])
    grid = Grid(rows, lambda _part: Style())
    grid.fit(width, wide=wide)
    line, row = grid.row(0, lit=False).text, rows.row_at(0)
    assert cell_len(line) == cell_len(grid.header().text) == grid.width
    place = MARK_WIDTH
    for column, cells in grid.layout:
        text = column.cell(row).text
        assert visible(text) == text, column.name
        before, _, _ = line.partition(fit(text, cells, right=column.right))
        assert cell_len(before) <= place
        start = character_at(line, place)
        assert line[start:].startswith(fit(text, cells, right=column.right)), column.name
        place += cells + 1


def character_at(text, cell):
    """The character that begins at a cell of a line."""
    start = 0
    while cell > 0:
        cell -= cell_len(text[start])
        start += 1
    assert cell == 0
    # Marks belong to the character before them.
    while start < len(text) and cell_len(text[start]) == 0:
        start += 1
    return start


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_a_terminal_puts_each_column_where_it_is_measured(text):
    rows = Rows(node_columns(utc_now), lambda node: node.id)
    rows.replace([nasty_node([text] * 5)])
    grid = Grid(rows, lambda _part: Style())
    grid.fit(120, wide=False)
    line = "".join(filter(advances, grid.row(0, lit=False).text))
    assert cells_taken(line) == 120
