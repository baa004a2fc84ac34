"""Which machine a node is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """One machine: a node's id means another machine after the next allocation."""

    account: str
    endpoint: str
    pool: str
    node: str
    allocation: datetime | None
