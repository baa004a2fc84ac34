"""The ledger, written by many at the same time."""

import asyncio

from batchtui.access.ledger import Change, Ledger


class LedgerWriter:
    """Writes what comes while it writes in one go, as soon as it can.

    The file is written whole: once for each of many users would cost the square of their number.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Change, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, change: Change) -> None:
        """Write a change, and come back when it is on disk; ConfigError if it can't be."""
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((change, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await written

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                changes = [change for change, _written in batch]
                writing = asyncio.to_thread(self._ledger.write, changes)
                [failure] = await asyncio.gather(writing, return_exceptions=True)
                for _change, written in batch:
                    _settle(written, failure)
        finally:
            self._writing = None


def _settle(written: asyncio.Future[None], failure: BaseException | None) -> None:
    if written.done():  # whoever waited was cancelled
        return
    if failure is None:
        written.set_result(None)
    else:
        written.set_exception(failure)
