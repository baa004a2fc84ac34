"""The text of an ssh_config, made such that paramiko reads out of it what OpenSSH would.

paramiko doesn't follow Include, takes conditions of Match that it doesn't know for true, knows
them in lower case only, and has no comments behind values. What can't be put right is left out,
and told.
"""

import glob
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from batchtui.errors import ConfigError

_LINE = re.compile(r"(?P<key>\w+)(?:\s*=\s*|\s+)(?P<value>.+)")
_COMMENT = re.compile(r'(?P<before>(?:[^"#]|"[^"]*"|(?<=\S)#)*?)\s+#.*')
_BLOCKS = ("host", "match")
# Conditions that paramiko can tell, and whether a word follows. `exec` isn't among them: what it
# runs may write over the screen, or wait for ever.
_CONDITIONS = {
    "all": False,
    "canonical": False,
    "final": False,
    "host": True,
    "originalhost": True,
    "user": True,
    "localuser": True,
}
# What is looked for in these files: of a block that is left out nothing else is missed.
_USED = frozenset(
    {
        "include", "hostname", "user", "port", "proxyjump", "proxycommand", "identityfile",
        "identityagent", "identitiesonly", "userknownhostsfile", "globalknownhostsfile",
        "hostkeyalias", "stricthostkeychecking", "canonicalizehostname",
    }
)  # fmt: skip
_DEPTH = 16  # as in OpenSSH
_ALWAYS, _NEVER = "Host *", "Host !*"


class ConfigText:
    """Reads files; `lines` is what they say, `notes` what of it isn't followed, in sentences."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []

    def read(self, path: Path, folder: Path) -> None:
        """Add a file; what it includes is looked for in a folder. ConfigError: can't be read."""
        self.lines += [_ALWAYS, *self._file(path, folder, _ALWAYS)]

    def _file(self, path: Path, folder: Path, block: str, depth: int = 0) -> Iterator[str]:
        try:
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise ConfigError(
                f"{path} can't be read: {error.strerror}.",
                advice='The setting ssh_config = "none" does without it.',
            ) from error
        left_out: tuple[int, str] | None = None
        for number, raw in enumerate(text.splitlines(), start=1):
            found = _LINE.fullmatch(_bare(raw))
            if found is None:
                if _bare(raw):
                    self._note(path, number, f"{_bare(raw)!r} says nothing")
                continue
            key, value = found["key"].lower(), found["value"]
            if left_out and key in _USED:
                self._note(path, *left_out)
                left_out = None
            if key in _BLOCKS:
                block, why = _block(key, value)
                left_out = (number, f"{why}, so what follows is left out") if why else None
                yield block
            elif key == "include":
                for name in self._included(value, folder, depth, (path, number)):
                    yield from self._nested(name, folder, depth, (path, number, block))
                yield block
            else:
                yield f"{key} {value}"

    def _included(
        self, value: str, folder: Path, depth: int, here: tuple[Path, int]
    ) -> Iterator[Path]:
        if depth == _DEPTH:
            self._note(*here, "files include each other too deeply, so it is left out")
            return
        for pattern in _words(value) or ():
            whole = folder / os.path.expanduser(os.path.expandvars(pattern))  # noqa: PTH111
            # Not Path.glob: the pattern may be absolute.
            yield from (Path(name) for name in sorted(glob.glob(str(whole))))  # noqa: PTH207

    def _nested(
        self, path: Path, folder: Path, depth: int, here: tuple[Path, int, str]
    ) -> list[str]:
        including, number, block = here
        lines = list(self._file(path, folder, block, depth + 1))
        blocks = {each for each in lines if each.startswith(("Host ", "Match "))}
        if block != _ALWAYS and blocks - {block}:
            # Both conditions would have to hold, which can't be written.
            what = f"{path} has blocks of its own within a block, so it is left out"
            self._note(including, number, what)
            return []
        return lines

    def _note(self, path: Path, number: int, what: str) -> None:
        self.notes.append(f"{path}, line {number}: {what}.")


def _block(key: str, value: str) -> tuple[str, str]:
    """The line that begins a block, and why it is one that never holds."""
    words = _words(value)
    if words is None:
        return _NEVER, "a quote isn't closed"
    if key == "host":
        return f"Host {shlex.join(words)}", ""
    conditions = _conditions(words)
    if isinstance(conditions, str):
        return _NEVER, f"Match {conditions} isn't known to this program"
    return f"Match {shlex.join(conditions)}", ""


def _bare(line: str) -> str:
    """A line without what surrounds its meaning."""
    line = line.strip()
    if line.startswith("#"):
        return ""
    commented = _COMMENT.fullmatch(line)
    return (commented["before"] if commented else line).strip()


def _words(value: str) -> list[str] | None:
    try:
        return shlex.split(value)
    except ValueError:
        return None


def _conditions(words: list[str]) -> list[str] | str:
    """The conditions of a Match as paramiko writes them, or the one that it doesn't know."""
    found: list[str] = []
    names: list[str] = []
    left = [part for word in words for part in _split(word)]
    while left:
        word = left.pop(0).lower()
        names.append(word.removeprefix("!"))
        if names[-1] not in _CONDITIONS or (_CONDITIONS[names[-1]] and not left):
            return names[-1]
        found += [word, left.pop(0)] if _CONDITIONS[names[-1]] else [word]
    if not found or ("all" in names and names not in (["all"], ["canonical", "all"])):
        return " ".join(words)
    return found


def _split(word: str) -> list[str]:
    """`host=name` is `host name`."""
    name, equals, value = word.partition("=")
    return [name, value] if equals and name.lower().removeprefix("!") in _CONDITIONS else [word]
