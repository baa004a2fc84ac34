"""Copying in a thread, from a loop that may have enough of it at any moment."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from batchtui.access.threads import in_thread
from batchtui.errors import BatchtuiError
from batchtui.transfer.copying import Copying
from batchtui.transfer.store import Store


async def in_stoppable_thread(
    function: Callable[[], object], copying: Copying, *stores: Store
) -> None:
    """Await a part of the copying; cancelling stops it, also where nothing comes any more."""
    try:
        await in_thread(function)
    except asyncio.CancelledError:
        copying.stop()
        for store in stores:
            with suppress(BatchtuiError):
                store.close()
        raise
