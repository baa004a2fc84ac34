import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from batchtui.batch.wire import read_page
from batchtui.errors import UsageError
from batchtui.ls.cells import cell_len, fit
from batchtui.ls.choice import chosen_columns, chosen_fields, row_test
from batchtui.ls.forms import JsonForm, PlainForm, ScreenTable, WholeTable
from batchtui.tables import WIDE, Cell, Column
from batchtui.visible import visible

COLUMNS = [
    Column(
        "id", "Node", 6, lambda r: Cell(visible(r[0][:4])), lambda r: r[0], exact=lambda r: r[0]
    ),
    Column("state", "State", 8, lambda r: Cell(f"● {visible(r[1])}", "good"), lambda r: r[1]),
    Column("count", "Start task", 10, lambda r: Cell(visible(r[2])), lambda r: r[2], right=True),
    Column("whole", "Id", 20, lambda r: Cell(visible(r[0])), lambda r: r[0], from_width=WIDE),
]  # fmt: skip
ROWS = [("node-1-of-many", "idle", "1"), ("node-2", "starting", "–")]
texts = st.text(max_size=40)
rows = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5)


def raws(text):
    return read_page(f'{{"value": [{text}]}}'.encode(), Raw).rows


def test_json_is_one_line_an_object_and_otherwise_as_it_was_sent():
    sent = raws(
        '{\r\n  "b": 1.50,\r\n  "a": "x  y \\u00e9 é",\r\n  "c": [ 1 , {} ]\r\n}, {"a": 1e400}'
    )
    page = JsonForm([], ascii_only=False).page(sent, ())
    assert page == '{"b":1.50,"a":"x  y \\u00e9 é","c":[1,{}]}\n{"a":1e400}\n'


def test_json_has_the_fields_that_were_asked_for_in_their_order():
    sent = raws('{"a": 1, "b": {"c": [2 ]}, "d": 4}')
    assert JsonForm(["d", "b", "z"], ascii_only=False).page(sent, ()) == '{"d":4,"b":{"c":[2]}}\n'


@given(st.dictionaries(st.text(st.characters(exclude_categories=())), texts))
def test_whatever_was_sent_is_ascii_for_a_terminal_and_means_the_same(row):
    sent = raws(json.dumps(row, ensure_ascii=True))
    page = JsonForm([], ascii_only=True).page(sent, ())
    assert page.removesuffix("\n").isascii()
    assert page.removesuffix("\n").isprintable()
    assert json.loads(page) == row
    only = JsonForm(list(row), ascii_only=True).page(sent, ())
    assert json.loads(only) == row


def test_plain_is_separated_by_tabs_without_header_and_glyphs():
    page = PlainForm(COLUMNS[:3]).page((), ROWS)
    assert page == "node-1-of-many\tidle\t1\nnode-2\tstarting\t\n"


@given(rows)
def test_whatever_a_text_is_plain_lines_have_as_many_fields_as_columns(found):
    lines = PlainForm(COLUMNS).page((), found).split("\n")
    assert [line.count("\t") for line in lines] == [len(COLUMNS) - 1] * len(found) + [0]
    assert all(character.isprintable() or character == "\t" or character.isspace()
               for line in lines for character in line)  # fmt: skip
    assert "\x1b" not in "".join(lines)


def test_a_table_that_is_not_cut_is_aligned_and_grows_with_its_texts():
    form = WholeTable(COLUMNS[:3])
    assert form.page((), []) == ""
    assert form.page((), ROWS[1:]) == "Node    State     Start task\nnode-2  starting\n"
    assert form.page((), ROWS[:1]) == "node-1-of-many  idle               1\n"


def test_a_table_for_a_terminal_is_drawn_and_cut():
    form = ScreenTable([(column, 6) for column in COLUMNS[:2]], colours=False)
    assert form.page((), ROWS) == "Node   State\nnode   ● idle\nnode   ● sta…\n"


def test_colours_are_told_only_where_they_are_wanted():
    form = ScreenTable([(column, 6) for column in COLUMNS[:2]], colours=True)
    assert form.page((), ROWS[:1]) == (
        "\x1b[1mNode  \x1b[m \x1b[1mState \x1b[m\nnode   \x1b[32m● idle\x1b[m\n"
    )


@given(rows)
def test_whatever_a_text_is_columns_stay_below_each_other(found):
    form = ScreenTable([(column, 8) for column in COLUMNS[:3]], colours=False)
    for line in form.page((), found).split("\n")[:-1]:
        assert "\x1b" not in line
        assert cell_len(line) <= 26


@given(texts, st.integers(1, 30), st.booleans())
def test_a_text_fits_exactly(text, width, right):
    assert cell_len(fit(visible(text), width, right=right)) == width


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("…●", 2), ("ｱ", 1), ("😀", 2)]
)
def test_cells_of_a_terminal(text, cells):
    assert cell_len(text) == cells


def test_columns_are_known_by_name_or_title_in_the_order_asked_for():
    chosen = chosen_columns(COLUMNS, ["starttask", "ID", "state"])
    assert [column.name for column in chosen] == ["count", "id", "state"]
    assert [column.name for column in chosen_columns(COLUMNS, [])] == ["id", "state", "count"]
    with pytest.raises(UsageError, match="There are: id, state, count, whole"):
        chosen_columns(COLUMNS, ["nope"])


def test_fields_are_known_whatever_their_case():
    assert chosen_fields(["vmSize", "id"], ["VMSIZE"]) == ["vmSize"]
    with pytest.raises(UsageError, match=r"no field 'size'. There are: vmSize, id"):
        chosen_fields(["vmSize", "id"], ["size"])


@pytest.mark.parametrize(
    ("text", "passing"),
    [("state:idle", [0]), ("!state:idle", [1]), ("many", [0]), ("/^node-2$/", [1]), ("", [0, 1])],
)
def test_filters_read_what_is_shown_and_what_is_not(text, passing):
    test = row_test(COLUMNS, text, lambda row: row[0])
    assert [place for place, row in enumerate(ROWS) if test is None or test(row)] == passing


def test_a_filter_that_cannot_be_read_is_said():
    with pytest.raises(UsageError, match="Not a regular expression"):
        row_test(COLUMNS, "/(/", lambda row: row[0])
