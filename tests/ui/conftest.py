"""The app on a real emulator, driven by Textual's pilot."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from batchtui.access.accounts import Account
from batchtui.config import Paths, Settings
from batchtui.emulator import Options, serve
from batchtui.session import Accounts
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.screens.pools import PoolsScreen

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)


def screen_text(app):
    """What is on screen, as text; lines without their trailing blanks."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot, condition, what, seconds=20.0):
    """Let the app run until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not in {seconds} s: {what}\n{screen_text(pilot.app)}")
        await pilot.pause(0.02)


async def until_shown(pilot, text, seconds=20.0):
    """Let the app run until a text is on screen."""
    await until(pilot, lambda: text in screen_text(pilot.app), f"{text!r} on screen", seconds)


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path / "config", tmp_path / "data", tmp_path / "log")


@pytest.fixture
def settings():
    return Settings(node_user="op-test", refresh_seconds=1.0)


@pytest.fixture
async def emulator():
    async with serve(Options(seed="demo", clock="fast", random_seed=7)) as running:
        yield running


@pytest.fixture
def accounts(paths, settings):
    return Accounts(paths, settings)


@asynccontextmanager
async def running_app(accounts, *, size=(80, 24), **how):
    """The app under a pilot; whatever it still does is ended with it."""
    app = BatchtuiApp(accounts, **how)
    async with app.run_test(size=size) as pilot:
        yield pilot
    await asyncio.sleep(0)


@pytest.fixture
async def pilot(emulator, accounts):
    """The app with the emulator's account opened: it shows the pools."""
    account = Account("demo", emulator.account, emulator.endpoint, source="demo")
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until(
            pilot,
            lambda: isinstance(pilot.app.screen, PoolsScreen) and pilot.app.screen.table.rows,
            "pools",
        )
        yield pilot
