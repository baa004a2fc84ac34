"""From a node's row to its shell and back: says what is happening, and can be given up.

It stays up until the terminal is ours again, so that keys typed meanwhile reach nobody else.
"""

from contextlib import AsyncExitStack
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static
from textual.worker import Worker

from batchtui.access.attempt import GivenUpError
from batchtui.access.visit import Visit
from batchtui.batch.models import Pool
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.ui.clients import Client, Shell
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.waiting import Waiting
from batchtui.visible import visible
from batchtui.words import short_node_id

# A visit that ended, a sentence on one that goes on elsewhere, or why there was none.
Outcome = Visit | str | BatchtuiError


class EnterNode(Dialog[Outcome]):
    """Ends with how the shell ended, or with why there was none."""

    # Nothing is opened above it: what is typed is meant for the shell.
    ALONE = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "wait", "Wait", id="enter-node.wait",
                tooltip="Wait until the node is up, and open the shell then"),
        Binding("ctrl+c", "give_up", "Give up", show=False, id="enter-node.give-up"),
    ]  # fmt: skip

    def __init__(self, session: Session, pool: Pool, node_id: str, client: Client) -> None:
        super().__init__()
        self._session = session
        self._pool = pool
        self._node_id = node_id
        self._client = client
        self._worker: Worker[None] | None = None
        self._offering = False
        self._ended = False
        self.title_text = f"A shell on {short_node_id(node_id)}"

    def compose_body(self) -> ComposeResult:
        """What is being waited for."""
        yield Static("Looking for a way", id="step", markup=False)
        yield Static("\nw waits until it is up, and opens the shell then.", id="offer")
        yield Waiting()

    def on_mount(self) -> None:
        """Begin at once."""
        self._begin(wait=False)

    def on_key(self, event: events.Key) -> None:
        """What is typed while waiting was meant for the shell, not for the screens below."""
        if event.key not in {"escape", "ctrl+c", "w" if self._offering else ""}:
            event.stop()
            event.prevent_default()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Waiting is for nodes that are on their way up."""
        if action == "wait":
            return self._offering
        return super().check_action(action, parameters)

    def action_wait(self) -> None:
        """Wait until the node is up."""
        self._begin(wait=True)

    def action_give_up(self) -> None:
        """Give up the wait; a connection that comes too late is closed."""
        if self._ended:
            return
        self._ended = True
        if self._worker:
            self._worker.cancel()
        self.dismiss(None)

    def _begin(self, *, wait: bool) -> None:
        self._offer(offering=False)
        self.query_one(Waiting).restart()
        self._worker = self.run_worker(self._enter(wait=wait), exclusive=True)

    def _offer(self, *, offering: bool) -> None:
        self._offering = offering
        self.query_one(Waiting).display = not offering
        self.query_one("#offer").display = offering
        self.refresh_bindings()

    def _progress(self, step: str) -> None:
        self.query_one("#step", Static).update(visible(step))

    async def _enter(self, *, wait: bool) -> None:
        try:
            async with AsyncExitStack() as stack:
                shell = await self._let_in(stack, wait=wait)
                if shell is None:
                    return
                begun = monotonic()
                ended = await shell()
                outcome: Outcome | None = (
                    ended
                    if isinstance(ended, str)
                    else Visit(self._node_id, ended, monotonic() - begun)
                )
        except GivenUpError:
            outcome = None
        except BatchtuiError as error:
            outcome = error
        self._ended = True
        # Behind whatever was typed and not yet looked at.
        self.app.call_later(self.finish, outcome)

    async def _let_in(self, stack: AsyncExitStack, *, wait: bool) -> Shell | None:
        """A shell that can begin, or none where it is offered to wait for one."""
        entrance = self._session.entrance
        arrival = entrance.arrival(self._pool, self._node_id, self._progress)
        try:
            return await arrival.first(
                lambda doorway: self._client(stack, doorway, self._progress), wait=wait
            )
        except BatchtuiError as error:
            if not arrival.may_pass(error):
                raise
            self._progress(arrival.words(error))
            self._offer(offering=True)
            return None
