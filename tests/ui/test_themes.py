"""`:theme`, the user's own themes, and what is shown where colours are few or unwanted."""

import pytest
from driving import running_app, screen_strips, screen_text, until, until_shown

from batchtui.accounts import Accounts
from batchtui.config import Settings
from batchtui.ui.dialogs.choose_theme import ChooseTheme


@pytest.fixture
async def pilot(paths):
    """The app on its first screen, in our dark theme."""
    async with running_app(Accounts(paths, Settings(theme="batchtui-dark"))) as pilot:
        yield pilot


async def command(pilot, line):
    await pilot.press("colon", *("space" if letter == " " else letter for letter in line), "enter")
    await pilot.pause()


async def choosing(pilot):
    await command(pilot, "theme")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChooseTheme), "the chooser")
    await pilot.pause()


def background(pilot):
    """What is behind the first screen's rows."""
    return pilot.app.screen_stack[0].styles.background.hex


async def test_the_theme_under_the_cursor_is_shown_and_enter_keeps_it(pilot, paths):
    paths.config.mkdir(parents=True)
    paths.settings.write_text("# Mine.\nnode_user_days = 2\n", encoding="utf-8")
    dark = background(pilot)
    await choosing(pilot)
    assert pilot.app.theme == "batchtui-dark"
    await pilot.press("down")
    await until(pilot, lambda: pilot.app.theme == "batchtui-high-contrast", "the next theme")
    await until(pilot, lambda: background(pilot) == "#000000" != dark, "it on the screen below")
    await pilot.press("enter")
    await until_shown(pilot, "The theme is batchtui-high-contrast, also next time.")
    assert Settings.load(paths.settings).theme == pilot.app.theme == "batchtui-high-contrast"
    assert paths.settings.read_text(encoding="utf-8").startswith("# Mine.\nnode_user_days = 2\n")


@pytest.mark.parametrize(("key", "back"), [("down", "up"), ("tab", "shift+tab"), ("j", "k")])
async def test_escape_goes_back_to_what_was_shown_before(pilot, paths, key, back):
    dark = background(pilot)
    await choosing(pilot)
    await pilot.press(key, key, back, key)
    await until(pilot, lambda: pilot.app.theme == "batchtui-light", "another theme")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.theme == "batchtui-dark", "the theme of before")
    await until(pilot, lambda: background(pilot) == dark, "its colours")
    assert not paths.settings.exists()


async def test_a_theme_is_named_on_the_command_line(pilot, paths):
    await command(pilot, "theme nord")
    await until_shown(pilot, "The theme is nord")
    assert Settings.load(paths.settings).theme == pilot.app.theme == "nord"


async def test_an_unknown_one_names_the_known_ones(pilot, paths):
    await command(pilot, "theme [/red]")
    await until_shown(pilot, "There is no theme '[/red]'. There are: batchtui-ansi-dark, batch")
    assert pilot.app.theme == "batchtui-dark"
    assert not paths.settings.exists()


async def test_a_theme_that_cant_be_kept_stays_for_this_run(pilot, paths):
    paths.config.write_text("no folder", encoding="utf-8")
    await command(pilot, "theme batchtui-light")
    await until_shown(pilot, "The theme is batchtui-light for this run only.")
    await until_shown(pilot, "settings.toml can't be written")
    assert pilot.app.theme == "batchtui-light"


def own_theme(paths, name, text):
    paths.themes.mkdir(parents=True, exist_ok=True)
    (paths.themes / f"{name}.toml").write_text(text, encoding="utf-8")


async def test_a_users_theme_is_there_and_a_broken_one_is_named(paths):
    own_theme(paths, "mine", 'primary = "#ff0000"\nbackground = "#010203"')
    own_theme(paths, "broken", 'primry = "#ff0000"')
    async with running_app(Accounts(paths, Settings(theme="mine")), size=(120, 40)) as pilot:
        await until_shown(pilot, "n adds one")
        assert (pilot.app.theme, background(pilot)) == ("mine", "#010203")
        await until(pilot, lambda: list(pilot.app._notifications), "a notice")
        # Its lines may be broken anywhere, as the path is of any length.
        (notice,) = pilot.app._notifications
        assert f"{paths.themes / 'broken.toml'} can't be used: it has no primary" in notice.message
        await choosing(pilot)
        assert "broken" not in screen_text(pilot.app).split("Theme")[-1].split()


async def test_an_unknown_theme_in_the_settings_is_named_and_the_usual_one_shown(
    paths, monkeypatch
):
    monkeypatch.setenv("TERM", "xterm-256color")
    settings = Settings(theme="batchtui-drak")
    async with running_app(Accounts(paths, settings), size=(120, 40)) as pilot:
        await until_shown(pilot, "There is no theme 'batchtui-drak'")
        assert pilot.app.theme == "batchtui-dark"


@pytest.mark.parametrize(
    ("term", "wanted", "theme"),
    [
        ("xterm-256color", "", "batchtui-dark"),
        ("xterm", "", "batchtui-ansi-dark"),
        ("linux", "", "batchtui-ansi-dark"),
        ("xterm", "batchtui-light", "batchtui-light"),
    ],
)
async def test_a_terminal_of_sixteen_colours_gets_its_own(paths, monkeypatch, term, wanted, theme):
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.setenv("TERM", term)
    async with running_app(Accounts(paths, Settings(theme=wanted))) as pilot:
        assert pilot.app.theme == theme


async def test_no_color_has_no_themes_and_says_so(paths, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with running_app(Accounts(paths, Settings(theme="batchtui-light"))) as pilot:
        await command(pilot, "theme batchtui-dark")
        await until_shown(pilot, "NO_COLOR is set: themes have no colour to show.")
    assert not paths.settings.exists()


async def test_an_empty_no_color_means_colours(paths, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "")
    async with running_app(Accounts(paths, Settings(theme="batchtui-light"))) as pilot:
        await until_shown(pilot, "n adds one")
        title = next(
            segment.style for segment in screen_strips(pilot.app)[0] if segment.text.strip()
        )
        assert title.bgcolor.triplet.hex == "#dde3e9"
