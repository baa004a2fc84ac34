"""What the program looks like: which themes there are, which is shown, and what is kept of it."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.theme import BUILTIN_THEMES

from batchtui.errors import BatchtuiError
from batchtui.ui.screens.base import say_on
from batchtui.ui.themes import ANSI, DARK, load_themes, themes_folder
from batchtui.visible import visible

if TYPE_CHECKING:
    from textual.app import App
    from textual.color import Color
    from textual.theme import Theme

    from batchtui.accounts import Accounts

_FEW_COLOURS = "standard"  # what Rich calls the sixteen of a terminal without more
_NOTICE = 15.0  # s that something is said at the start
NO_COLOUR = "NO_COLOR is set: themes have no colour to show."


def no_colour() -> bool:
    """Whether the environment asks for no colour at all (source: https://no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


class WithoutColour(LineFilter):
    """Takes colours out of what is drawn: an area of a colour of its own is shown reversed.

    Textual's own filters make greys of them, or ask for the default ones, which are colours too.
    """

    def apply(self, segments: list[Segment], background: "Color") -> list[Segment]:  # noqa: ARG002 - as its base
        """The same text; bold, dim and underline stay."""
        return [
            Segment(text, style and _without_colour(style), control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _without_colour(style: Style) -> Style:
    area = style.bgcolor is not None and not style.bgcolor.is_default
    # What a click means goes with the colours, too, and must not.
    return style.without_color + Style(reverse=area or style.reverse) + Style.from_meta(style.meta)


class Looks:
    """The themes of one app, and the one that it shows."""

    def __init__(self, app: "App[Any]", accounts: "Accounts") -> None:
        """Show the theme of the settings, or the one that suits the terminal."""
        self._app = app
        self._accounts = accounts
        self._ours: dict[str, Theme] = {}
        few_colours = no_colour() or app.console.color_system == _FEW_COLOURS
        usual, wanted = ANSI if few_colours else DARK, accounts.settings.theme
        self._take_in({usual, wanted})
        app.theme = wanted if wanted in self.names and not no_colour() else usual

    @property
    def names(self) -> list[str]:
        """The themes to choose from: ours and the user's, then Textual's."""
        return [*self._ours, *(name for name in BUILTIN_THEMES if name not in self._ours)]

    def _take_in(self, names: set[str] | None = None) -> list[str]:
        """Read themes, all or those that are named; returns what is wrong with the files."""
        themes, problems = load_themes([themes_folder(), self._accounts.themes], names)
        for theme in themes:
            if theme.name not in self._ours:
                self._app.register_theme(theme)
        self._ours = {theme.name: theme for theme in themes}
        return [str(problem) for problem in problems]

    def complete(self) -> None:
        """Read all other themes, and name what can't be used, above whatever screen there is.

        That is done after the first frame, which needs only one.
        """
        problems = self._take_in()
        wanted = self._accounts.settings.theme
        if wanted and wanted not in self.names and not no_colour():
            problems.append(self._unknown(wanted))
        for problem in problems:
            self._app.notify(visible(problem), severity="warning", timeout=_NOTICE, markup=False)

    def _unknown(self, name: str) -> str:
        return f"There is no theme {visible(name)!r}. There are: {', '.join(self.names)}."

    def redraw(self, _theme: "Theme") -> None:
        """Draw everything anew: Textual does so only with what has another style itself."""
        for screen in self._app.screen_stack:
            for widget in screen.walk_children():
                widget.notify_style_update()
                widget.refresh()

    def command(self, name: str) -> None:
        """`:theme NAME` shows and keeps a theme, `:theme` opens the chooser."""
        if no_colour():
            say_on(self._app, NO_COLOUR, "warn")
        elif name in self.names:
            self._app.theme = name
            self._keep(name)
        elif name:
            say_on(self._app, self._unknown(name), "warn")
        else:
            from batchtui.ui.dialogs.choose_theme import ChooseTheme

            self._app.push_screen(ChooseTheme(self.names), self._chosen)

    def _chosen(self, name: str | None) -> None:
        if name:
            self._keep(name)

    def _keep(self, name: str) -> None:
        self._app.run_worker(self._write(name), exclusive=True, group="theme")

    async def _write(self, name: str) -> None:
        try:
            await self._accounts.keep_setting("theme", name)
        except BatchtuiError as error:
            say_on(self._app, f"The theme is {name} for this run only. {error}", "bad")
        else:
            say_on(self._app, f"The theme is {name}, also next time.", "good")
