"""Faults of the service itself: refusals, a wrong clock, and pages that lead nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

import orjson
from aiohttp import web

from batchtui.emulator.bodies import read
from batchtui.emulator.control.act import Act, Handler
from batchtui.emulator.control.connection import JSON, body_of
from batchtui.emulator.errors import CODES, BatchError, bad_property
from batchtui.emulator.times import http_date
from batchtui.emulator.tokens import expired
from batchtui.emulator.wire import write_json

# What a request is refused with, and how far off the service's clock is for it.
REFUSAL: web.RequestKey[Exception] = web.RequestKey("refusal", Exception)
SKEW: web.RequestKey[timedelta] = web.RequestKey("skew", timedelta)
MOST_SKEW = 10 * 365 * 86400
LOST = "lost"
USUAL = {
    400: "InvalidRequestBody",
    401: "InvalidAuthenticationInfo",
    403: "Forbidden",
    404: "ResourceNotFound",
    409: "OperationInvalidForCurrentState",
    412: "ConditionNotMet",
    413: "RequestBodyTooLarge",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServerBusy",
}
JUST_NOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Status(Act):
    """Refuses the request with an error of the service's shape."""

    settings: ClassVar = frozenset({"status", "code", "message", "values", "retryAfter"})
    status: int
    code: str
    message: str
    values: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """`status`; `code`, `message` and `values` as far as they aren't usual; `retryAfter`."""
        status = read.number(body, "status", least=400, most=599)
        code = read.text(body, "code", USUAL.get(status, ""))
        if not code:
            raise bad_property("status", status, "No code goes without saying: give one as code")
        message = read.text(body, "message", CODES.get(code, (status, code))[1])
        values = tuple(
            (read.text(item, "key"), read.text(item, "value"))
            for item in read.objects(body, "values")
        )
        wait = read.number(body, "retryAfter", least=0, most=86400, default=-1)
        return cls(status, code, message, values, {"Retry-After": str(wait)} if wait >= 0 else {})

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The error; nothing is done."""
        request[REFUSAL] = BatchError(
            self.code, *self.values, status=self.status, message=self.message, headers=self.headers
        )
        return await handler(request)


@dataclass(frozen=True)
class ExpiredToken(Act):
    """Refuses a request as when its bearer token is over."""

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """401 as for any token that was good until now, also for who has none."""
        now = datetime.now(UTC)
        request[REFUSAL] = expired(now - JUST_NOW, now)
        return await handler(request)


@dataclass(frozen=True)
class Skew(Act):
    """Lets the service's clock be off: its Date, and what it compares a request's date with."""

    settings: ClassVar = frozenset({"seconds"})
    seconds: float

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """`seconds` that the service is ahead of the client; behind, when below 0."""
        return cls(read.decimal(body, "seconds", least=-MOST_SKEW, most=MOST_SKEW))

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Serve the request at the wrong time."""
        request[SKEW] = timedelta(seconds=self.seconds)
        response = await handler(request)
        if not response.prepared:
            response.headers["Date"] = http_date(datetime.now(UTC) + skew_of(request))
        return response


def skew_of(request: web.Request) -> timedelta:
    """How far the service's clock is ahead of the wall's for a request."""
    skew: timedelta = request.get(SKEW, timedelta())
    return skew


@dataclass(frozen=True)
class Loop(Act):
    """Lets a page be followed by itself."""

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The page with a link to itself; what is no list is left alone."""
        return await relinked(await handler(request), str(request.url))


@dataclass(frozen=True)
class LostPage(Act):
    """Lets a page be followed by one that isn't there."""

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The page with a link to nowhere; what is no list is left alone."""
        version = request.query.get("api-version", "")
        link = request.url.with_query({"api-version": version, "$skiptoken": LOST})
        return await relinked(await handler(request), str(link))


async def relinked(response: web.StreamResponse, link: str) -> web.StreamResponse:
    """A page of a list with another link to the next one, as either service names it."""
    if isinstance(response, web.Response) and response.content_type == JSON:
        body = orjson.loads(await body_of(response) or b"{}")
        if isinstance(body.get("value"), list):
            body["odata.nextLink" if "odata.metadata" in body else "nextLink"] = link
            response.body = write_json(body)
    return response


def check_command(request: web.Request) -> None:
    """Refuse what a fault says is refused, and 404 for the page that another fault lost.

    What is refused is a BatchError, or a TokenError in place of the token's own check.
    """
    if error := request.get(REFUSAL):
        raise error
    if request.query.get("$skiptoken") == LOST:
        raise BatchError("ResourceNotFound")
