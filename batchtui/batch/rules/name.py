"""What a pool may be called. Pure."""

from collections.abc import Iterable

from batchtui.batch.known import Json, Known, Problem
from batchtui.batch.rules.reading import Rule, word


def taken(body: Json, known: Known) -> Iterable[Problem]:
    """An id is there once in an account, whatever its case (source: SERVICE.md, trap 16)."""
    if word(body, "id") in known.taken:
        yield Problem(("id",), "There is a pool of this id; upper and lower case are the same.")


RULES: tuple[Rule, ...] = (taken,)
