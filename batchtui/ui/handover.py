"""The terminal goes to a shell and comes back.

Everything here blocks, on the loop's own thread: awaiting while Textual is suspended deadlocks
its writer.
"""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from textual.app import SuspendNotSupported

from batchtui.errors import SshError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from batchtui.access.terminal import Exit, ShellChannel

# In cooked mode these keys would end or stop the program; between Textual's raw mode and the
# shell's there is a moment of it.
_KEYS = ("SIGINT", "SIGQUIT", "SIGTSTP")


class _App(Protocol):
    def suspend(self) -> "AbstractContextManager[None]": ...

    def end_by_signal(self, signum: int) -> None: ...


class HandOver:
    """Suspends the app, lets somebody else have the terminal, and resumes the app."""

    def __init__(self, app: _App) -> None:
        self._app = app

    def __call__(self, channel: "ShellChannel", *, clipboard: bool = False) -> "Exit":
        """Block until the shell has ended; a signal meanwhile ends the app afterwards.

        It reaches the terminal's `clipboard` only if that is allowed.
        """
        from batchtui.access.terminal import relay

        return self._lend(lambda *terminal: relay(channel, *terminal, clipboard=clipboard))

    def run(self, argv: "Sequence[str]") -> "Exit":
        """The same for a program of this machine."""
        from batchtui.access.child import run

        return self._lend(lambda *terminal: run(argv, *terminal))

    def _lend(self, use: "Callable[[int, int], Exit]") -> "Exit":
        try:
            with _keys_ignored(), self._app.suspend():
                # An exception that leaves this block would kill the app: caught here.
                outcome = self._used(use)
        except SuspendNotSupported:
            raise SshError(
                "This terminal can't be handed over.",
                advice="Use batchtui ssh POOL/NODE in another one.",
            ) from None
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _used(self, use: "Callable[[int, int], Exit]") -> "Exit | BaseException":
        from batchtui.access.terminal import Exit, Terminated

        try:
            return use(_fd(sys.__stdin__), _fd(sys.__stdout__))
        except Terminated as ended:
            self._app.end_by_signal(ended.signum)
            # Nobody is to be asked whether to open another one.
            return Exit(status=None, left=True)
        except BaseException as error:  # noqa: BLE001 - raised again once the app is back
            return error


def _fd(stream: object) -> int:
    return stream.fileno()  # type: ignore[attr-defined,no-any-return]


def _nothing(_signum: int, _frame: object) -> None:
    """Not SIG_IGN: a program that is started meanwhile would ignore the signal for good."""


@contextmanager
def _keys_ignored() -> Iterator[None]:
    names = [getattr(signal, name) for name in _KEYS if hasattr(signal, name)]
    before = {name: signal.signal(name, _nothing) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
