"""Rules of inbound NAT pools: who may come in. Pure.

Source: SDK, NetworkSecurityGroupRule and BatchInboundNatPool; SERVICE.md, trap 3.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from batchtui.batch.access_rules import ANYONE, NAT_POOLS, TAGS, is_source
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.rules.reading import Rule, again, items

_RULES = "networkSecurityGroupRules"
_MOST_RULES = 25
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_HIGHEST = 65535


def not_too_many(body: Json, _known: Known) -> Iterable[Problem]:
    """At most 25 rules in all endpoints of a pool."""
    rules = list(rules_of(body))
    if len(rules) > _MOST_RULES:
        first_too_many, _ = rules[_MOST_RULES]
        text = f"At most {_MOST_RULES} rules in all endpoints together: these are {len(rules)}."
        yield Problem(first_too_many[:-1], text)


def priorities_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each priority once in a pool, also of different endpoints."""
    name = "priority"
    found = (((*path, name), rule[name]) for path, rule in rules_of(body) if name in rule)
    for path in again(found):
        yield Problem(path, "Another rule of the pool has this priority: each needs its own.")


def sources(body: Json, _known: Known) -> Iterable[Problem]:
    """An address, a range of them, a default tag, or everyone."""
    for path, rule in rules_of(body):
        source = rule.get("sourceAddressPrefix", ANYONE)
        if source != ANYONE and not is_source(source):
            text = (
                "An address or range, such as 203.0.113.7 or 203.0.113.0/24, "
                f"{', '.join(TAGS)}, or * for anyone."
            )
            yield Problem((*path, "sourceAddressPrefix"), text)


def source_ports(body: Json, _known: Known) -> Iterable[Problem]:
    """Ports and ranges of ports that don't overlap."""
    for path, rule in rules_of(body):
        name, taken = "sourcePortRanges", list[tuple[int, int]]()
        for index, text in enumerate(rule.get(name, ())):
            low, high = _ports(text)
            if not low <= high <= _HIGHEST:
                wanted = "A port from 0 to 65535, a range such as 100-200, or *."
                yield Problem((*path, name, index), wanted)
            elif any(low <= last and first <= high for first, last in taken):
                yield Problem((*path, name, index), "These ports are in another range, too.")
            else:
                taken.append((low, high))


def rules_of(body: Json) -> Iterator[tuple[Path, Any]]:
    """All rules of the pool's endpoints, each with its place."""
    for path, _ in items(body, NAT_POOLS):
        yield from items(body, (*path, _RULES))


def _ports(text: str) -> tuple[int, int]:
    """The first and the last port of a range; nonsense ends before it begins."""
    found = _PORTS.fullmatch(text)
    if text == "*":
        return 0, _HIGHEST
    return (int(found[1]), int(found[2] or found[1])) if found else (1, 0)


RULES: tuple[Rule, ...] = (not_too_many, priorities_once, sources, source_ports)
