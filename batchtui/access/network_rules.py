"""Whether the network rules of an inbound NAT pool let this machine in. Pure.

Rules are read by priority and the first one that takes an address decides; where there are rules
and none takes it, it is left out (source: Azure's network security groups, whose last rule denies
all that comes in). Without rules everybody may come in (source: SDK, InboundNatPool).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from batchtui.batch.models import NatPool, NatRule

_EVERYBODY = {"*", "any", "internet"}
# What comes to a pool's public address comes from outside of its network.
_INSIDE = {"virtualnetwork", "azureloadbalancer"}
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules come to: `refuses` means that they let nobody in at all."""

    refuses: bool = False
    doubt: str = ""


def judge(nat: NatPool, version: int, seen_as: str) -> Verdict:
    """What the rules say of an address of IP `version` 4 or 6; `seen_as` is empty if unknown."""
    if not nat.rules or _outcomes(nat, version, seen_as) == {True}:
        return Verdict()
    if _outcomes(nat, version, "") == {False}:
        return Verdict(refuses=True)
    return Verdict(doubt=_doubt(nat, version, seen_as))


def _doubt(nat: NatPool, version: int, seen_as: str) -> str:
    if not seen_as:
        return (
            f"NAT pool {nat.name} doesn't let everybody in ({_in_short(nat.rules)}), and at which "
            "address the node sees this machine isn't known."
        )
    for rule in _by_priority(nat):
        takes = _takes(rule, version, seen_as)
        if takes is None:
            return f"Whether {_name(rule)} of NAT pool {nat.name} is about {seen_as} isn't known."
        if takes:
            return f"{_name(rule).capitalize()} of NAT pool {nat.name} leaves {seen_as} out."
    return f"No rule of NAT pool {nat.name} lets {seen_as} in ({_in_short(nat.rules)})."


def _outcomes(nat: NatPool, version: int, seen_as: str) -> set[bool]:
    """How it may end: more than one where it isn't known whether a rule takes the address."""
    found = set()
    for rule in _by_priority(nat):
        takes = _takes(rule, version, seen_as)
        if takes is not False:
            found.add(rule.allow)
        if takes:
            return found
    return {*found, False}


def _takes(rule: NatRule, version: int, seen_as: str) -> bool | None:
    """Whether a rule is about an address; None if that isn't known."""
    takes = _takes_source(rule.source.strip().lower(), version, seen_as)
    return None if takes and not rule.any_port else takes


def _takes_source(source: str, version: int, seen_as: str) -> bool | None:
    if source in _EVERYBODY:
        return True
    if source in _INSIDE:
        return False
    try:
        network = ip_network(source, strict=False)
    except ValueError:
        return None  # another service tag, such as AzureCloud
    if network.version != version:
        return False
    if network.prefixlen == 0:
        return True
    return ip_address(seen_as) in network if seen_as else None


def _by_priority(nat: NatPool) -> list[NatRule]:
    return sorted(nat.rules, key=lambda rule: rule.priority)


def _name(rule: NatRule) -> str:
    return f"rule {rule.priority} ({_words(rule)})"


def _in_short(rules: Iterable[NatRule]) -> str:
    words = [_words(rule) for rule in sorted(rules, key=lambda rule: rule.priority)]
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def _words(rule: NatRule) -> str:
    return f"{'allow' if rule.allow else 'deny'} {rule.source}"
