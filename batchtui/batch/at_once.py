"""Several questions asked at the same time, but not all of them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


async def as_they_come(
    calls: Iterable[Callable[[], Coroutine[Any, Any, Answer]]], at_once: int
) -> AsyncGenerator[Answer]:
    """What the calls answer, in the order of their answers; the first failure ends them all."""
    left = iter(calls)
    tasks: set[asyncio.Task[Answer]] = set()
    try:
        while True:
            while len(tasks) < at_once and (call := next(left, None)):
                tasks.add(asyncio.create_task(call()))
            if not tasks:
                return
            done, _running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            answered = done.pop()
            tasks.remove(answered)
            yield answered.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
