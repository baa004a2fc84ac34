"""Rows of one kind: what is shown of them, in which order, and where the cursor is. No widget.

Cursor, marks and order belong to ids, so they survive whatever happens to the rows. A change of
a few rows among many costs what those few cost: each is put where it belongs by bisection.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from batchtui.tables import Column
from batchtui.tables.filter import Filter
from batchtui.tables.texts import filter_text

Row = TypeVar("Row")


class Rows(Generic[Row]):
    """Rows by id, with a sort column, a filter, a cursor and marks."""

    def __init__(self, columns: Sequence[Column[Row]], row_id: Callable[[Row], str]) -> None:
        self.columns = list(columns)
        self.by_id: dict[str, Row] = {}
        self.marked: set[str] = set()
        self.sort_column = self.columns[0].name
        self.reversed = False
        # Grows with every change of what is shown or how.
        self.version = 0
        # Grows when rows come, go, change or stand elsewhere.
        self.arrangement = 0
        self._row_id = row_id
        self._filter: Filter | None = None
        self._test: Callable[[Row], bool] | None = None
        # The shown rows' keys and ids in ascending order, and the key that each was put in by.
        self._order: list[tuple[Any, str]] = []
        self._keys: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._cursor: str | None = None
        self._cursor_place = 0
        # Where the cursor is to go as soon as the row is there.
        self._wanted: str | None = None

    # What there is

    def __len__(self) -> int:
        """How many rows are shown."""
        return len(self._order)

    def __contains__(self, row_id: object) -> bool:
        """Whether a row is shown."""
        return row_id in self._keys

    def id_at(self, place: int) -> str:
        """The id of the row at a place of those shown, the first being 0."""
        return self._order[-1 - place if self.reversed else place][1]

    def row_at(self, place: int) -> Row:
        """The row at a place of those shown."""
        return self.by_id[self.id_at(place)]

    def place_of(self, row_id: str) -> int:
        """The place of a shown row; KeyError if it isn't shown."""
        found = bisect_left(self._order, (self._keys[row_id], row_id))
        return len(self._order) - 1 - found if self.reversed else found

    @property
    def shown(self) -> list[str]:
        """The ids of the rows that are shown, in order."""
        ids = [row_id for _key, row_id in self._order]
        return ids[::-1] if self.reversed else ids

    @property
    def hidden_marks(self) -> int:
        """How many marked rows the filter hides."""
        return sum(row_id not in self._keys for row_id in self.marked)

    def targets(self) -> list[Row]:
        """The marked rows in the order shown, hidden ones last; without marks the current one."""
        if not self.marked:
            return [] if self.current is None else [self.current]
        end = len(self)
        places = {
            row_id: self.place_of(row_id) if row_id in self else end for row_id in self.marked
        }
        return [
            self.by_id[row_id] for row_id in sorted(places, key=lambda each: (places[each], each))
        ]

    # Changes

    def replace(self, rows: Iterable[Row]) -> None:
        """Have these rows instead; one that didn't change stays the same object."""
        old = self.by_id
        self.by_id = {}
        for row in rows:
            row_id = self._row_id(row)
            before = old.get(row_id)
            same = before is not None and before == row
            if not same:
                self._texts.pop(row_id, None)
            self.by_id[row_id] = before if same else row  # type: ignore[assignment]
        for row_id in old.keys() - self.by_id.keys():
            self._texts.pop(row_id, None)
        self.marked &= self.by_id.keys()
        self._arrange()

    def update(self, changed: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Take in rows that are new or other than before, and leave out those that went."""
        for row_id in gone:
            if self.by_id.pop(row_id, None) is not None:
                self._texts.pop(row_id, None)
                self.marked.discard(row_id)
                self._take_out(row_id)
        arrived = [(self._row_id(row), row) for row in changed]
        for row_id, row in arrived:
            self.by_id[row_id] = row
            self._texts.pop(row_id, None)
        # Many at once are sorted faster than put in one by one.
        if len(arrived) * 8 > len(self._order):
            self._arrange()
            return
        for row_id, _row in arrived:
            self._take_out(row_id)
            self._put_in(row_id)
        self._settle()

    def set_filter(self, wanted: Filter | None, test: Callable[[Row], bool] | None = None) -> None:
        """Show only the rows whose texts pass the filter and that pass the test themselves."""
        self._filter = wanted
        self._test = test
        self._arrange()

    def sort_by(self, column: str, *, reversed: bool = False) -> None:  # noqa: A002 - as list.sort has it
        """Order by a column; the mirror image of that when reversed."""
        known = column in {each.name for each in self.columns}
        self.sort_column = column if known else self.columns[0].name
        self.reversed = reversed
        self._arrange()

    def indexing(self, some: int) -> Iterator[None]:
        """Prepare the texts that filters read, so many rows at a step."""
        for done, row_id in enumerate(list(self.by_id)):
            if row_id in self.by_id:
                self._text(row_id)
            if done % some == some - 1:
                yield

    # Marks and cursor

    @property
    def cursor(self) -> str | None:
        """The id of the row under the cursor."""
        return self._cursor if self._cursor in self._keys else None

    @property
    def cursor_place(self) -> int:
        """The place of the cursor among those shown."""
        return self._cursor_place

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        cursor = self.cursor
        return None if cursor is None else self.by_id[cursor]

    def move_to(self, row_id: str) -> None:
        """Put the cursor on a row; on one that isn't there yet as soon as it comes."""
        self._wanted = row_id
        self._settle()

    def move_to_place(self, place: int) -> None:
        """Put the cursor at a place, or as near as there is a row."""
        self._wanted = None
        self._put_cursor(place)

    def mark(self, row_id: str) -> None:
        """Mark a row, or unmark it."""
        self.marked ^= {row_id}
        self.version += 1

    def mark_all(self) -> None:
        """Mark every row that is shown; if all are marked already, unmark them."""
        shown = self._keys.keys()
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.version += 1

    def unmark(self, row_ids: Iterable[str]) -> None:
        """Unmark some rows."""
        self.marked.difference_update(row_ids)
        self.version += 1

    # How it is done

    def _key(self) -> Callable[[Row], Any]:
        return next(each.key for each in self.columns if each.name == self.sort_column)

    def _passes(self, row_id: str) -> bool:
        if self._test is not None and not self._test(self.by_id[row_id]):
            return False
        return self._filter is None or bool(self._filter(self._text(row_id)))

    def _text(self, row_id: str) -> str:
        text = self._texts.get(row_id)
        if text is None:
            row = self.by_id[row_id]
            text = self._texts[row_id] = filter_text(self.columns, row, row_id)
        return text

    def _arrange(self) -> None:
        key, rows = self._key(), self.by_id
        passed: Iterable[str] = rows
        if self._test is not None or self._filter is not None:
            passed = [row_id for row_id in rows if self._passes(row_id)]
        self._keys = {row_id: key(rows[row_id]) for row_id in passed}
        self._order = sorted((each, row_id) for row_id, each in self._keys.items())
        self._settle()

    def _take_out(self, row_id: str) -> None:
        if row_id in self._keys:
            del self._order[bisect_left(self._order, (self._keys.pop(row_id), row_id))]

    def _put_in(self, row_id: str) -> None:
        if self._passes(row_id):
            key = self._keys[row_id] = self._key()(self.by_id[row_id])
            entry = (key, row_id)
            self._order.insert(bisect_left(self._order, entry), entry)

    def _settle(self) -> None:
        self.arrangement += 1
        if self._wanted in self._keys:
            self._cursor, self._wanted = self._wanted, None
        # A row that went leaves the cursor at its place, not at the top.
        cursor = self.cursor
        self._put_cursor(self._cursor_place if cursor is None else self.place_of(cursor))

    def _put_cursor(self, place: int) -> None:
        self._cursor_place = max(0, min(place, len(self._order) - 1))
        if self._order:
            self._cursor = self.id_at(self._cursor_place)
        self.version += 1
