"""The columns of the list of logins."""

from batchtui.batch.logins import FIELDS, Login
from batchtui.tables import Cell, Column, natural
from batchtui.tables.states import state_cell, worst_first
from batchtui.visible import visible
from batchtui.words import short_node_id


def login_columns(*, of_pools: bool = False) -> list[Column[Login]]:
    """Columns of logins; with `of_pools` also the pool that each is in."""
    pool: Column[Login] = Column(
        "pool", "Pool", 12, lambda r: Cell(visible(r.pool)), lambda r: natural(r.pool), grow=1,
    )  # fmt: skip
    return [
        *([pool] if of_pools else []),
        Column(
            "node", "Node", 10, lambda r: Cell(visible(short_node_id(r.node))), lambda r: r.node,
            own=True, exact=lambda r: r.node,
        ),
        Column(
            "state", "State", 15, lambda r: state_cell(r.state), lambda r: worst_first(r.state),
            exact=lambda r: r.state,
        ),
        Column(
            "address", "Address", 15, _address, lambda r: (not r.address, natural(r.address)),
            grow=1, fields=FIELDS, exact=lambda r: r.address,
        ),
        Column(
            "port", "Port", 5, lambda r: Cell(str(r.port or "")), lambda r: r.port, right=True,
            own=True, fields=FIELDS,
        ),
        Column(
            "from", "From", 11, _from, lambda r: (not r.address, not r.public), fields=FIELDS,
        ),
    ]  # fmt: skip


def _address(row: Login) -> Cell:
    return Cell(visible(row.address)) if row.address else Cell("–", "muted")


def _from(row: Login) -> Cell:
    """From where it is reached."""
    if not row.address:
        return Cell("nowhere", "warn")
    return Cell("anywhere") if row.public else Cell("its network", "muted")
