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
from urllib.parse import urlsplit

from batchtui.emulator.options import LOCATION, is_loopback

BLOCK = 1000
FIRST_BLOCK = 20000
BLOCKS = 45  # up to port 65000; what comes then shares the first ones
IPV6 = "-ipv6"


@dataclass(frozen=True)
class Frontend:
    """An address of the load balancer of one kind of node of a pool.

    `shift` moves each rule's ports, into `blocks` of their own where the address is shared;
    `suffix` is what the names of its endpoints have after the rule's.
    """

    address: str
    fqdn: str
    number: int = 0
    shift: Mapping[str, int] = field(default_factory=dict)
    blocks: tuple[int, ...] = ()
    suffix: str = ""


class Addresses:
    """Hands out addresses on loopback and takes them back."""

    def __init__(self, port: int) -> None:
        self._prefix = f"127.{port >> 8}.{port & 255}"
        self._used: set[int] = set()
        self._blocks: set[int] = set()
        self._many = can_bind(f"{self._prefix}.1")

    def take(
        self, guid: str, rules: Sequence[Mapping[str, Any]], *, dual: bool = False
    ) -> list[Frontend]:
        """A load balancer for these NAT pools: by IPv4, and `dual` by IPv6 as well.

        There is but one IPv6 address on loopback, so that its ports are not the rules' own.
        """
        fqdn = f"dns{guid}-azurebatch-cloudservice.{LOCATION}.cloudapp.azure.com"
        number = _lowest_free(self._used)
        if self._many and number < 255:
            found = [Frontend(f"{self._prefix}.{number}", fqdn, number)]
        else:
            found = [Frontend("127.0.0.1", fqdn, number, *self._shifts(rules))]
        if dual:
            found.append(Frontend("::1", fqdn, 0, *self._shifts(rules), suffix=IPV6))
        return found

    def _shifts(self, rules: Sequence[Mapping[str, Any]]) -> tuple[dict[str, int], tuple[int, ...]]:
        """Where each rule's ports are moved to, and the blocks that they are in."""
        blocks = tuple(_lowest_free(self._blocks) for _ in rules)
        starts = [FIRST_BLOCK + BLOCK * ((block - 1) % BLOCKS) for block in blocks]
        names = [(rule["name"], rule["frontendPortRangeStart"]) for rule in rules]
        shift = {name: to - start for (name, start), to in zip(names, starts, strict=True)}
        return shift, blocks

    def give_back(self, frontend: Frontend) -> None:
        """Let an address and its blocks of ports be taken again."""
        self._used.discard(frontend.number)
        self._blocks.difference_update(frontend.blocks)


def _lowest_free(used: set[int]) -> int:
    """The lowest number from 1 up that is free, which it isn't any more."""
    number = next(n for n in itertools.count(1) if n not in used)
    used.add(number)
    return number


def can_bind(address: str) -> bool:
    """Whether this machine has the address, as Linux has all of 127.0.0.0/8."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def is_near(url: str) -> bool:
    """Whether a URL is of a file, or of this machine: what nodes call is nowhere else."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "file":
        return not host
    return parts.scheme in {"http", "https"} and (host == "localhost." or is_loopback(host))


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


def is_dual(pool_body: Mapping[str, Any]) -> bool:
    """Whether a pool's nodes have IPv6 addresses too."""
    network = pool_body.get("networkConfiguration") or {}
    public = network.get("publicIPAddressConfiguration") or {}
    return "IPv6" in public.get("ipFamilies", ())


def inbound_endpoints(
    rules: Sequence[Mapping[str, Any]], frontends: Sequence[Frontend], index: int
) -> list[dict[str, Any]]:
    """A node's endpoints: each rule's first port plus the node's index, by each frontend."""
    return [
        {
            "name": f"{rule['name']}{frontend.suffix}.{index}",
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
        for frontend in frontends
    ]


def login_endpoints(node_body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The endpoints for remote login, by IPv4 and maybe by IPv6: none, one or two.

    They are those of tcp/22, or else of tcp/3389 (recorded both).
    """
    endpoints = (node_body.get("endpointConfiguration") or {}).get("inboundEndpoints", ())
    for port in (22, 3389):
        found = [
            endpoint
            for endpoint in endpoints
            if endpoint["backendPort"] == port and endpoint["protocol"] == "tcp"
        ]
        if found:
            return found
    return []


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
