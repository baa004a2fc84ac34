"""What a terminal still answers to a shell that is gone: nobody else is to take it for keys."""

import os
import re
import select
from contextlib import suppress
from time import monotonic

from batchtui.access.output import takes_more, write_all

# Reports of devices, the cursor, modes, colours, settings and capabilities.
_QUESTION = re.compile(
    rb"\x1b\[[?>=!]?[0-9;]*(?:[cnu]|\$p|[tx])|\x1bP[+$]q|\x1bZ|\x05|\x1b\][^\x07\x1b]*\?"
)
# Answers come in the order of the questions, so behind this one there is nothing more.
_LAST_QUESTION, _LAST_ANSWER = b"\x1b[5n", b"\x1b[0n"
# Some answer nothing, and nobody wants to wait long for that.
_PATIENCE_SECONDS = 1.0


def asks(output: bytes) -> bool:
    """Whether there is a question to the terminal in some output."""
    return bool(_QUESTION.search(output))


def drop_answers(stdin_fd: int, stdout_fd: int) -> None:
    """Read until the terminal has answered all; one that is gone or doesn't answer is no error."""
    deadline = monotonic() + _PATIENCE_SECONDS
    poll = select.poll()
    poll.register(stdin_fd, select.POLLIN)
    came = b""
    with suppress(OSError):  # it is gone
        if not takes_more(stdout_fd, 0):
            return
        write_all(stdout_fd, _LAST_QUESTION)
        while _LAST_ANSWER not in came and (left := deadline - monotonic()) > 0:
            if not poll.poll(left * 1000) or not (data := os.read(stdin_fd, 1 << 16)):
                return
            came = came[-len(_LAST_ANSWER) :] + data
