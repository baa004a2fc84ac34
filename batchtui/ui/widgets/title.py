"""The top line: where one is, and what is at stake there."""

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from batchtui.ui.widgets.grid import fit
from batchtui.visible import visible


class TitleBar(Widget):
    """The path from the account to what is shown, and a note at the right."""

    crumbs: reactive[tuple[str, ...]] = reactive(())
    note: reactive[str] = reactive("")

    def render(self) -> RenderResult:
        """The last crumb stands out; the note keeps the right edge."""
        path = " › ".join(visible(crumb) for crumb in self.crumbs)
        return Content(title_line(path, visible(self.note), self.size.width))


def title_line(path: str, note: str, width: int) -> str:
    """Both in exactly so many cells; of a path that is too long the end is shown."""
    note = fit(note, min(cell_len(note), max(0, width - 2)), right=False)
    room = max(0, width - cell_len(note) - 3)
    if cell_len(path) > room:
        path = ending(path, room)
    gap = " " * (width - cell_len(path) - cell_len(note) - 2)
    return fit(f" {path}{gap}{note} ", width, right=False)


def ending(text: str, width: int) -> str:
    """The end of a text that has no room, in at most so many cells."""
    if width <= 0:
        return ""
    start, left = len(text), width - 1
    while start and (left := left - cell_len(text[start - 1])) >= 0:
        start -= 1
    return "…" + text[start:]
