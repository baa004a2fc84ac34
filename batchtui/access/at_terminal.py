"""The operator of a command line: asked at the terminal, also where standard input is a file."""

import asyncio
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.access.attempt import GivenUpError
from batchtui.access.operator import Nobody, Prompt, Question
from batchtui.access.threads import in_thread
from batchtui.visible import visible

_TTY = Path("/dev/tty")


class AtTerminal:
    """Asks and tells at the terminal that controls the program; an Operator."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def ask(self, question: Question) -> list[str]:
        """An answer for each prompt; ctrl-d gives up."""
        async with self._one:
            if not _is_there():
                return await Nobody().ask(question)
            with _left_as_it_was():
                try:
                    return await in_thread(lambda: _answers(question))
                except EOFError:
                    raise GivenUpError("Nothing was answered.") from None

    def tell(self, text: str) -> None:
        """A line; none where a program reads what is said here."""
        if sys.stderr.isatty():
            sys.stderr.write(f"batchtui: {visible(text)}\n")


def _answers(question: Question) -> list[str]:
    lines = [question.title, *question.text.splitlines()]
    for line in lines:
        _say(f"{visible(line)}\n")
    return [_answer(prompt) for prompt in question.prompts]


def _answer(prompt: Prompt) -> str:
    text = f"{visible(prompt.text.strip())} "
    if not prompt.echo:
        return getpass.getpass(text)
    if sys.platform == "win32":
        return input(text)
    _say(text)
    with _TTY.open(encoding="utf-8", errors="replace") as terminal:
        line = terminal.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _say(text: str) -> None:
    if sys.platform == "win32":
        sys.stderr.write(text)
        return
    with _TTY.open("w", encoding="utf-8") as terminal:
        terminal.write(text)


def _is_there() -> bool:
    if sys.platform == "win32":
        return sys.stdin.isatty()
    try:
        _TTY.open().close()
    except OSError:
        return False
    return True


@contextmanager
def _left_as_it_was() -> Iterator[None]:
    """Whoever gives up leaves behind a thread that reads a password, and would show it again."""
    if sys.platform == "win32":
        yield
        return
    import termios

    with _TTY.open() as terminal:
        before = termios.tcgetattr(terminal)
        try:
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSANOW, before)
