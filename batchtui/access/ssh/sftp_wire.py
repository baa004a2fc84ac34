"""SFTP version 3 as bytes (source: draft-ietf-secsh-filexfer-02). Pure."""

import struct
from collections.abc import Iterator
from enum import IntEnum

from batchtui.access.entry import Entry, kind_of

VERSION = 3


class Kind(IntEnum):
    """What a packet is."""

    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    SETSTAT = 9
    FSETSTAT = 10
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    MKDIR = 14
    RMDIR = 15
    REALPATH = 16
    STAT = 17
    RENAME = 18
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED = 200
    EXTENDED_REPLY = 201


class Status(IntEnum):
    """What a server says of what it was asked for."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    NO_CONNECTION = 6
    CONNECTION_LOST = 7
    OP_UNSUPPORTED = 8


READ, WRITE, CREATE, TRUNCATE = 0x01, 0x02, 0x08, 0x10

_SIZE, _OWNER, _MODE, _TIMES, _EXTENDED = 0x1, 0x2, 0x4, 0x8, 0x80000000


class MalformedError(Exception):
    """A packet that isn't what it should be."""


def number(value: int) -> bytes:
    """Four bytes."""
    return struct.pack(">I", value)


def long(value: int) -> bytes:
    """Eight bytes."""
    return struct.pack(">Q", value)


def text(value: str | bytes) -> bytes:
    """A string with its length before; names that aren't UTF-8 are what they were."""
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    return number(len(data)) + data


def attributes(
    *, size: int | None = None, mode: int | None = None, modified: int | None = None
) -> bytes:
    """What is to be set; a time of change stands for that of access, too."""
    flags, parts = 0, b""
    if size is not None:
        flags, parts = flags | _SIZE, parts + long(size)
    if mode is not None:
        flags, parts = flags | _MODE, parts + number(mode)
    if modified is not None:
        seconds = max(0, min(modified, 0xFFFFFFFF))
        flags, parts = flags | _TIMES, parts + number(seconds) * 2
    return number(flags) + parts


class Packet:
    """An answer, read from its beginning on; MalformedError where it ends too early."""

    def __init__(self, kind: int, data: bytes) -> None:
        self.kind = kind
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self._at + count
        if end > len(self._data):
            raise MalformedError
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def number(self) -> int:
        """The next number of four bytes."""
        return int.from_bytes(self.take(4), "big")

    def long(self) -> int:
        """The next number of eight bytes."""
        return int.from_bytes(self.take(8), "big")

    def string(self) -> bytes:
        """The next string."""
        return self.take(self.number())

    def text(self) -> str:
        """The next string as text; what isn't UTF-8 in it comes back as it was by `text()`."""
        return self.string().decode("utf-8", "surrogateescape")

    def entry(self, name: str) -> Entry:
        """The next attributes, as those of what is called so."""
        flags, size, mode, modified = self.number(), 0, None, None
        if flags & _SIZE:
            size = self.long()
        if flags & _OWNER:
            self.take(8)
        if flags & _MODE:
            mode = self.number()
        if flags & _TIMES:
            self.take(4)
            modified = self.number()
        if flags & _EXTENDED:
            for _ in range(self.number()):
                self.string()
                self.string()
        return Entry(name, "special" if mode is None else kind_of(mode), size, modified, mode)

    def pairs(self) -> Iterator[tuple[str, bytes]]:
        """Names and values up to the end, such as a server's extensions."""
        while self._at < len(self._data):
            yield self.text(), self.string()
