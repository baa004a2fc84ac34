"""What each screen looks like in each theme: as maps of styles, and measured.

`--snapshot-update` writes the maps anew, as it does for the screens as text.
"""

import string
from itertools import chain

import pytest
from colours import PALETTES, contrast, of_sixteen
from driving import screen_strips, screen_text, until, until_shown
from pictures import VIEWS, world
from rich.cells import cell_len
from rich.color import blend_rgb
from textual._ansi_theme import DEFAULT_TERMINAL_THEME
from textual.widgets import Input, TextArea

from batchtui.ui.themes import load_themes, themes_folder

THEMES = {theme.name: theme for theme in load_themes([themes_folder()])[0]}
COLUMNS = ("dark", "light", "NO_COLOR")
DRAWN = ("batchtui-dark", "batchtui-light")
LETTERS = string.ascii_letters + string.digits
ATTRIBUTES = ("bold", "dim", "italic", "underline", "strike", "reverse")
SIZES = [(60, 15), (20, 5), (1, 1), (80, 24)]


def cells(app):
    """The screen's cells, row by row: a character and its style."""
    return [
        [
            (letter, segment.style)
            for segment in strip
            for letter in segment.text
            for _cell in range(cell_len(letter))
        ]
        for strip in screen_strips(app)
    ]


async def show(pilot, theme):
    """Put on a theme, and wait until every screen has it."""
    app = pilot.app
    app.theme = theme
    await pilot.pause()
    await until(
        pilot,
        lambda: (
            {screen._css_update_count for screen in app.screen_stack} == {app._css_update_count}
        ),
        theme,
    )
    await pilot.pause()


async def opened(view, pilot):
    """Go to a view, and let nothing blink."""
    await view(pilot)
    typed_into = [*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)]
    for blinking in typed_into:
        blinking.cursor_blink = False
    await pilot.pause()
    for steady in typed_into:
        # One that got the focus just now would wait for its first blink.
        steady._cursor_visible = steady.has_focus
    await pilot.pause()


# Maps of styles


def name_of(letter, style):
    """A style in words; of a blank only what can be seen of it."""
    names = [name for name in ATTRIBUTES if getattr(style, name)]
    if letter == " ":
        names = [name for name in names if name in {"underline", "reverse"}]
    back = style.bgcolor and style.bgcolor.triplet
    fore = style.color and style.color.triplet
    if fore and letter != " ":
        names.insert(0, fore.hex)
    if back:
        names.insert(1 if fore and letter != " " else 0, f"on {back.hex}")
    return " ".join(names) or "plain"


def drawn(looks):
    """A legend, and for each row the looks that follow each other in it, however long each is.

    Where texts begin and end is what the screens as text are for.
    """
    rows = [
        list(runs(zip(*in_each, strict=True))) or [("",) * len(COLUMNS)]
        for in_each in zip(*looks, strict=True)
    ]
    letters = dict(zip(dict.fromkeys(chain(*rows)), LETTERS, strict=False))
    widths = [max(len(look[place]) for look in letters) for place in range(len(COLUMNS))]
    legend = [
        " ".join([letter, *(f" {part:<{width}}" for part, width in zip(look, widths, strict=True))])
        for look, letter in {COLUMNS: " ", **letters}.items()
    ]
    picture = ["".join(letters[look] for look in row) for row in rows]
    return "\n".join(line.rstrip() for line in [*legend, "", *picture])


def runs(places):
    """How the cells of a row look, one after the other; blanks belong to what is before them."""
    last, area = None, None
    for place in places:
        here = tuple(name_of(" ", style) for _letter, style in place)
        look = tuple(name_of(*cell) for cell in place)
        if look != last and not (place[0][0] == " " and here == area):
            yield look
            last = look
        area = here


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
async def test_looks(view, paths, screens, monkeypatch):
    looks = []
    async with world(paths, size=(80, 24)) as pilot:
        await opened(view, pilot)
        text = screen_text(pilot.app)
        for theme in THEMES.values():
            await show(pilot, theme.name)
            assert screen_text(pilot.app) == text
            measure(theme, own_cells(pilot.app))
            if theme.name in DRAWN:
                looks.append(cells(pilot.app))
    monkeypatch.setenv("NO_COLOR", "1")
    async with world(paths, size=(80, 24)) as pilot:
        await opened(view, pilot)
        looks.append(cells(pilot.app))
        for _letter, style in chain(*looks[-1]):
            assert not (style and (style.color or style.bgcolor))
        await tiny_for_a_while(pilot)
    assert drawn(looks) == screens


async def tiny_for_a_while(pilot):
    """No size ends the program, and going back shows what was there."""
    text = screen_text(pilot.app)
    for size in SIZES:
        await pilot.resize_terminal(*size)
        await pilot.pause()
    assert screen_text(pilot.app) == text


async def test_the_palette_can_be_read_in_each_theme(paths):
    async with world(paths, size=(80, 24)) as pilot:
        for theme in THEMES.values():
            await show(pilot, theme.name)
            await pilot.press("ctrl+p")
            await until_shown(pilot, "Turn the order round")
            measure(theme, own_cells(pilot.app))
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1, "the screen below")


# Measures


def own_cells(app):
    """The cells of what is on top, without the screen below that shows through."""
    return {
        (letter, style)
        for y, row in enumerate(cells(app))
        for x, (letter, style) in enumerate(row)
        if letter.strip() and app.screen.get_widget_at(x, y)[0] is not app.screen
    }


def measure(theme, looks):
    """Every text must stand out from its background, and an ANSI theme has nothing mixed."""
    if theme.ansi:
        mixed = {style for _, style in looks if not of_sixteen(style.color, style.bgcolor)}
        assert not mixed, (theme.name, mixed)
    least = 7.0 if theme.name == "batchtui-high-contrast" else 4.5
    palettes = PALETTES[theme.dark] if theme.ansi else {"itself": DEFAULT_TERMINAL_THEME}
    faint = {
        (str(style), palette, round(found, 1)): letter
        for letter, style in looks
        for palette, colours in palettes.items()
        if (found := contrast(*on_screen(style, colours))) < needed(letter, style, least)
    }
    assert not faint, (theme.name, faint)


def needed(letter, style, least):
    """Lines need less than text (WCAG 2.2, 1.4.11), and so does what a terminal makes dim."""
    return 3.0 if "\u2500" <= letter <= "\u259f" or style.dim else least


def on_screen(style, palette):
    """The colours of text and background in a terminal with a palette."""
    fore, back = style.color, style.bgcolor
    fore = fore.get_truecolor(palette) if fore else palette.foreground_color
    back = back.get_truecolor(palette, foreground=False) if back else palette.background_color
    if style.reverse:
        fore, back = back, fore
    return (blend_rgb(fore, back) if style.dim else fore), back
