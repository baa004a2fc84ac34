"""Rows of one kind: what is shown of them, in which order, and where the cursor is. No widget.

Cursor, marks and order belong to ids, so they survive whatever happens to the rows. A change of
a few rows among many costs what those few cost: each is put where it belongs by bisection.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from sys import intern
from typing import Any, Generic, TypeVar

from batchtui.tables import Column
from batchtui.tables.filter import Filter, Test
from batchtui.tables.texts import filter_texts

Row = TypeVar("Row")


class _Entry(Generic[Row]):
    """A row with what it is sorted by, its id being the last of that, and what filters read."""

    __slots__ = ("common", "id", "own", "rank", "row")

    def __init__(self, row: Row, key: Any, row_id: str) -> None:  # noqa: ANN401 - what sorts
        self.row = row
        self.id = row_id
        self.rank = (key, row_id)
        self.common = self.own = ""


_rank = attrgetter("rank")


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
        self._entries: dict[str, _Entry[Row]] = {}
        # All of them in ascending order, and those that pass the filter: the same list if all do.
        self._order: list[_Entry[Row]] = []
        self._shown = self._order
        # Those whose texts aren't read yet.
        self._unread: list[_Entry[Row]] = []
        self._cursor: str | None = None
        self._cursor_place = 0
        # Where the cursor is to go as soon as the row is there.
        self._wanted: str | None = None

    # What there is

    def __len__(self) -> int:
        """How many rows are shown."""
        return len(self._shown)

    def __contains__(self, row_id: object) -> bool:
        """Whether a row is shown."""
        entry = self._entries.get(row_id)  # type: ignore[call-overload]
        return entry is not None and _find(self._shown, entry) is not None

    def id_at(self, place: int) -> str:
        """The id of the row at a place of those shown, the first being 0."""
        return self._shown[-1 - place if self.reversed else place].id

    def row_at(self, place: int) -> Row:
        """The row at a place of those shown."""
        return self._shown[-1 - place if self.reversed else place].row

    def place_of(self, row_id: str) -> int:
        """The place of a shown row; KeyError if it isn't shown."""
        found = _find(self._shown, self._entries[row_id])
        if found is None:
            raise KeyError(row_id)
        return len(self._shown) - 1 - found if self.reversed else found

    @property
    def shown(self) -> list[str]:
        """The ids of the rows that are shown, in order."""
        ids = [entry.id for entry in self._shown]
        return ids[::-1] if self.reversed else ids

    @property
    def hidden_marks(self) -> int:
        """How many marked rows the filter hides."""
        return len(self.marked.difference(self.shown)) if self._filtered else 0

    def targets(self) -> list[Row]:
        """The marked rows in the order shown, hidden ones last; without marks the current one."""
        if not self.marked:
            return [] if self.current is None else [self.current]
        shown = [row_id for row_id in self.shown if row_id in self.marked]
        hidden = sorted(self.marked.difference(shown))
        return [self.by_id[row_id] for row_id in (*shown, *hidden)]

    # Changes

    def replace(self, rows: Iterable[Row]) -> None:
        """Have these rows instead; one that didn't change stays the same object."""
        wanted = {self._row_id(row): row for row in rows}
        changed = [row for row_id, row in wanted.items() if self.by_id.get(row_id) != row]
        self.update(changed, self.by_id.keys() - wanted.keys())

    def update(self, changed: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Take in rows that are new or other than before, and leave out those that went."""
        left = [self._entries.pop(row_id) for row_id in gone if row_id in self._entries]
        key = self._key()
        arrived: dict[str, _Entry[Row]] = {}
        for row in changed:
            row_id = self._row_id(row)
            if row_id in self._entries:
                left.append(self._entries[row_id])
            self.by_id[row_id] = row
            self._entries[row_id] = arrived[row_id] = _Entry(row, key(row), row_id)
        for entry in left:
            if entry.id not in self._entries:
                del self.by_id[entry.id]
                self.marked.discard(entry.id)
        self._unread += arrived.values()
        if len(self._unread) > 2 * len(self._entries):
            self._unread = [entry for entry in self._entries.values() if not entry.own]
        # Many at once are sorted faster than put in one by one.
        if (len(arrived) + len(left)) * 8 > len(self._order):
            self._order = sorted(self._entries.values(), key=_rank)
            self._choose()
        else:
            self._exchange(left, list(arrived.values()))
        self._settle()

    def set_filter(self, wanted: Filter | None, test: Callable[[Row], bool] | None = None) -> None:
        """Show only the rows whose texts pass the filter and that pass the test themselves."""
        self._filter = wanted
        self._test = test
        self._choose()
        self._settle()

    def sort_by(self, column: str, *, reversed: bool = False) -> None:  # noqa: A002 - as list.sort has it
        """Order by a column; the mirror image of that when reversed."""
        known = column in {each.name for each in self.columns}
        self.sort_column = column if known else self.columns[0].name
        self.reversed = reversed
        key = self._key()
        for entry in self._order:
            entry.rank = (key(entry.row), entry.id)
        self._order.sort(key=_rank)
        self._choose()
        self._settle()

    def indexing(self, some: int) -> Iterator[None]:
        """Prepare the texts that filters read, so many rows at a step."""
        while self._unread:
            self._read(self._unread[:some])
            del self._unread[:some]
            yield

    # Marks and cursor

    @property
    def cursor(self) -> str | None:
        """The id of the row under the cursor."""
        return self._cursor if self._cursor in self else None

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
        shown = set(self.shown)
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.version += 1

    def unmark(self, row_ids: Iterable[str]) -> None:
        """Unmark some rows."""
        self.marked.difference_update(row_ids)
        self.version += 1

    # How it is done

    def _key(self) -> Callable[[Row], Any]:
        return next(each.key for each in self.columns if each.name == self.sort_column)

    def _read(self, entries: Iterable[_Entry[Row]]) -> None:
        """Have the texts of rows ready."""
        for entry in entries:
            if not entry.own:
                texts = filter_texts(self.columns, entry.row, entry.id)
                entry.common, entry.own = intern(texts.common), texts.own

    def _passing(self, entries: list[_Entry[Row]]) -> list[_Entry[Row]]:
        """Those of some entries that are to be shown."""
        if self._test is not None:
            passes = self._test
            entries = [entry for entry in entries if passes(entry.row)]
        for test in self._filter.tests if self._filter else ():
            entries = self._chosen(entries, test)
        return entries

    def _chosen(self, entries: list[_Entry[Row]], test: Test) -> list[_Entry[Row]]:
        """Those of some entries whose texts pass a test."""
        found, inverted, place = test
        # What rows have in common is looked at once.
        known = {text: found(text) for text in {entry.common for entry in entries}}
        if place is not None and not self.columns[place].own:
            return [each for each in entries if bool(known[each.common]) is not inverted]
        if inverted:
            return [each for each in entries if not (known[each.common] or found(each.own))]
        return [each for each in entries if known[each.common] or found(each.own)]

    @property
    def _filtered(self) -> bool:
        return self._filter is not None or self._test is not None

    def _choose(self) -> None:
        """See anew which rows are shown."""
        if self._filter is not None:
            self._read(self._unread)
            self._unread = []
        self._shown = self._passing(self._order) if self._filtered else self._order

    def _exchange(self, left: list[_Entry[Row]], arrived: list[_Entry[Row]]) -> None:
        """Take a few entries out, and put a few in."""
        if self._filter is not None:
            self._read(arrived)
        for entries in (self._order, self._shown) if self._filtered else (self._order,):
            for entry in left:
                place = _find(entries, entry)
                if place is not None:
                    del entries[place]
            for entry in arrived if entries is self._order else self._passing(arrived):
                entries.insert(bisect_left(entries, entry.rank, key=_rank), entry)

    def _settle(self) -> None:
        self.arrangement += 1
        if self._wanted in self:
            self._cursor, self._wanted = self._wanted, None
        # A row that went leaves the cursor at its place, not at the top.
        cursor = self.cursor
        self._put_cursor(self._cursor_place if cursor is None else self.place_of(cursor))

    def _put_cursor(self, place: int) -> None:
        self._cursor_place = max(0, min(place, len(self._shown) - 1))
        if self._shown:
            self._cursor = self.id_at(self._cursor_place)
        self.version += 1


def _find(entries: list[_Entry[Row]], entry: _Entry[Row]) -> int | None:
    """The place of an entry among others in their order, if it is there."""
    place = bisect_left(entries, entry.rank, key=_rank)
    return place if place < len(entries) and entries[place] is entry else None
