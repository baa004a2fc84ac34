"""A program of this machine that has the terminal until it ends. POSIX only, and blocking."""

import os
import select
import shlex
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress

from batchtui.access.answers import drop_answers
from batchtui.access.channel import Exit
from batchtui.access.output import write_all
from batchtui.access.reset import remember, restore
from batchtui.access.signals import Bell, Terminated, noticed
from batchtui.access.terminal import raw
from batchtui.errors import SshError

_FAILED = 255  # how ssh ends that never got in, or was cut off (source: ssh(1))
_READ = b"\r\nenter goes back to batchtui. "
_GLANCE_SECONDS = 1.0
_GRACE_SECONDS = 2.0


def run(argv: Sequence[str], stdin_fd: int, stdout_fd: int) -> Exit:
    """Let a program have the terminal; its command line is shown before.

    Raises Terminated on SIGTERM or SIGHUP, when the program has ended, too; SshError if it can't
    be started. The terminal is then as it was.
    """
    import termios

    before = termios.tcgetattr(stdin_fd)
    bell = Bell()
    try:
        remember(stdout_fd)
        write_all(stdout_fd, f"$ {shlex.join(argv)}\r\n".encode())
        with noticed(bell):
            status = _wait(_start(argv, stdin_fd, stdout_fd), bell)
            if status == _FAILED:
                termios.tcsetattr(stdin_fd, termios.TCSANOW, before)
                _let_read(stdin_fd, stdout_fd, bell)
    finally:
        bell.close()
        restore(stdout_fd)
        with suppress(termios.error, SshError):  # it is gone
            termios.tcsetattr(stdin_fd, termios.TCSANOW, before)
            with raw(stdin_fd):
                # Nobody has seen whether it was asked something.
                drop_answers(stdin_fd, stdout_fd)
    if status < 0:
        return Exit(None, signal=signal.Signals(-status).name.removeprefix("SIG"))
    return Exit(status)


def _start(argv: Sequence[str], stdin_fd: int, stdout_fd: int) -> subprocess.Popen[bytes]:
    try:
        # Its errors, too, are for whoever sits at the terminal, wherever ours go.
        return subprocess.Popen(argv, stdin=stdin_fd, stdout=stdout_fd, stderr=stdout_fd)  # noqa: S603 - the operator asked for it
    except OSError as error:
        raise SshError(
            f"{argv[0]} can't be started: {error.strerror}.",
            advice="Is it installed? s opens a shell without it.",
        ) from error


def _wait(process: "subprocess.Popen[bytes]", bell: Bell) -> int:
    """Its exit status, below 0 for a signal."""
    watching = threading.Thread(
        target=_watch, args=(process, bell), name="batchtui child", daemon=True
    )
    watching.start()
    poll = select.poll()
    poll.register(bell.fd, select.POLLIN)
    while watching.is_alive():
        poll.poll(_GLANCE_SECONDS * 1000)
        try:
            _check(bell)
        except Terminated:
            _end(process, watching)
            raise
    return int(process.returncode)


def _let_read(stdin_fd: int, stdout_fd: int, bell: Bell) -> None:
    """What it said of its failure stays until enter is pressed."""
    write_all(stdout_fd, _READ)
    poll = select.poll()
    for fd in (stdin_fd, bell.fd):
        poll.register(fd, select.POLLIN)
    while not any(fd == stdin_fd for fd, _event in poll.poll()):
        _check(bell)


def _check(bell: Bell) -> None:
    heard = bell.heard()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if number in heard:
            raise Terminated(number)


def _end(process: "subprocess.Popen[bytes]", watching: threading.Thread) -> None:
    # Not by Popen's methods, which would wait for it, too.
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is None:
            os.kill(process.pid, number)
            watching.join(_GRACE_SECONDS)


def _watch(process: "subprocess.Popen[bytes]", bell: Bell) -> None:
    while process.returncode is None:
        _pid, status = os.waitpid(process.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            # Nobody else could let it go on: there is no shell with jobs around it.
            os.kill(process.pid, signal.SIGCONT)
        else:
            process.returncode = os.waitstatus_to_exitcode(status)
    bell.ring()
