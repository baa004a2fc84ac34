"""What the service says is full of markup, escapes, emoji and words without end: on screen."""

from asyncio import to_thread

import pytest
from driving import fill, open_nodes, until
from nasty import NASTY
from rich.cells import cell_len
from wcwidth import wcwidth

from batchtui.access.channel import Exit
from batchtui.access.last_words import last_lines
from batchtui.access.visit import Visit
from batchtui.emulator.control.client import clear, inject
from batchtui.ui.dialogs.notice import Notice
from batchtui.ui.dialogs.shell_ended import ShellEnded
from batchtui.ui.screens.pools import PoolsScreen
from batchtui.visible import visible

# What HTTP takes along in JSON.
WORDS = [word for word in NASTY if word.isprintable() or word.encode(errors="ignore")]


def check_lines(app):
    """Every line takes the screen's width, in any terminal, and nothing in it is unseen."""
    for strip in app.screen._compositor.render_strips(app.size):
        text = "".join(segment.text for segment in strip)
        assert cell_len(text) == app.size.width
        assert sum(wcwidth(each) for each in text) == app.size.width
        assert visible(text).replace("\u3000", " ") == text.replace("\u3000", " ")


@pytest.fixture
def settings(settings):
    from dataclasses import replace

    return replace(settings, refresh_seconds=0.0, service_retries=0)


async def refuse(emulator, word, **where):
    await to_thread(clear, emulator)
    message = word.encode(errors="replace").decode()
    rule = {"do": "status", "status": 400, "code": "Odd", "message": message}
    await to_thread(inject, emulator, **where, **rule)


async def test_a_status_line_shows_them_harmlessly(pilot, emulator):
    screen = await open_nodes(pilot, "licence-check")
    await until(pilot, lambda: not screen._in_flight, "all nodes")
    for word in WORDS:
        await refuse(emulator, word, path="/pools/*/nodes")
        screen.say("")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.query_one("#message").has_class("-bad"), "a sentence")
        await pilot.pause()
        check_lines(pilot.app)
        screen.crumbs = (word, word)
        screen.query_one("TitleBar").crumbs = screen.crumbs
        screen.note(word)
        await pilot.pause()
        check_lines(pilot.app)


async def test_the_end_of_a_shell_is_told_harmlessly(pilot):
    for word in WORDS:
        said = last_lines(f"\x1b]52;c;aGk=\x07{word}\r\n{word}")
        ended = Exit(None, signal=word, why=word, said=said)
        dialog = ShellEnded(Visit("tvmps_1_d", ended, 3))
        pilot.app.push_screen(dialog)
        await until(pilot, lambda shown=dialog: pilot.app.screen is shown, "the dialog")
        await pilot.pause()
        check_lines(pilot.app)
        await pilot.press("escape")
        await until(pilot, lambda shown=dialog: pilot.app.screen is not shown, "its end")


async def test_a_dialog_shows_them_harmlessly(pilot, emulator):
    pools = pilot.app.screen
    pools.table.move_to("render-linux")
    await pilot.press("r")
    await until(pilot, lambda: not isinstance(pilot.app.screen, PoolsScreen), "the form")
    await pilot.pause()
    form = pilot.app.screen
    await fill(pilot, dedicated="7")
    for word in WORDS:
        await refuse(emulator, word, method="POST", path="/pools/*/resize")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pilot.app.screen is not form, "the review")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, Notice), "the refusal")
        await pilot.pause()
        check_lines(pilot.app)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is form, "the form")
