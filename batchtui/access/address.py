"""The address that others see this machine at."""

import socket
from ipaddress import ip_address


def own_address(host: str) -> str:
    """The address of this machine on the way to a host, or nothing if others see another one.

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
        return ""
    return str(found) if found.is_global or found.is_loopback else ""
