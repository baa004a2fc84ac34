"""Everything that is known of one thing, in sections, errors first."""

import textwrap
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from batchtui.errors import BatchtuiError
from batchtui.ui.details import Section
from batchtui.ui.screens.base import HouseScreen

_LABEL_WIDTH = 15
_MARGIN = 3  # padding and scrollbar


class DetailsScreen(HouseScreen):
    """Loads what it shows itself, so that it is fresh and whole."""

    Sections: TypeAlias = Sequence[Section]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "refresh", "Refresh", id="details.refresh", tooltip="Ask again, now"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="details.down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="details.up"),
    ]

    def __init__(
        self, crumbs: tuple[str, ...], load: Callable[[], Awaitable[Sequence[Section]]]
    ) -> None:
        super().__init__()
        self.crumbs = crumbs
        self._load = load
        self._sections: Sequence[Section] = ()

    def compose_body(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(id="details"):
            yield Static("Asking the service …", id="sections", markup=False)

    def on_mount(self) -> None:
        """Ask at once."""
        self.focus_body()
        self.action_refresh()

    def focus_body(self) -> None:
        """The text has the focus, for its scrolling."""
        self.query_one("#details").focus()

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#details").scroll_relative(y=lines, animate=False)

    def action_refresh(self) -> None:
        """Ask again; what is there stays until the answer comes."""
        self.run_worker(self._show(), exclusive=True)

    async def _show(self) -> None:
        try:
            self._sections = await self._load()
        except BatchtuiError as error:
            self.report(error)
        else:
            self._draw()

    def on_resize(self) -> None:
        """Lines are broken where the screen ends."""
        if self._sections:
            self._draw()

    def _draw(self) -> None:
        heading = self.get_visual_style("details--heading")
        muted = self.get_visual_style("details--muted")
        width = self.size.width - _MARGIN
        lines: list[Content] = []
        for section in self._sections:
            lines += [Content(""), Content.styled(section.title, heading)]
            for label, cell in section.lines:
                tone = self.get_visual_style(f"details--{cell.tone}")
                for before, text in laid_out(label, cell.text, width):
                    lines.append(Content.assemble((before, muted), (text, tone)))
        self.query_one("#sections", Static).update(Content("\n").join(lines[1:]))

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "details--heading",
        "details--plain",
        "details--muted",
        "details--good",
        "details--busy",
        "details--warn",
        "details--bad",
    }


def laid_out(label: str, text: str, width: int) -> Iterator[tuple[str, str]]:
    """A value beside its label, broken at blanks; a word too long for that has its own lines."""
    before = f"  {label:<{_LABEL_WIDTH}} "
    if len(label) > _LABEL_WIDTH:
        yield from ((f"  {part}", "") for part in textwrap.wrap(label, max(1, width - 2)))
        before = " " * (_LABEL_WIDTH + 3)
    room = max(1, width - len(before))
    for line in text.split("\n"):
        if len(line) > room and " " not in line.strip():
            yield before, ""
            yield from (("  ", part) for part in textwrap.wrap(line, max(1, width - 2)) or [""])
        else:
            for part in textwrap.wrap(line, room) or [""]:
                yield before, part
                before = " " * len(before)
        before = " " * len(before)
