"""Who may reach a pool's nodes by SSH, or RDP on Windows: the inbound NAT pool for it. Pure.

Ports and rules are within what the service takes (source: SERVICE.md, trap 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any

from batchtui.batch.known import Json, Path
from batchtui.batch.lens import Answer, PoolDraft, UnreadableError
from batchtui.batch.models import RDP_PORT
from batchtui.batch.node import SSH_PORT
from batchtui.batch.places import at, put, without

NAT_POOLS: Path = ("networkConfiguration", "endpointConfiguration", "inboundNATPools")
# Instead of the number of a NAT pool: the one that operators log in by, or another one.
DOOR, OTHER = "door", "other"
ANYONE = "*"
# Whom a rule may name besides addresses (source: SDK, NetworkSecurityGroupRule: default tags).
TAGS = ("Internet", "VirtualNetwork", "AzureLoadBalancer")
ACCESS: Mapping[str, str] = MappingProxyType(
    {
        "only": "from these addresses only",
        "anyone": "from anywhere",
        "off": "off",
        "rules": "as its own rules say",
    }
)
_NAMES = {SSH_PORT: "ssh", RDP_PORT: "rdp"}
_PORTS = 1000
_FIRST_ALLOW, _LAST_RULE = 150, 4096
_PARKED = "access"


def is_windows(body: Json) -> bool:
    """Whether the nodes run Windows, by their agent (source: SERVICE.md, images)."""
    agent = at(body, ("virtualMachineConfiguration", "nodeAgentSKUId"))
    return isinstance(agent, str) and "windows" in agent.lower()


def protocol(body: Json) -> str:
    """How an operator gets into the nodes: `SSH`, or `RDP` on Windows."""
    return "RDP" if is_windows(body) else "SSH"


def nat_pools(body: Json) -> list[Any]:
    """The pool's inbound NAT pools, those that are objects."""
    found = at(body, NAT_POOLS)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def placed(body: Json, path: Path) -> Path:
    """A place with `DOOR` or `OTHER` for the number of its NAT pool."""
    if path[: len(NAT_POOLS)] != NAT_POOLS or len(path) == len(NAT_POOLS):
        return path
    found = door(body)
    which = DOOR if found is not None and at(body, path[: len(NAT_POOLS) + 1]) is found else OTHER
    return (*NAT_POOLS, which, *path[len(NAT_POOLS) + 1 :])


def door(body: Json) -> Mapping[str, Any] | None:
    """The NAT pool that leads to where its operators log in, if there is one."""
    port = RDP_PORT if is_windows(body) else SSH_PORT
    return next((each for each in nat_pools(body) if each.get("backendPort") == port), None)


@dataclass(frozen=True, slots=True)
class AccessLens:
    """From where the nodes are reached, as one of `ACCESS`."""

    def show(self, draft: PoolDraft) -> Answer:
        """What the NAT pool's rules come to."""
        found = door(draft.body)
        if found is None:
            return "off"
        rules = found.get("networkSecurityGroupRules")
        if not rules:
            return "only" if "access_source" in draft.typed else "anyone"
        return "only" if _sources(found) is not None else "rules"

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Another NAT pool, or none; the one before is kept aside."""
        if answer not in ACCESS:
            raise UnreadableError(f"One of {', '.join(ACCESS)}.")
        if answer == self.show(draft):
            return draft
        now, parked = door(draft.body), draft.aside.get(_PARKED)
        aside = {**draft.aside, _PARKED: now} if now and _sources(now) != [] else draft.aside
        typed = {name: text for name, text in draft.typed.items() if name != "access_source"}
        before = now or parked or {}
        if answer == "off":
            return replace(draft, body=_with_door(draft.body, None), aside=aside, typed=typed)
        new = {**_fresh_door(draft.body), **_ports_of(before)}
        if answer == "anyone":
            return replace(draft, body=_with_door(draft.body, new), aside=aside, typed=typed)
        old = next((each for each in (now, parked) if each and _sources(each)), None)
        if answer == "rules" and parked:
            return replace(draft, body=_with_door(draft.body, {**parked}), typed=typed)
        opened = replace(draft, body=_with_door(draft.body, new), aside=aside)
        if old is None:
            return replace(opened, typed={**typed, "access_source": ""})
        source = SourceLens()
        return source.put(replace(opened, typed=typed), ", ".join(_sources(old) or ()))

    def choices(self, draft: PoolDraft) -> Mapping[str, str]:
        """What can be made here, and what is there already."""
        usual = {word: text for word, text in ACCESS.items() if word != "rules"}
        return dict(ACCESS) if self.show(draft) == "rules" else usual


@dataclass(frozen=True, slots=True)
class SourceLens:
    """The addresses and ranges that may come in, with commas between them."""

    def show(self, draft: PoolDraft) -> Answer:
        """Those that the rules let in."""
        found = door(draft.body)
        return ", ".join((_sources(found) if found else None) or ())

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """A rule for each of them, and one that keeps all others out."""
        sources = [each.strip() for each in str(answer).split(",") if each.strip()]
        if not sources:
            raise UnreadableError("Who may come in? An address, a range, or choose anywhere.")
        for source in sources:
            _check(source)
        found = door(draft.body) or _fresh_door(draft.body)
        rules = _rules(sources, _priorities(draft.body, found))
        body = _with_door(draft.body, {**found, "networkSecurityGroupRules": rules})
        return replace(draft, body=body)


def fitted(draft: PoolDraft, before: Json) -> PoolDraft:
    """The way in follows the image: from SSH's port to RDP's, or back. `before` is as it was."""
    if is_windows(before) == is_windows(draft.body):
        return draft
    port, other = (RDP_PORT, SSH_PORT) if is_windows(draft.body) else (SSH_PORT, RDP_PORT)
    pools = nat_pools(draft.body)
    if any(each.get("backendPort") == port for each in pools):
        return draft
    changed = [
        {**each, "backendPort": port, "name": _renamed(each.get("name"), other, port)}
        if each.get("backendPort") == other
        else each
        for each in pools
    ]
    return replace(draft, body=put(draft.body, NAT_POOLS, changed)) if pools else draft


def _renamed(name: object, old: int, new: int) -> object:
    return _NAMES[new] if name == _NAMES[old] else name


def is_source(text: object) -> bool:
    """Whether a rule may name it: an address, a range or a tag (source: trap 3, SDK)."""
    try:
        return text in TAGS or bool(ip_network(str(text), strict=False))
    except ValueError:
        return False


def _check(source: str) -> None:
    if not is_source(source):
        raise UnreadableError(
            f"{source} is no address or range, such as 203.0.113.7 or 203.0.113.0/24."
        )


def _sources(found: Json) -> list[str] | None:
    """Whom the rules let in, if they are some that do and then one that lets in nobody else."""
    rules = found.get("networkSecurityGroupRules") or []
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        return None
    if any(set(rule) - {"priority", "access", "sourceAddressPrefix"} for rule in rules):
        plain = [rule for rule in rules if rule.get("sourcePortRanges") in (None, ["*"])]
        if len(plain) < len(rules):
            return None
    words = [(str(rule.get("access")).lower(), rule.get("sourceAddressPrefix")) for rule in rules]
    ordered = [
        word
        for _, word in sorted(
            zip((rule.get("priority") or 0 for rule in rules), words, strict=True),
            key=lambda pair: pair[0],
        )
    ]
    if not ordered:
        return []
    *allowed, last = ordered
    if last != ("deny", ANYONE) or any(access != "allow" for access, _ in allowed):
        return None
    return [str(source) for _, source in allowed]


def _rules(sources: list[str], priorities: list[int]) -> list[dict[str, Any]]:
    allowed = [
        _rule(priority, "allow", source)
        for priority, source in zip(priorities, sources, strict=False)
    ]
    return [*allowed, _rule(priorities[-1], "deny", ANYONE)]


def _rule(priority: int, access: str, source: str) -> dict[str, Any]:
    return {"priority": priority, "access": access, "sourceAddressPrefix": source}


def _priorities(body: Json, mine: Json) -> list[int]:
    """Priorities that no other NAT pool of the pool has: they may be there once only."""
    taken = {
        rule.get("priority")
        for each in nat_pools(body)
        if each is not mine
        for rule in _listed(each.get("networkSecurityGroupRules"))
        if isinstance(rule, dict) and isinstance(rule.get("priority"), int)
    }
    return [number for number in range(_FIRST_ALLOW, _LAST_RULE + 1) if number not in taken]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _fresh_door(body: Json) -> dict[str, Any]:
    port = RDP_PORT if is_windows(body) else SSH_PORT
    start = _free_start(body)
    return {
        "name": _NAMES[port],
        "protocol": "tcp",
        "backendPort": port,
        "frontendPortRangeStart": start,
        "frontendPortRangeEnd": start + _PORTS - 1,
    }


def _free_start(body: Json) -> int:
    taken = [
        (each.get("frontendPortRangeStart"), each.get("frontendPortRangeEnd"))
        for each in nat_pools(body)
    ]
    for start in range(15000, 49000, _PORTS):
        end = start + _PORTS - 1
        if all(
            not isinstance(low, int) or not isinstance(high, int) or high < start or end < low
            for low, high in taken
        ):
            return start
    return 1


def _ports_of(found: Json) -> dict[str, Any]:
    names = ("name", "protocol", "frontendPortRangeStart", "frontendPortRangeEnd")
    return {name: found[name] for name in names if name in found}


def _with_door(body: Json, wanted: Json | None) -> dict[str, Any]:
    """The pool with this way in, in the place of the one that it has; without it for None."""
    now, pools = door(body), nat_pools(body)
    if now is None:
        return put(body, NAT_POOLS, [*pools, wanted]) if wanted else dict(body)
    index = pools.index(now)
    if wanted is None:
        return without(body, (*NAT_POOLS, index))
    return dict(put(body, (*NAT_POOLS, index), wanted))
