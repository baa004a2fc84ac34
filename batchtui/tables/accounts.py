"""The columns of the accounts table."""

from batchtui.access.accounts import Account
from batchtui.tables import Cell, Column, natural
from batchtui.visible import visible


def account_columns() -> list[Column[Account]]:
    """Columns of the accounts table."""
    sources = {"file": "keyring", "environment": "environment", "demo": "this run"}
    return [
        Column(
            "name", "Account", 22, lambda a: Cell(visible(a.name)),
            lambda a: natural(a.name), grow=1,
        ),
        Column(
            "endpoint", "Endpoint", 40, lambda a: Cell(visible(a.endpoint), "muted"),
            lambda a: a.endpoint, grow=1,
        ),
        Column("key", "Key from", 11, lambda a: Cell(sources[a.source]), lambda a: a.source),
        Column(
            "account", "Batch account", 20, lambda a: Cell(visible(a.account)),
            lambda a: a.account, from_width=110,
        ),
        Column(
            "mode", "Mode", 10, lambda a: Cell("read-only" if a.read_only else "", "warn"),
            lambda a: a.read_only, from_width=110,
        ),
    ]  # fmt: skip
