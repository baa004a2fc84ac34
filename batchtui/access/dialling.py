"""A TCP connection to a node, and in words why there is none."""

import socket
import time
from collections.abc import Callable
from typing import Any

from batchtui.errors import ConnectionLostError, NotReachedError, SshError

# A dead link is noticed when keepalives stay unanswered this long; the system's own patience is
# a quarter of an hour.
_UNANSWERED_MS = 90_000


def place(host: str, port: int) -> str:
    """An address and port as people write them, IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def dial(
    host: str, port: int, timeout: float, begun: Callable[[socket.socket], None]
) -> socket.socket:
    """Connect within `timeout` seconds, to the first of the host's addresses that answers.

    `begun` is told of each socket before it connects: shutting that down from another thread
    ends the attempt. Raises OSError.
    """
    deadline = time.monotonic() + timeout
    failure: OSError = TimeoutError()
    for family, kind, protocol, where in _addresses(host, port):
        link = socket.socket(family, kind, protocol)
        try:
            begun(link)
            link.settimeout(max(0.1, deadline - time.monotonic()))
            link.connect(where)
            _tune(link)
        except OSError as error:
            link.close()
            failure = error
        except BaseException:
            link.close()
            raise
        else:
            return link
    raise failure


def _addresses(host: str, port: int) -> list[tuple[int, int, int, Any]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        # What can't be asked for, such as a name with a part of more than 63 letters.
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
    return [(family, kind, protocol, where) for family, kind, protocol, _name, where in found]


def _tune(link: socket.socket) -> None:
    # A key pressed must not wait for others to fill a packet.
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNANSWERED_MS)


def explain(error: OSError | EOFError, host: str, port: int) -> SshError:
    """The sentence for a connection that failed, or ended too early."""
    where = place(host, port)
    if isinstance(error, socket.gaierror):
        return NotReachedError(
            f"The name {host} has no address that can be found.",
            advice="Check this machine's network and its DNS.",
        )
    if isinstance(error, TimeoutError):
        return NotReachedError(
            f"Nothing answers at {where}.",
            advice="The pool's network rules may leave your address out, a firewall may stand "
            "in between, or the node isn't up.",
        )
    if isinstance(error, ConnectionRefusedError):
        return NotReachedError(
            f"Nothing listens at {where}: the connection was refused.",
            advice="The node's SSH server isn't up (yet): try again in a moment.",
        )
    if isinstance(error, EOFError | ConnectionError):
        return ConnectionLostError(
            f"{where} closed the connection before it let us in.",
            advice="Try again in a moment: the node may be starting or restarting.",
        )
    return NotReachedError(f"{where} can't be reached: {error.strerror or error}.")
