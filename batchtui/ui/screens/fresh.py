"""A screen that keeps what it shows fresh.

A refresh that finds one in flight is skipped. When one fails, what is shown stays and the wait
grows, or is as long as the service asks for. Nothing is asked while something covers the screen,
or while somebody types.
"""

from collections.abc import Iterator
from time import monotonic

from textual.timer import Timer

from batchtui.clock import Clock, utc_now
from batchtui.errors import BatchtuiError, ThrottledError
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.widgets.prompt import Prompt
from batchtui.ui.widgets.status import StatusLine
from batchtui.words import duration

_ASKING, _ASKING_ALREADY = "Asking again", "Already asking"
_PATIENCE = 3.0  # s until a request is said to be waited for
_LONGEST_WAIT = 120.0  # s between tries while the service doesn't answer


class FreshScreen(HouseScreen):
    """Asks every so many seconds, or only when told to if that is 0."""

    # Whether what is shown is the service's, and so may be old.
    remote = True
    # Whether it is asked for so often that nobody needs to know when that was.
    live = True

    def __init__(self, *, every: float, now: Clock = utc_now) -> None:
        super().__init__()
        self.now = now
        self._every = every
        self._in_flight = False
        self._loaded_at: float | None = None
        self._loaded_when = now()
        self._asked_at = 0.0
        self._wait = every
        self._due = 0.0
        self._ticker: Timer | None = None
        self._failure = ""
        self._throttled = False
        self._missed: BatchtuiError | None = None

    # What subclasses say

    async def load(self) -> None:
        """Ask, and show what comes."""
        raise NotImplementedError

    def loaded(self) -> None:
        """All of it has come."""
        if self._failure:
            self.say("Answering again.", "good")
        for line in self.query(StatusLine):
            line.unsay(_ASKING, _ASKING_ALREADY)

    def failed(self, error: BatchtuiError) -> None:
        """It didn't come; what was shown before stays."""
        self.report(error)

    def missed(self, error: BatchtuiError) -> None:
        """A part of it can't be asked for now: the rest is shown, and then it counts as failed."""
        self._missed = error

    def outdated(self) -> bool:
        """Whether something is shown that wasn't asked for yet."""
        return False

    def may_ask(self) -> bool:
        """Whether a refresh may begin by itself."""
        return not any(prompt.has_pseudo_class("focus-within") for prompt in self.query(Prompt))

    # When to ask

    def on_mount(self) -> None:
        """The clock runs from here on."""
        self._ticker = self.set_interval(1.0, self._tick)

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
        due = self._every and self.clock() >= self._due
        if (due or self.outdated()) and self.may_ask():
            self.start_refresh()

    def clock(self) -> float:
        """Seconds of a clock that only runs forward."""
        return monotonic()

    @property
    def _patient(self) -> bool:
        """Whether the service asked for patience, and is given it."""
        return self._throttled and self.clock() < self._due

    def start_refresh(self) -> None:
        """Ask again, unless that is being done, or the service asked for patience."""
        if not self._in_flight and not self._patient:
            self._in_flight = True
            self._asked_at = self.clock()
            self.run_worker(self._refresh(), group="refresh")

    def action_refresh(self) -> None:
        """Ask again now."""
        if self._patient:
            self.say(f"The service asks to wait {duration(self._due - self.clock())}.", "warn")
            return
        self.say(_ASKING_ALREADY if self._in_flight else _ASKING)
        self.start_refresh()

    def action_give_up(self) -> None:
        """Wait no longer for what was asked."""
        if self._in_flight:
            self.workers.cancel_group(self, "refresh")
            self.say("Given up; ctrl+r asks again.", "warn")
        else:
            super().action_give_up()

    async def _refresh(self) -> None:
        self._missed = None
        try:
            await self.load()
            self._loaded()
        except BatchtuiError as error:
            self._failed(error)
        finally:
            # Also when the screen is left meanwhile: its widgets are gone then.
            self._in_flight = False
            self._due = self.clock() + self._wait
        self._show_age()

    def _loaded(self) -> None:
        self._loaded_at, self._loaded_when = self.clock(), self.now()
        self.loaded()
        if self._missed:
            self._failed(self._missed)
            return
        self._failure = ""
        self._throttled = False
        self._wait = self._every

    def _failed(self, error: BatchtuiError) -> None:
        self._wait = min(_LONGEST_WAIT, max(self._every, self._wait * 2, 1.0))
        self._throttled = isinstance(error, ThrottledError)
        if isinstance(error, ThrottledError) and error.retry_after:
            self._wait = error.retry_after
        self._failure = str(error)
        self.failed(error)

    # How old it is

    def _show_age(self) -> None:
        for line in self.query(StatusLine):
            line.age(" · ".join(self._freshness()))

    def _freshness(self) -> Iterator[str]:
        """How fresh it is, in words that stay the same as long as all is well."""
        waited = self.clock() - self._asked_at
        if self._in_flight and waited > _PATIENCE:
            yield f"waiting {duration(waited)}"
        elif self._throttled and (self._every or self._patient):
            left = duration(self._due - self.clock())
            yield f"throttled, again in {left}" if self._every else f"throttled for {left}"
        if self._loaded_at is None:
            yield "loading" if self._in_flight else "not loaded"
            return
        old, alive = self.clock() - self._loaded_at, self._every and self.live
        # Also when it can't be asked for: while somebody types, or one answer takes its time.
        if self._failure or (alive and old > self._every + _PATIENCE):
            yield f"old: {duration(old)}"
        elif alive:
            yield "live"
        elif self.remote:
            yield f"as of {self._loaded_when:%H:%M:%S} UTC"
