"""What files can be listed in, and copied from and to: this machine, a node, the service."""

from collections.abc import Callable, Generator, Iterable
from typing import Protocol

from batchtui.access.entry import Entry


class Store(Protocol):
    """Files somewhere; every call blocks, and is for one thread at a time.

    What fails is a FileError, or whatever else may happen on the way there. `name` says in
    sentences where it is, and `refuses` why nothing can be changed there, or nothing.
    """

    @property
    def name(self) -> str:
        """What it is called in sentences."""

    @property
    def refuses(self) -> str:
        """Why nothing can be changed in it; empty if it can."""

    def home(self) -> str:
        """The folder to begin with."""

    def join(self, folder: str, name: str) -> str:
        """The path of something in a folder."""

    def parent(self, path: str) -> str:
        """The folder that something is in; of the uppermost one itself."""

    def check_name(self, name: str) -> None:
        """FileError if nothing there may be called so; names come from elsewhere."""

    def look(self, path: str, *, follow: bool = False) -> Entry | None:
        """What is there, if anything; a link itself unless it is to be followed."""

    def entries(self, folder: str) -> list[Entry]:
        """What is in a folder."""

    def read(self, path: str, offset: int = 0, most: int | None = None) -> Generator[bytes]:
        """A file's content from a byte on, to its end or so many bytes."""

    def write(
        self, path: str, chunks: Iterable[bytes], offset: int, told: Callable[[int], None]
    ) -> None:
        """Write a file from a byte on; what is there after a failure is whole.

        `told` hears of how many more bytes are there.
        """

    def make_folder(self, path: str) -> None:
        """Make a folder."""

    def remove(self, path: str) -> None:
        """Remove a file, or a link itself."""

    def remove_folder(self, path: str) -> None:
        """Remove a folder, which must be empty."""

    def move(self, path: str, to: str) -> None:
        """Give something another path; a file that has that is replaced."""

    def finish(self, path: str, entry: Entry, to: str) -> None:
        """Give a file the permissions and time of change of another one, and its place."""

    def close(self) -> None:
        """Be done with it, also from another thread: what is under way fails."""
