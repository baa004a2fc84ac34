"""What a pool comes to against the account's quotas, a line each."""

from collections.abc import Iterable
from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from batchtui.batch.quota import QuotaRow
from batchtui.tables.meter import meter
from batchtui.visible import visible

_WIDTH = 12  # of a bar
_NAME = 27


class QuotaBars(Static):
    """Used before and after, in numbers and as a bar; or why that isn't known."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"quota--{tone}" for tone in ("plain", "busy", "bad", "muted")
    }

    def show(self, rows: Iterable[QuotaRow], otherwise: str) -> None:
        """Show other rows, or a sentence where there are none."""
        lines = [_line(row) for row in rows]
        self.update(
            Content("\n").join(lines)
            if lines
            else Content.styled(visible(otherwise), ".quota--muted")
        )


def _line(row: QuotaRow) -> Content:
    name = f"{visible(row.name)[:_NAME]:<{_NAME}} "
    if row.after is None:
        return Content(f"{name}{row.used:,} of {row.limit:,} are used")
    said = f"{row.used:,} → {row.after:,} of {row.limit:,}"
    drawn, at, parts = meter(row.used, row.after, row.limit, _WIDTH), 0, list[Content]()
    for area in drawn.areas:
        glyphs = drawn.text[at : at + area.length]
        parts.append(Content.styled(glyphs, f".quota--{area.tone}"))
        at += area.length
    much = Content.styled(" too many", ".quota--bad") if row.too_much else Content("")
    return Content.assemble(f"{name}{said:<19} ", *parts, much)
