"""Remote Desktop to Windows nodes: where it reaches them, and the file that its clients open."""

from dataclasses import dataclass

from batchtui.access.dialling import place
from batchtui.batch.models import Pool, RemoteLogin
from batchtui.batch.node import Node
from batchtui.errors import NoRouteError


@dataclass(frozen=True, slots=True)
class Desktop:
    """An address and port that lead to a node's Remote Desktop."""

    host: str
    port: int

    def file(self, user: str) -> str:
        """What Remote Desktop clients open (`.rdp`); they ask for the password themselves.

        (Source: Microsoft, "Supported Remote Desktop RDP file settings".)
        """
        lines = (
            f"full address:s:{place(self.host, self.port)}",
            # Without a domain, the user is one of the node itself.
            f"username:s:.\\{user}",
            "prompt for credentials:i:1",
            # What comes from a node reaches nothing of this machine by itself.
            "redirectdrives:i:0",
            "redirectprinters:i:0",
        )
        return "\r\n".join(lines) + "\r\n"


def desktop_of(pool: Pool, node: Node, login: RemoteLogin | None) -> Desktop:
    """Where Remote Desktop reaches a Windows node; NoRouteError says why it doesn't.

    The service's remote login settings are those of a lone endpoint for 3389 (source: SERVICE.md,
    part 2), so they count only where the node has no endpoint for SSH.
    """
    if pool.os != "windows":
        raise NoRouteError(
            f"Pool {pool.id} doesn't run Windows: its nodes have no Remote Desktop.",
            advice="s opens a shell.",
        )
    if node.rdp and (host := node.rdp.address or node.rdp.fqdn):
        return Desktop(host, node.rdp.port)
    if login and login.address and login.port and not node.ssh:
        return Desktop(login.address, login.port)
    raise NoRouteError(
        f"Pool {pool.id} was made without an inbound NAT pool for port 3389, so no Remote Desktop "
        "reaches its nodes from outside.",
        advice="It can't be added while the pool has nodes: create a new pool with RDP on"
        + (f", or from inside its network use {node.private_ip}." if node.private_ip else "."),
    )
