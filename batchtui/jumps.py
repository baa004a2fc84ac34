"""Jump hosts as they are written: `user@host:port,user2@host2`, the first one nearest to us."""

import re
from dataclasses import dataclass

from batchtui.errors import ConfigError

NONE = "none"
_HOP = re.compile(
    r"(?:ssh://)?"
    r"(?:(?P<user>[^@\s,]+)@)?"
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^@:\s,/\[\]-][^@:\s,/\[\]]*))"
    r"(?::(?P<port>\d{1,5}))?"
    r"/?"
)


@dataclass(frozen=True, slots=True)
class JumpHost:
    """A host on the way; without a user or port (0) the ssh_config's, or else the usual ones."""

    host: str
    user: str = ""
    port: int = 0


def parse_jumps(text: str) -> tuple[JumpHost, ...]:
    """The hosts of a chain, none for `none`; ConfigError says which one means nothing."""
    if text.strip().lower() == NONE:
        return ()
    return tuple(_jump_host(part.strip()) for part in text.split(","))


def _jump_host(part: str) -> JumpHost:
    found = _HOP.fullmatch(part)
    if found is None or int(found["port"] or 22) not in range(1, 65536):
        raise ConfigError(
            f"{part!r} is no jump host.",
            advice="Write user@host:port, several with commas between them, IPv6 in brackets; "
            "the user and the port may be left out.",
        )
    return JumpHost(found["ipv6"] or found["host"], found["user"] or "", int(found["port"] or 0))
