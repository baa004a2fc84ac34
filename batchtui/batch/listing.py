"""Lists that are read a page at a time."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qsl, urlsplit

from batchtui.errors import ServiceError

Row = TypeVar("Row")


class Pages(Protocol):
    """Where the pages of a list come from."""

    endpoint: str

    async def page(self, url: str, *, retry: bool) -> bytes:
        """GET a page; without `retry` a failure ends it."""

    def errors(self) -> AbstractContextManager[None]:
        """Raise what is raised inside as errors of ours."""


class Listing(Generic[Row]):
    """A list that is read a page at a time; a page that failed is asked for again by the next."""

    def __init__(self, service: Pages, url: str, kind: type[Row], *, retry: bool = True) -> None:
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
        from batchtui.batch.wire import read_page

        body = await self._service.page(self._url, retry=self._retry)
        with self._service.errors():
            page = read_page(body, self._kind)
        self._seen.add(_asked(self._url))
        link = within(self._service.endpoint, page.next_link)
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


def within(endpoint: str, link: str) -> str:
    """A next page's link as it is; ServiceError if it leads away from the endpoint.

    The request carries what opens the account: it goes there and nowhere else, whoever asks.
    """
    if link and _origin(link) != _origin(endpoint):
        raise ServiceError(
            f"The next page of a list is said to be at {urlsplit(link).netloc}, "
            f"not at {urlsplit(endpoint).netloc}.",
            advice="Something between here and the service rewrites its answers.",
        )
    return link


def _asked(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a URL asks for, however it is written: with its host or without, in any order."""
    parts = urlsplit(url)
    return parts.path, tuple(sorted(parse_qsl(parts.query)))


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port as they are compared: case and the usual port don't matter."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or usual
