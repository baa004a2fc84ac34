"""A jump host with all that is needed to be let in there."""

from dataclasses import dataclass
from pathlib import Path

from batchtui.batch.node import SSH_PORT


@dataclass(frozen=True, slots=True)
class Hop:
    """A jump host as the operator's ssh_config completes it.

    `name` is what it is called in settings. Its host key is known by `host_key_name` in files
    of known_hosts' format; `strict` refuses one that isn't in them, as StrictHostKeyChecking
    does. `agent` is the socket of an ssh-agent, empty for the usual one, `none` for none.
    """

    name: str
    host: str
    port: int
    user: str
    host_key_name: str
    known_hosts: tuple[Path, ...] = ()
    strict: bool = False
    identities: tuple[Path, ...] = ()
    identities_only: bool = False
    agent: str = ""

    @property
    def words(self) -> str:
        """What messages call it."""
        return f"jump host {self.name}"

    @property
    def title(self) -> str:
        """The same, where a sentence begins."""
        return f"Jump host {self.name}"

    @property
    def spec(self) -> str:
        """How ssh's ProxyJump has it, by the name that its own configuration may know."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.user}@{name}:{self.port}"


def known_hosts_name(host: str, port: int) -> str:
    """What known_hosts calls a server: `host`, or `[host]:port` if the port isn't 22."""
    return host if port == SSH_PORT else f"[{host}]:{port}"
