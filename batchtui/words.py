"""Words for screens: how long ago something was, and how many there are. Pure."""

import re
from datetime import datetime

_PERIOD = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?")
_KIBI = 1024
# Each unit of time in seconds, and the next smaller one.
_UNITS = ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))


def duration(seconds: float) -> str:
    """A length of time in at most five characters: 8s, 12m, 3h05, 6d."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}"
    return f"{whole // 86400}d"


def spell(seconds: float) -> str:
    """A length of time by its two largest units, in words: 4 s, 2 min 5 s, 3 h 5 min, 6 d 1 h."""
    whole = max(0, int(seconds))
    for size, unit, smaller, its_unit in _UNITS:
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {unit}" + f" {rest} {its_unit}" * bool(rest)
    return f"{whole} s"


def age(since: datetime | None, now: datetime) -> str:
    """How long ago a moment was, or nothing if it isn't known."""
    return duration((now - since).total_seconds()) if since else ""


def moment(when: datetime | None) -> str:
    """A time in UTC to the second, or a dash."""
    return when.strftime("%Y-%m-%d %H:%M:%S UTC") if when else "–"


def period(text: str) -> str:
    """A length of time as the service writes it (`PT1H30M`), in words; another text as it is."""
    found = _PERIOD.fullmatch(text)
    parts = zip(found.groups(), ("d", "h", "min", "s"), strict=True) if found else ()
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or text


def short_node_id(node_id: str) -> str:
    """A node's id as its first eight digits and its kind: `17d22162_d`."""
    parts = node_id.split("_")
    if len(parts) == 3 and len(parts[1]) > 8:
        return f"{parts[1][:8]}_{parts[2]}"
    return node_id


def plural(count: int, noun: str) -> str:
    """`1 node`, `2 nodes`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def byte_size(count: float) -> str:
    """A number of bytes in a few characters: 512 B, 1.5 KiB, 20 MiB."""
    units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while count >= _KIBI and len(units) > 1:
        count /= _KIBI
        del units[0]
    digits = 1 if units[0] != "B" and count < 10 else 0
    return f"{count:.{digits}f} {units[0]}"
