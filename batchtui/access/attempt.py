"""Something that takes long, in a thread of its own, so that it can be given up at any moment."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from batchtui.errors import SshError

_GLANCE_SECONDS = 0.05


class GivenUpError(SshError):
    """Whoever waited for the connection doesn't want it any more."""

    title = "Given up"


class Closable(Protocol):
    """What an attempt opens on its way, to be closed if it is given up."""

    def close(self) -> None:
        """Close it; may be called from another thread, and again."""


_Result = TypeVar("_Result", bound=Closable)


class Attempt(Generic[_Result]):
    """Runs `work` in a thread; `work` holds on to what it opens with `holds`."""

    def __init__(self, work: "Callable[[Attempt[_Result]], _Result]") -> None:
        self._work = work
        self._guard = threading.Lock()
        self._open: list[Callable[[], None]] = []
        self._given_up = False
        self._done = threading.Event()
        self._result: _Result | None = None
        self._failure: BaseException | None = None

    def run(self, cancelled: threading.Event | None) -> _Result:
        """Wait for the result; GivenUpError soon after `cancelled` is set."""
        threading.Thread(target=self._run, name="batchtui connect", daemon=True).start()
        try:
            while not self._done.wait(_GLANCE_SECONDS):
                check_wanted(cancelled)
        except BaseException:
            self._give_up()
            raise
        if self._failure is not None:
            raise self._failure
        assert self._result is not None  # noqa: S101 - for the type checker
        return self._result

    def holds(self, stop: Callable[[], None]) -> None:
        """Tell how to stop what is under way; GivenUpError if nobody waits any more."""
        with self._guard:
            self._open.append(stop)
            given_up = self._given_up
        if given_up:
            raise GivenUpError("Connecting was given up.")

    def _run(self) -> None:
        try:
            self._result = self._work(self)
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._failure = error
        with self._guard:
            self._done.set()
            late = self._result if self._given_up else None
        if late is not None:
            late.close()

    def _give_up(self) -> None:
        with self._guard:
            self._given_up = True
            late = self._result if self._done.is_set() else None
            stops = list(self._open)
        if late is not None:
            late.close()
        for stop in stops:
            with suppress(OSError):
                stop()


def check_wanted(cancelled: threading.Event | None) -> None:
    """GivenUpError if whoever waits has set it."""
    if cancelled is not None and cancelled.is_set():
        raise GivenUpError("Connecting was given up.")
