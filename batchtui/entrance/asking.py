"""How what blocks in a thread asks the operator, who is asked on the loop."""

import asyncio
import threading
from concurrent.futures import CancelledError, Future
from typing import Self

from batchtui.access.attempt import GivenUpError
from batchtui.access.operator import Operator, Question


class Asking:
    """An Ask for as long as somebody waits for what asks; then open questions go away."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self._loop = asyncio.get_running_loop()
        self._guard = threading.Lock()
        self._ended = False
        self._open: set[Future[list[str]]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._ended = True
            left = list(self._open)
        for asked in left:
            asked.cancel()

    def __call__(self, question: Question) -> list[str]:
        """Ask, from another thread than the loop's, and block until it is answered."""
        with self._guard:
            if self._ended:
                raise GivenUpError("Nobody waits for the answer any more.")
            asked = asyncio.run_coroutine_threadsafe(self._operator.ask(question), self._loop)
            self._open.add(asked)
        try:
            return asked.result()
        except CancelledError:
            raise GivenUpError("The question was taken back.") from None
        finally:
            with self._guard:
                self._open.discard(asked)
