"""The pool's public addresses. Pure.

Source: SDK, BatchPublicIpAddressConfiguration.
"""

from collections.abc import Iterable

from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.rules.reading import Rule, again, items, within, word

_PUBLIC: Path = ("networkConfiguration", "publicIPAddressConfiguration")
_IDS, _FAMILIES = "ipAddressIds", "ipFamilies"
_NODES_AN_ADDRESS = 100


def own_ones_are_named(body: Json, _known: Known) -> Iterable[Problem]:
    """Addresses of one's own are named, and only these are."""
    public = within(body, _PUBLIC)
    own = word(public, "provision") == "usermanaged"
    if own and not public.get(_IDS):
        yield Problem((*_PUBLIC, _IDS), "Name your addresses by their resource ids.")
    if public.get(_IDS) and not own:
        text = "Only for usermanaged addresses: set provision so, or take them away."
        yield Problem((*_PUBLIC, _IDS), text)


def families(body: Json, _known: Known) -> Iterable[Problem]:
    """IPv4, or both, each once."""
    found = [(path, each.lower()) for path, each in items(body, (*_PUBLIC, _FAMILIES))]
    for path in again(found):
        yield Problem(path, "It is there twice: take one away.")
    if found and "ipv4" not in [family for _, family in found]:
        yield Problem((*_PUBLIC, _FAMILIES), "IPv4, or IPv4 and IPv6.")


def enough(body: Json, _known: Known) -> Iterable[Problem]:
    """100 dedicated and 100 spot nodes for each address of one's own."""
    public = within(body, _PUBLIC)
    for name in ("targetDedicatedNodes", "targetLowPriorityNodes"):
        needed = -(-body.get(name, 0) // _NODES_AN_ADDRESS)
        there = len(public.get(_IDS, ()))
        if there and needed > there:
            text = f"Needs {needed} public addresses, one for each 100 nodes: these are {there}."
            yield Problem((*_PUBLIC, _IDS), text)


RULES: tuple[Rule, ...] = (own_ones_are_named, families)
WARNINGS: tuple[Rule, ...] = (enough,)
