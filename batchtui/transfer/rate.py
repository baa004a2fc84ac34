"""How fast something goes, and how long it still takes. Pure."""

from collections import deque

_SECONDS = 5.0  # that the rate is an average of
_UNITS = ("B", "KB", "MB", "GB", "TB")


class Rate:
    """Bytes a second over the last few seconds, told how many there are at which time."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def see(self, at: float, count: int) -> None:
        """So many bytes there are at a time in seconds."""
        self._seen.append((at, count))
        while len(self._seen) > 2 and self._seen[1][0] <= at - _SECONDS:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """Bytes a second; 0 while it isn't known."""
        if len(self._seen) < 2:
            return 0.0
        (start, before), (end, after) = self._seen[0], self._seen[-1]
        return (after - before) / (end - start) if end > start else 0.0

    def left(self, count: int) -> float | None:
        """How many seconds that many more bytes take; None if there is no telling."""
        rate = self.per_second
        return count / rate if rate > 0 else None


def amount(count: float) -> str:
    """A number of bytes in at most six characters: `980 B`, `1.2 MB`, `340 GB`."""
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    digits = 1 if unit and count < 9.95 else 0
    return f"{count:.{digits}f} {_UNITS[unit]}"
