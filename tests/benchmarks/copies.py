"""A file over SFTP, ours beside OpenSSH's sftp, login and all: on loopback, and 50 ms away."""

import os
import subprocess
import tempfile
from pathlib import Path

from measuring import Line, cannot, in_turn, medians, tell
from ssh import SSHD, Node, delayed, timed

from batchtui.transfer.copying import Copying
from batchtui.transfer.local import LocalFiles

RUNS = 5
SIZE = 100_000_000  # bytes


class Files(Node):
    """A node with a file, and a folder here to copy it to."""

    def __init__(self, folder):
        super().__init__(folder, "Subsystem sftp internal-sftp\n")
        self.here, self.there = folder / "here", folder / "there"
        for each in (self.here, self.there):
            each.mkdir()
            (each / "data").write_bytes(os.urandom(SIZE))

    def sftp(self, port, line):
        """One run of OpenSSH's sftp."""
        options = [*self.options, "-q", "-P", str(port), "-b", "-"]
        where = f"{self.sshd.user}@{self.sshd.host}"
        command = ["sftp", *options, where]
        subprocess.run(command, input=line, text=True, stdout=subprocess.DEVNULL, check=True)

    def ours(self, port, *, up):
        with self.open(port) as connection:
            stores = (LocalFiles(), connection.sftp("the node"))
            source, target = stores if up else stores[::-1]
            here, there = (self.here, self.there) if up else (self.there, self.here)
            copying = Copying([str(here / "data")], str(there))
            copying.look(source, target)
            copying.run(source, target, "replace")
            assert copying.complete

    def compare(self, port, runs):
        here, there = self.here / "data", self.there / "data"
        sides = {
            "ours down": timed(lambda: self.ours(port, up=False)),
            "sftp down": timed(lambda: self.sftp(port, f"get {there} {here}\n")),
            "ours up": timed(lambda: self.ours(port, up=True)),
            "sftp up": timed(lambda: self.sftp(port, f"put {here} {there}\n")),
        }
        return medians(in_turn(sides, runs))


def main():
    if SSHD is None:
        cannot("files over SFTP", "there is no sshd")
        return
    with tempfile.TemporaryDirectory() as folder:
        node = Files(Path(folder))
        try:
            near = node.compare(node.sshd.port, RUNS)
            with delayed(node.sshd.port) as port:
                far = node.compare(port, max(1, RUNS // 2))
        finally:
            node.sshd.stop()
    what = f"a file of {SIZE // 1_000_000} MB"
    tell(
        *(
            line(f"{what} {way} {where}".strip(), took[key], took[f"sftp {key[5:]}"], goal)
            for where, took, goals in (("", near, (1, 1)), ("at 50 ms", far, (5, 1)))
            for way, key, goal in (
                ("fetched", "ours down", goals[0]),
                ("sent", "ours up", goals[1]),
            )
        )
    )


def line(what, ours, theirs, goal):
    of = f"{SIZE / ours / 1e6:.0f} MB/s to {SIZE / theirs / 1e6:.0f} MB/s"
    return Line(what, "`sftp`", theirs / ours, goal, at_least=True, of=of)


if __name__ == "__main__":
    main()
