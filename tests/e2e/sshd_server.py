"""OpenSSH's own server as a node: on loopback, as whoever runs the tests, in a directory."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from conftest import wait_for

from batchtui.access.keys import LoginKey

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sshd:
    """A running server; `authorize` lets a key in."""

    def __init__(self, directory: Path, extra: str = "") -> None:
        self.user = getpass.getuser()
        self.host = "127.0.0.1"
        self.port = free_port()
        self.authorized = directory / "authorized_keys"
        self.authorized.touch(0o600)
        self._directory = directory
        self._extra = extra
        self.make_host_key()
        self._process = self._start()

    def make_host_key(self) -> None:
        path = self._directory / "host_key"
        path.unlink(missing_ok=True)
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True, timeout=30
        )

    def authorize(self, key: LoginKey) -> None:
        with self.authorized.open("a") as file:
            file.write(key.public_line + "\n")

    def restart(self) -> None:
        self.stop()
        self._process = self._start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def log(self) -> str:
        return (self._directory / "log").read_text()

    def signal_sessions(self, number: int) -> None:
        """Send a signal to what serves each connection, leaving the listener.

        SIGKILL cuts them as a crash would; SIGSTOP makes them hang, until `kill_sessions`.
        """
        for pid in self.sessions():
            os.kill(pid, number)

    def sessions(self) -> list[int]:
        """The processes that serve connections."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def signal(self, number: int) -> None:
        """Send a signal to the listener: SIGSTOP lets it take connections and say nothing."""
        self._process.send_signal(number)

    def kill_sessions(self) -> None:
        """Cut every connection as a crash would."""
        self.signal_sessions(signal.SIGKILL)

    def _start(self) -> subprocess.Popen[bytes]:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        config = self._directory / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress {self.host}\n"
            f"HostKey {self._directory}/host_key\nAuthorizedKeysFile {self.authorized}\n"
            f"PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
            f"PasswordAuthentication yes\nPrintMotd no\nPrintLastLog no\nAcceptEnv LANG\n"
            + self._extra
        )
        process = subprocess.Popen(
            [str(SSHD), "-D", "-f", config, "-E", self._directory / "log"],
            stdin=subprocess.DEVNULL,
        )
        wait_for(self._answers, f"sshd on port {self.port}")
        return process

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((self.host, self.port)) == 0
