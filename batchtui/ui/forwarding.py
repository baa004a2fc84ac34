"""The command line's commands for ports that lead through nodes, and the count of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from batchtui.access.forward_spec import ForwardSpec
from batchtui.errors import BatchtuiError
from batchtui.ui.commands import Command
from batchtui.ui.screens.base import say_on
from batchtui.words import plural, short_node_id

if TYPE_CHECKING:
    from textual.app import App

    from batchtui.batch.models import Pool
    from batchtui.session import Session

_SECONDS = 1.0  # between looks at whether they are still there


class ForwardCommands:
    """`told` hears how many there are whenever that changes, in words."""

    def __init__(
        self,
        app: "App[Any]",
        session: "Callable[[], Session | None]",
        told: Callable[[str], None],
    ) -> None:
        self._app = app
        self._session = session
        self._told = told
        self._timer: Timer | None = None

    def commands(self) -> list[Command]:
        """Begin one, and see them all."""
        return [
            Command("forward", "Let a port of this machine lead through the node",
                    self._forward, "PORT:HOST:HOSTPORT"),
            Command("forwards", "Ports that lead through nodes", self._show),
        ]  # fmt: skip

    def _show(self, _rest: str) -> None:
        session = self._session()
        if session is None:
            say_on(self._app, "Open an account first.", "warn")
            return
        from batchtui.ui.screens.forwards import ForwardsScreen

        if not isinstance(self._app.screen, ForwardsScreen):
            self._app.push_screen(ForwardsScreen(session))

    def _forward(self, text: str) -> None:
        from batchtui.ui.screens.nodes import NodesScreen

        screen = self._app.screen
        if not isinstance(screen, NodesScreen) or screen.table.current is None:
            say_on(self._app, "Go to the nodes of a pool: it leads through one of them.", "warn")
        elif screen.read_only:
            say_on(self._app, "Read-only: nothing is forwarded.", "warn")
        else:
            node_id = screen.table.current.id
            self._app.run_worker(self._begin(screen.session, screen.pool, node_id, text))

    async def _begin(self, session: "Session", pool: "Pool", node_id: str, text: str) -> None:
        try:
            spec = ForwardSpec.parse(text)
            self._say("Looking for a way")
            doorway = await session.entrance.doorway(pool, node_id)
            begun = await session.entrance.forward(doorway, spec, self._say)
        except BatchtuiError as error:
            advice = f" {error.advice}" if error.advice else ""
            self._say(f"{error.title}: {error.message}{advice}", "bad")
            return
        self._say(f"{begun.forwarding.spec}, through {short_node_id(node_id)}.", "good")
        self._count()
        if self._timer is None:
            self._timer = self._app.set_interval(_SECONDS, self._count)

    def _say(self, text: str, tone: str = "plain") -> None:
        say_on(self._app, text, tone)

    def _count(self) -> None:
        session = self._session()
        all_of_them = session.entrance.forwards.all if session else []
        lost = sum(each.state == "lost" for each in all_of_them)
        words = f"⇄ {plural(len(all_of_them), 'forward')}" + f", ✗ {lost:,} lost" * bool(lost)
        self._told(words if all_of_them else "")
        if not all_of_them and self._timer:
            self._timer.stop()
            self._timer = None
