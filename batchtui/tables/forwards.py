"""The columns of the table of forwarded ports."""

from batchtui.access.dialling import place
from batchtui.entrance.forwards import Forward
from batchtui.tables import Cell, Column
from batchtui.visible import visible
from batchtui.words import byte_size, short_node_id

_STATES = {"listening": Cell("● listening", "good"), "lost": Cell("✗ lost", "bad")}


def forward_columns() -> list[Column[Forward]]:
    """Columns of the table of forwarded ports."""
    return [
        Column(
            "here", "Here", 15, lambda f: Cell(visible(_here(f))),
            lambda f: (f.forwarding.spec.bind, f.forwarding.spec.port), grow=1,
        ),
        Column(
            "there", "Leads to", 15, lambda f: Cell(visible(_there(f))), _there, grow=1,
        ),
        Column(
            "node", "Through", 10, lambda f: Cell(visible(short_node_id(f.doorway.node.id))),
            lambda f: f.doorway.node.id, exact=lambda f: f.doorway.node.id,
        ),
        Column("state", "State", 11, lambda f: _STATES[f.state], lambda f: f.state),
        Column(
            "clients", "Open", 4, lambda f: Cell(f"{f.forwarding.clients:,}"),
            lambda f: f.forwarding.clients, right=True, moving=True,
        ),
        Column(
            "carried", "Carried", 8, lambda f: Cell(byte_size(f.forwarding.carried), "muted"),
            lambda f: f.forwarding.carried, right=True, moving=True,
        ),
        Column(
            "pool", "Pool", 20, lambda f: Cell(visible(f.doorway.pool.id)),
            lambda f: f.doorway.pool.id, from_width=100, grow=1,
        ),
        Column(
            "said", "Last failure", 30, lambda f: Cell(visible(f.forwarding.failure), "warn"),
            lambda f: f.forwarding.failure, from_width=130, grow=1,
        ),
    ]  # fmt: skip


def _here(forward: Forward) -> str:
    return place(forward.forwarding.spec.bind, forward.forwarding.spec.port)


def _there(forward: Forward) -> str:
    return place(forward.forwarding.spec.host, forward.forwarding.spec.host_port)
