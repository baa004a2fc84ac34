"""The fields of who reaches the nodes, and how. Pure."""

from collections.abc import Iterator

from batchtui.batch.access_rules import NAT_POOLS, AccessLens, SourceLens
from batchtui.batch.field import PoolField


def access_fields() -> Iterator[PoolField]:
    """In the order of the step."""
    yield PoolField(
        "access",
        "access",
        "SSH",
        AccessLens(),
        (NAT_POOLS,),
        help="Can't be added later, while the pool has nodes.",
    )
    yield PoolField(
        "access_source",
        "access",
        "  allowed from",
        SourceLens(),
        (),
        help="Addresses or ranges such as 203.0.113.0/24, with commas between them.",
        when=lambda draft: AccessLens().show(draft) == "only",
    )
