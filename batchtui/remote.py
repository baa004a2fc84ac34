"""`batchtui ssh`: the way into a node without the screens."""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from batchtui.access.environment import locale, terminal_type
from batchtui.access.visit import Visit
from batchtui.accounts import Accounts
from batchtui.batch.node_ids import one_of
from batchtui.entrance import Doorway
from batchtui.errors import BatchtuiError, ConfigError
from batchtui.session import Session
from batchtui.visible import visible

if TYPE_CHECKING:
    from batchtui.access.ssh import Connection

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONG_SECONDS = 2.0
_WHOLE_ID = 72  # tvmps_, 64 digits and _d or _p (source: SERVICE.md, node)


@dataclass(frozen=True, slots=True)
class Errand:
    """Where to go, and what to do there: a shell if there is no command.

    With `wait` a node that is on its way up is waited for.
    """

    account: str
    pool: str
    node: str
    command: list[str]
    wait: bool = False


def open_remote(accounts: Accounts, errand: Errand) -> int:
    """A shell on a node, or a command there; returns the exit status that `ssh` would."""
    if not _ID.fullmatch(errand.pool):
        raise ConfigError(f"{errand.pool!r} can't be a pool's id: letters, digits, - and _.")
    from batchtui.access.terminal import Terminated, relay, stream, winsize

    node, connection = asyncio.run(_connect(accounts, errand))
    standard = (sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())
    env, begun = locale(os.environ), monotonic()
    clipboard = accounts.settings.remote_clipboard
    with connection:
        if errand.command or not sys.stdin.isatty():
            # As with ssh: the words make one line for the remote shell, which may be told to
            # read its lines from here.
            command = " ".join(errand.command) or "exec $SHELL"
            ended = stream(connection.exec(command, env=env), *standard, clipboard=clipboard)
            # Its status is the caller's to look at, and that nobody read on was the caller's will.
            if ended.lost or ended.signal not in {"", "PIPE"}:
                _tell(Visit(node, ended, monotonic() - begun, "Command"))
            return ended.code
        columns, lines = winsize(sys.stdin.fileno())
        channel = connection.shell(terminal_type(os.environ), columns, lines, env)
        try:
            ended = relay(channel, *standard[:2], clipboard=clipboard)
        except Terminated as signalled:
            return 128 + signalled.signum
    if ended.status != 0:
        _tell(Visit(node, ended, monotonic() - begun))
    return ended.code


def _tell(visit: Visit) -> None:
    _say(f"{visit.words}{f': {visit.exit.why}' * bool(visit.exit.why)}")


def _say(text: str) -> None:
    print(f"batchtui: {visible(text)}", file=sys.stderr, flush=True)


async def _connect(accounts: Accounts, errand: Errand) -> tuple[str, "Connection"]:
    """The node's whole id, and a connection to it."""
    async with await accounts.open(accounts.named(errand.account)) as session:
        pool = await session.pools.get(errand.pool)
        node = await _find_node(session, errand.pool, errand.node)
        arrival = session.entrance.arrival(pool, node, _Said())
        try:
            return node, await arrival.first(partial(_enter, session), wait=errand.wait)
        except BatchtuiError as error:
            if errand.wait or not arrival.may_pass(error):
                raise
            raise type(error)(
                arrival.words(error), advice="--wait waits until it is up."
            ) from error


async def _enter(session: Session, doorway: Doorway) -> "Connection":
    """Be let in; what is doubtful is said to whoever waits, and with the failure in any case."""
    loop = asyncio.get_running_loop()
    warnings = [loop.call_later(_LONG_SECONDS, _say, doubt) for doubt in doorway.route.doubts]
    try:
        return await session.entrance.enter(doorway)
    finally:
        for warning in warnings:
            warning.cancel()


class _Said:
    """Says what is waited for, and nothing twice in a row."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, text: str) -> None:
        if text != self._last:
            _say(text)
        self._last = text


async def _find_node(session: Session, pool_id: str, text: str) -> str:
    """A whole id as it is; else the one node whose id begins so, with or without `tvmps_`."""
    if len(text) >= _WHOLE_ID:
        return text
    ids = [node.id async for page in session.nodes.pages(pool_id) for node in page]
    return one_of(ids, text, pool_id)
