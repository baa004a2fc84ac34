"""A text to read: it scrolls by keys, is searched, and can be selected with the mouse."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from batchtui.ui.lines import Match, Row, Span, TextLine, laid_out, matches


class Reader(ScrollView, can_focus=True):
    """Lines as they fit the width; a new text keeps the place, the search and what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "lines(1)", "Down", show=False, id="reader.down"),
        Binding("up,k", "lines(-1)", "Up", show=False, id="reader.up"),
        Binding(
            "pagedown,ctrl+f,space", "pages(1)", "Page down", show=False, id="reader.page-down"
        ),
        Binding("pageup,ctrl+b", "pages(-1)", "Page up", show=False, id="reader.page-up"),
        Binding("home,g", "edge(0)", "Begin", show=False, id="reader.home"),
        Binding("end,G,shift+g", "edge(1)", "End", show=False, id="reader.end"),
        # Before Textual's own `esc`, which deselects too and then lets the key go on.
        Binding(
            "escape",
            "deselect",
            "Deselect",
            id="reader.deselect",
            priority=True,
            tooltip="Select nothing",
        ),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"reader--{look}"
        for look in (
            *("plain", "muted", "good", "busy", "warn", "bad", "heading"),
            *("name", "text", "value", "found", "here"),
        )
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.lines: Sequence[TextLine] = ()
        self.found: list[Match] = []
        # Which of those found the search is at.
        self.place = 0
        self._rows: list[Row] = []
        self._wanted: re.Pattern[str] | None = None
        self._found_in: dict[int, list[int]] = {}

    # The text

    @property
    def text(self) -> str:
        """The whole text, its lines as they were before they were broken."""
        return "\n".join(line.text for line in self.lines)

    def show(self, lines: Sequence[TextLine]) -> None:
        """Show these lines; the one at the top stays there, wherever it is now."""
        if lines == self.lines:
            return
        anchor, shift = self._anchor()
        before = self.lines[anchor].text if self.lines else ""
        self.lines, self._rows = lines, []
        same = [place for place, line in enumerate(lines) if line.text == before]
        self._lay_out(min(same, key=lambda place: abs(place - anchor), default=anchor), shift)
        self._search_again()

    def on_resize(self) -> None:
        """Lines are broken where the screen ends."""
        self._lay_out(*self._anchor())

    @property
    def top_line(self) -> int:
        """The line at the top of the screen."""
        if not self._rows:
            return 0
        return self._rows[min(int(self.scroll_offset.y), len(self._rows) - 1)].line

    def _anchor(self) -> tuple[int, int]:
        """The first line from the top of the screen that isn't blank, and the top's row in it."""
        line = self.top_line
        while line + 1 < len(self.lines) and not self.lines[line].text:
            line += 1
        return line, int(self.scroll_offset.y) - self._first_row(line)

    def _first_row(self, line: int) -> int:
        return bisect_left(self._rows, line, key=lambda row: row.line)

    def _lay_out(self, anchor: int, shift: int) -> None:
        width = self.scrollable_content_region.width
        if not width:
            return  # not on screen: that is done when it is
        self._rows = laid_out(self.lines, width)
        self.virtual_size = Size(width, len(self._rows))
        self.scroll_to(y=self._first_row(anchor) + shift, animate=False, force=True, immediate=True)
        self.refresh()

    # Moving

    def action_lines(self, count: int) -> None:
        """Scroll by lines."""
        self.scroll_relative(y=count, animate=False)

    def action_pages(self, count: int) -> None:
        """Scroll by screens, with a line in common."""
        self.scroll_relative(y=count * max(1, self.size.height - 1), animate=False)

    def action_edge(self, end: int) -> None:
        """Go to the beginning (0) or the end (1)."""
        self.scroll_to(y=end * self.max_scroll_y, animate=False)

    # Searching

    def search(self, wanted: re.Pattern[str] | None, *, since: int = 0) -> None:
        """Mark all that is found, and go to the first in line `since` or below."""
        self._wanted = wanted
        self._search_again(Match(since, 0, 0))
        self._go()

    def step(self, by: int) -> None:
        """Go to the next of those found, or by -1 to the one before; round at the ends."""
        if self.found:
            self.place = (self.place + by) % len(self.found)
            self._go()

    def _search_again(self, since: Match | None = None) -> None:
        if since is None:
            since = self.found[self.place] if self.found else Match(0, 0, 0)
        self.found = matches(self.lines, self._wanted) if self._wanted else []
        self.place = bisect_left(self.found, since) % max(1, len(self.found))
        found_in = defaultdict(list)
        for place, match in enumerate(self.found):
            found_in[match.line].append(place)
        self._found_in = dict(found_in)
        self.refresh()

    def _go(self) -> None:
        self.refresh()
        if not self.found or not self._rows:
            return
        match = self.found[self.place]
        row = self._first_row(match.line)
        while row + 1 < len(self._rows) and self._rows[row].end <= match.start:
            row += 1
        top, height = int(self.scroll_offset.y), self.size.height
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 2), animate=False, immediate=True)

    # Selecting: places are those of the lines, so that what is copied has no breaks of ours.

    @property
    def here(self) -> int:
        """The line that the search is at, or else the one at the top of the screen."""
        return self.found[self.place].line if self.found else self.top_line

    def whole_lines(self, before: Selection | None) -> Selection:
        """What is selected when the line `here` is, with all between it and what was before."""
        places = [self.here]
        if before and before.start and before.end:
            places += [before.start.y, before.end.y]
        last = min(max(places), len(self.lines) - 1)
        return Selection(Offset(0, min(places)), Offset(len(self.lines[last].text), last))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text."""
        parts = []
        for place, line in enumerate(self.lines):
            span = selection.get_span(place)
            if span is not None:
                parts.append(line.text[span[0] : None if span[1] < 0 else span[1]])
        return "\n".join(parts), "\n"

    def action_deselect(self) -> None:
        """Select nothing."""
        self.screen.clear_selection()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something selected to deselect it."""
        if action == "deselect":
            return self.text_selection is not None
        return super().check_action(action, parameters)

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected."""
        del selection
        self.refresh()

    # Drawing

    def notify_style_update(self) -> None:
        """Another theme: draw all again."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        width, base = self.size.width, self.get_component_rich_style("reader--plain")
        place = y + int(self.scroll_offset.y)
        if place >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[place]
        text = self.lines[row.line].text
        segments = [Segment(" " * row.indent, base)]
        for start, end, style in self._parts(row, base):
            # Where the mouse is in the text (Textual's way of telling selections).
            here = Style.from_meta({"offset": (start, row.line)})
            segments.append(Segment(text[start:end], style + here))
        return Strip(segments).crop_extend(0, width, base)

    def _parts(self, row: Row, base: Style) -> Iterator[tuple[int, int, Style]]:
        """The parts of a row that look differently, what lies above others last."""
        spans = [
            Span(max(row.start, span.start), min(row.end, span.end), span.look)
            for span in self._spans(row.line)
        ]
        spans = [span for span in spans if span.start < span.end]
        cuts = sorted({row.start, row.end, *(place for span in spans for place in span[:2])})
        for start, end in pairwise(cuts):
            looks = [span.look for span in spans if span.start <= start and end <= span.end]
            yield start, end, sum((self._style(look) for look in looks), base)

    def _spans(self, line: int) -> Iterator[Span]:
        yield from self.lines[line].spans
        for place in self._found_in.get(line, ()):
            match = self.found[place]
            yield Span(match.start, match.end, "here" if place == self.place else "found")
        span = self.text_selection.get_span(line) if self.text_selection else None
        if span:
            end = len(self.lines[line].text) if span[1] < 0 else span[1]
            yield Span(span[0], end, "")

    def _style(self, look: str) -> Style:
        if not look:
            return self.screen.get_component_rich_style("screen--selection", partial=True)
        return self.get_component_rich_style(f"reader--{look}", partial=True)
