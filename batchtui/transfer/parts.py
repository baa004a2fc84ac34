"""Files that are there in part only: what they are called, and how much of them counts. Pure."""

from collections.abc import Mapping
from hashlib import blake2s

from batchtui.access.entry import Entry

_END = ".part"
_MOST = 200  # bytes of a name, so that there is room for what follows


def part_name(entry: Entry) -> str:
    """What a file is called until all of it is there.

    It names the file's size and time, so that a part is gone on with only if the file is still
    the one that it was: whatever clock the other side has, and however the copying ended.
    """
    which = f"{entry.size} {entry.modified}".encode()
    name = entry.name.encode("utf-8", "surrogateescape")[:_MOST].decode("utf-8", "ignore")
    return f"{name}.{blake2s(which, digest_size=4).hexdigest()}{_END}"


def part_size(entry: Entry, there: Mapping[str, Entry]) -> int:
    """How many bytes of a file are there already, in a folder that has `there`."""
    part = there.get(part_name(entry))
    if part is None or part.kind != "file" or part.size > entry.size:
        return 0
    # A file of which no time is known may have become another one of the same size.
    return part.size if entry.modified is not None else 0
