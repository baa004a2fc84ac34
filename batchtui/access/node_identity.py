"""Which machine a node is."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """One machine: a node's id means another machine after the next allocation.

    `booted` is when it last began to run, if that is known: it is the same machine after that,
    but may have been installed anew.
    """

    account: str
    endpoint: str
    pool: str
    node: str
    allocation: datetime | None
    booted: datetime | None = field(default=None, compare=False)
