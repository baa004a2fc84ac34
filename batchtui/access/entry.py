"""What a folder holds, here or on a node. Pure."""

import stat
from dataclasses import dataclass
from typing import Literal

Kind = Literal["file", "folder", "link", "special"]

_PERMISSIONS = 0o777  # without those that let a program run as somebody else


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, a folder, a symbolic link, or something special such as a device.

    `size` is in bytes, `modified` in seconds since 1970; both, and the `mode`, may not be known.
    """

    name: str
    kind: Kind
    size: int = 0
    modified: int | None = None
    mode: int | None = None

    @property
    def permissions(self) -> int | None:
        """Who may read, write and run it."""
        return None if self.mode is None else self.mode & _PERMISSIONS

    def same_as(self, other: "Entry") -> bool:
        """Whether both are likely to be the same file: of one size, and changed at one time."""
        return (
            self.kind == other.kind == "file"
            and self.modified is not None
            and (self.size, self.modified) == (other.size, other.modified)
        )


def kind_of(mode: int) -> Kind:
    """What a mode, as `stat` tells it, says that something is."""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "special"
