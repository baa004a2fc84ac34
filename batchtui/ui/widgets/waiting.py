"""Shows that something is being waited for, and for how long already."""

from time import monotonic

from textual.widgets import Static

from batchtui.words import spell

_SECONDS = 0.25  # a few bytes each: it may have to cross a slow link
_DOTS = 5
# What takes less isn't counted.
_FIRST_COUNTED = 3


class Waiting(Static):
    """A dot that wanders, in one colour of the theme: Textual's own mixes colours of its own."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._place = 0
        self._since = monotonic()

    def on_mount(self) -> None:
        """Begin to wander."""
        self._draw()
        self.set_interval(_SECONDS, self._draw)

    def restart(self) -> None:
        """Count from now on."""
        self._since = monotonic()

    def _draw(self) -> None:
        dots = ["·"] * _DOTS
        dots[self._place] = "●"
        self._place = (self._place + 1) % _DOTS
        waited = monotonic() - self._since
        counted = f"  {spell(waited)}" if waited >= _FIRST_COUNTED else ""
        self.update(" ".join(dots) + counted)
