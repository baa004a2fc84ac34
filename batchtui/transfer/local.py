"""The files of this machine. Everything here blocks."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.access.entry import Entry, kind_of
from batchtui.errors import DiskFullError, FileError, NoSuchFileError, NotAllowedError
from batchtui.transfer.names import check_local_name

_CHUNK = 1 << 20
_PRIVATE = 0o600
_FULL = {errno.ENOSPC, errno.EDQUOT}


class LocalFiles:
    """A Store: what whoever runs the program sees here."""

    name = "This machine"
    refuses = ""

    def home(self) -> str:
        """Where the program was started."""
        return str(Path.cwd())

    def join(self, folder: str, name: str) -> str:
        """The path of something in a folder."""
        return os.path.join(folder, name)  # noqa: PTH118 - paths of stores are text

    def parent(self, path: str) -> str:
        """The folder that something is in."""
        return str(Path(path).parent)

    def check_name(self, name: str) -> None:
        """FileError if a file here can't or shouldn't be called so."""
        check_local_name(name, windows=sys.platform == "win32")

    def look(self, path: str, *, follow: bool = False) -> Entry | None:
        """What is there, if anything."""
        try:
            with _explained(path):
                facts = Path(path).stat(follow_symlinks=follow)
        except NoSuchFileError:
            return None
        return _entry(Path(path).name, facts)

    def entries(self, folder: str) -> list[Entry]:
        """What is in a folder; what goes meanwhile is left out."""
        found = []
        with _explained(folder), os.scandir(folder) as listed:
            for each in listed:
                try:
                    found.append(_entry(each.name, each.stat(follow_symlinks=False)))
                except FileNotFoundError:
                    continue
        return found

    def read(self, path: str, offset: int = 0, most: int | None = None) -> Generator[bytes]:
        """A file's content from a byte on, to its end or so many bytes."""
        with _explained(path), Path(path).open("rb") as file:
            file.seek(offset)
            while most is None or most > 0:
                data = file.read(_CHUNK if most is None else min(_CHUNK, most))
                if not data:
                    return
                most = None if most is None else most - len(data)
                yield data

    def write(
        self, path: str, chunks: Iterable[bytes], offset: int, told: Callable[[int], None]
    ) -> None:
        """Write a file from a byte on; a new one is readable by its owner only."""
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
        with _explained(path):
            # A part is never written through a link that somebody put there.
            file = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), _PRIVATE)
        with os.fdopen(file, "wb") as opened:
            with _explained(path):
                opened.truncate(offset)
                opened.seek(offset)
            # What the other side raises is its own.
            for chunk in chunks:
                with _explained(path):
                    opened.write(chunk)
                    opened.flush()
                told(len(chunk))

    def make_folder(self, path: str) -> None:
        """Make a folder."""
        with _explained(path):
            Path(path).mkdir()

    def remove(self, path: str) -> None:
        """Remove a file, or a link itself."""
        with _explained(path):
            Path(path).unlink()

    def remove_folder(self, path: str) -> None:
        """Remove a folder, which must be empty."""
        with _explained(path):
            Path(path).rmdir()

    def move(self, path: str, to: str) -> None:
        """Give something another path; a file that has that is replaced."""
        with _explained(to):
            Path(path).replace(to)

    def finish(self, path: str, entry: Entry, to: str) -> None:
        """Give a file the permissions and time of change of another one, and its place."""
        with _explained(path):
            if entry.permissions is not None:
                Path(path).chmod(entry.permissions)
            if entry.modified is not None:
                os.utime(path, (entry.modified, entry.modified))
        self.move(path, to)

    def close(self) -> None:
        """There is nothing to close."""


def _entry(name: str, facts: os.stat_result) -> Entry:
    mode = facts.st_mode
    size = facts.st_size if stat.S_ISREG(mode) else 0
    return Entry(name, kind_of(mode), size, int(facts.st_mtime), mode)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Raise what the system raises as errors of ours."""
    try:
        yield
    except FileNotFoundError as error:
        raise NoSuchFileError(f"There is no {path} on this machine.") from error
    except PermissionError as error:
        raise NotAllowedError(f"This machine doesn't let you at {path}.") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        if isinstance(error, OSError) and error.errno in _FULL:
            raise DiskFullError(f"This machine has no room for {path}: {why}.") from error
        raise FileError(f"{path} can't be used: {why}.") from error
