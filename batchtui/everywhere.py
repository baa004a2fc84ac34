"""What is wrong in every known account, a few accounts at a time.

An account that can't be opened, or doesn't answer, is a fault itself; what was found in it before
stays until it answers again. Its sessions stay open as long as somebody looks.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from math import inf
from time import monotonic

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.batch.at_once import as_they_come
from batchtui.batch.faults import Fault
from batchtui.batch.kinds import ACCOUNT
from batchtui.errors import AuthError, BatchtuiError, ThrottledError, VaultError
from batchtui.session import Session

AT_ONCE = 4  # accounts that are asked at the same time


class Everywhere:
    """Looks into accounts again and again, with one session each."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._sessions: dict[Account, Session] = {}
        # What was found when an account answered last, and since when it doesn't.
        self._found: dict[Account, list[Fault]] = {}
        self._failing: dict[Account, tuple[datetime, BatchtuiError]] = {}
        # Until when an account isn't asked, in monotonic seconds.
        self._patience: dict[Account, float] = {}

    async def close(self) -> None:
        """Close every session that was opened here."""
        while self._sessions:
            _account, session = self._sessions.popitem()
            await session.close()

    def session(self, account: Account) -> Session:
        """The open session of an account in which something was found."""
        return self._sessions[account]

    def try_again(self) -> None:
        """Open also those accounts again that refused; who asked for patience has it."""
        self._patience = {each: until for each, until in self._patience.items() if until < inf}

    async def faults(
        self, wanted: Sequence[Account]
    ) -> AsyncGenerator[tuple[Account, list[Fault]]]:
        """The faults of these accounts, each account's as soon as it answered."""
        calls = [partial(self._look_into, account) for account in wanted]
        async with aclosing(as_they_come(calls, AT_ONCE)) as answers:
            async for found in answers:
                yield found

    async def _look_into(self, account: Account) -> tuple[Account, list[Fault]]:
        if monotonic() >= self._patience.get(account, 0.0):
            try:
                await self._ask(account)
            except BatchtuiError as error:
                since, _before = self._failing.get(account, (self._accounts.now(), error))
                self._failing[account] = since, error
                self._patience[account] = monotonic() + _wait(error)
        found = self._found.get(account, [])
        if account not in self._failing:
            return account, found
        since, failure = self._failing[account]
        return account, [Fault(ACCOUNT, f"{failure.title}: {failure}", since), *found]

    async def _ask(self, account: Account) -> None:
        if account not in self._sessions:
            self._sessions[account] = await self._accounts.open(account)
        faults = self._sessions[account].survey.faults(self._accounts.now())
        self._found[account] = [each async for some in faults for each in some]
        self._failing.pop(account, None)


def _wait(error: BatchtuiError) -> float:
    """How long not to ask after a failure, in seconds.

    A key that is missing or wrong stays so until somebody does something about it, and a locked
    keyring may ask for its password each time.
    """
    if isinstance(error, AuthError | VaultError):
        return inf
    return error.retry_after if isinstance(error, ThrottledError) else 0.0
