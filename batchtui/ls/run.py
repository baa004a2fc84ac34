"""Lists on standard output, page by page; words go to standard error."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import compress
from typing import Any, TypeVar

from batchtui.access.output import check_output, write_out
from batchtui.accounts import Accounts
from batchtui.batch.wire import is_object
from batchtui.ls.plan import Plan, Wanted, plan
from batchtui.ls.sources import AccountSource, ImageSource, NodeSource, PoolSource, Source
from batchtui.ls.way_sources import LoginSource, UserSource
from batchtui.session import Session

Row = TypeVar("Row")

_SOURCES: dict[str, type[Source[Any]]] = {
    "accounts": AccountSource,
    "pools": PoolSource,
    "nodes": NodeSource,
    "logins": LoginSource,
    "users": UserSource,
    "images": ImageSource,
}
_NOBODY_READS = 128 + 13  # what a shell says of a program that SIGPIPE ended


def ls(accounts: Accounts, wanted: Wanted) -> int:
    """List what is wanted; returns the exit status.

    Raises UsageError before anything is asked, and other errors also midway.
    """
    check_output()
    # Ctrl-c ends it there and then: nothing has to be put in order.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    source = _SOURCES[wanted.kind]
    try:
        if list(wanted.columns) == ["help"]:
            write_out(_names(source, wanted, accounts))
        else:
            asyncio.run(_list(accounts, wanted, plan(source, wanted, accounts.now)))
    except BrokenPipeError:
        return _NOBODY_READS
    return 0


def _names(source: type[Source[Any]], wanted: Wanted, accounts: Accounts) -> str:
    """What `--columns` may name, a line each."""
    if wanted.form == "json":
        return "".join(f"{field}\n" for field in source.fields)
    columns = source.columns(accounts.now)
    width = max(len(column.name) for column in columns) + 2
    return "".join(f"{column.name:<{width}}{column.title}\n" for column in columns)


async def _list(accounts: Accounts, wanted: Wanted, how: Plan[Any]) -> None:
    async with _opened(accounts, wanted) as source:
        if how.reads:
            await source.prepare()
        count = 0
        async for page in source.pages(how.fields):
            raws = [raw for raw in page if is_object(raw)]
            rows = [source.read(raw) for raw in raws] if how.reads else []
            if how.tests:
                passed = [all(test(row) for test in how.tests) for row in rows]
                raws = list(compress(raws, passed))
                rows = list(compress(rows, passed))
            count += len(raws)
            write_out(how.form.page(raws, rows))
        write_out(how.form.end())
    if not count and wanted.form == "table" and not wanted.format:
        nothing = f"No {source.noun} passes the filter." if how.tests else f"No {source.noun}s."
        print(nothing, file=sys.stderr)


@asynccontextmanager
async def _opened(accounts: Accounts, wanted: Wanted) -> AsyncIterator[Source[Any]]:
    if wanted.kind == "accounts":
        yield AccountSource(accounts)
        return
    async with await accounts.open(accounts.named(wanted.account)) as session:
        yield await _source(session, wanted)


async def _source(session: Session, wanted: Wanted) -> Source[Any]:
    match wanted.kind:
        case "pools":
            return PoolSource(session)
        case "nodes":
            return NodeSource(session, wanted.pool)
        case "logins":
            return LoginSource(session, await session.pools.get(wanted.pool), wanted.user)
        case "users":
            return UserSource(session)
        case _:
            return ImageSource(session)
