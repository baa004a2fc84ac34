"""How this machine stands to another one, as far as its own routing table knows."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address


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
    try:
        ways = socket.getaddrinfo(host, 443, type=socket.SOCK_DGRAM)
        family, kind, protocol, _name, where = ways[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(where)
            found = ip_address(probe.getsockname()[0])
    except (OSError, ValueError):
        return Standpoint(reaches=False)
    return Standpoint(seen_as=str(found) if found.is_global or found.is_loopback else "")


def own_address(host: str) -> str:
    """The address of this machine on the way to a host, or nothing if others see another one."""
    return standpoint(host).seen_as
