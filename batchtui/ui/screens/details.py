"""Everything that is known of one thing, in sections, errors first."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from batchtui.errors import BatchtuiError
from batchtui.ui.details import Section
from batchtui.ui.screens.base import HouseScreen

_LABEL_WIDTH = 14


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
            sections = await self._load()
        except BatchtuiError as error:
            self.report(error)
            return
        self.query_one("#sections", Static).update(self._content(sections))

    def _content(self, sections: Sequence[Section]) -> Content:
        lines: list[Content] = []
        for section in sections:
            heading = self.get_visual_style("details--heading")
            lines += [Content(""), Content.styled(section.title, heading)]
            for label, cell in section.lines:
                tone = self.get_visual_style(f"details--{cell.tone}")
                first, *rest = cell.text.split("\n")
                padded = f"  {label:<{_LABEL_WIDTH}} "
                lines.append(Content.assemble((padded, "dim"), (first, tone)))
                lines += [Content.assemble(" " * len(padded), (more, tone)) for more in rest]
        return Content("\n").join(lines[1:])

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "details--heading",
        "details--plain",
        "details--muted",
        "details--good",
        "details--busy",
        "details--warn",
        "details--bad",
    }
