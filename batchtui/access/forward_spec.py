"""Which port of this machine is to lead where, as `ssh -L` has it."""

import re
from dataclasses import dataclass

from batchtui.access.dialling import place
from batchtui.errors import SshError

_LOOPBACK = "127.0.0.1"
_HIGHEST = 65535
_PART = re.compile(r"\[([^\[\]]*)\]|([^:\[\]]*)")


@dataclass(frozen=True, slots=True)
class ForwardSpec:
    """Connections to `port` at `bind` are carried to `host` and `host_port` as a node sees them.

    Port 0 is any that is free.
    """

    bind: str
    port: int
    host: str
    host_port: int

    @classmethod
    def parse(cls, text: str) -> "ForwardSpec":
        """Read `[BIND:]PORT:HOST:HOSTPORT`, or `PORT` alone for that port of the node itself.

        IPv6 addresses are in brackets. Raises SshError.
        """
        parts = _parts(text.strip())
        match parts:
            case [port]:
                return cls(_LOOPBACK, _port(port), "localhost", _port(port))
            case [port, host, host_port]:
                return cls(_LOOPBACK, _port(port, lowest=0), _host(host), _port(host_port))
            case [bind, port, host, host_port]:
                return cls(bind or _LOOPBACK, _port(port, lowest=0), _host(host), _port(host_port))
        raise SshError(f"{text!r} doesn't say what to forward.", advice=_HOW)

    def __str__(self) -> str:
        return f"{place(self.bind, self.port)} → {place(self.host, self.host_port)}"


_HOW = (
    "It goes as ssh -L has it: PORT:HOST:HOSTPORT, such as 8080:localhost:80, with HOST as the "
    "node sees it; or a port alone; an address to listen at may stand before."
)


def _parts(text: str) -> list[str]:
    parts, at = [], 0
    while True:
        found = _PART.match(text, at)
        assert found is not None  # noqa: S101 - it matches nothing, too
        parts.append(found[1] if found[1] is not None else found[2])
        at = found.end()
        if at == len(text):
            return parts
        if text[at] != ":":
            raise SshError(f"{text!r} has a bracket that isn't an address's.", advice=_HOW)
        at += 1


def _port(text: str, lowest: int = 1) -> int:
    if text.isascii() and text.isdigit() and lowest <= int(text) <= _HIGHEST:
        return int(text)
    raise SshError(f"{text!r} is no port: {lowest} to {_HIGHEST}.", advice=_HOW)


def _host(text: str) -> str:
    if text:
        return text
    raise SshError("The host that it leads to is missing.", advice=_HOW)
