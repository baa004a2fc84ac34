"""Where a pool's nodes are reached: addresses and ports of its load balancers, on loopback.

Batch gives each pool and kind of node one public address, and tells nodes apart by port. Here
that address is 127.a.b.k with a.b the emulator's own port, so that two emulators never meet;
where only 127.0.0.1 exists (macOS), each rule gets its own block of ports instead.
"""

import ipaddress
import itertools
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REGION = "westeurope"
BLOCK = 1000
FIRST_BLOCK = 20000


@dataclass(frozen=True)
class Frontend:
    """The load balancer of one kind of node of a pool; `shift` moves each rule's ports."""

    address: str
    fqdn: str
    number: int
    shift: Mapping[str, int] = field(default_factory=dict)


class Addresses:
    """Hands out addresses on loopback and takes them back."""

    def __init__(self, port: int) -> None:
        self._prefix = f"127.{port >> 8}.{port & 255}"
        self._used: set[int] = set()
        self._blocks = itertools.count(FIRST_BLOCK, BLOCK)
        self._many = can_bind(f"{self._prefix}.1")

    def take(self, guid: str, rules: Sequence[Mapping[str, Any]]) -> Frontend:
        """A load balancer for these NAT pools."""
        fqdn = f"dns{guid}-azurebatch-cloudservice.{REGION}.cloudapp.azure.com"
        number = next(n for n in itertools.count(1) if n not in self._used)
        self._used.add(number)
        if self._many and number < 255:
            return Frontend(f"{self._prefix}.{number}", fqdn, number)
        shift = {
            rule["name"]: next(self._blocks) - rule["frontendPortRangeStart"] for rule in rules
        }
        return Frontend("127.0.0.1", fqdn, number, shift)

    def give_back(self, frontend: Frontend) -> None:
        """Let an address be taken again."""
        self._used.discard(frontend.number)


def can_bind(address: str) -> bool:
    """Whether this machine has the address, as Linux has all of 127.0.0.0/8."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def nat_pools(pool_body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A pool's inbound NAT pools, none for most."""
    network = pool_body.get("networkConfiguration") or {}
    return list((network.get("endpointConfiguration") or {}).get("inboundNATPools") or [])


def login_rule(pool_body: Mapping[str, Any], *, windows: bool) -> list[dict[str, Any]]:
    """The NAT pool that pools of old had without asking; none where one's own leads there.

    Recorded for Linux (node-list-creating-implicit-ssh-2023); what it was called on Windows is
    not known.
    """
    name, port = ("RDPRule", 3389) if windows else ("SSHRule", 22)
    if any(rule["backendPort"] == port for rule in nat_pools(pool_body)):
        return []
    return [
        {
            "name": name,
            "protocol": "tcp",
            "backendPort": port,
            "frontendPortRangeStart": 50000,
            "frontendPortRangeEnd": 54999,
        }
    ]


def inbound_endpoints(
    rules: Sequence[Mapping[str, Any]], frontend: Frontend, index: int
) -> list[dict[str, Any]]:
    """A node's endpoints: each rule's first port plus the node's index."""
    return [
        {
            "name": f"{rule['name']}.{index}",
            "protocol": rule["protocol"],
            "publicIPAddress": frontend.address,
            "publicFQDN": frontend.fqdn,
            "frontendPort": rule["frontendPortRangeStart"]
            + frontend.shift.get(rule["name"], 0)
            + index,
            "backendPort": rule["backendPort"],
        }
        for rule in rules
        if index <= rule["frontendPortRangeEnd"] - rule["frontendPortRangeStart"]
    ]


def login_endpoint(node_body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The endpoint for remote login: tcp/22, or else tcp/3389, or None (recorded both)."""
    endpoints = (node_body.get("endpointConfiguration") or {}).get("inboundEndpoints", ())
    for port in (22, 3389):
        for endpoint in endpoints:
            if endpoint["backendPort"] == port and endpoint["protocol"] == "tcp":
                return dict(endpoint)
    return None


def allowed(rules: Sequence[Mapping[str, Any]], peer: str) -> bool:
    """Whether a NAT pool's security rules let the peer in; no rules, and all may come."""
    for rule in sorted(rules, key=lambda rule: rule["priority"]):
        if _matches(rule["sourceAddressPrefix"], peer):
            return bool(rule["access"] == "allow")
    return not rules


def _matches(prefix: str, peer: str) -> bool:
    if prefix in {"*", "Internet"}:
        return True
    try:
        return ipaddress.ip_address(peer) in ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        return False
