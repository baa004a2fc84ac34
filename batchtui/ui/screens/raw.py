"""The raw JSON of one thing, as the service sent it."""

import json
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from textual.app import ComposeResult
from textual.widgets import TextArea

from batchtui.batch.models import Json as JsonObject
from batchtui.errors import BatchtuiError
from batchtui.ui.screens.base import HouseScreen


class RawScreen(HouseScreen):
    """Text to read, select and copy."""

    Json: TypeAlias = JsonObject

    def __init__(self, crumbs: tuple[str, ...], load: Callable[[], Awaitable[JsonObject]]) -> None:
        super().__init__()
        self.crumbs = crumbs
        self._load = load

    def compose_body(self) -> ComposeResult:
        """The text."""
        yield TextArea(read_only=True, id="json", compact=True)

    def on_mount(self) -> None:
        """Ask at once."""
        self.focus_body()
        self.run_worker(self._show(), exclusive=True)

    def focus_body(self) -> None:
        """The text has the focus."""
        self.query_one("#json").focus()

    async def _show(self) -> None:
        try:
            found = await self._load()
        except BatchtuiError as error:
            self.report(error)
            return
        # ASCII, so that nothing in it can reorder or hide anything.
        text = json.dumps(found, indent=2, ensure_ascii=True, default=str)
        self.query_one("#json", TextArea).text = text
