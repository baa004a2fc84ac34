"""The operator's ssh_config, read by paramiko: which jump hosts lead where, and as whom."""

import getpass
import os
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

import paramiko

from batchtui.access.files import home_expanded
from batchtui.access.hop import Hop, known_hosts_name
from batchtui.access.ssh.config_text import ConfigText
from batchtui.batch.node import SSH_PORT
from batchtui.errors import BatchtuiError, ConfigError
from batchtui.jumps import NONE, JumpHost, parse_jumps

_SYSTEM = Path("/etc/ssh/ssh_config")
_USER_KNOWN = "~/.ssh/known_hosts ~/.ssh/known_hosts2"
_SYSTEM_KNOWN = "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2"
# What ssh looks for where nothing is said of keys, of those kinds that this program can use.
_KEYS = ("~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ed25519")
_STRICT = {"yes", "true"}


class SshConfig:
    """What ssh_config says of hosts; `notes` are sentences on what of it isn't followed."""

    def __init__(self, text: ConfigText) -> None:
        self.notes = tuple(text.notes)
        self._config = paramiko.SSHConfig()
        self._config.parse(StringIO("\n".join(text.lines)))

    @classmethod
    def load(cls, setting: str = "", system: Path = _SYSTEM) -> "SshConfig":
        """The file that a setting names, none for `none`, or else those that ssh reads.

        ConfigError if one of them can't be read.
        """
        text = ConfigText()
        home = home_expanded(Path("~/.ssh"))
        if setting and setting.lower() != NONE:
            text.read(home_expanded(Path(setting)), home)
        elif not setting:
            for path in (home / "config", system):
                if path.is_file():
                    text.read(path, path.parent)
        return cls(text)

    def jumps_to(self, host: str) -> tuple[JumpHost, ...]:
        """The chain that ProxyJump says leads to a host."""
        found = self._of(host).get("proxyjump", "")
        try:
            return parse_jumps(found) if found else ()
        except BatchtuiError as error:
            raise ConfigError(f"ssh_config, ProxyJump for {host}: {error}") from None

    def chain(self, jumps: Iterable[JumpHost]) -> tuple[Hop, ...]:
        """Jump hosts with all that is needed; one that needs others itself has them before it.

        As in ssh that is so for the first one only: the others are reached from those before.
        """
        listed = list(jumps)
        while listed:
            before = self.jumps_to(listed[0].host)
            if not before:
                break
            listed[:0] = before
            names = [each.host.lower() for each in listed]
            if len(set(names)) < len(names):
                raise ConfigError(
                    f"By ssh_config one has to come through {listed[0].host} to get there.",
                    advice="Leave jump hosts out of the block with ProxyJump: Host * !NAME.",
                )
        return tuple(self._hop(each) for each in listed)

    def _hop(self, jump: JumpHost) -> Hop:
        found = self._of(jump.host)
        if found.get("proxycommand"):
            raise ConfigError(
                f"ssh_config has a ProxyCommand for jump host {jump.host}, and this program runs "
                "none.",
                advice="Say ProxyJump there instead.",
            )
        host = found.get("hostname") or jump.host
        if not host.isprintable() or " " in host:
            raise ConfigError(f"ssh_config: {host!r} is no host, which {jump.host} is said to be.")
        port = jump.port or _port(jump.host, found.get("port"))
        identities = found.get("identityfile") or _KEYS
        known = (
            found.get("userknownhostsfile") or _USER_KNOWN,
            found.get("globalknownhostsfile") or _SYSTEM_KNOWN,
        )
        return Hop(
            name=jump.host,
            host=host,
            port=port,
            user=jump.user or found.get("user") or getpass.getuser(),
            host_key_name=found.get("hostkeyalias") or known_hosts_name(host, port),
            known_hosts=_paths(" ".join(known).split()),
            strict=found.get("stricthostkeychecking", "").lower() in _STRICT,
            identities=_paths(identities),
            identities_only=found.get("identitiesonly", "").lower() == "yes",
            agent=_agent(found.get("identityagent", "")),
        )

    def _of(self, host: str) -> Mapping[str, str]:
        try:
            return self._config.lookup(host)
        # What paramiko does with odd files isn't written down: none of that may end a program.
        except Exception as error:
            raise ConfigError(
                f"ssh_config can't be followed for {host}: {error or type(error).__name__}.",
                advice="Set `jump` to the jump host's user@host:port and `ssh_config` to "
                '"none", or correct the file.',
            ) from error


def _port(name: str, text: str | None) -> int:
    if text is None:
        return SSH_PORT
    if not text.isdecimal() or int(text) not in range(1, 65536):
        raise ConfigError(f"ssh_config: {text!r} is no port of {name}.")
    return int(text)


def _paths(names: Iterable[str]) -> tuple[Path, ...]:
    return tuple(
        home_expanded(Path(os.path.expandvars(name)))
        for name in names
        if name.lower() not in {NONE, ""}
    )


def _agent(text: str) -> str:
    if text in {"", "SSH_AUTH_SOCK"}:
        return ""
    if text.startswith("$"):
        return os.path.expandvars(text)
    return text if text.lower() == NONE else str(home_expanded(Path(text)))
