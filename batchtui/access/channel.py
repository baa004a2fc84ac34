"""What a shell or command on a node looks like from here, whoever speaks SSH to it."""

import signal
from dataclasses import dataclass, field
from typing import Protocol

_FAILED = 255  # what ssh itself ends with when there is no status


@dataclass(frozen=True, slots=True)
class Exit:
    """How a remote shell or command ended; `signal` is a name without SIG.

    `left` means that the operator went away from it by `~.`. `hop` is the jump host that was lost,
    and the connection with it; `why` is what ended the connection, as far as that is known. `said`
    are the last lines of output, where they may tell why it ended.
    """

    status: int | None
    signal: str = ""
    lost: bool = False
    left: bool = False
    hop: str = ""
    why: str = field(default="", compare=False)
    said: str = field(default="", compare=False, repr=False)

    @property
    def words(self) -> str:
        """For the operator."""
        if self.lost:
            return f"the connection {f'to {self.hop} ' * bool(self.hop)}was lost"
        if self.left:
            return "disconnected"
        if self.signal:
            return f"ended by signal {self.signal}"
        if self.status is None:
            return "ended without an exit status"
        return f"exit status {self.status}"

    @property
    def code(self) -> int:
        """The exit status that `ssh` would pass on."""
        if self.lost:
            return _FAILED
        if self.signal:
            known = getattr(signal, f"SIG{self.signal}", None)
            return 128 + int(known) if isinstance(known, signal.Signals) else _FAILED
        return _FAILED if self.status is None else self.status & 0xFF


class ShellChannel(Protocol):
    """A remote shell or command. All calls may wait; each direction may have its own thread."""

    def read(self) -> bytes:
        """Output as soon as there is some; empty at its end, or when the connection is lost."""

    def read_error(self) -> bytes:
        """Error output in the same way; always empty if there is a pty."""

    def write(self, data: bytes) -> int:
        """Send input; returns how much of it was taken, 0 if no more is taken at all."""

    def finish(self) -> None:
        """Say that there is no more input."""

    def resize(self, columns: int, lines: int) -> None:
        """Tell the far side the size of the terminal, in cells."""

    def wait(self) -> Exit:
        """How it ended, once it has."""

    def close(self) -> None:
        """End it from this side; what waits in another thread comes back."""
