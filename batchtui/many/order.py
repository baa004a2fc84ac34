"""What is to be run on each node, as a line for its shell. Pure, but for reading a script."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from batchtui.access.files import home_expanded
from batchtui.errors import ConfigError, SshError

_MOST_BYTES = 1 << 20  # of a script: it goes over each connection, and is kept in memory
_SUDO = "sudo -n -- "  # which fails at once where it would ask for a password
# By it what was begun is found again, whatever that has begun itself.
_MARK = "BATCHTUI_RUN"


@dataclass(frozen=True, slots=True)
class Script:
    """A local file for an interpreter on the nodes, where nothing of it is left."""

    name: str
    text: bytes

    @property
    def interpreter(self) -> str:
        """What its first line names, as the kernel reads that, or else the user's shell."""
        first = self.text.partition(b"\n")[0].strip()
        if not first.startswith(b"#!"):
            return '"$SHELL"'
        words = first[2:].decode(errors="replace").strip().split(maxsplit=1)
        return shlex.join(words) or '"$SHELL"'


@dataclass(frozen=True, slots=True)
class Order:
    """A command for the user's shell, or a script and its arguments as a shell reads them.

    It may run for `timeout` seconds on each node, or as long as it wants.
    """

    command: str = ""
    script: Script | None = None
    sudo: bool = False
    timeout: float | None = None

    @property
    def words(self) -> str:
        """What it is called."""
        what = f"{self.script.name} {self.command}".strip() if self.script else self.command
        return f"sudo {what}" if self.sudo else what

    @property
    def input(self) -> bytes:
        """What it reads from here."""
        return self.script.text if self.script else b""

    def line(self, mark: str, system: str = "linux") -> str:
        """What the user's shell on the node is told; all that it begins has the mark.

        Raises SshError for what can't be done on Windows.
        """
        if system == "windows":
            if self.sudo or self.script:
                raise SshError("A Windows node has no sudo, and takes no script.")
            return self.command
        marked = f"{self._sudo}env {_MARK}={mark}"
        if self.script is None:
            return f'exec {marked} "$SHELL" -c {shlex.quote(self.command)}'
        # The script is read from a pipe of its own, so that what it runs has no share in it;
        # sshd's standard input is a socket, which no interpreter can open by a name.
        read = f"exec 3<&0 </dev/null; exec {self.script.interpreter} /dev/fd/3 {self.command}"
        return f"cat | {marked} sh -c {shlex.quote(read.strip())}"

    def ending(self, mark: str, signal: str) -> str:
        """What sends a signal to all that has the mark.

        Not left to sshd: it sends none to what runs as root, nor before OpenSSH 7.9, and what
        neither reads nor writes doesn't notice that its channel is closed.
        """
        found = f"grep -slzx {_MARK}={mark} /proc/[0-9]*/environ"
        each = f"f=${{f%/environ}}; kill -{signal} ${{f#/proc/}}"
        return f"{self._sudo}sh -c {shlex.quote(f'for f in $({found}); do {each}; done')}"

    @property
    def _sudo(self) -> str:
        return _SUDO if self.sudo else ""


def read_script(path: str) -> Script:
    """The script in a file; ConfigError if there is none."""
    found = home_expanded(Path(path))
    try:
        with found.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}.") from None
    if not text.strip():
        raise ConfigError(f"{path} is empty: there is nothing to run.")
    if len(text) > _MOST_BYTES:
        raise ConfigError(f"{path} is larger than 1 MiB: that is no script.")
    return Script(found.name, text)
