"""A node's files as the service has them: to look at and to fetch, where there is no SSH."""

import asyncio
import posixpath
from collections.abc import Callable, Coroutine, Generator, Iterable
from concurrent.futures import CancelledError, Future
from typing import Any, NoReturn, TypeVar

from batchtui.access.entry import Entry
from batchtui.batch.files import Files, NodeFile
from batchtui.errors import FileError, NoSuchFileError, NotFoundError

_PART = 4 << 20  # bytes that are asked for at once
_ROOT = "/"
_FETCHED_ONLY = "The service lets nobody change a node's files: they can be fetched."

_Answer = TypeVar("_Answer")


class ServiceFiles:
    """A Store whose calls block while the loop that it was made in asks the service.

    Its paths begin at the node's root directory and have slashes, also on Windows.
    """

    refuses = _FETCHED_ONLY

    def __init__(
        self, files: Files, pool_id: str, node_id: str, name: str, *, windows: bool
    ) -> None:
        """`name` is what the node is called in sentences."""
        self.name = name
        self._files = files
        self._pool_id = pool_id
        self._node_id = node_id
        self._windows = windows
        self._loop = asyncio.get_running_loop()
        self._asked: Future[Any] | None = None

    def home(self) -> str:
        """The node's root directory, as tasks have it in AZ_BATCH_NODE_ROOT_DIR."""
        return _ROOT

    def join(self, folder: str, name: str) -> str:
        """The path of something in a folder."""
        return posixpath.join(folder, name)

    def parent(self, path: str) -> str:
        """The folder that something is in."""
        return posixpath.dirname(path)

    def check_name(self, name: str) -> None:
        """FileError if nothing there may be called so."""
        if name in {"", ".", ".."} or "/" in name:
            raise FileError(f"Nothing on {self.name} can be called {name!r}.")

    def look(self, path: str, *, follow: bool = False) -> Entry | None:
        """What is there, if anything; the service knows of no links."""
        del follow
        if path == _ROOT:
            return Entry("", "folder")
        name = posixpath.basename(path)
        return next((each for each in self.entries(self.parent(path)) if each.name == name), None)

    def entries(self, folder: str) -> list[Entry]:
        """What is in a folder."""
        return self._ask(self._entries(folder))

    async def _entries(self, folder: str) -> list[Entry]:
        start = "" if folder == _ROOT else self._its_name(folder) + self._slash
        found = {}
        async for page in self._files.below(self._pool_id, self._node_id, start):
            for file in page:
                name = file.name.removeprefix(start)
                # Those of its folders come along.
                if name and self._slash not in name:
                    found[name] = _entry(name, file)
        return list(found.values())

    def read(self, path: str, offset: int = 0, most: int | None = None) -> Generator[bytes]:
        """A file's content from a byte on, a request for each part of it."""
        name = self._its_name(path)
        while most is None or most > 0:
            length = _PART if most is None else min(_PART, most)
            part = self._files.part(self._pool_id, self._node_id, name, offset, length)
            data = self._ask(part)
            if data:
                yield data
            if len(data) < length:
                return
            offset += len(data)
            most = None if most is None else most - len(data)

    def write(
        self, path: str, chunks: Iterable[bytes], offset: int, told: Callable[[int], None]
    ) -> None:
        """Nothing is written."""
        del path, chunks, offset, told
        self._refuse()

    def make_folder(self, path: str) -> None:
        """Nothing is made."""
        del path
        self._refuse()

    def remove(self, path: str) -> None:
        """Nothing is removed."""
        del path
        self._refuse()

    def remove_folder(self, path: str) -> None:
        """Nothing is removed."""
        del path
        self._refuse()

    def move(self, path: str, to: str) -> None:
        """Nothing is moved."""
        del path, to
        self._refuse()

    def finish(self, path: str, entry: Entry, to: str) -> None:
        """Nothing is changed."""
        del path, entry, to
        self._refuse()

    def close(self) -> None:
        """Wait no longer for what was asked."""
        if self._asked is not None:
            self._asked.cancel()

    @property
    def _slash(self) -> str:
        return "\\" if self._windows else "/"

    def _its_name(self, path: str) -> str:
        return path.removeprefix(_ROOT).replace("/", self._slash)

    def _ask(self, call: Coroutine[Any, Any, _Answer]) -> _Answer:
        asked = asyncio.run_coroutine_threadsafe(call, self._loop)
        self._asked = asked
        try:
            return asked.result()
        except CancelledError:
            raise FileError("It was given up.") from None
        except NotFoundError as error:
            raise NoSuchFileError(f"{error.message} It isn't on {self.name}.") from error

    def _refuse(self) -> NoReturn:
        raise FileError(_FETCHED_ONLY)


def _entry(name: str, file: NodeFile) -> Entry:
    return Entry(
        name,
        "folder" if file.folder else "file",
        file.size,
        int(file.modified.timestamp()) if file.modified else None,
        file.mode,
    )
