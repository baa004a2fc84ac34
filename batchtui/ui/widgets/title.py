"""The top line: where one is, and what is at stake there."""

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from batchtui.visible import visible


class TitleBar(Widget):
    """The path from the account to what is shown, and a note at the right."""

    crumbs: reactive[tuple[str, ...]] = reactive(())
    note: reactive[str] = reactive("")

    def render(self) -> RenderResult:
        """The last crumb stands out; the note keeps the right edge."""
        width = self.size.width
        note = visible(self.note)
        path = " › ".join(visible(crumb) for crumb in self.crumbs)
        room = max(0, width - len(note) - 3)
        if len(path) > room:
            path = "…" + path[len(path) - room + 1 :] if room else ""
        gap = " " * max(1, width - len(path) - len(note) - 2)
        return Content(f" {path}{gap}{note} ")
