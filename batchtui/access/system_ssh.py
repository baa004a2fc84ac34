"""The system's own ssh on a node, for those who want their own configuration to hold."""

import shutil
import sys
import tempfile
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from batchtui.access.node_identity import NodeIdentity
from batchtui.access.route import Place
from batchtui.errors import SshError

if TYPE_CHECKING:
    from batchtui.access.keys import LoginKey


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to log in as, and where; `known` is the host key that it is to show, if one is known."""

    place: Place
    user: str
    identity: NodeIdentity
    known: str = ""

    @property
    def alias(self) -> str:
        """What its host key is known by: another allocation of a node is another machine."""
        node = self.identity
        which = f"{node.account} {node.endpoint} {node.pool} {node.allocation}"
        return f"{node.node}.{sha256(which.encode()).hexdigest()[:8]}"


class SystemSsh(AbstractContextManager["SystemSsh"]):
    """What one run of it needs, which goes away with it: an agent with our key, a known_hosts."""

    def __init__(self, target: Target, key: "LoginKey") -> None:
        """SshError if there is no ssh, or no place for what it needs."""
        if shutil.which("ssh") is None:
            raise SshError(
                "This machine has no ssh.",
                advice="Install OpenSSH's client, or use s, which needs none.",
            )
        self.target = target
        self._stack = ExitStack()
        try:
            folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="batchtui-"))
            self._folder = Path(folder)
            self._known_hosts.touch(0o600)
            if target.known:
                self._known_hosts.write_text(f"{target.alias} {target.known}\n", encoding="ascii")
            self._identity = self._offer(key)
        except OSError as error:
            self._stack.close()
            raise SshError(f"There is no place for ssh's files: {error.strerror}.") from error

    @property
    def argv(self) -> list[str]:
        """The command line: the operator's configuration holds where this says nothing."""
        options = {
            "Port": str(self.target.place.port),
            "User": self.target.user,
            "HostKeyAlias": self.target.alias,
            "UserKnownHostsFile": str(self._known_hosts),
            "HashKnownHosts": "no",
            "StrictHostKeyChecking": "yes" if self.target.known else "accept-new",
            **self._identity,
        }
        if jumps := self.target.place.jumps:
            options["ProxyJump"] = ",".join(hop.spec for hop in jumps)
        said = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        return ["ssh", *said, self.target.place.host]

    @property
    def shown(self) -> str:
        """The host key that the node showed, as `type base64`; nothing if it was known before."""
        if self.target.known:
            return ""
        lines = self._known_hosts.read_text(encoding="utf-8", errors="replace").splitlines()
        rows = [line.split() for line in lines]
        keys = [row[1:3] for row in rows if len(row) > 2 and row[0] == self.target.alias]
        return " ".join(keys[0]) if keys else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def _known_hosts(self) -> Path:
        return self._folder / "known_hosts"

    def _offer(self, key: "LoginKey") -> dict[str, str]:
        """Options that let ssh use the key, and no other before it."""
        public = self._folder / "key.pub"
        public.write_text(f"{key.public_line}\n", encoding="utf-8")
        if sys.platform == "win32":
            # There is no such socket: the file goes away with the folder.
            private = self._folder / "key"
            private.touch(0o600)
            private.write_text(key.private, encoding="ascii")
            return {"IdentityFile": str(private), "IdentitiesOnly": "yes"}
        from batchtui.access.ssh.agent_socket import AgentSocket

        path = self._folder / "agent"
        agent: AgentSocket = AgentSocket(key, path)
        self._stack.callback(agent.close)
        return {"IdentityAgent": str(path), "IdentityFile": str(public), "IdentitiesOnly": "yes"}
