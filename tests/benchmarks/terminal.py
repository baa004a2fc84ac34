"""A terminal for benchmarks: a pty of 80x24 that reads what a program writes, and types."""

import contextlib
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import tempfile
import termios
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@contextlib.contextmanager
def environment(**more):
    """Variables of somebody who has no settings, accounts nor keyring."""
    home = tempfile.mkdtemp(prefix="batchtui-benchmark-")
    try:
        yield {
            "HOME": home,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CHECKOUT),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **more,
        }
    finally:
        shutil.rmtree(home)


class Terminal:
    """A program in a terminal; `seen` is all that it wrote, and `started` when it was begun."""

    def __init__(self, command, variables, *, columns=80, lines=24):
        self.seen = b""
        self.started = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.execvpe(command[0], command, variables)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)

    def type(self, text):
        os.write(self._terminal, text.encode())

    def read(self, seconds):
        """Read whatever comes in so many seconds."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            self._read_once(deadline)

    def wait_for(self, text, seconds=30.0):
        """Read until a text was written; returns the seconds since the start."""
        deadline = time.perf_counter() + seconds
        while text.encode() not in self.seen:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"no {text!r} in {seconds} s, but {self.seen[-500:]!r}")
            self._read_once(deadline)
        return time.perf_counter() - self.started

    def _read_once(self, deadline):
        left = max(0.0, deadline - time.perf_counter())
        if select.select([self._terminal], [], [], left)[0]:
            self.seen += os.read(self._terminal, 1 << 16)
