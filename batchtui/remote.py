"""`batchtui ssh`: the way into a node without the screens."""

import asyncio
import os
import re
import sys
from typing import TYPE_CHECKING

from batchtui.accounts import Accounts
from batchtui.batch.node_ids import one_of
from batchtui.errors import ConfigError
from batchtui.session import Session
from batchtui.visible import visible

if TYPE_CHECKING:
    from batchtui.access.ssh import Connection

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WHOLE_ID = 72  # tvmps_, 64 digits and _d or _p (source: SERVICE.md, node)


def open_remote(accounts: Accounts, name: str, pool_id: str, node: str, command: list[str]) -> int:
    """A shell on a node, or a command there; returns the exit status that `ssh` would."""
    if not _ID.fullmatch(pool_id):
        raise ConfigError(f"{pool_id!r} can't be a pool's id: letters, digits, - and _.")
    from batchtui.access.terminal import Terminated, relay, stream, winsize

    connection = asyncio.run(_connect(accounts, name, pool_id, node))
    standard = (sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())
    with connection:
        if command or not sys.stdin.isatty():
            # As with ssh: the words make one line for the remote shell, which may be told to
            # read its lines from here.
            channel = connection.exec(" ".join(command) or "exec $SHELL")
            return stream(channel, *standard).code
        columns, lines = winsize(sys.stdin.fileno())
        channel = connection.shell(os.environ.get("TERM", "xterm-256color"), columns, lines)
        try:
            ended = relay(channel, sys.stdin.fileno(), sys.stdout.fileno())
        except Terminated as signalled:
            return 128 + signalled.signum
    if ended.status != 0:
        print(f"batchtui: {visible(ended.words)}", file=sys.stderr)
    return ended.code


async def _connect(accounts: Accounts, name: str, pool_id: str, node: str) -> "Connection":
    async with await accounts.open(accounts.named(name)) as session:
        pool = await session.pools.get(pool_id)
        found = await _find_node(session, pool_id, node)
        doorway = await session.entrance.doorway(pool, found)
        return await session.entrance.enter(doorway)


async def _find_node(session: Session, pool_id: str, text: str) -> str:
    """A whole id as it is; else the one node whose id begins so, with or without `tvmps_`."""
    if len(text) >= _WHOLE_ID:
        return text
    ids = [node.id async for page in session.nodes.pages(pool_id) for node in page]
    return one_of(ids, text, pool_id)
