"""Our SSH beside OpenSSH's client, on one sshd: connecting, the next command, a flood of output."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from measuring import Line, cannot, in_turn, medians, tell

sys.path.insert(0, str(Path(__file__).parents[1]))

from e2e.sshd_server import SSHD, Sshd

from batchtui.access.keys import LoginKey
from batchtui.access.ssh import Connection, Login

RUNS = 15
FLOOD = 64 << 20  # bytes
DELAY = Path(__file__).parent / "programs" / "delay.py"
BEHIND = 0.025  # s each way


def main():
    if SSHD is None:
        cannot("SSH", "there is no sshd")
        return
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder))
        try:
            loopback = node.compare(node.sshd.port, RUNS)
            with delayed(node.sshd.port) as port:
                far = node.compare(port, RUNS // 3)
            flood = node.flood()
        finally:
            node.sshd.stop()
    ours, theirs, again = (loopback[name] for name in ("ours", "ssh", "again"))
    tell(
        Line("warm connect, log in, run `true`", "`ssh`", ours / theirs, 0.25,
             of=f"{ours * 1e3:.0f} ms, {theirs * 1e3:.0f} ms"),
        Line("the same at 50 ms round trip", "`ssh`", far["ours"] / far["ssh"], 0.65,
             of=f"{far['ours'] * 1e3:.0f} ms, {far['ssh'] * 1e3:.0f} ms"),
        Line("the next command on an open connection", "`ssh`", again / theirs, 0.05,
             of=f"{again * 1e3:.1f} ms"),
        Line("a flood of output, throughput", "`ssh`", flood["ssh"] / flood["ours"], 0.95,
             at_least=True, of=f"{FLOOD / flood['ours'] / 1e6:.0f} MB/s"),
    )  # fmt: skip


class Node:
    """An sshd that lets one key in, and both ways of going there."""

    def __init__(self, folder, extra=""):
        self.sshd = Sshd(folder, extra)
        self.key = LoginKey.generate("ed25519")
        self.sshd.authorize(self.key)
        self.file = folder / "key"
        self.file.touch(0o600)
        self.file.write_text(self.key.private)

    def ssh(self, port, command, **more):
        """One run of OpenSSH's client."""
        where = f"{self.sshd.user}@{self.sshd.host}"
        options = [*self.options, "-p", str(port)]
        return subprocess.run(["ssh", *options, where, command], check=True, **more)

    @property
    def options(self):
        """What OpenSSH's programs are told, but for the port."""
        return [
            "-F", "none", "-i", self.file, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "LogLevel=ERROR",
        ]  # fmt: skip

    def open(self, port):
        login = Login(self.sshd.user, (self.key,))
        return Connection.open(self.sshd.host, port, login, lambda _key: True)

    def compare(self, port, runs):
        """Medians in seconds of ours, theirs, and of a command on a connection that is open."""
        with self.open(port) as kept:
            sides = {
                "ours": timed(lambda: self.once(port)),
                "ssh": timed(lambda: self.ssh(port, "true")),
                "again": timed(lambda: kept.exec("true").wait()),
            }
            return medians(in_turn(sides, runs))

    def once(self, port):
        with self.open(port) as connection:
            connection.exec("true").wait()

    def flood(self):
        """Medians in seconds for so many bytes to a pipe."""
        command = f"head -c {FLOOD} /dev/zero"
        null = os.open(os.devnull, os.O_WRONLY)

        def ours(connection):
            channel = connection.exec(command)
            while data := channel.read():
                os.write(null, data)

        with self.open(self.sshd.port) as kept:
            sides = {
                "ours": timed(lambda: ours(kept)),
                "ssh": timed(lambda: self.ssh(self.sshd.port, command, stdout=null)),
            }
            return medians(in_turn(sides, 5))


def timed(action):
    def measure():
        begun = time.perf_counter()
        action()
        return time.perf_counter() - begun

    return measure


@contextmanager
def delayed(port):
    """A port that leads to another with a round trip of 50 ms."""
    command = [sys.executable, DELAY, str(port), str(BEHIND)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as relay:
        try:
            yield int(relay.stdout.readline())
        finally:
            relay.kill()


if __name__ == "__main__":
    main()
