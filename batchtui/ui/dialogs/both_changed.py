"""Asks what to keep where somebody else changed the same."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Label, Select, Static

from batchtui.batch.fields import FIELDS, field_of
from batchtui.batch.masked import masked
from batchtui.batch.three_way import Conflict
from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible

_LONGEST = 46  # of a value in a choice: it has to fit 80 columns


class BothChanged(Dialog[list[Any]]):
    """Says the value to keep for each conflict, in their order; `esc` keeps what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next", show=False, id="both.next"),
        Binding("up", "app.focus_previous", "Previous", show=False, id="both.previous"),
        Binding("t", "all('theirs')", "All theirs", id="both.theirs", tooltip="Keep what they did"),
        Binding("y", "all('mine')", "All yours", id="both.yours", tooltip="Keep what you typed"),
        Binding("w", "all('before')", "As it was", id="both.before",
                tooltip="Keep what was there before both"),
        Binding("ctrl+s", "keep", "Go on", id="both.keep", tooltip="Go on with what is chosen"),
    ]  # fmt: skip

    def __init__(self, pool_id: str, conflicts: Sequence[Conflict]) -> None:
        super().__init__()
        self.title_text = f"Somebody else changed {pool_id} meanwhile"
        self._conflicts = conflicts

    def compose_body(self) -> ComposeResult:
        """A choice of three for each place that both changed."""
        text = "Nothing was sent. Both of you changed this; what is to be sent?"
        yield Static(text, markup=False)
        for number, each in enumerate(self._conflicts):
            yield Static(visible(_place(each)), classes="heading", markup=False)
            values = (("as it was", each.before), ("theirs", each.theirs), ("yours", each.mine))
            lines = [f"  {word:<11}{_short(value)}" for word, value in values]
            yield Static("\n".join(lines), markup=False)
            with Horizontal(classes="field-row"):
                yield Label("  keep", classes="both-keep", markup=False)
                yield Select(
                    [("yours", "mine"), ("theirs", "theirs"), ("as it was", "before")],
                    value="mine",
                    allow_blank=False,
                    compact=True,
                    id=f"conflict-{number}",
                )

    def on_mount(self) -> None:
        """Begin with the first."""
        self.add_class("-tall")
        self.query(Select).first().focus()

    def action_all(self, which: str) -> None:
        """Choose the same everywhere."""
        for choice in self.query(Select):
            choice.value = which

    def action_keep(self) -> None:
        """Go on with what is chosen."""
        chosen = [str(choice.value) for choice in self.query(Select)]
        pairs = zip(self._conflicts, chosen, strict=True)
        self.dismiss([getattr(conflict, which) for conflict, which in pairs])


def _place(conflict: Conflict) -> str:
    field = FIELDS[field_of(conflict.path)]
    if any(owned == conflict.path for owned in field.owns):
        return field.label.strip()
    return ".".join(map(str, conflict.path))


def _short(value: object) -> str:
    text = (
        "none" if value is None else value if isinstance(value, str) else json.dumps(masked(value))
    )
    text = visible(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
