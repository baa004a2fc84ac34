"""What can be listed: its rows as JSON, page by page, and read as what tables show."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

import msgspec
from msgspec import Raw

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.batch import convert, faults, images, nodes, pools
from batchtui.batch.models import NodeCounts, SupportedImage
from batchtui.batch.node import Node
from batchtui.batch.service import Listing
from batchtui.batch.wire import read_object, read_row
from batchtui.clock import Clock
from batchtui.session import Session
from batchtui.tables import Column
from batchtui.tables.accounts import account_columns
from batchtui.tables.images import image_columns
from batchtui.tables.nodes import node_columns
from batchtui.tables.pools import PoolRow, pool_columns

Row = TypeVar("Row")


class Source(ABC, Generic[Row]):
    """Rows of one kind; `fields` are all that their JSON may have."""

    noun: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]

    @staticmethod
    @abstractmethod
    def columns(now: Clock) -> list[Column[Row]]:
        """All columns that a table of them may have."""

    @staticmethod
    def needed(columns: Iterable[Column[Row]]) -> tuple[str, ...]:
        """The fields that these columns are made of; none where it has to be all."""
        del columns
        return ()

    @staticmethod
    @abstractmethod
    def row_id(row: Row) -> str:
        """What a row is known by."""

    @staticmethod
    def is_faulty(row: Row) -> bool:
        """Whether something is known to be wrong with it."""
        del row
        return False

    @staticmethod
    def formats() -> Mapping[str, Callable[[Sequence[Row]], str]]:
        """How a list of all rows is written for other programs."""
        return {}

    async def prepare(self) -> None:
        """Ask for what else rows are made of."""

    @abstractmethod
    def pages(self, fields: Sequence[str]) -> AsyncIterator[Sequence[Raw]]:
        """All rows, a page at a time; with these fields only, where that can be asked for."""

    @abstractmethod
    def read(self, raw: Raw) -> Row:
        """A row from its JSON."""


class AccountSource(Source[Account]):
    """The accounts that this machine knows, and the environment's."""

    noun = "account"
    fields = ("name", "account", "endpoint", "source", "read_only", "subscription", "group")

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @staticmethod
    def columns(now: Clock) -> list[Column[Account]]:
        """All columns that a table of them may have."""
        del now
        return account_columns()

    @staticmethod
    def row_id(row: Account) -> str:
        """Its name."""
        return row.name

    async def pages(self, fields: Sequence[str]) -> AsyncIterator[Sequence[Raw]]:
        """All of them at once: they are in a file."""
        del fields
        # What an account is in this run only, such as a demo that pretends, is nobody else's.
        yield [Raw(msgspec.json.encode(self._told(each))) for each in self._accounts.known()]

    def _told(self, account: Account) -> dict[str, object]:
        return {name: getattr(account, name) for name in self.fields}

    def read(self, raw: Raw) -> Account:
        """An account from its JSON."""
        return read_row(raw, Account)


class PoolSource(Source[PoolRow]):
    """The pools of an account."""

    noun = "pool"
    fields = pools.FIELDS
    columns = staticmethod(pool_columns)

    def __init__(self, session: Session) -> None:
        self._pools = session.pools
        self._counts: Mapping[str, NodeCounts] = {}

    @staticmethod
    def needed(columns: Iterable[Column[PoolRow]]) -> tuple[str, ...]:
        """What any table of pools asks for, and what these columns show."""
        return (*pools.ALWAYS, *(field for column in columns for field in column.fields))

    @staticmethod
    def row_id(row: PoolRow) -> str:
        """Its id."""
        return row.id

    @staticmethod
    def is_faulty(row: PoolRow) -> bool:
        """Whether something about it or its nodes is wrong."""
        return row.faulty

    async def prepare(self) -> None:
        """Ask for the nodes of all pools by state."""
        self._counts = await self._pools.node_counts()

    def pages(self, fields: Sequence[str]) -> AsyncIterator[Sequence[Raw]]:
        """All pools, a page at a time."""
        return pages_of(self._pools.raws(fields))

    def read(self, raw: Raw) -> PoolRow:
        """A pool from its JSON, with its nodes by state."""
        pool = convert.pool(read_object(bytes(raw)))
        return PoolRow(pool, self._counts.get(pool.id))


class NodeSource(Source[Node]):
    """The nodes of a pool."""

    noun = "node"
    fields = nodes.FIELDS
    columns = staticmethod(node_columns)

    def __init__(self, session: Session, pool_id: str) -> None:
        self._nodes = session.nodes
        self._pool_id = pool_id

    @staticmethod
    def needed(columns: Iterable[Column[Node]]) -> tuple[str, ...]:
        """What tells a state and a fault, and what these columns show."""
        return (*nodes.ALWAYS, *(field for column in columns for field in column.fields))

    @staticmethod
    def row_id(row: Node) -> str:
        """Its id."""
        return row.id

    @staticmethod
    def is_faulty(row: Node) -> bool:
        """Whether it failed."""
        return bool(faults.of_node(row))

    def pages(self, fields: Sequence[str]) -> AsyncIterator[Sequence[Raw]]:
        """All nodes, a page at a time."""
        return pages_of(self._nodes.raws(self._pool_id, fields))

    def read(self, raw: Raw) -> Node:
        """A node from its JSON."""
        return read_row(raw, Node)


class ImageSource(Source[SupportedImage]):
    """The images that the service supports."""

    noun = "image"
    fields = images.FIELDS
    columns = staticmethod(image_columns)

    def __init__(self, session: Session) -> None:
        self._images = session.images

    @staticmethod
    def row_id(row: SupportedImage) -> str:
        """Its whole name."""
        return row.reference.full

    def pages(self, fields: Sequence[str]) -> AsyncIterator[Sequence[Raw]]:
        """All images, a page at a time, with all fields: the service can't give less."""
        del fields
        return pages_of(self._images.raws())

    def read(self, raw: Raw) -> SupportedImage:
        """An image from its JSON."""
        return convert.supported_image(read_object(bytes(raw)))


async def pages_of(listing: Listing[Raw]) -> AsyncIterator[Sequence[Raw]]:
    """What the service lists, a page at a time."""
    while not listing.ended:
        yield await listing.next_page()
