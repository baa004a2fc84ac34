"""What every fault of a request is."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Self

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Act(ABC):
    """What a fault does to a request; `settings` are the names of what it may be told."""

    settings: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """The act that a rule describes; 400 when it can't be."""
        del body
        return cls()

    @abstractmethod
    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request in place of its handler, which may be asked."""
