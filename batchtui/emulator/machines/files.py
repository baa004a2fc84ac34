"""Files below a node's or a task's directory, described and read as the service does."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from batchtui.emulator.errors import BatchError
from batchtui.emulator.machines.guardian import remove
from batchtui.emulator.times import agent_time, http_date

CHUNK = 1 << 18
LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


@dataclass(frozen=True)
class FileTree:
    """The files below a directory, and the URL that they are found at.

    Windows has backslashes in names and a time of creation; Linux has a mode (recorded).
    """

    root: Path
    url: str
    windows: bool = False

    def listed(self, *, recursive: bool) -> dict[str, dict[str, Any]]:
        """What is in it, or also below, by a key that sorts as the service does.

        What is less deep comes first (recorded), and what goes meanwhile is left out.
        """
        items = {}
        for depth, entry in _walk(self.root, recursive=recursive):
            name = self._shown_name(entry.path)
            with suppress(OSError):
                items[f"{depth:05d} {name}"] = self._described(entry, name)
        return items

    def find(self, name: str) -> Path:
        """A file of its own; 404 FileNotFound when there is none, or it is elsewhere."""
        try:
            path = self._named(name).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            raise BatchError("FileNotFound") from None
        if not path.is_relative_to(self.root.resolve()):
            raise BatchError("FileNotFound")
        return path

    def delete(self, name: str, *, recursive: bool) -> None:
        """Remove a file, a link itself, or a directory, which must be empty unless recursive."""
        named = self._named(name)
        path = self.find(str(named.parent.relative_to(self.root))) / named.name
        if not path.is_relative_to(self.root.resolve()) or named.name in {"", ".", ".."}:
            raise BatchError("FileNotFound")
        if path.is_dir() and not path.is_symlink():
            _delete_directory(path, recursive=recursive)
        else:
            path.unlink()

    def headers(self, path: Path, name: str) -> dict[str, str]:
        """A file's properties as headers, its name as it was asked for."""
        facts = path.stat()
        headers = {
            "Content-Type": content_type(path),
            "Last-Modified": http_date(_time(facts.st_mtime // 1)),
            "ocp-batch-file-isdirectory": str(path.is_dir()),
            "ocp-batch-file-url": quote(f"{self.url}/{quote(name)}", safe=""),
        }
        if self.windows:
            return headers | {"ocp-creation-time": http_date(_time(facts.st_ctime // 1))}
        return headers | {"ocp-batch-file-mode": oct(facts.st_mode)}

    def _shown_name(self, path: str) -> str:
        """A file's name from the root; what isn't UTF-8 in it is replaced."""
        name = os.fsencode(os.path.relpath(path, self.root)).decode("utf-8", "replace")
        return name.replace("/", "\\") if self.windows else name

    def _named(self, name: str) -> Path:
        return self.root / (name.replace("\\", "/") if self.windows else name).lstrip("/")

    def _described(self, entry: "os.DirEntry[str]", name: str) -> dict[str, Any]:
        """A file as lists show it; the length is a string, as recorded. A link is a file."""
        item = {"name": name, "url": f"{self.url}/{name}"}
        if entry.is_dir(follow_symlinks=False):
            return item | {"isDirectory": True}
        facts = entry.stat(follow_symlinks=False)
        properties = {
            "lastModified": agent_time(_time(facts.st_mtime)),
            "contentLength": str(facts.st_size),
            "contentType": content_type(Path(name)),
        }
        if self.windows:
            properties = {"creationTime": agent_time(_time(facts.st_ctime)), **properties}
        else:
            properties["fileMode"] = oct(facts.st_mode)
        return item | {"isDirectory": False, "properties": properties}


def _walk(root: Path, *, recursive: bool) -> Iterator[tuple[int, "os.DirEntry[str]"]]:
    """What is in a directory, or also below, and how deep; links are not followed."""
    level, depth = [os.fspath(root)], 0
    while level:
        below = []
        for directory in level:
            with suppress(OSError), os.scandir(directory) as entries:
                for entry in entries:
                    yield depth, entry
                    if recursive and entry.is_dir(follow_symlinks=False):
                        below.append(entry.path)
        level, depth = below, depth + 1


def _delete_directory(path: Path, *, recursive: bool) -> None:
    if recursive:
        remove(path)
        return
    try:
        path.rmdir()
    except OSError:
        reason = "The directory is not empty"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason)) from None


def _time(seconds: float) -> datetime:
    """A file's time, of which anything can be said, as one that can be written."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), LATEST), UTC)


def content_type(path: Path) -> str:
    """Text for what is called so, and bytes for the rest."""
    return "text/plain" if path.suffix in {".txt", ".log"} else "application/octet-stream"


@dataclass(frozen=True)
class Part:
    """So many bytes of a file from one on."""

    path: Path
    first: int
    length: int

    def read(self) -> bytes:
        """The bytes; fewer of a file that has become shorter."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces; never waits for whoever writes to what has become a pipe."""
        with open(os.open(self.path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123
            file.seek(self.first)
            left = self.length
            while left and (data := file.read(min(left, CHUNK))):
                left -= len(data)
                yield data


def part_of(path: Path, asked: str) -> Part:
    """A file, all of it or `bytes=FIRST-LAST`.

    404 for what has no bytes, 416 InvalidRange for those that it doesn't have, 400 for what is no
    range.
    """
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):  # a directory, or a pipe that nobody writes to
        raise BatchError("FileNotFound")
    if not asked:
        return Part(path, 0, facts.st_size)
    found = RANGE.fullmatch(asked.strip())
    if not found:
        reason = ("Reason", "The range must be bytes=startRange-endRange")
        raise BatchError("InvalidHeaderValue", ("HeaderName", "ocp-range"), reason)
    first = int(found[1])
    last = min(int(found[2] or facts.st_size), facts.st_size - 1)
    if first > last:
        raise BatchError("InvalidRange")
    return Part(path, first, last - first + 1)
