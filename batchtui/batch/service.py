"""The SDK's async client: opened late, closed for sure, its exceptions translated.

Reads go through the client's pipeline as JSON: its authentication, retries, proxy and logging
without its models, which cost most of a listing's time. Importing azure takes a while, so it
happens in a thread, the first time that something is asked.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode, urlsplit

from batchtui.batch.models import Json
from batchtui.errors import ServiceError

if TYPE_CHECKING:
    from azure.batch.aio import BatchClient

API_VERSION = "2025-06-01"
PAGE = 1000  # the most that a page may hold (source: SERVICE.md, trap 26)
_JSON = "application/json; odata=minimalmetadata"

# The operator waits: give up on a dead endpoint in seconds, not minutes.
_PATIENCE = {
    "retry_total": 3,
    "retry_connect": 1,
    "retry_read": 2,
    "retry_status": 3,
    "retry_backoff_max": 20,
    "connection_timeout": 8,
    "read_timeout": 40,
}


class BatchService:
    """One account of Azure Batch, reached with its shared key."""

    def __init__(self, endpoint: str, account: str, key: str) -> None:
        self.endpoint = endpoint
        self.account = account
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
                await asyncio.to_thread(_import_azure)
                self._client = _make_client(self.endpoint, self.account, self._key)
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

    async def post(self, path: str, body: Json) -> None:
        """POST a JSON body to an action, such as `/pools/p/resize`."""
        await self._send("POST", _url(path, {}), body)

    async def put(self, path: str, body: Json) -> None:
        """PUT a JSON body in the place of what is there."""
        await self._send("PUT", _url(path, {}), body)

    async def delete(self, path: str) -> None:
        """DELETE what a path names."""
        await self._send("DELETE", _url(path, {}))

    async def pages(
        self, path: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[list[Json]]:
        """The rows of a list, a page at a time, as the pages arrive."""
        url = _url(path, {"maxresults": str(PAGE), **(query or {})})
        while url:
            page = await self._send("GET", url)
            yield page.get("value", [])
            url = self._within(page.get("odata.nextLink", ""))

    async def rows(self, path: str, query: Mapping[str, str] | None = None) -> list[Json]:
        """The rows of a list, all pages of it."""
        return [row async for page in self.pages(path, query) for row in page]

    def _within(self, next_link: str) -> str:
        # The request is signed with the account's key: it goes to the account, whoever asks.
        if next_link and urlsplit(next_link)[:2] != urlsplit(self.endpoint)[:2]:
            raise ServiceError(
                f"The next page of a list is said to be at {urlsplit(next_link).netloc}, "
                f"not at {urlsplit(self.endpoint).netloc}.",
                advice="Something between here and the service rewrites its answers.",
            )
        return next_link

    async def _send(self, method: str, url: str, body: Json | None = None) -> Json:
        client = await self.client()
        from azure.core.rest import HttpRequest

        from batchtui.batch.translate import service_errors

        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = _JSON
        request = HttpRequest(method, url, headers=headers, json=body)
        with service_errors(self.endpoint, self.account):
            response = await client.send_request(request)
            response.raise_for_status()
            if not response.content:
                return {}
            found: Json = response.json()
            return found


def segment(name: str) -> str:
    """One part of a path, such as a pool's id, quoted."""
    return quote(name, safe="")


def _url(path: str, query: Mapping[str, str]) -> str:
    asked = {"api-version": API_VERSION, **query}
    return f"{path}?{urlencode(asked, quote_via=quote)}"


def _import_azure() -> None:
    import azure.batch.aio
    import azure.core.rest  # noqa: F401 - imported for the next one who needs it


def _make_client(endpoint: str, account: str, key: str) -> "BatchClient":
    from azure.batch.aio import BatchClient
    from azure.core.credentials import AzureNamedKeyCredential

    patience: dict[str, Any] = dict(_PATIENCE)
    credential = AzureNamedKeyCredential(account, key)
    return BatchClient(endpoint, credential, api_version=API_VERSION, **patience)
