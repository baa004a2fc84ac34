"""How many calls a service takes at the same time, found out as they are made. Pure."""


class Pace:
    """Half as many after it asked for patience, one more for each round that it took."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._now = float(most)

    @property
    def at_once(self) -> int:
        """How many calls may be under way now: one at least."""
        return int(self._now)

    def slower(self) -> None:
        """It asked for patience."""
        self._now = max(1.0, self._now / 2)

    def faster(self) -> None:
        """It took a call: after as many as are under way at once, there may be one more."""
        self._now = min(float(self.most), self._now + 1 / self._now)
