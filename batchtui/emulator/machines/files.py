"""Files below a node's or a task's directory, described and read as the service does."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from batchtui.emulator.errors import BatchError
from batchtui.emulator.times import agent_time, http_date

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
        """What is in it, or also below, by name; what goes meanwhile is left out."""
        items = {}
        for path in _walk(self.root, recursive=recursive):
            name = self._shown_name(path)
            with suppress(OSError):
                items[name] = self._described(path, name)
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
            "Last-Modified": http_date(_time(int(facts.st_mtime))),
            "ocp-batch-file-isdirectory": str(path.is_dir()),
            "ocp-batch-file-url": quote(f"{self.url}/{quote(name, safe='')}", safe=""),
        }
        if self.windows:
            return headers | {"ocp-creation-time": http_date(_time(int(facts.st_ctime)))}
        return headers | {"ocp-batch-file-mode": oct(facts.st_mode)}

    def _shown_name(self, path: Path) -> str:
        """A file's name from the root; what isn't UTF-8 in it is replaced."""
        name = os.fsencode(path.relative_to(self.root).as_posix()).decode("utf-8", "replace")
        return name.replace("/", "\\") if self.windows else name

    def _named(self, name: str) -> Path:
        return self.root / name.replace("\\", "/").lstrip("/")

    def _described(self, path: Path, name: str) -> dict[str, Any]:
        """A file as lists show it; the length is a string, as recorded."""
        item: dict[str, Any] = {
            "name": name,
            "url": f"{self.url}/{name}",
            "isDirectory": path.is_dir(),
        }
        if item["isDirectory"]:
            return item
        facts = path.lstat()
        properties = {
            "lastModified": agent_time(_time(facts.st_mtime)),
            "contentLength": str(facts.st_size),
            "contentType": content_type(path),
        }
        if self.windows:
            properties = {"creationTime": agent_time(_time(facts.st_ctime)), **properties}
        else:
            properties["fileMode"] = oct(facts.st_mode)
        return item | {"properties": properties}


def _walk(root: Path, *, recursive: bool) -> Iterator[Path]:
    """What is below a directory, or only in it; links are not followed."""
    with suppress(OSError):
        for path in list(root.iterdir()):
            yield path
            if recursive and path.is_dir() and not path.is_symlink():
                yield from _walk(path, recursive=True)


def _delete_directory(path: Path, *, recursive: bool) -> None:
    if recursive:
        shutil.rmtree(path)
        return
    try:
        path.rmdir()
    except OSError:
        reason = "The directory is not empty"
        raise BatchError("OperationInvalidForCurrentState", ("Reason", reason)) from None


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def content_type(path: Path) -> str:
    """Text for what is called so, and bytes for the rest."""
    return "text/plain" if path.suffix in {".txt", ".log"} else "application/octet-stream"


def read_range(path: Path, asked: str) -> bytes:
    """A file's bytes, all or those of `bytes=FIRST-LAST`; 404 or 416 InvalidRange."""
    if not path.is_file():  # a directory, or a pipe that nobody writes to
        raise BatchError("FileNotFound")
    if not asked:
        return path.read_bytes()
    found = RANGE.fullmatch(asked.strip())
    size = path.stat().st_size
    if not found or int(found[1]) >= size or (found[2] and int(found[2]) < int(found[1])):
        raise BatchError("InvalidRange")
    with path.open("rb") as file:
        file.seek(int(found[1]))
        return file.read(int(found[2]) - int(found[1]) + 1 if found[2] else -1)
