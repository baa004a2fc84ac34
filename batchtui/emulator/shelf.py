"""A collection of resources by id, which the service compares without case and lists in order."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """What has an id that never changes."""

    @property
    def id(self) -> str:
        """The id as it was given."""


T = TypeVar("T", bound=Named)


class Shelf(Generic[T]):
    """Resources by id: ids keep their case, compare without it and are sorted as they are."""

    def __init__(self) -> None:
        self._items: dict[str, T] = {}
        self._ids: list[str] = []

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        """What is there now, whatever comes and goes meanwhile."""
        return iter(list(self._items.values()))

    @property
    def ids(self) -> Sequence[str]:
        """All ids in the order of lists."""
        return self._ids

    def find(self, item_id: str) -> T | None:
        """What has the id in any case, or None."""
        return self._items.get(item_id.lower())

    def __getitem__(self, item_id: str) -> T:
        return self._items[item_id.lower()]

    def add(self, item: T) -> None:
        """Put one in; its id must be free."""
        self._items[item.id.lower()] = item
        insort(self._ids, item.id)

    def add_all(self, items: Iterable[T]) -> None:
        """Put many in at once, without finding each one's place."""
        for item in items:
            self._items[item.id.lower()] = item
            self._ids.append(item.id)
        self._ids.sort()

    def drop(self, item: T) -> None:
        """Take one out; nothing happens when it isn't there."""
        if self._items.get(item.id.lower()) is item:
            del self._items[item.id.lower()]
            del self._ids[bisect_left(self._ids, item.id)]
