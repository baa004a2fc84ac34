"""What becomes of a form's answers when somebody else changed what they began as. Pure."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Draft = TypeVar("Draft", bound="DataclassInstance")


def merged(mine: Draft, before: Draft, theirs: Draft) -> tuple[Draft, list[str]]:
    """The answers, with what was typed kept and the rest as it is now.

    Also the fields that both changed, each to something else.
    """
    values: dict[str, Any] = {}
    both = []
    for each in fields(mine):
        my, was, their = (getattr(which, each.name) for which in (mine, before, theirs))
        if my == was:
            values[each.name] = their
        elif their not in {was, my}:
            both.append(each.name)
    return replace(mine, **values), both
