"""Files and answers that a command line names: `FILE`, `@FILE`, and `-` for standard input."""

import getpass
import sys
from pathlib import Path

from batchtui.access.files import home_expanded, read_text
from batchtui.batch.template import Template, from_text
from batchtui.errors import ConfigError, TemplateError, UsageError

STANDARD_INPUT = "-"


class Given:
    """What is read for one command line; standard input can be read once."""

    def __init__(self) -> None:
        self._read_by = ""

    def template(self, path: str) -> Template:
        """The template in a file; UsageError if it is none."""
        try:
            if path == STANDARD_INPUT:
                return from_text(self._standard_input("--from"), "standard input")
            return from_text(_text(Path(path)), path)
        except TemplateError as error:
            raise UsageError(error.message, advice=error.advice) from None

    def secret(self, name: str) -> str:
        """What is typed, or piped, for a secret."""
        if sys.stdin is not None and sys.stdin.isatty():
            try:
                return getpass.getpass(f"{name}: ")
            except EOFError:
                raise UsageError(f"--set {name}: nothing was typed.") from None
        return _one_line(self._standard_input(f"--set {name}"))

    def file(self, path: str) -> str:
        """The text of a file."""
        return _one_line(_text(Path(path)))

    def _standard_input(self, whose: str) -> str:
        if self._read_by:
            raise UsageError(
                f"Standard input is what {self._read_by} reads, and can't be what {whose} does.",
                advice="Say @FILE.",
            )
        self._read_by = whose
        if sys.stdin is None:
            raise UsageError("Standard input is closed: there is nothing to read.")
        try:
            return sys.stdin.buffer.read().decode()
        except UnicodeDecodeError:
            raise UsageError("What standard input gives isn't UTF-8 text.") from None


def _text(path: Path) -> str:
    try:
        found = read_text(home_expanded(path))
    except ConfigError as error:
        raise UsageError(error.message) from None
    if found is None:
        raise UsageError(f"There is no file {path}.")
    return found


def _one_line(text: str) -> str:
    """A text without the end of its only line: an editor's, or echo's. A key of many keeps it."""
    line = text.removesuffix("\n").removesuffix("\r")
    return text if "\n" in line else line
