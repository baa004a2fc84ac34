"""Copying in a thread, from a loop that may have enough of it at any moment."""

import asyncio
import threading
from collections.abc import Callable

from batchtui.access.threads import in_thread
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
        let_go(*stores)
        raise


def let_go(*stores: Store) -> None:
    """Close stores, and wait for nothing: over a link that hangs even that takes its time."""

    def close() -> None:
        for store in stores:
            store.close()

    threading.Thread(target=close, name="batchtui files", daemon=True).start()
