"""Makes the pool that a file and `--set` describe, once nothing is wrong with it."""

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from batchtui.access.output import check_output, write_out
from batchtui.accounts import Accounts
from batchtui.batch import faults, rules
from batchtui.batch.draft import PoolDraft, from_here
from batchtui.batch.fields import field_of, field_of_refusal, unreadable
from batchtui.batch.known import Known, Path, Problem
from batchtui.batch.masked import masked
from batchtui.batch.places import dotted
from batchtui.errors import ServiceError
from batchtui.pool.given import Given
from batchtui.pool.settings import with_setting
from batchtui.session import Session
from batchtui.visible import visible_lines

_FAILED, _WRONG = 1, 2  # exit statuses
_NOBODY_READS = 128 + 13  # what a shell says of a program that SIGPIPE ended
_WAITS = (1.0, 2.0, 3.0, 5.0)  # s between questions; the last one goes on
_WHOLE = "everything"  # the form's field of what no other shows
_BY_PLACE = frozenset({_WHOLE, "users"})  # what --set takes by places in them only


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    source: str
    settings: Sequence[str] = ()
    account: str = ""
    dry_run: bool = False
    wait: bool = False


def create(accounts: Accounts, wanted: Wanted) -> int:
    """Make a pool and print its id; returns the exit status.

    That is 0, 1 when it couldn't be made or got no nodes, and 2 when something is wrong with
    what was asked for, and nothing was sent; 141 where nobody reads what is printed. Raises
    UsageError before anything is asked.
    """
    check_output()
    given = Given()
    template = given.template(wanted.source)
    for sentence in template.dropped:
        _tell(sentence)
    draft = PoolDraft(template.body)
    for setting in wanted.settings:
        draft = with_setting(draft, setting, given)
    try:
        return asyncio.run(_create(accounts, wanted, draft))
    except BrokenPipeError:
        return _NOBODY_READS


async def _create(accounts: Accounts, wanted: Wanted, draft: PoolDraft) -> int:
    async with await accounts.open(accounts.named(wanted.account)) as session:
        if "access_source" in draft.typed:
            draft = from_here(draft, await session.own_address())
        known = await _known(session)
        wrong = list(unreadable(draft).items())
        wrong += _labelled(rules.problems(draft.body, known))
        for name, text in wrong:
            _tell(f"{name}: {text}")
        for name, text in _labelled(rules.warnings(draft.body, known)):
            _tell(f"warning: {name}: {text}")
        if wrong:
            return _WRONG
        if wanted.dry_run:
            write_out(json.dumps(masked(draft.body), indent=2) + "\n")
            return 0
        return await _send(session, draft, wait=wanted.wait)


async def _send(session: Session, draft: PoolDraft, *, wait: bool) -> int:
    pool_id = str(draft.body["id"])
    try:
        await session.pools.create(draft.body)
    except asyncio.CancelledError:
        _tell(_perhaps(pool_id))
        raise
    except ServiceError as error:
        if error.may_be_done:
            _tell(_perhaps(pool_id))
        if not error.code:
            raise
        field = field_of_refusal(error.code, error.values.get("PropertyName", ""), draft)
        place = f"{field}: " if field and field != _WHOLE else ""
        asked = f", request {error.request_id}" if error.request_id else ""
        _tell(f"{place}{error} ({error.code}{asked})")
        return _FAILED
    write_out(f"{pool_id}\n")
    return await _wait(session, pool_id) if wait else 0


def _perhaps(pool_id: str) -> str:
    """What is to be said where no answer came."""
    return f"{pool_id} may be made all the same: see whether it is there before asking again."


async def _wait(session: Session, pool_id: str) -> int:
    """Wait until the pool has its nodes, or won't get them."""
    waits = iter(_WAITS)
    while True:
        pool = await session.pools.get(pool_id)
        if pool.allocation_state == "steady":
            break
        await asyncio.sleep(next(waits, _WAITS[-1]))
    failed = [fault.message for fault in faults.of_pool(pool)]
    for message in failed:
        _tell(message)
    return _FAILED if failed else 0


async def _known(session: Session) -> Known:
    """What the rules want to know of the account; of sizes and quota, what may be asked for."""
    rows = await session.service.rows("/pools", {"$select": "id"})
    return Known(
        now=session.now(),
        taken=frozenset(str(row.get("id", "")).lower() for row in rows),
        images=await session.supported_images(),
        sizes=(await session.vm_sizes()).value,
        quota=(await session.quota()).value,
        used=(await session.used()).value,
        by_key=session.by_key,
        subscription=session.account.subscription or None,
        user_subscription=await session.limits.user_subscription(),
    )


def _labelled(found: Iterable[Problem]) -> list[tuple[str, str]]:
    """Problems by the name that `--set` takes for what they are about."""
    return [(_name(problem.path), problem.text) for problem in found]


def _name(path: Path) -> str:
    field = field_of(path)
    return dotted(path) or "pool" if field in _BY_PLACE else field


def _tell(text: str) -> None:
    print(f"batchtui: {visible_lines(text)}", file=sys.stderr)
