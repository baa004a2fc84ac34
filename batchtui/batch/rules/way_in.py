"""Whether an operator, and who else, gets into the nodes. Pure."""

from collections.abc import Iterable

from batchtui.batch.access_rules import NAT_POOLS, door, protocol
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.node import RDP_PORT, SSH_PORT
from batchtui.batch.rules.reading import Rule, items, word

_LOGINS = {SSH_PORT: "SSH", RDP_PORT: "RDP"}
_EVERYONE = {"*", "internet", "0.0.0.0/0", "::/0"}


def no_way_in(body: Json, _known: Known) -> Iterable[Problem]:
    """A pool without it stays so while it has nodes (source: SERVICE.md, traps 1 and 2)."""
    if door(body) is None:
        text = f"No {protocol(body)}: it can't be added while the pool has nodes."
        yield Problem(NAT_POOLS, text)


def open_to_all(body: Json, _known: Known) -> Iterable[Problem]:
    """No rule lets everyone in (source: SERVICE.md, trap 3)."""
    for path, pool in items(body, NAT_POOLS):
        name = _LOGINS.get(pool.get("backendPort"))
        if name and _is_open(pool):
            place: Path = (*path, "networkSecurityGroupRules")
            yield Problem(place, f"{name} is open to the whole internet.")


def wrong_protocol(body: Json, _known: Known) -> Iterable[Problem]:
    """SSH goes by tcp, and so does RDP that is reached by one port (source: SERVICE.md, part 2)."""
    for path, pool in items(body, NAT_POOLS):
        name = _LOGINS.get(pool.get("backendPort"))
        if name and word(pool, "protocol") == "udp":
            yield Problem((*path, "protocol"), f"{name} needs tcp.")


def too_narrow(body: Json, _known: Known) -> Iterable[Problem]:
    """A port for each node of a kind, from the first one on (source: SERVICE.md, part 2)."""
    nodes = max(body.get("targetDedicatedNodes", 0), body.get("targetLowPriorityNodes", 0))
    for path, pool in items(body, NAT_POOLS):
        start, end = (pool.get(f"frontendPortRange{edge}") for edge in ("Start", "End"))
        if start and end and nodes > end - start + 1:
            text = f"{end - start + 1} ports for {nodes} nodes: not all can be reached."
            yield Problem((*path, "frontendPortRangeEnd"), text)


def _is_open(pool: Json) -> bool:
    """Whether the first rule that is about everyone lets them in; without rules all may."""
    rules = [rule for rule in pool.get("networkSecurityGroupRules", ()) if "priority" in rule]
    if not pool.get("networkSecurityGroupRules"):
        return True
    about_all = [
        rule
        for rule in sorted(rules, key=lambda rule: int(rule["priority"]))
        if word(rule, "sourceAddressPrefix") in _EVERYONE
    ]
    return bool(about_all) and word(about_all[0], "access") == "allow"


WARNINGS: tuple[Rule, ...] = (no_way_in, open_to_all, wrong_protocol, too_narrow)
