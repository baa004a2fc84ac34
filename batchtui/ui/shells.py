"""Shells on nodes from the screens: opened, told of when they ended, and opened again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from batchtui.access.visit import Visit
from batchtui.batch.models import Pool
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.ui.clients import client_of
from batchtui.ui.dialogs.enter_node import EnterNode, Outcome
from batchtui.ui.dialogs.shell_ended import ShellEnded

if TYPE_CHECKING:
    from batchtui.ui.screens.base import HouseScreen


class ShellOn:
    """A shell on one node, opened from a screen that tells of it."""

    def __init__(
        self,
        screen: "HouseScreen",
        session: Session,
        pool: Pool,
        node_id: str,
        came_back: Callable[[], None],
        *,
        system: bool = False,
    ) -> None:
        """`came_back` is called after each shell; with `system` it is by the system's ssh."""
        self._system = system
        self._screen = screen
        self._session = session
        self._pool = pool
        self._node_id = node_id
        self._came_back = came_back

    def open(self) -> None:
        """Find the way, and hand the terminal over."""
        self._screen.say("")
        app, session = self._screen.app, self._session
        client = client_of(app, session.entrance, session.settings.ssh, system=self._system)
        app.push_screen(EnterNode(session, self._pool, self._node_id, client), self._ended)

    def _ended(self, outcome: Outcome | None) -> None:
        if outcome is None:
            self._screen.say("Given up.")
        elif isinstance(outcome, str):
            self._screen.say(outcome, "good")
        elif isinstance(outcome, BatchtuiError):
            self._screen.explain(outcome)
        else:
            self._tell(outcome)
            self._came_back()

    def _tell(self, visit: Visit) -> None:
        self._screen.say(visit.words, "good" if visit.ended_well else "warn")
        if visit.exit.lost or visit.exit.said:
            self._screen.app.push_screen(ShellEnded(visit), self._answered)

    def _answered(self, again: bool | None) -> None:  # noqa: FBT001 - a dialog's result
        if again:
            self.open()
