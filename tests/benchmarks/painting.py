"""Applications whose frames are drawn whole, into memory instead of a terminal.

Textual's own headless mode leaves out the last step, from segments to what a terminal reads.
"""

import asyncio
import time
from contextlib import asynccontextmanager

from textual import events
from textual.drivers.headless_driver import HeadlessDriver

SIZE = (120, 40)
REST = 0.03  # s between keys: more than a frame, so that none waits for the one before


class MemoryDriver(HeadlessDriver):
    """Takes frames as a terminal does; `written` counts their characters."""

    written = 0

    @property
    def is_headless(self):
        return False

    def write(self, data):
        self.written += len(data)


class Painted:
    """Mixed into an app: tells when frames are written."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.driver_class = MemoryDriver
        self._frame = asyncio.Event()

    def post_display_hook(self):
        self._frame.set()

    async def quiet(self):
        """Wait until there has been no frame for a while."""
        while True:
            self._frame.clear()
            try:
                await asyncio.wait_for(self._frame.wait(), 0.2)
            except TimeoutError:
                return

    async def until(self, condition):
        """Wait for the frame after which something is so."""
        self._frame.clear()
        while not condition():
            await self._frame.wait()
            self._frame.clear()

    async def until_painted(self, act):
        """Do something; returns the seconds until the frame that shows it was written."""
        written = self._driver.written
        started = time.perf_counter()
        act()
        await self.until(lambda: self._driver.written > written)
        return time.perf_counter() - started

    async def press(self, key, times):
        """Press a key so many times; returns for each the seconds until its frame."""
        took = []
        for _ in range(times):
            await asyncio.sleep(REST)
            message = events.Key(key, None)
            took.append(await self.until_painted(lambda m=message: self._driver.process_message(m)))
        return took


@asynccontextmanager
async def running(app):
    """An app that runs and has drawn itself."""
    ended = asyncio.create_task(app.run_async(size=SIZE))
    await app.until(lambda: app._driver and app._driver.written)
    await app.quiet()
    try:
        with app._context():
            yield app
    finally:
        app.exit()
        await ended
