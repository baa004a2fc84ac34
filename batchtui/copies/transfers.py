"""What is to be copied, one thing after the other, while the screen stays free for others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from batchtui.copies.order import Order
from batchtui.copies.running import in_stoppable_thread
from batchtui.copies.ways import Way
from batchtui.entrance import silent
from batchtui.errors import BatchtuiError
from batchtui.transfer.copying import Copying, Existing
from batchtui.transfer.local import LocalFiles
from batchtui.transfer.store import Store

# Asked once for all files whose places are taken; nothing if none of it is to be copied.
Ask = Callable[[Copying], Awaitable[Existing | None]]


class Transfers:
    """A queue of orders; `work` is for one task at a time."""

    def __init__(self, way: Way, ask: Ask, ended: Callable[[Order], None]) -> None:
        self.orders: list[Order] = []
        self.way = way
        self._ask = ask
        self._ended = ended
        self._waiting: deque[Order] = deque()
        self._some = asyncio.Event()
        self.current: Order | None = None

    @property
    def waiting(self) -> int:
        """How many orders wait for their turn."""
        return len(self._waiting)

    def add(self, order: Order) -> None:
        """Have something copied when it is its turn."""
        if order not in self.orders:
            self.orders.append(order)
        self._waiting.append(order)
        self._some.set()

    def retry(self) -> int:
        """Try again what failed, was stopped, or wasn't reached; returns how many orders."""
        again = [order for order in self.orders if order.may_go_on]
        for order in again:
            order.wait_again()
            self.add(order)
        return len(again)

    def stop(self) -> None:
        """Stop what is copied, and what waits; what is there of a file stays."""
        for order in self._waiting:
            order.copying.stop()
            order.end()
        self._waiting.clear()
        if self.current:
            self.current.copying.stop()

    async def work(self) -> None:
        """Copy what comes, until this is cancelled."""
        while True:
            await self._some.wait()
            if not self._waiting:
                self._some.clear()
                continue
            order = self._waiting.popleft()
            self.current = order
            failure = None
            try:
                await self._do(order)
            except BatchtuiError as error:
                failure = error
            finally:
                self.current = None
            order.end(failure)
            self._ended(order)

    async def _do(self, order: Order) -> None:
        order.state = "looking"
        copying = order.copying
        async with self._stores(order) as (source, target):
            await in_stoppable_thread(lambda: copying.look(source, target), copying, source, target)
            existing: Existing | None = "resume"
            if copying.plan.existing and not order.again:
                existing = await self._ask(copying)
            if existing is None or copying.stopped:
                copying.stop()
                return
            how = existing
            order.begin()
            await in_stoppable_thread(
                lambda: copying.run(source, target, how), copying, source, target
            )

    @asynccontextmanager
    async def _stores(self, order: Order) -> AsyncIterator[tuple[Store, Store]]:
        here = LocalFiles()
        async with self.way.opened(silent) as there:
            yield (here, there) if order.up else (there, here)
