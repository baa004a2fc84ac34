"""From a node's row to its shell and back: says what is happening, and can be given up.

It stays up until the terminal is ours again, so that keys typed meanwhile reach nobody else.
"""

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static
from textual.worker import Worker

from batchtui.batch.models import Pool
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.waiting import Waiting
from batchtui.visible import visible
from batchtui.words import short_node_id

if TYPE_CHECKING:
    from batchtui.access.ssh import Connection
    from batchtui.access.terminal import Exit, ShellChannel

HandOver = Callable[["ShellChannel"], "Exit"]


class EnterNode(Dialog["Exit | BatchtuiError"]):
    """Ends with how the shell ended, or with why there was none."""

    # Nothing is opened above it: what is typed is meant for the shell.
    ALONE = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "give_up", "Give up", show=False, id="enter-node.give-up"),
    ]

    def __init__(self, session: Session, pool: Pool, node_id: str, hand_over: HandOver) -> None:
        super().__init__()
        self._session = session
        self._pool = pool
        self._node_id = node_id
        self._hand_over = hand_over
        self._worker: Worker[None] | None = None
        self._ended = False
        self.title_text = f"A shell on {short_node_id(node_id)}"

    def compose_body(self) -> ComposeResult:
        """What is being waited for."""
        yield Static("Looking for a way", id="step", markup=False)
        yield Waiting()

    def on_mount(self) -> None:
        """Begin at once."""
        self._worker = self.run_worker(self._enter(), exclusive=True)

    def on_key(self, event: events.Key) -> None:
        """What is typed while waiting was meant for the shell, not for the screens below."""
        if event.key not in {"escape", "ctrl+c"}:
            event.stop()
            event.prevent_default()

    def action_give_up(self) -> None:
        """Give up the wait; a connection that comes too late is closed."""
        if self._ended:
            return
        self._ended = True
        if self._worker:
            self._worker.cancel()
        self.dismiss(None)

    def _progress(self, step: str) -> None:
        self.query_one("#step", Static).update(visible(step))

    async def _enter(self) -> None:
        try:
            doorway = await self._session.entrance.doorway(self._pool, self._node_id)
            async with self._session.entrance.connected(doorway, self._progress) as connection:
                outcome: Exit | BatchtuiError = await self._shell(connection)
        except BatchtuiError as error:
            outcome = error
        self._ended = True
        # Behind whatever was typed and not yet looked at.
        self.app.call_later(self.finish, outcome)

    async def _shell(self, connection: "Connection") -> "Exit":
        columns, lines = self.app.size
        channel = await asyncio.to_thread(
            connection.shell, os.environ.get("TERM", "xterm-256color"), columns, lines
        )
        # From here on nothing is awaited: the terminal isn't Textual's.
        return self._hand_over(channel)
