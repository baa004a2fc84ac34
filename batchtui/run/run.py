"""Runs a command or a script on nodes of a pool, from a command line."""

import asyncio
import shlex
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from batchtui.access.output import check_output
from batchtui.accounts import Accounts
from batchtui.errors import ReadOnlyError, UsageError
from batchtui.run.which import named, places
from batchtui.words import plural

if TYPE_CHECKING:
    from batchtui.many import ManyRun, Order

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOBODY_READS = 128 + signal.SIGPIPE


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    pool: str
    command: Sequence[str] = ()
    account: str = ""
    nodes: str | None = None
    faults: bool = False
    script: str | None = None
    sudo: bool = False
    timeout: float | None = None
    at_once: int | None = None
    groups: bool = False
    save: str | None = None


def run(accounts: Accounts, wanted: Wanted) -> int:
    """Run it; returns the exit status.

    That is 0 when it ended well everywhere, 1 when it failed on a node, 255 when a node wasn't
    reached or was lost, 128 and the signal's number when it was stopped, and 141 where nobody
    reads what is printed. Raises UsageError before anything is asked.
    """
    check_output()
    from batchtui.many import MOST_AT_ONCE

    order = _order(wanted)
    if wanted.at_once is not None and not 1 <= wanted.at_once <= MOST_AT_ONCE:
        raise UsageError(f"--at-once takes a number of nodes, 1 to {MOST_AT_ONCE}.")
    if wanted.timeout is not None and not wanted.timeout > 0:
        raise UsageError("--timeout takes a number of seconds, more than 0.")
    return asyncio.run(_run(accounts, wanted, order, named(wanted.nodes)))


def _order(wanted: Wanted) -> "Order":
    from batchtui.many import Order, read_script

    if wanted.script is not None:
        # Each word is one of the script's arguments, whatever is in it.
        script = read_script(wanted.script)
        return Order(shlex.join(wanted.command), script, wanted.sudo, wanted.timeout)
    # As with ssh, the words make one line for the remote shell.
    command = " ".join(wanted.command)
    if not command.strip():
        raise UsageError("There is nothing to run.", advice="Say `-- COMMAND`, or --script FILE.")
    return Order(command, None, wanted.sudo, wanted.timeout)


async def _run(
    accounts: Accounts, wanted: Wanted, order: "Order", names: Sequence[str] | None
) -> int:
    from batchtui.many import AT_ONCE, ManyRun
    from batchtui.many.saving import save
    from batchtui.run.report import Report, tell

    async with await accounts.open(accounts.named(wanted.account)) as session:
        if session.read_only:
            raise ReadOnlyError(f"Account {session.account.name} is read-only: nothing is run.")
        pool = await session.pools.get(wanted.pool)
        chosen = await places(session, pool, names, faulty=wanted.faults)
        if sys.stderr is not None and sys.stderr.isatty():
            tell(f"{order.words}: on {plural(len(chosen), 'node')} of {pool.id}.")
        begun = session.now()
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.call_soon_threadsafe(many.stop)

        report = Report(groups=wanted.groups, gone=gone)
        many = ManyRun(
            session.entrance,
            chosen,
            order,
            at_once=wanted.at_once or AT_ONCE,
            heard=report.heard,
            changed=report.changed,
        )
        signalled = await _until_ended(many)
        status = report.end(many)
        if wanted.save is not None:
            tell(f"Saved in {save(wanted.save, order, many.outcomes, begun)}.")
    if report.unread:
        return _NOBODY_READS
    return 128 + signalled if signalled else status


async def _until_ended(many: "ManyRun") -> int:
    """Run it to its end; a signal stops it first, and is returned, and a second one ends us."""
    signals: list[int] = []
    loop = asyncio.get_running_loop()

    def stop(signum: int) -> None:
        signals.append(signum)
        for each in _ENDING:
            loop.remove_signal_handler(each)
        many.stop()

    for each in _ENDING:
        loop.add_signal_handler(each, partial(stop, each))
    try:
        await many.run()
    finally:
        for each in _ENDING:
            loop.remove_signal_handler(each)
    return signals[0] if signals else 0
