"""Where to save what nodes wrote."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from batchtui.access.threads import in_thread
from batchtui.errors import BatchtuiError
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.typed import TextLine


class SaveRun(Dialog[Path]):
    """Ends with the directory that was written; one that isn't empty is refused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "Save", id="save-run.save", priority=True,
                tooltip="Write the files"),
    ]  # fmt: skip
    title_text = "Save what nodes wrote"

    def __init__(self, proposed: str, save: Callable[[str], Path]) -> None:
        super().__init__()
        self._proposed = proposed
        self._save = save

    def compose_body(self) -> ComposeResult:
        """Its path."""
        yield Field("directory", "New directory", TextLine(self._proposed, compact=True))
        yield Static("\nA file a node, and a summary.", classes="muted")

    def on_mount(self) -> None:
        """Begin to type."""
        self.set_focus(self.query_one(Input))

    def action_save(self) -> None:
        """Write them."""
        self.run_worker(self._write(self.query_one(Input).value.strip()), exclusive=True)

    async def _write(self, path: str) -> None:
        if not path:
            self.complain("The path of a directory.")
            return
        try:
            written = await in_thread(lambda: self._save(path))
        except BatchtuiError as error:
            self.report(error)
        else:
            await self.finish(written)
