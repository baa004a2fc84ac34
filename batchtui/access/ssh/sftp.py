"""Files of a node, over a connection to it. Everything here blocks."""

import posixpath
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress

import paramiko

from batchtui.access.entry import Entry
from batchtui.access.ssh import sftp_wire as wire
from batchtui.access.ssh.sftp_packets import WINDOW, Packets
from batchtui.access.ssh.sftp_wire import Kind, MalformedError, Packet, Status
from batchtui.errors import (
    ConnectionLostError,
    DiskFullError,
    FileError,
    NoSuchFileError,
    NotAllowedError,
)

_RENAME = "posix-rename@openssh.com"
_ROOM = "statvfs@openssh.com"
_PRIVATE = 0o600
_FULL = ("no space", "disk full", "quota")  # as servers say it, where they do


class Sftp:
    """The files of a node, as the user sees them who is logged in; for one thread at a time.

    Paths are absolute, or start in the user's home. Whatever fails is a FileError or, where the
    connection is gone, a ConnectionLostError.
    """

    refuses = ""

    def __init__(self, channel: paramiko.Channel, name: str) -> None:
        """`name` is what the node is called in sentences."""
        self.name = name
        self._packets = Packets(channel, name)

    def close(self) -> None:
        """End it, also from another thread: what is under way fails."""
        self._packets.close()

    # Paths

    def home(self) -> str:
        """Where the user is after the login."""
        return self._path(Kind.REALPATH, ".")

    def join(self, folder: str, name: str) -> str:
        """The path of something in a folder."""
        return posixpath.join(folder, name)

    def parent(self, path: str) -> str:
        """The folder that something is in."""
        return posixpath.dirname(path.rstrip("/")) or "/"

    def check_name(self, name: str) -> None:
        """FileError if nothing there can be called so."""
        if name in {"", ".", ".."} or "/" in name or "\0" in name:
            raise FileError(f"Nothing on {self.name} can be called {name!r}.")

    # What there is

    def look(self, path: str, *, follow: bool = False) -> Entry | None:
        """What is there, if anything; a link itself unless it is to be followed."""
        try:
            packet = self._ask(Kind.STAT if follow else Kind.LSTAT, path)
        except NoSuchFileError:
            return None
        with self._reading():
            return packet.entry(posixpath.basename(path))

    def entries(self, folder: str) -> list[Entry]:
        """What is in a folder."""
        found: list[Entry] = []
        with self._open(Kind.OPENDIR, folder) as handle:
            # The next part is on its way while one is read.
            parts = deque(self._packets.ask(Kind.READDIR, handle) for _ in range(2))
            try:
                while page := self._page(parts.popleft(), folder):
                    found += page
                    parts.append(self._packets.ask(Kind.READDIR, handle))
            finally:
                for request in parts:
                    self._packets.forget(request)
        return [entry for entry in found if entry.name not in {".", ".."}]

    def _page(self, request: int, folder: str) -> list[Entry]:
        packet = self._packets.answer(request)
        with self._reading():
            if packet.kind == Kind.NAME:
                return [self._named(packet) for _ in range(packet.number())]
            self._check(packet, folder)
        return []

    def _named(self, packet: Packet) -> Entry:
        name = packet.text()
        packet.string()  # the same for people
        return packet.entry(name)

    # Content

    def read(self, path: str, offset: int = 0, most: int | None = None) -> Generator[bytes]:
        """A file's content from a byte on, up to the size that it has now, or `most` bytes.

        Whoever knows how many there are saves a round trip.
        """
        with self._open(Kind.OPEN, path, wire.number(wire.READ), wire.attributes()) as handle:
            # What the system makes up as it is read, as in /proc, has no size.
            end = offset + most if most is not None else self._size(handle, path) or None
            yield from self._read_ahead(path, handle, offset, end)

    def _size(self, handle: bytes, path: str) -> int:
        packet = self._packets.answer(self._packets.ask(Kind.FSTAT, handle))
        with self._reading():
            self._check(packet, path, Kind.ATTRS)
            return packet.entry("").size

    def _read_ahead(
        self, path: str, handle: bytes, offset: int, end: int | None
    ) -> Iterator[bytes]:
        """Ask for the parts long before they are read, for as much as there is a window for."""
        most = self._packets.most_read
        many = max(1, WINDOW // most) if end is not None else 1
        asked: deque[tuple[int, int, int]] = deque()

        def ask(start: int, length: int) -> tuple[int, int, int]:
            where = (handle, wire.long(start), wire.number(length))
            return self._packets.ask(Kind.READ, *where), start, length

        try:
            while True:
                while len(asked) < many and (end is None or offset < end):
                    length = most if end is None else min(most, end - offset)
                    asked.append(ask(offset, length))
                    offset += length
                if not asked:
                    return
                request, start, length = asked.popleft()
                data = self._data(request, path)
                if not data:
                    return
                if len(data) < length and end is None:
                    offset = start + len(data)
                elif len(data) < length:
                    asked.appendleft(ask(start + len(data), length - len(data)))
                yield data
        finally:
            for request, _start, _length in asked:
                self._packets.forget(request)

    def _data(self, request: int, path: str) -> bytes:
        packet = self._packets.answer(request)
        with self._reading():
            if packet.kind == Kind.DATA:
                return packet.string()
            self._check(packet, path)
        return b""

    def write(
        self, path: str, chunks: Iterable[bytes], offset: int, told: Callable[[int], None]
    ) -> None:
        """Write a file from a byte on, without waiting for each part: a new one if that is 0.

        `told` hears of how many more bytes the node has. What it has after a failure is whole.
        """
        flags = wire.WRITE | wire.CREATE | (0 if offset else wire.TRUNCATE)
        how = (wire.number(flags), wire.attributes(mode=_PRIVATE))
        asked: deque[tuple[int, int]] = deque()
        # Some disks, such as those of other machines, say only at the end that they are full.
        with self._open(Kind.OPEN, path, *how, checked=True) as handle:
            most = max(1, WINDOW // self._packets.most_written)
            written = offset

            def settle(left: int) -> None:
                nonlocal written
                while len(asked) > left:
                    request, length = asked.popleft()
                    self._check(self._packets.answer(request), path)
                    written += length
                    told(length)

            try:
                for chunk in self._cut(chunks):
                    where = (handle, wire.long(offset), wire.text(chunk))
                    asked.append((self._packets.ask(Kind.WRITE, *where), len(chunk)))
                    offset += len(chunk)
                    settle(most)
                settle(0)
            except FileError as error:
                self._keep_whole(path, handle, written)
                raise self._why_not_written(error, path) from error

    def _cut(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        most = self._packets.most_written
        for chunk in chunks:
            for start in range(0, len(chunk), most):
                yield chunk[start : start + most]

    def _keep_whole(self, path: str, handle: bytes, size: int) -> None:
        """What came behind a part that was refused may have been taken: cut it off."""
        with suppress(FileError, ConnectionLostError):
            request = self._packets.ask(Kind.FSETSTAT, handle, wire.attributes(size=size))
            self._check(self._packets.answer(request), path)

    # Changes

    def make_folder(self, path: str) -> None:
        """Make a folder."""
        self._do(Kind.MKDIR, path, wire.attributes())

    def remove(self, path: str) -> None:
        """Remove a file, or a link itself."""
        self._do(Kind.REMOVE, path)

    def remove_folder(self, path: str) -> None:
        """Remove a folder, which must be empty."""
        self._do(Kind.RMDIR, path)

    def move(self, path: str, to: str) -> None:
        """Give something another path; a file that has that is replaced."""
        self._check(self._packets.answer(self._ask_to_move(path, to)), to)

    def finish(self, path: str, entry: Entry, to: str) -> None:
        """Give a file the permissions and time of another one, and its place; in one round trip."""
        attributes = wire.attributes(mode=entry.permissions, modified=entry.modified)
        setting = self._packets.ask(Kind.SETSTAT, wire.text(path), attributes)
        moving = self._ask_to_move(path, to)
        set_, moved = self._packets.answer(setting), self._packets.answer(moving)
        self._check(moved, to)
        self._check(set_, to)

    def _ask_to_move(self, path: str, to: str) -> int:
        paths = (wire.text(path), wire.text(to))
        if _RENAME in self._packets.extensions:
            return self._packets.ask(Kind.EXTENDED, wire.text(_RENAME), *paths)
        # Version 3 itself replaces nothing.
        there = self.look(to)
        if there is not None and there.kind != "folder":
            self.remove(to)
        return self._packets.ask(Kind.RENAME, *paths)

    # How it is said

    def _path(self, kind: Kind, path: str) -> str:
        packet = self._ask(kind, path)
        with self._reading():
            if not packet.number():
                raise MalformedError
            return packet.text()

    @contextmanager
    def _open(self, kind: Kind, path: str, *more: bytes, checked: bool = False) -> Iterator[bytes]:
        """Something open for a while; if that is `checked`, also closing it must work out."""
        packet = self._ask(kind, path, *more)
        with self._reading():
            handle = wire.text(packet.string())
        try:
            yield handle
        except BaseException:
            self._close(handle)
            raise
        if checked:
            self._check(self._packets.answer(self._packets.ask(Kind.CLOSE, handle)), path)
        else:
            self._close(handle)

    def _close(self, handle: bytes) -> None:
        """Nobody waits for what is said of it."""
        with suppress(ConnectionLostError):
            self._packets.forget(self._packets.ask(Kind.CLOSE, handle))

    def _do(self, kind: Kind, path: str, *more: bytes) -> None:
        self._ask(kind, path, *more)

    def _ask(self, kind: Kind, path: str, *more: bytes) -> Packet:
        packet = self._packets.answer(self._packets.ask(kind, wire.text(path), *more))
        if packet.kind == Kind.STATUS:
            self._check(packet, path)
        return packet

    def _check(self, packet: Packet, path: str, wanted: Kind = Kind.STATUS) -> None:
        """Raise what the server says went wrong, if anything; the end of something is nothing."""
        if packet.kind != Kind.STATUS:
            if packet.kind != wanted:
                raise self._packets.nonsense()
            return
        with self._reading():
            code = packet.number()
            said = packet.text() if code not in {Status.OK, Status.EOF} else ""
        if code not in {Status.OK, Status.EOF}:
            raise self._refusal(code, said, path)

    def _refusal(self, code: int, said: str, path: str) -> Exception:
        if code in {Status.NO_CONNECTION, Status.CONNECTION_LOST}:
            return self._packets.lost()
        if code == Status.NO_SUCH_FILE:
            return NoSuchFileError(f"There is no {path} on {self.name}.")
        if code == Status.PERMISSION_DENIED:
            return NotAllowedError(f"{self.name} doesn't let this user at {path}.")
        if any(words in said.lower() for words in _FULL):
            return DiskFullError(f"{self.name} has no room for {path}: {said}.")
        return FileError(f"{self.name} refuses {path}: {said or f'status {code}'}.")

    def _why_not_written(self, error: FileError, path: str) -> FileError:
        """OpenSSH's server says no more of a full disk than that it failed."""
        if type(error) is not FileError:
            return error
        with suppress(FileError):
            if self._room(self.parent(path)) == 0:
                return DiskFullError(f"The disk of {self.name} is full: no room for {path}.")
        return FileError(error.message, advice="Its disk may be full, or the user's quota reached.")

    def _room(self, folder: str) -> int | None:
        """How many blocks are free for this user; None if it isn't told.

        Source: OpenSSH's PROTOCOL, section 4.3.
        """
        if _ROOM not in self._packets.extensions:
            return None
        request = self._packets.ask(Kind.EXTENDED, wire.text(_ROOM), wire.text(folder))
        packet = self._packets.answer(request)
        with self._reading():
            self._check(packet, folder, Kind.EXTENDED_REPLY)
            *_, available = [packet.long() for _ in range(5)]
        return available

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except MalformedError:
            raise self._packets.nonsense() from None
