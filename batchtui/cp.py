"""`batchtui cp`: files to nodes and back, without the screens."""

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from batchtui.accounts import Accounts
from batchtui.batch.bulk import Bulk, Step
from batchtui.batch.node_ids import one_of
from batchtui.errors import BatchtuiError, NotFoundError, ReadOnlyError, UsageError
from batchtui.visible import visible
from batchtui.words import short_node_id

if TYPE_CHECKING:
    from batchtui.copies.one_node import Wanted
    from batchtui.copies.order import Order
    from batchtui.transfer.copying import Existing

# POOL/NODE:PATH; whatever else is called so here is meant by ./POOL/NODE:PATH.
_REMOTE = re.compile(r"([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_-]+|\*):(.*)", re.DOTALL)
_EVERY = "*"
_TICK = 0.5  # s between looks at how far it is
_STOPPED = 130


@dataclass(frozen=True, slots=True)
class Errand:
    """What is copied: `paths` here to a `folder` of nodes or, if not `up`, the other way."""

    up: bool
    pool: str
    node: str
    paths: Sequence[str]
    folder: str

    @classmethod
    def read(cls, sources: Sequence[str], target: str) -> "Errand":
        """What the words of a command line mean; UsageError if they are no errand."""
        there = [_REMOTE.fullmatch(source) for source in sources]
        if found := _REMOTE.fullmatch(target):
            if any(there):
                raise UsageError("Nothing is copied from node to node.")
            return cls(True, found[1], found[2], sources, found[3])
        paths = [match[3] for match in there if match]
        nodes = {(match[1], match[2]) for match in there if match}
        if len(nodes) != 1 or len(paths) != len(sources):
            raise UsageError("One side is POOL/NODE:PATH, the other is here.")
        ((pool, node),) = nodes
        if not all(paths):
            raise UsageError("What is fetched from a node has a path: POOL/NODE:PATH.")
        return cls(False, pool, node, paths, target)


def cp(accounts: Accounts, account: str, errand: Errand, existing: "Existing") -> int:
    """Copy; returns the exit status, which is 1 if some of it isn't there, 130 after ctrl-c.

    Raises UsageError before anything is asked where there is no such file here.
    """
    if errand.up:
        errand = replace(errand, paths=_found(errand.paths))
    try:
        return asyncio.run(_cp(accounts, account, errand, existing))
    except KeyboardInterrupt:
        _say("Stopped. What is there of a file is kept, and gone on with.")
        return _STOPPED


async def _cp(accounts: Accounts, account: str, errand: Errand, existing: "Existing") -> int:
    from batchtui.copies.one_node import copy

    orders: dict[str, Order] = {}
    async with await accounts.open(accounts.named(account)) as session:
        if session.read_only and errand.up:
            raise ReadOnlyError(f"Account {session.account.name} is read-only: nothing is sent.")
        pool = await session.pools.get(errand.pool)
        ids = [node.id async for page in session.nodes.pages(pool.id) for node in page]
        every = errand.node == _EVERY
        chosen = ids if every else [one_of(ids, errand.node, pool.id)]
        if not chosen:
            raise NotFoundError(f"{pool.id} has no nodes.")

        def step(node_id: str) -> Step:
            wanted = _wanted(errand, existing, node_id if every else "")

            def begun(order: "Order") -> None:
                orders[node_id] = order

            return Step((node_id,), lambda: copy(session, pool, node_id, wanted, begun))

        bulk = Bulk(chosen)
        steps = [step(node_id) for node_id in chosen]
        telling = asyncio.create_task(_tell_how_far(bulk, orders))
        try:
            await bulk.run(steps)
        finally:
            telling.cancel()
            _clear()
    return _ended(bulk)


def _wanted(errand: Errand, existing: "Existing", node_id: str) -> "Wanted":
    """What is copied of one node; with an id into a folder that is called so."""
    from batchtui.copies.one_node import Wanted

    folder = errand.folder
    if not errand.up:
        folder = str(Path(folder).expanduser().absolute() / node_id)
    return Wanted(errand.up, errand.paths, folder, existing)


def _found(paths: Sequence[str]) -> list[str]:
    from batchtui.copies.one_node import found_here

    for path in paths:
        if not found_here(path):
            raise UsageError(f"There is no {path} here.")
    return [each for path in paths for each in found_here(path)]


def _ended(bulk: Bulk) -> int:
    outcomes: dict[str, str | BatchtuiError] = {**bulk.done, **bulk.failed}
    for node_id in bulk.targets:
        for line in str(outcomes.get(node_id, "Not reached.")).split("\n"):
            _say(f"{short_node_id(node_id)}: {line}")
    return 1 if bulk.left else 0


async def _tell_how_far(bulk: Bulk, orders: "dict[str, Order]") -> None:
    """One line that is written over, on a terminal only; others speak until something is copied."""
    while sys.stderr.isatty():
        under_way = [orders[node] for node in bulk.under_way if node in orders]
        done = len(bulk.done) + len(bulk.failed)
        if len(bulk.targets) > 1:
            text = f"{done:,} of {len(bulk.targets):,} nodes"
        else:
            text = "".join(order.now() for order in under_way)
        if orders:
            print(f"\r\x1b[K{visible(text)[: _columns()]}", end="", file=sys.stderr, flush=True)
        await asyncio.sleep(_TICK)


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns - 1


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(visible(text), file=sys.stderr, flush=True)
