"""The accounts that this run knows, and the keys that open them."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from batchtui.access.accounts import Account, AccountBook
from batchtui.access.operator import Nobody, Operator
from batchtui.access.settings import keep_setting
from batchtui.access.threads import in_thread
from batchtui.access.vault import Vault
from batchtui.clock import Clock, utc_now
from batchtui.config import Paths, Settings
from batchtui.errors import AuthError, ConfigError

if TYPE_CHECKING:
    from batchtui.access.identity import Identity
    from batchtui.entrance.login_keys import LoginKeys
    from batchtui.session import Session


class Accounts:
    """Accounts from the file, the environment and the demo, and the keys that open them.

    Their `operator` is whoever can be asked for what a login to a node needs.
    """

    def __init__(self, paths: Paths, settings: Settings, now: Clock = utc_now) -> None:
        self.settings = settings
        self.now = now
        self.vault = Vault()
        self.operator: Operator = Nobody()
        self._login_keys: LoginKeys | None = None
        self._paths = paths
        self._book = AccountBook(paths.accounts)
        self._guests: list[Account] = []
        self._identities: dict[Account, Identity] = {}

    @property
    def themes(self) -> Path:
        """The folder of the user's own themes."""
        return self._paths.themes

    async def keep_setting(self, name: str, value: object) -> None:
        """Write a setting into the settings file; ConfigError if that can't be done."""
        await in_thread(lambda: keep_setting(self._paths.settings, name, value))

    def known(self) -> list[Account]:
        """Accounts of this run first, then those in the file; ConfigError if that is broken."""
        return [*self._guests, *self._book.load()]

    def named(self, name: str) -> Account:
        """The account that a command line names; without a name the only one it can mean."""
        known = self.known()
        if name:
            found = [each for each in known if each.name.casefold() == name.casefold()]
            if not found:
                raise ConfigError(f"No account is called {name!r}.", advice=_names(known))
            return found[0]
        if self._guests:
            return self._guests[0]
        if len(known) != 1:
            raise ConfigError("Which account?", advice=f"Say --account NAME. {_names(known)}")
        return known[0]

    @property
    def guests(self) -> list[Account]:
        """Accounts of this run only, from the environment or the demo."""
        return list(self._guests)

    def welcome(self, account: Account, key: str, identity: "Identity | None" = None) -> None:
        """Take in an account for this run: neither it nor its key is written anywhere.

        Resource Manager is asked as `identity`; as who uses this machine, if it is None.
        """
        self.vault.remember(account, key)
        if identity is not None:
            self._identities[account] = identity
        self._guests.append(account)

    async def add(self, account: Account, key: str, *, keep: bool = True) -> None:
        """Keep a new account in the file and its key in the keyring, or neither of them.

        Without `keep` the key stays in memory, for a machine without a keyring.
        """
        await asyncio.shield(self._add(account, key, keep=keep))

    async def _add(self, account: Account, key: str, *, keep: bool) -> None:
        await asyncio.to_thread(self._book.add, account)
        try:
            await self.give_key(account, key, keep=keep)
        except Exception:
            await asyncio.to_thread(self._book.forget, account.name)
            raise

    async def give_key(self, account: Account, key: str, *, keep: bool = True) -> None:
        """Put the key of a known account into the keyring, or into memory for this run."""
        if keep:
            await self.vault.put(account, key)
        else:
            self.vault.remember(account, key)

    async def forget(self, account: Account) -> None:
        """Forget an account and its key."""
        if account in self._guests:
            self._guests.remove(account)
            return
        await asyncio.to_thread(self._book.forget, account.name)
        await self.vault.forget(account)

    async def open(self, account: Account) -> "Session":
        """A session on an account; AuthError of code `NoKey` if its key isn't known here."""
        key = await self.vault.get(account)
        if not key:
            raise AuthError(
                f"There is no key of {account.account} in the keyring.",
                advice="Enter it: it is kept in the keyring.",
                code="NoKey",
            )
        # Only now: what a session needs would hold up the first frame.
        from batchtui.access.identity import of_this_machine
        from batchtui.entrance.login_keys import LoginKeys
        from batchtui.session import Session

        if self._login_keys is None:
            self._login_keys = LoginKeys(self.settings, self.operator)
        identity = self._identities.get(account) or of_this_machine()
        return Session(
            account,
            key,
            self.settings,
            self._paths,
            self.now,
            identity=identity,
            login_keys=self._login_keys,
        )


def _names(known: list[Account]) -> str:
    names = ", ".join(each.name for each in known)
    return f"There are: {names}." if names else "None is known: add one in batchtui."
