"""One account of Azure Batch, through the SDK's async client.

Reads go through the client's pipeline as JSON, without the SDK's models, which cost most of a
listing's time. Lists are streamed, since the pipeline would parse what it reads itself.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from batchtui.batch.endpoint import API_VERSION, Endpoint, Patience, import_azure, segment
from batchtui.batch.listing import Listing
from batchtui.batch.models import Json
from batchtui.errors import ReadOnlyError

if TYPE_CHECKING:
    from azure.batch.aio import BatchClient
    from azure.core.rest import AsyncHttpResponse

__all__ = [
    "API_VERSION",
    "PAGE",
    "BatchService",
    "Listing",
    "Patience",
    "import_azure",
    "segment",
    "select",
]

Row = TypeVar("Row")

PAGE = 1000  # the most that a page may hold (source: SERVICE.md, trap 26)


class BatchService(Endpoint["BatchClient"]):
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
        super().__init__(endpoint, patience)
        self.account = account
        self.read_only = read_only
        self._key = key

    def __repr__(self) -> str:
        return f"BatchService({self.endpoint!r}, {self.account!r})"

    def make_client(self, options: Mapping[str, Any]) -> "BatchClient":
        """The SDK's own client."""
        from azure.batch.aio import BatchClient
        from azure.core.credentials import AzureNamedKeyCredential

        from batchtui.batch.pipeline import ReadErrorsPolicy

        policies = [ReadErrorsPolicy()]
        credential = AzureNamedKeyCredential(self.account, self._key)
        return BatchClient(
            self.endpoint,
            credential,
            api_version=API_VERSION,
            per_retry_policies=policies,
            **options,
        )

    def errors(self) -> AbstractContextManager[None]:
        """Raise what the SDK raises inside as errors of ours."""
        from batchtui.batch.translate import service_errors

        return service_errors(
            self.endpoint,
            f"Check the key of {self.account}: it may have been regenerated, or shared keys are "
            "disabled.",
        )

    async def post(
        self, path: str, body: Json | None = None, *, match: str = "", retry: bool = True
    ) -> Json:
        """POST to an action, such as `/pools/p/resize`, and read what it answers, if anything.

        With `match`, an eTag: ChangedError if the resource has another one by now. Without
        `retry` whoever asks waits for a busy service, and says so.
        """
        return await self.send("POST", self.url(path), body, match, retry=retry)

    async def patch(self, path: str, body: Json, *, match: str = "") -> None:
        """PATCH what a JSON body names; `match` is as for `post`."""
        await self.send("PATCH", self.url(path), body, match)

    async def put(self, path: str, body: Json, *, retry: bool = True) -> None:
        """PUT a JSON body in the place of what is there; `retry` is as for `post`."""
        await self.send("PUT", self.url(path), body, retry=retry)

    async def delete(self, path: str, *, retry: bool = True) -> None:
        """DELETE what a path names; `retry` is as for `post`."""
        await self.send("DELETE", self.url(path), retry=retry)

    def listing(
        self,
        path: str,
        query: Mapping[str, str],
        kind: type[Row],
        *,
        page: int = PAGE,
        retry: bool = True,
    ) -> Listing[Row]:
        """A list, to be read page by page; without `retry` each failure is told at once."""
        return Listing(self, self.url(path, {"maxresults": str(page), **query}), kind, retry=retry)

    def raws(self, path: str, fields: Iterable[str] = ()) -> Listing[msgspec.Raw]:
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
        return self.streamed(method, self.url(path), headers)

    async def send(
        self,
        method: str,
        url: str,
        body: Json | None = None,
        match: str = "",
        *,
        retry: bool = True,
    ) -> Json:
        """Send JSON, and read what is answered; ReadOnlyError if that could change something."""
        if self.read_only and method != "GET":
            raise ReadOnlyError(
                f"The account {self.account} is read-only here: nothing was changed.",
                advice="The accounts file or the settings say so.",
            )
        return await super().send(method, url, body, match, retry=retry)


def select(fields: Iterable[str]) -> dict[str, str]:
    """The query that asks for some fields of the wire only; for none, that asks for all."""
    wanted = ",".join(dict.fromkeys(fields))
    return {"$select": wanted} if wanted else {}
