"""The accounts that this program knows; their keys are elsewhere, in the vault."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from batchtui.access.checks import account_from_endpoint, check_endpoint, check_key
from batchtui.access.files import locked, read_text, replace_text
from batchtui.errors import ConfigError
from batchtui.jumps import parse_jumps

__all__ = [
    "Account",
    "AccountBook",
    "account_from_endpoint",
    "check_endpoint",
    "check_key",
    "from_environment",
]

_ACCOUNT, _KEY, _ENDPOINT = _VARIABLES = (
    "AZURE_BATCH_ACCOUNT",
    "AZURE_BATCH_ACCESS_KEY",
    "AZURE_BATCH_ENDPOINT",
)
# Where the account is in Azure Resource Manager, if that is known.
_SUBSCRIPTION, _GROUP = "AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP"
_TABLES = "accounts"
_OPTIONAL = (
    "read_only",
    "subscription",
    "group",
    "node_user",
    "jump",
)  # written only if they say something


@dataclass(frozen=True, slots=True)
class Account:
    """A Batch account by the name that we show, its own name and its endpoint.

    Resource Manager knows it by its subscription and resource group, empty if they aren't known.
    `node_user` is who logs in to its nodes, empty for whom the settings name, and `jump` the jump
    hosts that lead to them, in the same way.
    The nodes of one that `pretends` run nothing: it is a demo that only plays their states.
    """

    name: str
    account: str
    endpoint: str
    source: Literal["file", "environment", "demo"] = "file"
    read_only: bool = False
    subscription: str = ""
    group: str = ""
    node_user: str = ""
    jump: str = ""
    pretends: bool = False


def from_environment(environ: Mapping[str, str]) -> tuple[Account, str] | None:
    """The account that the az CLI's variables name, and its key; None if none of them is set.

    Raises ConfigError if only some are set, or one of them can't be right.
    """
    values = {name: environ.get(name, "").strip() for name in _VARIABLES}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(_VARIABLES):
        return None
    if missing:
        given = [name for name in _VARIABLES if name not in missing]
        raise ConfigError(
            f"{_listed(given)} set, but {_listed(missing)} missing.",
            advice="Set all three, or none of them.",
        )
    account = values[_ACCOUNT]
    endpoint = _named(_ENDPOINT, check_endpoint, values[_ENDPOINT])
    key = _named(_KEY, check_key, values[_KEY])
    found = Account(
        name=account,
        account=account,
        endpoint=endpoint,
        source="environment",
        subscription=environ.get(_SUBSCRIPTION, "").strip(),
        group=environ.get(_GROUP, "").strip(),
    )
    return found, key


def _listed(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _named(variable: str, check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except ConfigError as error:
        raise ConfigError(f"{variable}: {error.message}", advice=error.advice) from None


class AccountBook:
    """The accounts file: TOML that people may edit, so comments and unknown keys stay in it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> list[Account]:
        """The accounts of the file, in its order; ConfigError names the line that is wrong."""
        return self._accounts(read_text(self._path) or "")

    def add(self, account: Account) -> None:
        """Append an account; ConfigError if its name is taken, whatever the case of its letters."""
        # Imported here: reading, which every start does, needs the standard library only.
        import tomlkit

        with locked(self._path):
            text = read_text(self._path) or ""
            if account.name.casefold() in _names(self._accounts(text)):
                raise ConfigError(
                    f"There is an account called {account.name} already.",
                    advice="Give this one another name.",
                )
            table: dict[str, str | bool] = {
                "name": account.name,
                "account": account.account,
                "endpoint": account.endpoint,
            }
            for name in _OPTIONAL:
                if given := getattr(account, name):
                    table[name] = given
            addition = tomlkit.dumps({_TABLES: [table]})
            # Appended as text: what stands there already isn't touched at all.
            whole = f"{text.rstrip()}\n\n{addition}".lstrip()
            self._accounts(whole)
            replace_text(self._path, whole)

    def forget(self, name: str) -> None:
        """Take an account out of the file; nothing happens if it isn't there."""
        import tomlkit

        with locked(self._path):
            text = read_text(self._path) or ""
            names = _names(self._accounts(text))
            if name.casefold() not in names:
                return
            document: Any = tomlkit.parse(text)
            del document[_TABLES][names.index(name.casefold())]
            # An empty array would stand in the way of the next account.
            if not document[_TABLES]:
                del document[_TABLES]
            replace_text(self._path, tomlkit.dumps(document))

    def _accounts(self, text: str) -> list[Account]:
        try:
            rows = tomllib.loads(text).get(_TABLES, [])
        except tomllib.TOMLDecodeError as error:
            raise self._broken(f"{error}") from None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._broken(f"accounts are written as [[{_TABLES}]]")
        lines = [
            number
            for number, line in enumerate(text.splitlines(), start=1)
            if re.match(rf"\s*\[\[\s*{_TABLES}\s*\]\]", line)
        ]
        found: list[Account] = []
        for index, row in enumerate(rows):
            where = f"line {lines[index]}" if index < len(lines) else f"account {index + 1}"
            try:
                found.append(_account(row, _names(found)))
            except ConfigError as error:
                raise self._broken(f"{error.message.rstrip('.')} ({where})") from None
        return found

    def _broken(self, why: str) -> ConfigError:
        return ConfigError(
            f"{self._path} can't be used: {why}.",
            advice="Correct the file; nothing is written to it until then.",
        )


def _names(accounts: list[Account]) -> list[str]:
    return [account.name.casefold() for account in accounts]


def _account(row: dict[str, Any], taken: list[str]) -> Account:
    for name in ("name", "account", "endpoint"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise ConfigError(f"an account without {name}")
    if row["name"].casefold() in taken:
        raise ConfigError(f"a second account called {row['name']}")
    read_only = row.get("read_only", False)
    if not isinstance(read_only, bool):
        raise ConfigError("read_only is true or false")
    for name in ("subscription", "group", "node_user", "jump"):
        if not isinstance(row.get(name, ""), str):
            raise ConfigError(f"{name} is a text")
    jump = row.get("jump", "").strip()
    if jump:
        parse_jumps(jump)
    return Account(
        row["name"],
        row["account"],
        check_endpoint(row["endpoint"]),
        read_only=read_only,
        subscription=row.get("subscription", "").strip(),
        group=row.get("group", "").strip(),
        node_user=row.get("node_user", "").strip(),
        jump=jump,
    )
