"""Driving the app with Textual's pilot."""

import asyncio
import re
import time
from contextlib import asynccontextmanager

import pytest
from textual._context import visible_screen_stack
from textual.widgets import TextArea

from batchtui.access.accounts import Account
from batchtui.batch.fields import FIELDS, STEPS
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.screens.create_pool import CreatePoolScreen
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pool_steps import PoolStepsScreen
from batchtui.ui.screens.pools import PoolsScreen
from batchtui.ui.widgets.picker import Picker


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


async def open_form(pilot):
    """From the pools to the form that makes one: its screen."""
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, CreatePoolScreen), "the form")
    form = pilot.app.screen
    await until(pilot, lambda: form.shown_step and form.focused, "the first step")
    return form


async def go_to_step(pilot, step):
    """By keys from the step that is shown to another one of the form."""
    form = pilot.app.screen
    way = STEPS.index(step) - STEPS.index(form.here)
    await pilot.press(*["pagedown" if way > 0 else "pageup"] * abs(way))
    await until(pilot, lambda: _is_open(form, step), f"the step {step}")
    await pilot.pause()


def _is_open(form, step):
    shown = form.shown_step
    return form.here == step and shown is not None and shown.display and shown.is_mounted


async def choose_image(pilot, words):
    """In the form of a pool: choose the first image that the words find."""
    await go_to_step(pilot, "image")
    form = pilot.app.screen
    picker = form.query_one("#image", Picker)
    await until(pilot, lambda: picker.table.rows, "the images")
    form.query_one("#find-image").value = words
    await pilot.pause()
    await until(pilot, lambda: picker.table.current, f"an image for {words!r}")
    await pilot.press("enter")
    await until(pilot, lambda: form.here == "size" and _is_open(form, "size"), "the next step")


async def create(pilot):
    """Send the form of a pool: once more where warnings come before."""
    form = pilot.app.screen
    await pilot.press("ctrl+s")
    await pilot.pause()
    if pilot.app.screen is form and not form.sending:
        await until(pilot, lambda: _is_open(form, "review"), "the review")
        await pilot.press("ctrl+s")


async def fill(pilot, **fields):
    """Put values into fields of the form that is open, whatever step they are in."""
    for name, value in fields.items():
        screen = pilot.app.screen
        if isinstance(screen, PoolStepsScreen) and FIELDS[name].step != screen.here:
            await go_to_step(pilot, FIELDS[name].step)
        field = pilot.app.screen.query_one(f"#{name}")
        if isinstance(field, TextArea):
            field.text = value
        else:
            field.value = value
    await pilot.pause()


async def answer(pilot, **answers):
    """Give answers to the questions of the act whose dialog is open, by their names."""
    for name, value in answers.items():
        field = pilot.app.screen.query_one(f"#field-{name}")
        field.query_one("Input, Select").value = value
    await pilot.pause()


@asynccontextmanager
async def running_app(accounts, *, size=(80, 24), **how):
    """The app under a pilot; whatever it still does is ended with it."""
    app = BatchtuiApp(accounts, **how)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield pilot
    await asyncio.sleep(0)


@asynccontextmanager
async def on_pools(emulator, accounts, **more):
    """The app with the emulator's account opened: it shows the pools."""
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", **more)
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until(
            pilot,
            lambda: isinstance(pilot.app.screen, PoolsScreen) and pilot.app.screen.table.rows,
            "pools",
        )
        yield pilot
