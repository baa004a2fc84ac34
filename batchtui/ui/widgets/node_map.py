"""The states of a pool's nodes as a map, beside the table of the same rows.

A node has a cell of its own, or shares one where all together wouldn't fit: such a cell shows
the worst of its nodes, and the cursor goes to the first of those. Below the map stand what its
letters mean, with how many there are of each, and the table's line of the node under the cursor.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from batchtui.batch.node import Node
from batchtui.tables import Column
from batchtui.tables.plan import Plan, Ranks
from batchtui.tables.states import Look
from batchtui.ui.widgets.legend import legend
from batchtui.ui.widgets.rows_view import RowsView
from batchtui.ui.widgets.table import Table

_WRONG = ("warn", "bad")
_MANY = 10
_ROW = 2  # lines: the table's titles, and the node under the cursor
_AGAIN = 0.1  # s between two looks at all nodes while they come and change


class NodeMap(RowsView[Node]):
    """One cell a node, or one for several; shares rows, cursor and marks with a table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "zoom", "Zoom", key_display="+", id="map.zoom",
                tooltip="A cell for each node, or all nodes at once"),
        Binding("up,k", "line(-1)", "Up", show=False, id="map.up"),
        Binding("down,j", "line(1)", "Down", show=False, id="map.down"),
        Binding("left", "move(-1)", "Left", show=False, id="map.left"),
        Binding("right", "move(1)", "Right", show=False, id="map.right"),
    ]  # fmt: skip

    @dataclass
    class Fits(Message):
        """`+` was pressed though each node has a cell of its own."""

    def __init__(self, table: Table[Node]) -> None:
        super().__init__(table.data, id="map")
        self.one_by_one = False
        self._table = table
        self._ranks = Ranks()
        self._plan = Plan((), b"", 1, 1, one_by_one=False)
        # How many there are of each kind, and how many lines it takes to say so.
        self._counts: Sequence[tuple[Look, int]] = ()
        self._width = self._legend_height = 0
        # Whether not every node has a cell of its own on screen, which is said.
        self._partial = False
        self._seen = -1
        self._looking: Timer | None = None

    # Where things are

    def follow(self) -> None:
        """The rows changed elsewhere: look at all of them again soon, once for many changes."""
        if self._looking is None:
            self._looking = self.set_timer(_AGAIN, self.rearranged)

    def rearranged(self) -> None:
        """Look at all nodes again."""
        self._lay_out()
        super().rearranged()

    def on_resize(self) -> None:
        """Another plan for another size, and the cursor stays on screen."""
        self._table.grid.fit(self.scrollable_content_region.width, wide=False)
        self.rearranged()
        self._moved()

    def _lay_out(self) -> None:
        if self._looking is not None:
            self._looking.stop()
            self._looking = None
        self._seen = self.data.arrangement
        ids, nodes = self.data.shown, self.data.by_id
        ranks = self._ranks.of(nodes[node_id] for node_id in ids)
        width, height = self.scrollable_content_region.size
        self._width = width
        self._counts = list(self._ranks.counts(ranks))
        self._legend_height = len(self._legend())
        room = height - self._legend_height - _ROW
        self._plan = Plan(ids, ranks, width, room, one_by_one=self.one_by_one)
        self._partial = self._plan.per > 1 or self._plan.lines > room
        if self._partial:
            self._plan = Plan(ids, ranks, width, room - 1, one_by_one=self.one_by_one)

    @property
    def _now(self) -> Plan:
        """Where each node is, also where that isn't shown yet."""
        if self._seen != self.data.arrangement:
            self.rearranged()
        return self._plan

    @property
    def shown_columns(self) -> Sequence[Column[Node]]:
        """Those of the line below the map."""
        return self._table.shown_columns

    @property
    def _below(self) -> int:
        return self._legend_height + self._partial + _ROW

    def _extent(self) -> Size:
        return Size(self._plan.columns * self._plan.cell, self._plan.lines + self._below)

    def _page_height(self) -> int:
        return max(0, self.scrollable_content_region.height - self._below)

    def _line_of(self, place: int) -> int:
        return self._plan.line_of(place)

    # Cursor

    def action_move(self, step: int) -> None:
        """Move the cursor by cells."""
        plan = self._now
        self._go_to(plan.cell_of(self.data.cursor_place) + step)

    def action_line(self, step: int) -> None:
        """Move the cursor by lines."""
        plan = self._now
        self._go_to(plan.step(plan.cell_of(self.data.cursor_place), step))

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.action_line(pages * max(1, self._page_height() - 1))

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first cell (0) or the last one (-1)."""
        self._go_to(0 if place == 0 else self._now.cells - 1)

    def _go_to(self, cell: int) -> None:
        plan = self._now
        if plan.cells:
            self._place_cursor(plan.worst(max(0, min(cell, plan.cells - 1))))

    def action_zoom(self) -> None:
        """Give each node a cell of its own, or show all at once."""
        if not self._partial and not self.one_by_one:
            self.post_message(self.Fits())
            return
        self.one_by_one = not self.one_by_one
        self.rearranged()
        self._moved()

    async def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, or sorts by a column; a double click opens the node."""
        row = event.y - self._page_height() - self._below + _ROW
        if row >= 0:
            if row == 0:
                self._table.sort_at(event.x)
            return
        plan = self._now
        column = event.x // plan.cell
        cell = (event.y + int(self.scroll_offset.y)) * plan.columns + column
        if event.y < self._page_height() and column < plan.columns and cell < plan.cells:
            self._go_to(cell)
            if event.chain == 2:
                self.action_open()

    # Drawing

    def _liner(self) -> Callable[[int], Strip]:
        """The map, and what stands below it."""
        plain, width, height = self._table.grid.style("plain"), self.size.width, self._page_height()

        def line(y: int) -> Strip:
            if y >= height:
                strip = self._line_below(y - height)
            elif not self._plan.cells:
                strip = self._table.message(y, width)
            else:
                strip = Strip(self._cells(y + int(self.scroll_offset.y)))
            return strip.adjust_cell_length(width, plain)

        return line

    def _line_below(self, y: int) -> Strip:
        if y < self._legend_height:
            return self._legend()[y]
        if self._partial and y == self._legend_height:
            return Strip([Segment(self._scale(), self._table.grid.style("muted"))])
        if y == self._below - _ROW:
            return self._table.grid.header()
        if len(self.data):
            return self._table.grid.row(self.data.cursor_place, lit=False)
        return Strip([])

    def _legend(self) -> Sequence[Strip]:
        return legend(self._counts, self._width, self._letter, self._table.grid.style("plain"))

    def _scale(self) -> str:
        plan = self._plan
        if plan.per == 1:
            return " 1 cell = 1 node · + all at once"
        inside = plan.ranks[plan.nodes_of(plan.cell_of(self.data.cursor_place))]
        here = " ".join(f"{look.letter}{count}" for look, count in self._ranks.counts(inside))
        return f" 1 cell = {plan.per:,} nodes, the worst and how many · + one by one · here {here}"

    def _cells(self, line: int) -> Iterator[Segment]:
        plan = self._plan
        here = plan.cell_of(self.data.cursor_place)
        for cell in range(line * plan.columns, min(plan.cells, (line + 1) * plan.columns)):
            number, count = plan.worst_of(cell)
            look = self._ranks.look(number)
            marked = not self.data.marked.isdisjoint(plan.ids[plan.nodes_of(cell)])
            flag, style = "✓" if marked else " ", self._letter(look)
            if cell == here:
                flag = "▌"
                style = self._table.grid.style("cursor") if self.has_focus else style
            yield Segment(f"{flag}{look.letter}{self._many(look, count)}"[: plan.cell], style)

    def _many(self, look: Look, count: int) -> str:
        """How many of a cell's nodes went wrong, in one character."""
        return " " if look.tone not in _WRONG else str(count) if count < _MANY else "+"

    def _letter(self, look: Look) -> Style:
        """What went wrong is an area, which stands out without colours, too."""
        style = self._table.grid.style(look.tone)
        return style + Style(reverse=True) if look.tone in _WRONG else style
