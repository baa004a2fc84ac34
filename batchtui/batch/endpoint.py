"""An endpoint of Azure through azure-core's pipeline: opened late, closed for sure.

Answers are read as JSON, with the pipeline's authentication, retries, proxy and logging, and
its exceptions become errors of ours. Importing azure takes a while, so it happens in a thread, the
first time that something is asked.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from batchtui.batch.models import Json
from batchtui.errors import ServiceError

if TYPE_CHECKING:
    from azure.core.rest import AsyncHttpResponse, HttpRequest

# Of the service, and of the part of Resource Manager that is about it.
API_VERSION = "2025-06-01"
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


class Client(Protocol):
    """What azure's asynchronous clients have in common."""

    def send_request(self, request: "HttpRequest", **options: Any) -> Any:  # noqa: ANN401
        """Send a request through the client's pipeline."""

    async def close(self) -> None:
        """Close the connections."""


_Client = TypeVar("_Client", bound=Client)


class Endpoint(ABC, Generic[_Client]):
    """Owns the one client of an endpoint, and what is asked through it."""

    def __init__(self, endpoint: str, patience: Patience | None = None) -> None:
        self.endpoint = endpoint
        self.patience = patience or Patience()
        self._client: _Client | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @abstractmethod
    def make_client(self, options: Mapping[str, Any]) -> _Client:
        """The client, with these options of its pipeline and transport."""

    @abstractmethod
    def errors(self) -> AbstractContextManager[None]:
        """Raise what is raised inside as errors of ours; no secret is in any of them."""

    @property
    def local(self) -> bool:
        """Whether it is without TLS, which only loopback is."""
        return urlsplit(self.endpoint).scheme == "http"

    async def client(self) -> _Client:
        """The SDK's own client, for its typed single calls."""
        async with self._opening:
            self._check_open()
            if self._client is None:
                await asyncio.to_thread(import_azure)
            self._check_open()
            if self._client is None:
                options = self.patience.options()
                # A redirect could take a user's password to another host.
                options["permit_redirects"] = False
                if self.local:
                    # No proxy has anything to do on loopback.
                    options["use_env_settings"] = False
                self._client = self.make_client(options)
            return self._client

    def _check_open(self) -> None:
        if self._closed:
            raise ServiceError("This account was closed.")

    async def close(self) -> None:
        """Close the connections; what is under way fails, what comes later is refused."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """GET a path and read the answer as JSON."""
        return await self.send("GET", self.url(path, query))

    def url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """A path with what is asked of it."""
        asked = {"api-version": API_VERSION, **(query or {})}
        return f"{self.endpoint}{path}?{urlencode(asked, quote_via=quote)}"

    async def page(self, url: str, *, retry: bool) -> bytes:
        """GET a page of a list, not parsed by the pipeline; without `retry` a failure ends it."""
        json = {"Accept": "application/json"}
        async with self.streamed("GET", url, json, retry=retry) as response:
            body: bytes = await response.read()
        return body

    @asynccontextmanager
    async def streamed(
        self, method: str, url: str, headers: Mapping[str, str], *, retry: bool = True
    ) -> AsyncIterator["AsyncHttpResponse"]:
        """The answer before its body is read; it is closed in the end."""
        client = await self.client()
        from azure.core.rest import HttpRequest

        request = HttpRequest(method, url, headers=dict(headers))
        options = self.request_options(retry=retry)
        with self.errors():
            async with await client.send_request(request, stream=True, **options) as response:
                response.raise_for_status()
                yield response

    async def send(
        self,
        method: str,
        url: str,
        body: Json | None = None,
        match: str = "",
        *,
        retry: bool = True,
    ) -> Json:
        """Send JSON, and read what is answered, if anything.

        With `match`, an eTag: ChangedError if the resource has another one by now.
        """
        client = await self.client()
        from azure.core.rest import HttpRequest

        from batchtui.batch.wire import read_object

        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = _JSON
        if match:
            headers["If-Match"] = match
        request = HttpRequest(method, url, headers=headers, json=body)
        with self.errors():
            response = await client.send_request(request, **self.request_options(retry=retry))
            response.raise_for_status()
            return read_object(response.content) if response.content else {}

    def request_options(self, *, retry: bool) -> dict[str, Any]:
        """What the pipeline is told with a request."""
        return {} if retry else dict(_NO_PATIENCE)


def segment(name: str) -> str:
    """One part of a path, such as a pool's id, quoted."""
    return quote(name, safe="")


def import_azure() -> None:
    """Import the SDK, which takes long: in a thread, where somebody looks at a screen."""
    import azure.batch.aio
    import azure.core.rest  # noqa: F401 - imported for the next one who needs it
