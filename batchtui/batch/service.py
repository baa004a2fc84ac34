"""The SDK's async client: opened late, closed for sure, its exceptions translated.

Reads go through the client's pipeline as JSON: its authentication, retries, proxy and logging
without its models, which cost most of a listing's time. Lists are streamed, since the pipeline
would parse what it reads itself. Importing azure takes a while, so it happens in a thread, the
first time that something is asked.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import msgspec

from batchtui.batch.models import Json
from batchtui.errors import ReadOnlyError, ServiceError

if TYPE_CHECKING:
    from azure.batch.aio import BatchClient
    from azure.core.rest import AsyncHttpResponse

Row = TypeVar("Row")

API_VERSION = "2025-06-01"
PAGE = 1000  # the most that a page may hold (source: SERVICE.md, trap 26)
_JSON = "application/json; odata=minimalmetadata"

_MOST_TO_CONNECT = 8.0  # s: the operator waits, so give up on a dead endpoint in seconds
# Whoever asks again anyway in a few seconds says at once what went wrong.
_NO_PATIENCE: dict[str, Any] = {"retry_total": 0}


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds an answer may take, and how often a request that failed is sent again."""

    seconds: float = 40.0  # the service itself takes up to 30 (source: SERVICE.md, trap 26)
    retries: int = 3

    def options(self) -> dict[str, Any]:
        """The same as the SDK's pipeline takes it."""
        return {
            "retry_total": self.retries,
            "retry_connect": min(1, self.retries),
            "retry_read": min(2, self.retries),
            "retry_status": self.retries,
            "retry_backoff_max": 20,
            "connection_timeout": min(_MOST_TO_CONNECT, self.seconds),
            "read_timeout": self.seconds,
        }


class BatchService:
    """One account of Azure Batch, reached with its shared key."""

    def __init__(
        self,
        endpoint: str,
        account: str,
        key: str,
        *,
        read_only: bool = False,
        patience: Patience | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.account = account
        self.read_only = read_only
        self.patience = patience or Patience()
        self._key = key
        self._client: BatchClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    def __repr__(self) -> str:
        return f"BatchService({self.endpoint!r}, {self.account!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def client(self) -> "BatchClient":
        """The SDK's own client, for its typed single calls."""
        async with self._opening:
            if self._closed:
                raise ServiceError("This account was closed.")
            if self._client is None:
                await asyncio.to_thread(import_azure)
            if self._closed:
                raise ServiceError("This account was closed.")
            if self._client is None:
                self._client = _make_client(
                    self.endpoint, self.account, self._key, self.patience.options()
                )
            return self._client

    async def close(self) -> None:
        """Close the connections; what is under way fails, what comes later is refused."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """GET a path of the account and read the answer as JSON."""
        return await self._send("GET", _url(path, query or {}))

    async def post(
        self, path: str, body: Json | None = None, *, match: str = "", retry: bool = True
    ) -> Json:
        """POST to an action, such as `/pools/p/resize`, and read what it answers, if anything.

        With `match`, an eTag: ChangedError if the resource has another one by now. Without
        `retry` whoever asks waits for a busy service, and says so.
        """
        return await self._send("POST", _url(path, {}), body, match, retry=retry)

    async def patch(self, path: str, body: Json, *, match: str = "") -> None:
        """PATCH what a JSON body names; `match` is as for `post`."""
        await self._send("PATCH", _url(path, {}), body, match)

    async def put(self, path: str, body: Json) -> None:
        """PUT a JSON body in the place of what is there."""
        await self._send("PUT", _url(path, {}), body)

    async def delete(self, path: str, *, retry: bool = True) -> None:
        """DELETE what a path names; `retry` is as for `post`."""
        await self._send("DELETE", _url(path, {}), retry=retry)

    def listing(
        self,
        path: str,
        query: Mapping[str, str],
        kind: type[Row],
        *,
        page: int = PAGE,
        retry: bool = True,
    ) -> "Listing[Row]":
        """A list, to be read page by page; without `retry` each failure is told at once."""
        return Listing(self, _url(path, {"maxresults": str(page), **query}), kind, retry=retry)

    def raws(self, path: str, fields: Iterable[str] = ()) -> "Listing[msgspec.Raw]":
        """A list whose rows are the JSON that the service sent; all fields, or only some."""
        return self.listing(path, select(fields), msgspec.Raw)

    async def pages(
        self, path: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[Sequence[Json]]:
        """The rows of a list as JSON, a page at a time, as the pages arrive."""
        listing = self.listing(path, query or {}, dict)
        while not listing.ended:
            yield await listing.next_page()

    async def rows(self, path: str, query: Mapping[str, str] | None = None) -> list[Json]:
        """The rows of a list, all pages of it."""
        return [row async for page in self.pages(path, query) for row in page]

    def opened(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> AbstractAsyncContextManager["AsyncHttpResponse"]:
        """The answer to a GET or HEAD before its body is read; it is closed in the end."""
        return self._opened(method, _url(path, {}), headers, retry=True)

    async def page(self, url: str, *, retry: bool) -> bytes:
        """GET a page of a list, not parsed by the pipeline; without `retry` a failure ends it."""
        json = {"Accept": "application/json"}
        async with self._opened("GET", url, json, retry=retry) as response:
            body: bytes = await response.read()
        return body

    @asynccontextmanager
    async def _opened(
        self, method: str, url: str, headers: Mapping[str, str], *, retry: bool
    ) -> AsyncIterator["AsyncHttpResponse"]:
        client = await self.client()
        from azure.core.rest import HttpRequest

        from batchtui.batch.translate import service_errors

        request = HttpRequest(method, url, headers=dict(headers))
        patience = {} if retry else _NO_PATIENCE
        with service_errors(self.endpoint, self.account):
            async with await client.send_request(request, stream=True, **patience) as response:
                response.raise_for_status()
                yield response

    def within(self, next_link: str) -> str:
        """A next page's link as it is; ServiceError if it leads away from the account.

        The request is signed with the account's key: it goes to the account, whoever asks.
        """
        if next_link and _origin(next_link) != _origin(self.endpoint):
            raise ServiceError(
                f"The next page of a list is said to be at {urlsplit(next_link).netloc}, "
                f"not at {urlsplit(self.endpoint).netloc}.",
                advice="Something between here and the service rewrites its answers.",
            )
        return next_link

    async def _send(
        self,
        method: str,
        url: str,
        body: Json | None = None,
        match: str = "",
        *,
        retry: bool = True,
    ) -> Json:
        if self.read_only and method != "GET":
            raise ReadOnlyError(
                f"The account {self.account} is read-only here: nothing was changed.",
                advice="The accounts file or the settings say so.",
            )
        client = await self.client()
        from azure.core.rest import HttpRequest

        from batchtui.batch.translate import service_errors
        from batchtui.batch.wire import read_object

        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = _JSON
        if match:
            headers["If-Match"] = match
        request = HttpRequest(method, url, headers=headers, json=body)
        patience = {} if retry else _NO_PATIENCE
        with service_errors(self.endpoint, self.account):
            response = await client.send_request(request, **patience)
            response.raise_for_status()
            return read_object(response.content) if response.content else {}


class Listing(Generic[Row]):
    """A list that is read a page at a time; a page that failed is asked for again by the next."""

    def __init__(self, service: BatchService, url: str, kind: type[Row], *, retry: bool) -> None:
        self.ended = False
        self._service = service
        self._url = url
        self._kind = kind
        self._retry = retry
        self._seen: set[object] = set()

    async def next_page(self) -> Sequence[Row]:
        """The rows of the next page; none when it has ended."""
        if self.ended:
            return ()
        from batchtui.batch.translate import service_errors
        from batchtui.batch.wire import read_page

        body = await self._service.page(self._url, retry=self._retry)
        with service_errors(self._service.endpoint, self._service.account):
            page = read_page(body, self._kind)
        self._seen.add(_asked(self._url))
        link = self._service.within(page.next_link)
        # A link to a page that was there would go round for ever.
        self.ended = not link or _asked(link) in self._seen
        self._url = link
        return page.rows

    async def rest(self) -> list[Row]:
        """The rows of all pages that are left."""
        rows: list[Row] = []
        while not self.ended:
            rows += await self.next_page()
        return rows


def _asked(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a URL asks for, however it is written: with its host or without, in any order."""
    parts = urlsplit(url)
    return parts.path, tuple(sorted(parse_qsl(parts.query)))


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port as they are compared: case and the usual port don't matter."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or usual


def select(fields: Iterable[str]) -> dict[str, str]:
    """The query that asks for some fields of the wire only; for none, that asks for all."""
    wanted = ",".join(dict.fromkeys(fields))
    return {"$select": wanted} if wanted else {}


def segment(name: str) -> str:
    """One part of a path, such as a pool's id, quoted."""
    return quote(name, safe="")


def _url(path: str, query: Mapping[str, str]) -> str:
    asked = {"api-version": API_VERSION, **query}
    return f"{path}?{urlencode(asked, quote_via=quote)}"


def import_azure() -> None:
    """Import the SDK, which takes long: in a thread, where somebody looks at a screen."""
    import azure.batch.aio
    import azure.core.rest  # noqa: F401 - imported for the next one who needs it


def _make_client(
    endpoint: str, account: str, key: str, patience: Mapping[str, Any]
) -> "BatchClient":
    from azure.batch.aio import BatchClient
    from azure.core.credentials import AzureNamedKeyCredential

    from batchtui.batch.pipeline import ReadErrorsPolicy

    more: dict[str, Any] = {
        **patience,
        # A redirect could take a user's password to another host.
        "permit_redirects": False,
        "per_retry_policies": [ReadErrorsPolicy()],
    }
    if urlsplit(endpoint).scheme == "http":
        # Only loopback has no TLS, and no proxy has anything to do there.
        more["use_env_settings"] = False
    credential = AzureNamedKeyCredential(account, key)
    return BatchClient(endpoint, credential, api_version=API_VERSION, **more)
