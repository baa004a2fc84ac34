"""Inbound NAT pools: how operators get into a pool's nodes by SSH or RDP, and who may. Pure.

Ports and rules are within what the service takes (source: SERVICE.md, trap 3).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from batchtui.batch.known import Json, Path
from batchtui.batch.node import RDP_PORT, SSH_PORT
from batchtui.batch.places import at, put, without

NAT_POOLS: Path = ("networkConfiguration", "endpointConfiguration", "inboundNATPools")
RULES = "networkSecurityGroupRules"
START, END = "frontendPortRangeStart", "frontendPortRangeEnd"
# Instead of the number of a NAT pool: the one that operators log in by, or another one.
DOOR, OTHER = "door", "other"
ANYONE = "*"
# Whom a rule may name besides addresses (source: SDK, NetworkSecurityGroupRule: default tags).
TAGS = ("Internet", "VirtualNetwork", "AzureLoadBalancer")
_NAMES = {SSH_PORT: "ssh", RDP_PORT: "rdp"}
_PORTS = 1000
_FIRST_RULE, _LAST_RULE = 150, 4096
_PLAIN = {"priority", "access", "sourceAddressPrefix", "sourcePortRanges"}


def is_windows(body: Json) -> bool:
    """Whether the nodes run Windows, by their agent (source: SERVICE.md, images)."""
    agent = at(body, ("virtualMachineConfiguration", "nodeAgentSKUId"))
    return isinstance(agent, str) and "windows" in agent.lower()


def protocol(body: Json) -> str:
    """How an operator gets into the nodes: `SSH`, or `RDP` on Windows."""
    return "RDP" if is_windows(body) else "SSH"


# Where the NAT pools are


def nat_pools(body: Json) -> list[Any]:
    """Whatever the pool has in the place of inbound NAT pools."""
    found = at(body, NAT_POOLS)
    return list(found) if isinstance(found, list) else []


def door_place(body: Json) -> int | None:
    """The number of the NAT pool that leads to where operators log in, if there is one."""
    port = _login_port(body)
    return next(
        (
            number
            for number, each in enumerate(nat_pools(body))
            if isinstance(each, dict) and each.get("backendPort") == port
        ),
        None,
    )


def door(body: Json) -> dict[str, Any] | None:
    """That NAT pool."""
    place = door_place(body)
    return None if place is None else nat_pools(body)[place]


def others(body: Json) -> list[Any]:
    """All NAT pools but that one."""
    place = door_place(body)
    return [each for number, each in enumerate(nat_pools(body)) if number != place]


def with_door(body: Json, wanted: Json | None, place: int) -> dict[str, Any]:
    """The pool with this way in instead of its own, at a place if it has none; None for no way."""
    now = door_place(body)
    if wanted is None:
        return dict(body) if now is None else without(body, (*NAT_POOLS, now))
    listed = nat_pools(body)
    if now is None:
        listed.insert(place, wanted)
    else:
        listed[now] = wanted
    return dict(put(body, NAT_POOLS, listed))


def with_others(body: Json, wanted: Iterable[Any]) -> dict[str, Any]:
    """The pool with these NAT pools besides its way in, which stays where it is."""
    place, found = door_place(body), door(body)
    listed = list(wanted)
    if found is not None and place is not None:
        listed.insert(place, found)
    return dict(put(body, NAT_POOLS, listed)) if listed else without(body, NAT_POOLS)


def placed(body: Json, path: Path) -> Path:
    """A place in the pool, with `DOOR` or `OTHER` for the number of its NAT pool."""
    depth = len(NAT_POOLS)
    if path[:depth] != NAT_POOLS or len(path) == depth:
        return path
    return (*NAT_POOLS, DOOR if path[depth] == door_place(body) else OTHER, *path[depth + 1 :])


# New ones


def fresh_door(body: Json) -> dict[str, Any]:
    """A way in that has no rules yet."""
    start = _free_start(body)
    return fitting({"protocol": "tcp", START: start, END: start + _PORTS - 1}, body)


def fitting(found: Json, body: Json) -> dict[str, Any]:
    """A way in for the pool's nodes, whatever it led to before; names of our making follow."""
    port = _login_port(body)
    name = found.get("name")
    ours = name is None or name in _NAMES.values()
    return {**found, "name": _NAMES[port] if ours else name, "backendPort": port}


def _login_port(body: Json) -> int:
    return RDP_PORT if is_windows(body) else SSH_PORT


def _free_start(body: Json) -> int:
    taken = [(each.get(START), each.get(END)) for each in nat_pools(body) if isinstance(each, dict)]
    for start in range(15000, 49000, _PORTS):
        end = start + _PORTS - 1
        if all(
            not isinstance(low, int) or not isinstance(high, int) or high < start or end < low
            for low, high in taken
        ):
            return start
    return 1


# Who may come in


def is_source(text: object) -> bool:
    """Whether a rule may name it: an address, a range or a tag (source: trap 3, SDK)."""
    try:
        return text in TAGS or bool(ip_network(str(text), strict=False))
    except ValueError:
        return False


def sources(found: Json) -> list[str] | None:
    """Whom the rules let in, if these are plain ones, of which the last keeps out all others.

    None for other rules, also for those that only let in: what becomes of the others then is
    documented nowhere (the examples of the documentation on pool endpoints all end with a deny).
    """
    rules = found.get(RULES)
    if not isinstance(rules, list) or not rules or not all(map(_is_plain, rules)):
        return None
    *allowed, last = sorted(rules, key=lambda rule: int(rule["priority"]))
    if not _is(last, "deny", ANYONE) or not all(map(_lets_in_one, allowed)):
        return None
    return [rule["sourceAddressPrefix"] for rule in allowed]


def is_open(found: Json) -> bool:
    """Whether the rules let in everyone: there are none, or only the one that says so."""
    rules = found.get(RULES)
    if not rules:
        return True
    if not isinstance(rules, list) or not all(map(_is_plain, rules)):
        return False
    return len(rules) == 1 and _is(rules[0], "allow", ANYONE)


def rules_for(wanted: Iterable[str], taken: Collection[int]) -> list[dict[str, Any]]:
    """Rules that let in these sources and nobody else, with priorities that aren't taken."""
    free = [number for number in range(_FIRST_RULE, _LAST_RULE + 1) if number not in taken]
    allowed = [
        _rule(priority, "allow", source) for priority, source in zip(free, wanted, strict=False)
    ]
    return [*allowed, _rule(free[-1], "deny", ANYONE)]


def priorities(pools: Iterable[Any]) -> set[int]:
    """The priorities of NAT pools' rules: each may be there once in a pool."""
    return {
        rule["priority"]
        for each in pools
        for rule in _rules(each)
        if isinstance(rule.get("priority"), int)
    }


def in_words(found: Json) -> str:
    """Whom a NAT pool lets in."""
    if not found.get(RULES):
        return "lets in anyone"
    allowed = sources(found)
    if allowed is not None:
        return f"lets in {', '.join(allowed)}, nobody else" if allowed else "lets in nobody"
    if is_open(found):
        return "lets in anyone"
    ordered = sorted(_rules(found), key=_priority)
    said = [f"{rule.get('access')} {rule.get('sourceAddressPrefix')}" for rule in ordered]
    end = "" if ordered and ordered[-1].get("sourceAddressPrefix") == ANYONE else "; no rule else"
    return f"{', then '.join(said)}{end}"


def _rules(found: object) -> Iterator[Mapping[str, Any]]:
    rules = at(found, (RULES,))
    yield from (rule for rule in rules if isinstance(rule, dict)) if isinstance(rules, list) else ()


def _priority(rule: Json) -> int:
    found = rule.get("priority")
    return found if isinstance(found, int) else 0


def _rule(priority: int, access: str, source: str) -> dict[str, Any]:
    return {"priority": priority, "access": access, "sourceAddressPrefix": source}


def _is_plain(rule: object) -> bool:
    return (
        isinstance(rule, dict)
        and not set(rule) - _PLAIN
        and isinstance(rule.get("priority"), int)
        and isinstance(rule.get("sourceAddressPrefix"), str)
        and rule.get("sourcePortRanges") in (None, ["*"])
    )


def _is(rule: Json, access: str, source: str) -> bool:
    return str(rule.get("access")).lower() == access and rule["sourceAddressPrefix"] == source


def _lets_in_one(rule: Json) -> bool:
    """Whether it allows one source, and that can stand in a list with commas."""
    source = rule["sourceAddressPrefix"]
    listable = source == source.strip() and source and "," not in source and source != ANYONE
    return bool(listable) and _is(rule, "allow", source)
