"""How this machine stands to another one, as far as its own routing table knows."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


@dataclass(frozen=True, slots=True)
class Standpoint:
    """`reaches`: whether any way leads to the other one; `seen_as`: at which address it sees us.

    That is empty where it can't be known from here.
    """

    reaches: bool = True
    seen_as: str = ""


def standpoint(host: str) -> Standpoint:
    """How this machine stands to a host, by its name or address.

    Nothing is sent: a datagram socket only asks the routing table. Behind a network address
    translation the address is a private one, and what others see can't be known from here.
    """
    found = _own_address_towards(host)
    if found is None:
        return Standpoint(reaches=False)
    return Standpoint(seen_as=str(found) if found.is_global or found.is_loopback else "")


def own_address(host: str) -> str:
    """The address of this machine on the way to a host, or nothing if others see another one."""
    return standpoint(host).seen_as


def near(host: str) -> str:
    """This machine's address, if it seems to be in the same private network as a host's."""
    own = _own_address_towards(host)
    return str(own) if own is not None and share_network(str(own), host) else ""


def share_network(own: str, host: str) -> bool:
    """Whether two addresses may be of one private network, which is a guess.

    Azure's virtual networks usually have 16 bits in common.
    """
    try:
        one, other = ip_address(own), ip_address(host)
    except ValueError:
        return False
    if not (one.is_private and other.is_private) or one.is_loopback or one.version != 4:
        return False
    return other in ip_network(f"{one}/16", strict=False)


def _own_address_towards(host: str) -> IPv4Address | IPv6Address | None:
    try:
        ways = socket.getaddrinfo(host, 443, type=socket.SOCK_DGRAM)
        family, kind, protocol, _name, where = ways[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(where)
            return ip_address(probe.getsockname()[0])
    except (OSError, ValueError):
        return None
