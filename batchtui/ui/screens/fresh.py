"""A screen that keeps what it shows fresh.

A refresh that finds one in flight is skipped. When one fails, what is shown stays and the wait
grows. Nothing is asked while something covers the screen, or while somebody types.
"""

from time import monotonic

from textual.timer import Timer

from batchtui.errors import BatchtuiError
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.widgets.prompt import Prompt
from batchtui.ui.widgets.status import StatusLine
from batchtui.words import duration

_PATIENCE = 3.0  # s until a request is said to be waited for
_LONGEST_WAIT = 120.0  # s between tries while the service doesn't answer


class FreshScreen(HouseScreen):
    """Asks at once, then every so many seconds, or never if that is 0."""

    def __init__(self, *, every: float) -> None:
        super().__init__()
        self._every = every
        self._in_flight = False
        self._loaded_at: float | None = None
        self._asked_at = 0.0
        self._wait = every
        self._due = 0.0
        self._ticker: Timer | None = None
        self._failed = False

    async def load(self) -> None:
        """Ask, and show what comes."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Ask at once."""
        self._ticker = self.set_interval(1.0, self._tick)
        self.start_refresh()

    def on_screen_suspend(self) -> None:
        """Nothing is asked while something covers the screen."""
        if self._ticker:
            self._ticker.pause()

    def on_screen_resume(self) -> None:
        """What was covered may be old."""
        if self._ticker:
            self._ticker.resume()
            self._tick()

    def _tick(self) -> None:
        self._show_age()
        typing = any(prompt.has_pseudo_class("focus-within") for prompt in self.query(Prompt))
        if self._every and not typing and monotonic() >= self._due:
            self.start_refresh()

    def start_refresh(self) -> None:
        """Ask again, unless that is being done already."""
        if not self._in_flight:
            self._in_flight = True
            self._asked_at = monotonic()
            self.run_worker(self._refresh(), group="refresh")

    def action_refresh(self) -> None:
        """Ask again now."""
        self.say("Already asking" if self._in_flight else "Asking again")
        self.start_refresh()

    async def _refresh(self) -> None:
        try:
            await self.load()
        except BatchtuiError as error:
            self._failed = True
            self._wait = min(_LONGEST_WAIT, max(self._every, self._wait * 2, 1.0))
            self.report(error)
        else:
            self._arrived()
        finally:
            # Also when the screen is left meanwhile: its widgets are gone then.
            self._in_flight = False
            self._due = monotonic() + self._wait
        self._show_age()

    def _arrived(self) -> None:
        if self._failed:
            self.say("Answering again.", "good")
        self._failed = False
        self._wait = self._every
        self._loaded_at = monotonic()

    def _show_age(self) -> None:
        if self.is_attached and self._every:
            self.query_one(StatusLine).age(self._age())

    def _age(self) -> str:
        if self._loaded_at is None:
            text = "loading" if self._in_flight else "not loaded"
        else:
            old = duration(monotonic() - self._loaded_at)
            text = f"old: {old}" if self._failed else f"{old} ago"
        waited = monotonic() - self._asked_at
        if self._in_flight and waited > _PATIENCE:
            text = f"waiting {duration(waited)} · {text}"
        return text
