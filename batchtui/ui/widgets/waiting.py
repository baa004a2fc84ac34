"""Shows that something is being waited for."""

from textual.widgets import Static

_SECONDS = 0.25  # a few bytes each: it may have to cross a slow link
_DOTS = 5


class Waiting(Static):
    """A dot that wanders, in one colour of the theme: Textual's own mixes colours of its own."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._place = 0

    def on_mount(self) -> None:
        """Begin to wander."""
        self._draw()
        self.set_interval(_SECONDS, self._draw)

    def _draw(self) -> None:
        dots = ["·"] * _DOTS
        dots[self._place] = "●"
        self._place = (self._place + 1) % _DOTS
        self.update(" ".join(dots))
