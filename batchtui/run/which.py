"""Which nodes are meant."""

import sys
from collections.abc import Sequence

from batchtui.batch import faults
from batchtui.batch.models import Pool
from batchtui.batch.node_ids import one_of
from batchtui.errors import NotFoundError, UsageError
from batchtui.many import Place
from batchtui.session import Session

STANDARD_INPUT = "-"


def named(text: str | None) -> list[str] | None:
    """The ids that an option names: a list with commas, or with `-` standard input's words."""
    if text is None:
        return None
    if text == STANDARD_INPUT:
        if sys.stdin is None:
            raise UsageError("Standard input is closed: there are no ids to read.")
        text = sys.stdin.read()
    names = text.replace(",", " ").split()
    if not names:
        raise UsageError("--nodes names no node.")
    return names


async def places(
    session: Session, pool: Pool, names: Sequence[str] | None, *, faulty: bool
) -> list[Place]:
    """The nodes of a pool that are named, or all; NotFoundError if there is none."""
    nodes = [node async for page in session.nodes.pages(pool.id) for node in page]
    ids = [node.id for node in nodes]
    wanted = set(ids if names is None else (one_of(ids, name, pool.id) for name in names))
    if faulty:
        wanted &= {node.id for node in nodes if faults.of_node(node)}
    if not wanted:
        why = "no node with a fault" if faulty else "no nodes"
        raise NotFoundError(f"{pool.id} has {why}.")
    return [Place(pool, each) for each in ids if each in wanted]
