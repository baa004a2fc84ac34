"""A worker that goes on while its widget is being removed finds everything, or stops."""

import asyncio
import inspect

import pytest
from textual.app import App
from textual.widgets import Static
from textual.worker import WorkerState

from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.screens.base import HouseScreen


class Lasting(Static):
    """A child that lets the worker go on when its sibling is gone, and stays for a while."""

    async def on_unmount(self):
        for _ in range(50):
            await asyncio.sleep(0)
        assert not self.screen.query("#first")
        self.screen.go_on.set()
        for _ in range(50):
            await asyncio.sleep(0)


class _Working:
    def on_mount(self):
        self.go_on = asyncio.Event()
        self.worker = self.run_worker(self.work())

    def compose_body(self):
        yield Static(id="first")
        yield Lasting()

    async def work(self):
        await self.go_on.wait()
        self.query_one("#first")


class WorkingScreen(_Working, HouseScreen):
    pass


class WorkingDialog(_Working, Dialog):
    pass


@pytest.mark.parametrize("screen", [WorkingScreen, WorkingDialog])
async def test_work_doesnt_outlive_what_it_works_on(screen):
    app = App()
    async with app.run_test() as pilot:
        working = screen()
        await app.push_screen(working)
        await pilot.pause()
        await app.pop_screen()
        await pilot.pause()
    assert working.worker.state is WorkerState.CANCELLED


async def test_work_that_never_began_leaves_nothing_behind():
    class Late(WorkingScreen):
        async def never(self):
            raise AssertionError

    app = App()
    async with app.run_test() as pilot:
        screen = Late()
        await app.push_screen(screen)
        await pilot.pause()
        begun = screen.never()
        screen.run_worker(begun)
        screen._end_work()
        assert inspect.getcoroutinestate(begun) == inspect.CORO_CLOSED
        await app.pop_screen()
