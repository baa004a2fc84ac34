"""A file to read: all of it, or its beginning and its end."""

from dataclasses import dataclass

from batchtui.errors import FileError, NoSuchFileError
from batchtui.transfer.store import Store

_MOST = 256 << 10  # bytes of the beginning, and as many of the end
_BINARY = b"\0"
_ROW = 16  # bytes of a line where they aren't text


@dataclass(frozen=True, slots=True)
class Glance:
    """What was read of a file, and how many bytes were left out between its two parts."""

    head: bytes
    tail: bytes = b""
    left_out: int = 0

    @property
    def lines(self) -> list[str]:
        r"""Its lines; what isn't UTF-8 is escaped (`\xff`), and what isn't text is in hex."""
        shown = _in_hex if _BINARY in self.head or _BINARY in self.tail else _as_text
        found = shown(self.head)
        if self.left_out:
            found += ["", f"… {self.left_out:,} bytes are left out here …", ""]
        return found + shown(self.tail)


def glance(store: Store, path: str) -> Glance:
    """Read what there is room for of a file; FileError if it is none."""
    entry = store.look(path, follow=True)
    if entry is None:
        raise NoSuchFileError(f"There is no {path} on {store.name} any more.")
    if entry.kind != "file":
        raise FileError(f"{path} isn't a file that could be read.")
    if entry.size <= 2 * _MOST:
        return Glance(b"".join(store.read(path, 0, 2 * _MOST)))
    start = entry.size - _MOST
    head = b"".join(store.read(path, 0, _MOST))
    return Glance(head, b"".join(store.read(path, start, _MOST)), start - _MOST)


def _as_text(data: bytes) -> list[str]:
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return text.removesuffix("\n").split("\n") if text else []


def _in_hex(data: bytes) -> list[str]:
    lines = []
    for start in range(0, len(data), _ROW):
        row = data[start : start + _ROW]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {row.hex(' '):<{3 * _ROW}} {letters}")
    return lines
