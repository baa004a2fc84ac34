"""Blocking calls that may never come back, awaited."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

_Result = TypeVar("_Result")


async def in_thread(function: Callable[[], _Result]) -> _Result:
    """Await a blocking call in a thread of its own; cancelling leaves it behind.

    Not asyncio.to_thread: the end of the program waits for its threads, and a keyring that
    hangs would keep the program from ending.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Result] = loop.create_future()

    def settle(result: _Result | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            failure = error
        # The loop may have ended meanwhile: nobody waits then.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name=f"batchtui {function.__qualname__}", daemon=True).start()
    return await future
