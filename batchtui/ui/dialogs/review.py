"""What will be sent, in words and as JSON, before it is sent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from batchtui.batch.masked import masked
from batchtui.batch.models import Json
from batchtui.ui.dialogs.base import Dialog
from batchtui.visible import visible


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the service, such as `POST /pools`, and the JSON that goes with it."""

    line: str
    body: Json


class Review(Dialog[bool]):
    """Says yes with `ctrl+s`; `esc` goes back to where it was asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send it", id="review.send", tooltip="Do what is written here"),
        Binding("c", "copy", "Copy as az", id="review.copy", tooltip="Copy the az command for it"),
    ]

    def __init__(
        self,
        title: str,
        request: Request,
        *,
        words: Sequence[str],
        az: str,
        warnings: Sequence[str] = (),
    ) -> None:
        """`words` say in sentences what the request does, `az` how the az CLI is told to."""
        super().__init__()
        self.title_text = title
        self._request = request
        self._words = words
        self._warnings = warnings
        self._az = az

    def compose_body(self) -> ComposeResult:
        """Warnings, then words, then the JSON."""
        for text in self._warnings:
            yield Static(f"! {visible(text)}", classes="warning", markup=False)
        yield Static("\n".join(map(visible, self._words)), markup=False)
        sent = f"\nWhat is sent: {visible(self._request.line)}"
        yield Static(sent, classes="heading", markup=False)
        yield Static(json.dumps(masked(self._request.body), indent=2), markup=False)

    def compose_foot(self) -> ComposeResult:
        """What was said last."""
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Tall, since the JSON is."""
        self.add_class("-tall")
        self.query_one("#said").display = False

    def action_send(self) -> None:
        """Yes."""
        self.dismiss(True)

    def action_copy(self) -> None:
        """Copy what the az CLI would be told."""
        self.app.copy_to_clipboard(self._az)
        said = self.query_one("#said", Static)
        said.update("Copied, if this terminal allows it (OSC 52).")
        said.display = True
