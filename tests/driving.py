"""Driving the app with Textual's pilot."""

import asyncio
import re
import time
from contextlib import asynccontextmanager

import pytest
from textual._context import visible_screen_stack
from textual.widgets import TextArea

from batchtui.ui.app import BatchtuiApp
from batchtui.ui.screens.nodes import NodesScreen


def screen_strips(app):
    """What is on screen, line by line, with what shows through from the screens below."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips(app.size)


def screen_text(app):
    """What is on screen, as text; lines without their trailing blanks."""
    return "\n".join(
        "".join(segment.text for segment in strip).rstrip() for strip in screen_strips(app)
    )


async def until(pilot, condition, what, seconds=20.0):
    """Let the app run until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not in {seconds} s: {what}\n{screen_text(pilot.app)}")
        await pilot.pause(0.02)


async def until_shown(pilot, text, seconds=20.0):
    """Let the app run until a text is on screen, wherever its lines are broken."""
    wanted = squeezed(text)
    await until(
        pilot, lambda: wanted in squeezed(screen_text(pilot.app)), f"{text!r} on screen", seconds
    )


def squeezed(text):
    """A text without blanks and frames."""
    return re.sub(r"[\s│]+", "", text)


async def open_nodes(pilot, pool):
    """From the pools to the nodes of one: their screen."""
    pilot.app.screen.table.move_to(pool)
    await pilot.press("enter")
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, NodesScreen) and pilot.app.screen.table.rows,
        f"nodes of {pool}",
    )
    return pilot.app.screen


async def fill(pilot, **fields):
    """Put values into fields of the form that is open."""
    for name, value in fields.items():
        field = pilot.app.screen.query_one(f"#{name}")
        if isinstance(field, TextArea):
            field.text = value
        else:
            field.value = value
    await pilot.pause()


@asynccontextmanager
async def running_app(accounts, *, size=(80, 24), **how):
    """The app under a pilot; whatever it still does is ended with it."""
    app = BatchtuiApp(accounts, **how)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield pilot
    await asyncio.sleep(0)
