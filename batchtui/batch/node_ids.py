"""Nodes by what people type of their ids. Pure."""

from collections.abc import Sequence

from batchtui.errors import NotFoundError


def one_of(ids: Sequence[str], text: str, pool_id: str) -> str:
    """The one id of a pool's that begins so, with or without `tvmps_`, `_d` at its end or not.

    Raises NotFoundError where there is none, or more than one.
    """
    if text in ids:
        return text
    start, _mark, kind = text.removeprefix("tvmps_").partition("_")
    found = [
        each
        for each in ids
        if each.removeprefix("tvmps_").startswith(start) and each.endswith(kind)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        many = f"{text}: {len(found)} nodes of {pool_id} begin so."
        raise NotFoundError(many, advice="Give more of the id.")
    raise NotFoundError(f"{pool_id} has no such node: {text}.")
