"""A view that draws its lines itself, and anew only those that look other than on screen."""

from collections.abc import Callable

from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip


class DrawnLines(ScrollView):
    """Subclasses say what draws a line of the screen as it is now."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        # What is on screen, or will be with the next frame, and of which part it was drawn.
        self._lines: list[Strip] = []
        self._drawn: Region | None = None

    def _liner(self) -> Callable[[int], Strip]:
        """What draws the lines of the screen as it is now; asking for each line would be slow."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw those lines anew that look other than they do on screen."""
        before, drawn = self._lines, self._drawn
        self._draw()
        if self._drawn != drawn:
            self.refresh()
            return
        changed = [
            Region(0, y, self.size.width, 1)
            for y, (new, old) in enumerate(zip(self._lines, before, strict=True))
            if new is not old and new != old
        ]
        if changed:
            self.refresh(*changed)

    def _draw(self) -> None:
        line = self._liner()
        self._lines = [line(y) for y in range(self.size.height)]
        self._drawn = self._part()

    def _part(self) -> Region:
        """Which part of all lines is on screen."""
        return Region.from_offset(self.scroll_offset, self.size)

    def notify_style_update(self) -> None:
        """Another theme: draw all again."""
        self._drawn = None
        super().notify_style_update()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines that Textual asks for.

        Its own cache knows lines by their place on screen, through which rows are scrolled.
        """
        if self._drawn != self._part():
            self._draw()
        _base, background = self.background_colors
        strips = self._lines[crop.y : crop.bottom]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        return self._liner()(y)
