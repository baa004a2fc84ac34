"""Files of a node over SFTP and SCP, its own root being the client's."""

from pathlib import Path

import asyncssh


class NodeFiles(asyncssh.SFTPServer):
    """Serves a node's files; relative paths start in the user's home."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", root: Path, home: Path) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self._home = f"/{home.relative_to(root)}".encode()

    def map_path(self, path: bytes) -> bytes:
        """A path of the client's as one of this machine's."""
        return super().map_path(path if path.startswith(b"/") else self._home + b"/" + path)

    def realpath(self, path: bytes) -> bytes:
        """A path of the client's made absolute; the empty one is the home."""
        absolute = path if path.startswith(b"/") else self._home + b"/" + path
        return self.reverse_map_path(self.map_path(absolute))

    def exit(self) -> None:
        """The client is done: say that all went well, which scp waits for as it does of sshd."""
        self.channel.exit(0)
