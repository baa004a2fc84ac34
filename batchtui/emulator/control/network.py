"""Faults of networks and proxies: late, broken or foreign answers.

`at` says when: at the `request`, before anything is done, or at the `answer`, when all is done
and the client doesn't learn of it.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from aiohttp import web

from batchtui.emulator.bodies import read
from batchtui.emulator.control.act import Act, Handler
from batchtui.emulator.control.connection import JSON, body_of, close, opened, reset, stay

DAY = 86400.0
PIECES = 20
SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"


def read_at(body: Mapping[str, Any]) -> bool:
    """Whether the fault comes once the request was served."""
    return read.choice(body, "at", "request", "request", "answer") == "answer"


@dataclass(frozen=True)
class Delay(Act):
    """Answers after some seconds of the wall clock."""

    settings: ClassVar = frozenset({"seconds", "at"})
    seconds: float
    served: bool

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """`seconds`, and `at`."""
        return cls(read.decimal(body, "seconds", least=0.0, most=DAY), read_at(body))

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Wait before or after the request is served; nobody is answered who has gone."""
        if self.served:
            response = await handler(request)
            return response if await stay(request, self.seconds) else reset(request)
        return await handler(request) if await stay(request, self.seconds) else reset(request)


@dataclass(frozen=True)
class Unanswered(Act):
    """Does what was asked, or not even that, and doesn't answer."""

    settings: ClassVar = frozenset({"at"})
    served: bool

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """`at`."""
        return cls(read_at(body))


class Hang(Unanswered):
    """Never answers; ends with its client or the emulator."""

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Wait until somebody gives up."""
        if self.served:
            await handler(request)
        await stay(request)
        return reset(request)


class Reset(Unanswered):
    """Resets the connection, before anything is done or after the answer's headers."""

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Reset it; headers that were sent before still reach the client."""
        if self.served:
            response = await handler(request)
            if not response.prepared:
                await opened(request, response, 1)
        return reset(request)


class Piecemeal(Act):
    """Sends an answer's head, and its body otherwise; an answer without a body is left alone."""

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Serve the request, and send what came of it."""
        response = await handler(request)
        body = await body_of(response)
        if body is None:
            return response
        return await self.send(request, await opened(request, response, len(body)), body)

    @abstractmethod
    async def send(
        self, request: web.Request, stream: web.StreamResponse, body: bytes
    ) -> web.StreamResponse:
        """Send of the body what is to be sent."""


@dataclass(frozen=True)
class Cut(Piecemeal):
    """Closes the connection in the middle of the body, or after so many bytes of it."""

    settings: ClassVar = frozenset({"bytes"})
    length: int

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """`bytes`, by default half of them."""
        return cls(read.number(body, "bytes", least=0, most=2**31, default=-1))

    async def send(
        self, request: web.Request, stream: web.StreamResponse, body: bytes
    ) -> web.StreamResponse:
        """Send a part of it, never the whole."""
        most = len(body) // 2 if self.length < 0 else self.length
        await stream.write(body[: min(most, len(body) - 1)])
        close(request)
        return stream


@dataclass(frozen=True)
class Slow(Piecemeal):
    """Lets the body trickle."""

    settings: ClassVar = frozenset({"seconds"})
    seconds: float

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """`seconds` that the body takes."""
        return cls(read.decimal(body, "seconds", least=0.0, most=DAY))

    async def send(
        self, request: web.Request, stream: web.StreamResponse, body: bytes
    ) -> web.StreamResponse:
        """Send it in small pieces, all of it, unless the client goes."""
        size = -(-len(body) // PIECES)
        for at in range(0, len(body), size):
            if not await stay(request, self.seconds / PIECES):
                return reset(request)
            await stream.write(body[at : at + size])
        return stream


@dataclass(frozen=True)
class Malformed(Act):
    """Answers with half of the JSON, as whole as HTTP can tell."""

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Half of the body; what isn't JSON is left alone."""
        response = await handler(request)
        if isinstance(response, web.Response) and response.content_type == JSON:
            body = await body_of(response) or b""
            response.body = body[: len(body) // 2]
        return response


@dataclass(frozen=True)
class ContentType(Act):
    """Answers with a page for people, as proxies do that want a sign-in."""

    settings: ClassVar = frozenset({"status", "body"})
    status: int
    page: str

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """`status`, by default 200, and `body`, by default a sign-in page."""
        status = read.number(body, "status", least=200, most=599, default=200)
        return cls(status, read.text(body, "body", SIGN_IN))

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The page, with none of the service's headers; nothing is done."""
        del request, handler
        return web.Response(status=self.status, text=self.page, content_type="text/html")
