from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.tables import Cell, Column
from batchtui.tables.filter import parse
from batchtui.ui.rows import Rows


@dataclass(frozen=True)
class Thing:
    id: str
    colour: str
    size: int


COLUMNS = [
    Column("id", "Id", 8, lambda t: Cell(t.id), lambda t: t.id, own=True),
    Column("colour", "Colour", 8, lambda t: Cell(t.colour), lambda t: t.colour),
    Column("size", "Size", 5, lambda t: Cell(str(t.size)), lambda t: t.size, own=True),
]
TITLES = {column.name: column.title for column in COLUMNS}
FILTERS = {
    "": lambda _thing: True,
    "red": lambda thing: thing.colour == "red",
    "!red": lambda thing: thing.colour != "red",
    "colour:blue": lambda thing: thing.colour == "blue",
    "size:1": lambda thing: thing.size == 1,
    "red !x7": lambda thing: thing.colour == "red" and thing.id != "x7",
    "/^x[0-4]$/": lambda thing: int(thing.id[1:]) <= 4,
}
THINGS = st.builds(
    Thing,
    st.integers(0, 60).map("x{}".format),
    st.sampled_from(["red", "green", "blue"]),
    st.integers(0, 3),
)
STEPS = st.one_of(
    st.tuples(st.just("update"), st.lists(THINGS, max_size=6), st.sets(THINGS, max_size=3)),
    st.tuples(st.just("replace"), st.lists(THINGS, max_size=60)),
    st.tuples(st.just("filter"), st.sampled_from(sorted(FILTERS)), st.booleans()),
    st.tuples(st.just("sort"), st.sampled_from(list(TITLES)), st.booleans()),
    st.tuples(st.just("index"), st.integers(1, 9)),
)


class Model:
    """The same, done in the simplest way."""

    def __init__(self):
        self.things = {}
        self.filter, self.small = "", False
        self.column, self.reversed = "id", False

    @property
    def shown(self):
        passing = [
            thing
            for thing in self.things.values()
            if FILTERS[self.filter](thing) and (not self.small or thing.size < 2)
        ]
        passing.sort(key=lambda thing: (getattr(thing, self.column), thing.id))
        return [thing.id for thing in (passing[::-1] if self.reversed else passing)]


def apply(step, rows, model):
    match step:
        case ("update", changed, gone):
            ids = {thing.id for thing in gone} - {thing.id for thing in changed}
            rows.update(changed, ids)
            model.things |= {thing.id: thing for thing in changed}
            for thing_id in ids:
                model.things.pop(thing_id, None)
        case ("replace", things):
            rows.replace(things)
            model.things = {thing.id: thing for thing in things}
        case ("filter", text, small):
            model.filter, model.small = text, small
            rows.set_filter(parse(text, TITLES), (lambda t: t.size < 2) if small else None)
        case ("sort", column, mirrored):
            model.column, model.reversed = column, mirrored
            rows.sort_by(column, reversed=mirrored)
        case ("index", some):
            for _ in rows.indexing(some):
                pass


@given(st.lists(THINGS, max_size=60), st.lists(STEPS, max_size=12))
def test_rows_are_those_that_pass_in_their_order_whatever_happens(things, steps):
    rows, model = Rows(COLUMNS, lambda thing: thing.id), Model()
    for step in [("replace", things), *steps]:
        apply(step, rows, model)
        shown = model.shown
        assert (rows.shown, len(rows), rows.by_id) == (shown, len(shown), model.things)
        assert [rows.id_at(place) for place in range(len(rows))] == shown
        assert [rows.place_of(row_id) for row_id in shown] == list(range(len(shown)))
        assert {row_id for row_id in model.things if row_id in rows} == set(shown)
        assert rows.cursor == (shown[rows.cursor_place] if shown else None)


@given(st.lists(THINGS, min_size=1, max_size=60), st.sets(st.integers(0, 60)))
def test_targets_are_the_marks_in_the_order_shown_and_hidden_ones_last(things, marks):
    rows = Rows(COLUMNS, lambda thing: thing.id)
    rows.replace(things)
    for number in marks:
        if f"x{number}" in rows.by_id:
            rows.mark(f"x{number}")
    rows.set_filter(parse("red", TITLES))
    targets = [thing.id for thing in rows.targets()]
    shown = [row_id for row_id in rows.shown if row_id in rows.marked]
    hidden = sorted(row_id for row_id in rows.marked if row_id not in rows)
    assert rows.hidden_marks == len(hidden)
    if rows.marked:
        assert targets == [*shown, *hidden]
    else:
        assert targets == ([rows.cursor] if rows.cursor else [])


def test_a_row_that_isnt_shown_has_no_place():
    rows = Rows(COLUMNS, lambda thing: thing.id)
    rows.replace([Thing("x1", "red", 1), Thing("x2", "blue", 1)])
    rows.set_filter(parse("red", TITLES))
    for row_id in ("x2", "x3"):
        with pytest.raises(KeyError):
            rows.place_of(row_id)


HANDS = st.one_of(
    STEPS,
    st.tuples(st.just("mark"), st.integers(0, 60)),
    st.tuples(st.just("mark all")),
    st.tuples(st.just("move"), st.integers(0, 60)),
    st.tuples(st.just("go to"), st.integers(0, 60).map("x{}".format)),
)


@given(st.lists(THINGS, max_size=40), st.lists(HANDS, max_size=15))
def test_cursor_and_marks_stay_with_their_ids_whatever_happens(things, steps):
    rows, model = Rows(COLUMNS, lambda thing: thing.id), Model()
    rows.replace(things)
    model.things = {thing.id: thing for thing in things}
    marked, wanted = set(), None
    for step in steps:
        shown, cursor, place = model.shown, rows.cursor, rows.cursor_place
        match step:
            case ("mark", number) if number < len(shown):
                rows.mark(shown[number])
                marked ^= {shown[number]}
            case ("mark", _):
                pass
            case ("mark all",):
                rows.mark_all()
                marked = marked - set(shown) if marked.issuperset(shown) else marked | set(shown)
            case ("move", number):
                rows.move_to_place(number)
                place = min(number, max(0, len(shown) - 1))
                cursor, wanted = (shown[place] if shown else cursor), None
            case ("go to", row_id):
                rows.move_to(row_id)
                wanted = row_id
            case _:
                apply(step, rows, model)
        marked &= model.things.keys()
        now = model.shown
        if wanted in now:
            cursor, wanted = wanted, None
        assert rows.marked == marked
        if cursor in now:
            assert rows.cursor == cursor
        elif now and cursor is not None:
            assert rows.cursor == now[min(place, len(now) - 1)]
        assert rows.hidden_marks == len(marked - set(now))
