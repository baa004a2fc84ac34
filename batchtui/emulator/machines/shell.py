"""What an SSH session runs: a shell on a real terminal, or a command on pipes."""

import asyncio
import fcntl
import os
import shlex
import signal
import struct
import termios
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from batchtui.emulator.machines.hosts import default_shell
from batchtui.emulator.machines.processes import hang_up

CHUNK = 65536
LAST_WORDS = 0.2
SIGNALS = {number.value: number.name.removeprefix("SIG") for number in signal.Signals}
# A session leader that opens a terminal makes it its own: no code runs between fork and exec.
ON_TERMINAL = 'exec 0<>"$1" 1>&0 2>&0; shift; exec "$@"'

Session = asyncssh.SSHServerProcess[bytes]


@dataclass(frozen=True)
class Place:
    """Where a session starts, as whom, and with which environment."""

    home: Path
    user: str
    host: str
    environment: dict[str, str]


async def attend(session: Session, place: Place, command: Sequence[str] | None = None) -> None:
    """Run what the client asked for, or this command, until it ends or the client is gone.

    Its exit status or signal is passed on; nothing of the session stays when it is cut off.
    """
    command = command or _command(session, place)
    if session.term_type is None:
        await _on_pipes(session, command, place)
    else:
        await _on_terminal(session, command, place)


def _command(session: Session, place: Place) -> list[str]:
    shell = default_shell()
    if session.command is not None:
        return [shell, "-c", session.command]
    rc = place.home / ".batchrc"
    prompt = shlex.quote(f"{place.user}@{place.host}:\\w$ ")
    rc.write_text(f"PS1={prompt}\n", "utf-8")
    if shell.endswith("bash"):
        return [shell, "--noprofile", "--rcfile", str(rc), "-i"]
    rc.write_text(f"PS1={shlex.quote(f'{place.user}@{place.host}$ ')}\n", "utf-8")
    place.environment["ENV"] = str(rc)
    return [shell, "-i"]


async def _on_pipes(session: Session, command: Sequence[str], place: Place) -> None:
    child = await asyncio.create_subprocess_exec(
        *command,
        cwd=place.home,
        env=place.environment | {"SHELL": default_shell()},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    outputs = [
        asyncio.create_task(_copy_out(child.stdout, session.stdout)),
        asyncio.create_task(_copy_out(child.stderr, session.stderr)),
    ]
    given = asyncio.create_task(_copy_in(session, child.stdin))
    await _until_ended(session, child, [*outputs, given], outputs)


async def _on_terminal(session: Session, command: Sequence[str], place: Place) -> None:
    terminal = Terminal(session)
    try:
        child = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", ON_TERMINAL, "sh", terminal.name, *command,
            cwd=place.home,
            env=place.environment
            | {"TERM": session.term_type or "dumb", "SHELL": default_shell()},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        pumps = [asyncio.create_task(terminal.read()), asyncio.create_task(terminal.write(child))]
        await _until_ended(session, child, pumps, [], terminal)
    finally:
        terminal.close()


async def _until_ended(
    session: Session,
    child: asyncio.subprocess.Process,
    pumps: Sequence["asyncio.Task[None]"],
    outputs: Sequence["asyncio.Task[None]"],
    terminal: "Terminal | None" = None,
) -> None:
    """Wait for the child's end or the client's, see to the rest, and pass the status on."""
    ended = asyncio.create_task(child.wait())
    closed = asyncio.create_task(session.wait_closed())
    try:
        await asyncio.wait([ended, closed], return_when=asyncio.FIRST_COMPLETED)
        if ended.done() and outputs:
            heard = asyncio.create_task(_all(outputs))
            await asyncio.wait([heard, closed], return_when=asyncio.FIRST_COMPLETED)
        if ended.done() and terminal:
            await terminal.last_words()
    finally:
        cut_off = not ended.done()
        for task in (*pumps, ended, closed):
            task.cancel()
        try:
            if cut_off:
                await hang_up(child)
            await asyncio.gather(*pumps, ended, closed, return_exceptions=True)
        finally:  # also when the node ends meanwhile
            # What nobody reads any more would keep its pipe open, and asyncio has no public way.
            child._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
            _report(session, child.returncode or 0)


async def _all(outputs: Sequence["asyncio.Task[None]"]) -> int:
    await asyncio.wait(outputs)
    return len(outputs)


def _report(session: Session, status: int) -> None:
    with suppress(OSError):
        if status < 0 and -status in SIGNALS:
            session.exit_with_signal(SIGNALS[-status])
        else:
            session.exit(status)


async def _copy_out(
    source: asyncio.StreamReader | None, target: "asyncssh.SSHWriter[bytes]"
) -> None:
    with suppress(OSError, asyncssh.Error):
        while source and (data := await source.read(CHUNK)):
            target.write(data)
            await target.drain()


async def _copy_in(session: Session, target: asyncio.StreamWriter | None) -> None:
    with suppress(OSError, asyncssh.Error):
        while target:
            try:
                data = await session.stdin.read(CHUNK)
            except (asyncssh.TerminalSizeChanged, asyncssh.BreakReceived):
                continue
            if not data:
                target.close()
                return
            target.write(data)
            await target.drain()


class Terminal:
    """A pseudo terminal between a session and its shell."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._master, self._slave = os.openpty()
        self.name = os.ttyname(self._slave)
        os.set_blocking(self._master, False)
        width, height, pixel_width, pixel_height = session.term_size
        self.resize(width, height, pixel_width, pixel_height)

    def resize(self, width: int, height: int, pixel_width: int = 0, pixel_height: int = 0) -> None:
        """Give it another size, in cells; whoever runs on it is told."""
        sizes = (min(max(n, 0), 65535) for n in (height, width, pixel_width, pixel_height))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", *sizes))

    async def read(self) -> None:
        """Pass on what the shell writes."""
        with suppress(OSError, asyncssh.Error):
            while True:
                await self._ready(self._loop.add_reader, self._loop.remove_reader)
                with suppress(BlockingIOError):
                    self._session.stdout.write(os.read(self._master, CHUNK))
                    await self._session.stdout.drain()

    async def write(self, child: asyncio.subprocess.Process) -> None:
        """Pass on what the client types, its window changes and signals."""
        with suppress(OSError, asyncssh.Error):
            while True:
                try:
                    data = await self._session.stdin.read(CHUNK)
                except asyncssh.TerminalSizeChanged as change:
                    self.resize(change.width, change.height, change.pixwidth, change.pixheight)
                except asyncssh.BreakReceived:
                    termios.tcsendbreak(self._master, 0)
                except asyncssh.SignalReceived as received:
                    send_signal(child, received.signal)
                else:
                    if not data:
                        return
                    await self._write(data)

    async def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                await self._ready(self._loop.add_writer, self._loop.remove_writer)

    async def _ready(self, add: Callable[..., None], remove: Callable[[int], bool]) -> None:
        ready: asyncio.Future[None] = self._loop.create_future()
        add(self._master, lambda: None if ready.done() else ready.set_result(None))
        try:
            await ready
        finally:
            remove(self._master)

    async def last_words(self) -> None:
        """Pass on what is still in the terminal once the shell has ended.

        With our own end closed the kernel reports the end after the last byte, unless a process
        in the background holds the terminal: then a pause counts as the end.
        """
        os.close(self._slave)
        self._slave = -1
        with suppress(TimeoutError):
            await asyncio.wait_for(self._drained(), LAST_WORDS)

    async def _drained(self) -> None:
        with suppress(OSError, asyncssh.Error):
            while True:
                try:
                    self._session.stdout.write(os.read(self._master, CHUNK))
                except BlockingIOError:
                    await asyncio.sleep(0.01)

    def close(self) -> None:
        """Hang up."""
        for descriptor in (self._slave, self._master):
            if descriptor >= 0:
                os.close(descriptor)


def send_signal(child: asyncio.subprocess.Process, name: str) -> None:
    """Send a signal of the client's to the shell's process group."""
    number = getattr(signal, f"SIG{name}", None)
    if isinstance(number, signal.Signals):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)
