"""A pool's network configuration: checked as the service does, its defaults filled in.

The rules are those of the SDK's docstrings (BatchInboundNatPool, NetworkSecurityGroupRule).
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import BatchError, bad_property

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,75}[A-Za-z0-9_])?")
MOST_POOLS = 5
MOST_RULES = 25
LEAST_RANGE = 40
RESERVED = range(50000, 55001)
AGENT_PORTS = frozenset({29876, 29877})
TAGS = frozenset({"Internet", "VirtualNetwork", "AzureLoadBalancer"})


def network_configuration(network: Mapping[str, Any]) -> Json:
    """The configuration as GET shows it."""
    subnet = read.text(network, "subnetId", "")
    if subnet:
        reason = f"Property subnetId with value {subnet} is not enabled for current account"
        raise BatchError("Forbidden", ("Reason", reason))
    result = {k: v for k, v in network.items() if v is not None}
    result["dynamicVNetAssignmentScope"] = read.choice(
        network, "dynamicVNetAssignmentScope", "none", "none", "job"
    )
    result["enableAcceleratedNetworking"] = read.flag(network, "enableAcceleratedNetworking")
    endpoints = read.nested(network, "endpointConfiguration")
    if endpoints is not None:
        pools = read.objects(endpoints, "inboundNATPools")
        _check_public(network, pools)
        result["endpointConfiguration"] = {"inboundNATPools": nat_pools(pools)}
    return result


def _check_public(network: Mapping[str, Any], pools: Sequence[Json]) -> None:
    public = read.nested(network, "publicIPAddressConfiguration") or {}
    if pools and str(public.get("provision", "")).lower() == "nopublicipaddresses":
        reason = "Inbound NAT pools are not allowed without public IP addresses"
        raise bad_property("inboundNATPools", len(pools), reason)


def nat_pools(pools: Sequence[Json]) -> list[Json]:
    """NAT pools as GET shows them; 400 when a range, port or name can't be."""
    if len(pools) > MOST_POOLS:
        raise bad_property("inboundNATPools", len(pools), f"At most {MOST_POOLS} are allowed")
    result = [_nat_pool(pool) for pool in pools]
    for at, pool in enumerate(result):
        for other in result[:at]:
            _check_pair(pool, other)
    return result


def _check_pair(pool: Json, other: Json) -> None:
    if pool["name"].lower() == other["name"].lower():
        raise bad_property("name", pool["name"], "The name is used twice")
    same = (pool["backendPort"], pool["protocol"]) == (other["backendPort"], other["protocol"])
    if same:
        raise bad_property("backendPort", pool["backendPort"], "The port is used twice")
    apart = (
        pool["frontendPortRangeEnd"] < other["frontendPortRangeStart"]
        or other["frontendPortRangeEnd"] < pool["frontendPortRangeStart"]
    )
    if not apart:
        start = pool["frontendPortRangeStart"]
        raise bad_property("frontendPortRangeStart", start, "The frontend ranges overlap")


def _nat_pool(pool: Json) -> Json:
    name = read.text(pool, "name")
    if not NAME.fullmatch(name):
        raise bad_property("name", name, "The name is not valid")
    backend = read.number(pool, "backendPort", least=1, most=65535)
    if backend in AGENT_PORTS:
        raise bad_property("backendPort", backend, "The port is reserved")
    read.text(pool, "protocol")
    start, end = _range(pool)
    result = {
        "name": name,
        "protocol": read.choice(pool, "protocol", "tcp", "tcp", "udp"),
        "backendPort": backend,
        "frontendPortRangeStart": start,
        "frontendPortRangeEnd": end,
    }
    rules = read.objects(pool, "networkSecurityGroupRules")
    if len(rules) > MOST_RULES:
        raise bad_property("networkSecurityGroupRules", len(rules), f"At most {MOST_RULES}")
    if rules:
        result["networkSecurityGroupRules"] = _rules(rules)
    return result


def _range(pool: Json) -> tuple[int, int]:
    start = read.number(pool, "frontendPortRangeStart", least=1, most=65534)
    end = read.number(pool, "frontendPortRangeEnd", least=1, most=65534)
    if end - start + 1 < LEAST_RANGE:
        reason = f"The frontend range must have at least {LEAST_RANGE} ports"
        raise bad_property("frontendPortRangeEnd", end, reason)
    if start < RESERVED.stop and end >= RESERVED.start:
        reason = "The ports 50000 to 55000 are reserved"
        raise bad_property("frontendPortRangeStart", start, reason)
    return start, end


def _rules(rules: Sequence[Json]) -> list[Json]:
    result = [_rule(rule) for rule in rules]
    priorities = [rule["priority"] for rule in result]
    for priority in priorities:
        if priorities.count(priority) > 1:
            raise bad_property("priority", priority, "The priority is used twice")
    return result


def _rule(rule: Json) -> Json:
    prefix = read.text(rule, "sourceAddressPrefix")
    if prefix != "*" and prefix not in TAGS and not _is_network(prefix):
        reason = "The value must be an address, a subnet, a service tag or *"
        raise bad_property("sourceAddressPrefix", prefix, reason)
    read.text(rule, "access")
    return {
        "priority": read.number(rule, "priority", least=150, most=4096),
        "access": read.choice(rule, "access", "allow", "allow", "deny"),
        "sourceAddressPrefix": prefix,
        "sourcePortRanges": rule.get("sourcePortRanges") or ["*"],
    }


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
