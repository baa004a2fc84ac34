"""Who may reach a pool's nodes by SSH, or RDP on Windows, as fields of the form. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from batchtui.batch.access_rules import (
    ANYONE,
    END,
    NAT_POOLS,
    RULES,
    START,
    door,
    door_place,
    fitting,
    fresh_door,
    is_open,
    is_source,
    is_windows,
    nat_pools,
    others,
    priorities,
    rules_for,
    sources,
    with_door,
)
from batchtui.batch.known import Json
from batchtui.batch.lens import Answer, PoolDraft, UnreadableError
from batchtui.batch.places import put

ACCESS: Mapping[str, str] = MappingProxyType(
    {
        "only": "from these addresses only",
        "anyone": "from anywhere",
        "off": "off",
        "rules": "as its own rules say",
    }
)
SOURCE = "access_source"  # the field that says which addresses
_ASIDE = "access"
_TWO_PORTS = re.compile(r"\s*([0-9]{1,5})\s*-\s*([0-9]{1,5})\s*")


@dataclass(frozen=True, slots=True)
class AccessLens:
    """From where the nodes are reached, as one of `ACCESS`.

    Aside are `door`, the NAT pool without its rules, its `place`, the rules of each way that was
    chosen before, and the addresses as they were `typed`.
    """

    def show(self, draft: PoolDraft) -> Answer:
        """What the NAT pool's rules come to."""
        found = door(draft.body)
        if found is None:
            return "off"
        if SOURCE in draft.typed:
            return "only"
        if is_open(found):
            return "anyone"
        return "only" if sources(found) else "rules"

    def choices(self, draft: PoolDraft) -> Mapping[str, str]:
        """What can be made here, and rules of another kind if there are some to keep."""
        there = self.show(draft) == "rules" or "rules" in draft.aside.get(_ASIDE, {})
        return {word: text for word, text in ACCESS.items() if word != "rules" or there}

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Other rules, or no NAT pool; those before are kept aside."""
        if answer not in ACCESS:
            raise UnreadableError(f"One of {', '.join(ACCESS)}.")
        now, wanted = str(self.show(draft)), str(answer)
        if now == wanted:
            return draft
        kept = _set_aside(draft, now)
        typed = {name: text for name, text in draft.typed.items() if name != SOURCE}
        made: dict[str, Any] | None = None
        if wanted != "off":
            rules = kept[wanted] if wanted in kept else _new_rules(draft, wanted)
            made = fitting({**kept.get("door", fresh_door(draft.body)), **rules}, draft.body)
        if wanted == "only" and ("typed" in kept or wanted not in kept):
            typed[SOURCE] = kept.get("typed", "")
        place = kept.get("place", len(nat_pools(draft.body)))
        body = with_door(draft.body, made, place)
        return replace(draft, body=body, typed=typed, aside={**draft.aside, _ASIDE: kept})


def _set_aside(draft: PoolDraft, now: str) -> dict[str, Any]:
    kept = dict(draft.aside.get(_ASIDE, {}))
    found = door(draft.body)
    if found is not None:
        kept["door"] = {name: part for name, part in found.items() if name != RULES}
        kept["place"] = door_place(draft.body)
        kept[now] = {name: part for name, part in found.items() if name == RULES}
    if now == "only":
        kept.pop("typed", None)
        if SOURCE in draft.typed:
            kept["typed"] = draft.typed[SOURCE]
    return kept


def _new_rules(draft: PoolDraft, wanted: str) -> dict[str, Any]:
    """The rules of a way that was never chosen; nobody may come in until it is said who."""
    if wanted == "rules":
        raise UnreadableError("The pool has no other rules.")
    if wanted == "anyone":
        return {}
    return {RULES: rules_for((), priorities(others(draft.body)))}


def fitted(draft: PoolDraft, before: Json) -> PoolDraft:
    """The draft, whose image was another, with its way in for this one: from SSH to RDP, or back.

    `before` is the pool as it was.
    """
    body, place = draft.body, door_place(before)
    if is_windows(body) == is_windows(before) or place is None or door_place(body) is not None:
        return draft
    moved = fitting(nat_pools(body)[place], body)
    return replace(draft, body=put(body, (*NAT_POOLS, place), moved))


@dataclass(frozen=True, slots=True)
class SourceLens:
    """The addresses and ranges that may come in, with commas between them."""

    def show(self, draft: PoolDraft) -> Answer:
        """Those that the rules let in."""
        found = door(draft.body)
        return ", ".join((found and sources(found)) or ())

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """A rule for each of them, and one that keeps all others out."""
        wanted = read_sources(str(answer))
        if wanted == read_sources(str(self.show(draft)), some=False):
            return draft
        found = door(draft.body) or fresh_door(draft.body)
        rules = rules_for(wanted, priorities(others(draft.body)))
        place = len(nat_pools(draft.body))
        return replace(draft, body=with_door(draft.body, {**found, RULES: rules}, place))


def read_sources(text: str, *, some: bool = True) -> list[str]:
    """Addresses, ranges and tags with commas between them; `some` if there must be one."""
    found = [each.strip() for each in text.split(",") if each.strip()]
    if some and not found:
        raise UnreadableError("Who may come in? An address, a range, or choose anywhere.")
    for source in found:
        if source == ANYONE:
            raise UnreadableError("For everyone choose anywhere, instead of *.")
        if some and not is_source(source):
            example = "such as 203.0.113.7 or 203.0.113.0/24"
            raise UnreadableError(f"{source} is no address or range, {example}.")
    return found


@dataclass(frozen=True, slots=True)
class PortsLens:
    """The ports outside that lead to the nodes, such as `15000-15999`."""

    def show(self, draft: PoolDraft) -> Answer:
        """The first and the last one."""
        found = door(draft.body) or {}
        ends = [found[name] for name in (START, END) if name in found]
        return "-".join(map(str, ends))

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Other ones."""
        found = door(draft.body)
        if found is None or answer == self.show(draft):
            return draft
        start, end = read_ports(str(answer))
        return replace(draft, body=with_door(draft.body, {**found, START: start, END: end}, 0))


def read_ports(text: str) -> tuple[int, int]:
    """A first and a last port."""
    found = _TWO_PORTS.fullmatch(text)
    if not found:
        raise UnreadableError("The first and the last port, such as 15000-15999.")
    return int(found[1]), int(found[2])
