"""A pool's network configuration: checked as the service does, its defaults filled in.

The rules are those of the SDK's docstrings (BatchInboundNatPool, NetworkSecurityGroupRule,
BatchPublicIpAddressConfiguration).
"""

import ipaddress
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    Shape,
    all_different,
    default,
    flag,
    many,
    one_of,
    required,
    text_like,
    texts,
    whole,
    words,
)
from batchtui.emulator.errors import bad_property, missing_property

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,75}[A-Za-z0-9_])?"
PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
NETWORK = "/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/"
SUBNET = f"{NETWORK}virtualNetworks/[^/]+/subnets/[^/]+"
MOST_NAT_POOLS = 5
MOST_RULES = 25
LEAST_RANGE = 40
RESERVED = range(50000, 55001)
AGENT_PORTS = frozenset({29876, 29877})
HIGHEST_PORT = 65535
TAGS = frozenset({"Internet", "VirtualNetwork", "AzureLoadBalancer"})


def address_prefix(body: Mapping[str, Any], name: str) -> str:
    """An address, a subnet, a service tag or everything."""
    prefix = words(body, name)
    if prefix != "*" and prefix not in TAGS and not _is_network(prefix):
        reason = "The value must be an address, a subnet, a service tag or *"
        raise bad_property(name, prefix, reason)
    return prefix


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def port_range(body: Mapping[str, Any], name: str) -> str:
    """A port, a range of ports, or all of them."""
    text = words(body, name)
    low, high = _ports(text)
    if not low <= high <= HIGHEST_PORT:
        raise bad_property(name, text, "The value must be a port, a range of ports or *")
    return text


def _ports(text: str) -> tuple[int, int]:
    """The first and the last port of a range; nonsense ends before it begins."""
    found = PORTS.fullmatch(text)
    if text == "*":
        return 0, HIGHEST_PORT
    return (int(found[1]), int(found[2] or found[1])) if found else (1, 0)


def port_ranges(body: Mapping[str, Any], name: str) -> list[str] | None:
    """Ranges of ports that don't overlap."""
    found = texts(port_range)(body, name)
    taken = sorted((_ports(text), text) for text in found or ())
    for (before, _), (after, text) in itertools.pairwise(taken):
        if after[0] <= before[1]:
            raise bad_property(name, text, "The port ranges overlap")
    return found


RULE = Shape(
    priority=required(whole(150, 4096)),
    access=required(one_of("allow", "deny")),
    sourceAddressPrefix=required(address_prefix),
    sourcePortRanges=default(port_ranges, ["*"]),
)
NAT_POOL = Shape(
    name=required(text_like(NAME, "The name is not valid")),
    protocol=required(one_of("tcp", "udp")),
    backendPort=required(whole(1, HIGHEST_PORT)),
    frontendPortRangeStart=required(whole(1, HIGHEST_PORT - 1)),
    frontendPortRangeEnd=required(whole(1, HIGHEST_PORT - 1)),
    networkSecurityGroupRules=many(RULE),
)
PUBLIC = Shape(
    provision=one_of("batchmanaged", "usermanaged", "nopublicipaddresses"),
    ipFamilies=texts(one_of("IPv4", "IPv6")),
    ipAddressIds=texts(
        text_like(f"{NETWORK}publicIPAddresses/[^/]+", "The value must be the id of a public IP")
    ),
    ipTags=many(Shape(ipTagType=words, tag=words)),
)


def nat_pools(body: Mapping[str, Any], name: str) -> list[Json]:
    """NAT pools as GET shows them; 400 when a range, port or name can't be."""
    pools = many(NAT_POOL, MOST_NAT_POOLS)(body, name) or []
    for at, pool in enumerate(pools):
        _check_ports(pool)
        for other in pools[:at]:
            _check_pair(pool, other)
    all_different("name", [pool["name"] for pool in pools])
    rules = [rule for pool in pools for rule in pool.get("networkSecurityGroupRules", ())]
    if len(rules) > MOST_RULES:
        reason = f"At most {MOST_RULES} are allowed in a pool"
        raise bad_property("networkSecurityGroupRules", len(rules), reason)
    all_different("priority", [rule["priority"] for rule in rules])
    return pools


def _check_ports(pool: Json) -> None:
    if pool["backendPort"] in AGENT_PORTS:
        raise bad_property("backendPort", pool["backendPort"], "The port is reserved")
    start, end = pool["frontendPortRangeStart"], pool["frontendPortRangeEnd"]
    if end - start + 1 < LEAST_RANGE:
        reason = f"The frontend range must have at least {LEAST_RANGE} ports"
        raise bad_property("frontendPortRangeEnd", end, reason)
    if start < RESERVED.stop and end >= RESERVED.start:
        reason = "The ports 50000 to 55000 are reserved"
        if end in RESERVED and start not in RESERVED:
            raise bad_property("frontendPortRangeEnd", end, reason)
        raise bad_property("frontendPortRangeStart", start, reason)


def _check_pair(pool: Json, other: Json) -> None:
    if pool["backendPort"] == other["backendPort"]:
        raise bad_property("backendPort", pool["backendPort"], "The port is used twice")
    apart = (
        pool["frontendPortRangeEnd"] < other["frontendPortRangeStart"]
        or other["frontendPortRangeEnd"] < pool["frontendPortRangeStart"]
    )
    if not apart:
        start = pool["frontendPortRangeStart"]
        raise bad_property("frontendPortRangeStart", start, "The frontend ranges overlap")


def public_addresses(body: Mapping[str, Any], name: str) -> Json:
    """Public addresses: Batch's own, the user's, or none; by IPv4 or by both families."""
    public = PUBLIC(body, name)
    ids, users = public.get("ipAddressIds", []), public.get("provision") == "usermanaged"
    if users and not ids:
        raise missing_property("ipAddressIds")
    if ids and not users:
        raise bad_property("ipAddressIds", ids[0], "The value needs the provision usermanaged")
    families = public.get("ipFamilies", ["IPv4"])
    all_different("ipFamilies", families)
    if "IPv4" not in families:
        reason = "The value must be IPv4, or IPv4 and IPv6"
        raise bad_property("ipFamilies", ", ".join(families), reason)
    return public


NETWORK_CONFIGURATION = Shape(
    subnetId=text_like(SUBNET, "The value must be the id of a virtual network's subnet"),
    dynamicVNetAssignmentScope=default(one_of("none", "job"), "none"),
    endpointConfiguration=Shape(inboundNATPools=required(nat_pools)),
    publicIPAddressConfiguration=public_addresses,
    enableAcceleratedNetworking=default(flag, value=False),
)


def network_configuration(body: Mapping[str, Any], name: str) -> Json:
    """The configuration as GET shows it."""
    network = NETWORK_CONFIGURATION(body, name)
    public = network.get("publicIPAddressConfiguration", {})
    pools: Sequence[Json] = network.get("endpointConfiguration", {}).get("inboundNATPools", ())
    if pools and public.get("provision") == "nopublicipaddresses":
        reason = "Inbound NAT pools are not allowed without public IP addresses"
        raise bad_property("inboundNATPools", len(pools), reason)
    return network


def check_network(network: Mapping[str, Any], caller: Caller) -> None:
    """Refuse subnets and addresses that the caller can't use."""
    if "subnetId" in network:
        caller.check_resource("subnetId", network["subnetId"])
    for address in network.get("publicIPAddressConfiguration", {}).get("ipAddressIds", ()):
        caller.check_resource("ipAddressIds", address)
