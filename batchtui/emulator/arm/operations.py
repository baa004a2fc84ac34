"""What goes on after a 202, by the id in its Location."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

MOST = 200

Answer = Callable[[web.Request], web.Response]


@dataclass
class Operation:
    """Something that goes on; `answer` is what a poll gets once it is over."""

    answer: Answer | None = None


@dataclass
class Operations:
    """What went on lately."""

    _found: dict[str, Operation] = field(default_factory=dict)

    def begin(self, operation_id: str) -> Operation:
        """A new operation; the oldest is forgotten when there are too many."""
        if len(self._found) >= MOST:
            del self._found[next(iter(self._found))]
        return self._found.setdefault(operation_id, Operation())

    def find(self, operation_id: str) -> Operation | None:
        """An operation by its id, or None."""
        return self._found.get(operation_id)
