"""How rules read a pool's JSON that is known to be of the right types, and what a rule is. Pure."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from batchtui.batch import image_choice
from batchtui.batch.image_choice import AGENT, names_of
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.models import SupportedImage
from batchtui.batch.places import at

# Finds what is wrong with a pool, whose JSON has gone through `sound`.
Rule = Callable[[Json, Known], Iterable[Problem]]

MACHINE: Path = ("virtualMachineConfiguration",)
START_TASK: Path = ("startTask",)
_NOTHING: Json = MappingProxyType({})


def within(body: Json, path: Path) -> Json:
    """The object at a place, an empty one if there is none."""
    found = at(body, path)
    return found if isinstance(found, Mapping) else _NOTHING


def items(body: Json, path: Path) -> Iterator[tuple[Path, Any]]:
    """Each item of the list at a place, with its own place."""
    found = at(body, path)
    if isinstance(found, list):
        for index, item in enumerate(found):
            yield (*path, index), item


def word(part: Json, name: str) -> str:
    """A text in lower case, as the service compares them; empty if there is none."""
    return str(part.get(name, "")).lower()


def again(found: Iterable[tuple[Path, Hashable]]) -> Iterator[Path]:
    """The places of values that were there before."""
    seen: set[Hashable] = set()
    for path, value in found:
        if value in seen:
            yield path
        seen.add(value)


def image_rows(body: Json, known: Known) -> list[SupportedImage]:
    """The rows of the supported images that have the pool's image, each with another agent."""
    return image_choice.image_rows(names_of(body), known.images or ())


def chosen_row(body: Json, known: Known) -> SupportedImage | None:
    """The row of the supported images that has the pool's image and its agent."""
    agent = str(at(body, AGENT) or "").lower()
    rows = image_rows(body, known)
    return next((row for row in rows if row.node_agent_sku.lower() == agent), None)
