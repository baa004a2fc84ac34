"""One command on many nodes, against a pool of 50 `ssh` processes on the same sshd.

`many_nodes.py [NODES]`; 200 unless said otherwise. All nodes are one sshd, so that both sides also
wait for its work, which is most of the time where there are few processors.
"""

import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from measuring import Line, cannot, in_turn, medians, tell

sys.path.insert(0, str(Path(__file__).parents[1]))

from e2e.sshd_server import SSHD, Sshd

from batchtui.access.keys import LoginKey, generate_private

NODES, AT_ONCE, RUNS = 200, 50, 3
PROGRAM = Path(__file__).with_name("programs") / "on_nodes.py"
WHAT = "one command on {} nodes"


def timed(command):
    """Wall and processor seconds of a command with all that it starts."""
    before, started = _processor(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started, _processor() - before


def _processor():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(count, directory):
    private = generate_private("ed25519")
    key = directory / "key"
    key.touch(0o600)
    key.write_text(private)
    server = Sshd(directory, "MaxStartups 1000\n")
    server.authorize(LoginKey.read(private))
    ours = [sys.executable, PROGRAM, f"{server.port}", server.user, key, f"{count}"]
    ssh = (
        f"seq {count} | xargs -P {AT_ONCE} -I{{}} ssh -F none -o StrictHostKeyChecking=no "
        f"-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes -i {key} "
        f"-p {server.port} {server.user}@127.0.0.1 true"
    )
    sides = {"ours": partial(timed, ours), "ssh": partial(timed, ["/bin/sh", "-c", ssh])}
    try:
        found = in_turn(sides, RUNS)
    finally:
        server.stop()
    wall = medians({name: [each[0] for each in times] for name, times in found.items()})
    cpu = medians({name: [each[1] for each in times] for name, times in found.items()})
    against = f"a pool of {AT_ONCE} ssh processes"
    for name, goal, times in (("wall", 0.75, wall), ("processor", 0.3, cpu)):
        tell(
            Line(
                f"{WHAT.format(count)}: {name} time",
                against,
                times["ours"] / times["ssh"],
                goal,
                of=f"{times['ours']:.2f} s to {times['ssh']:.2f} s",
            )
        )


def main(count=NODES):
    if SSHD is None:
        cannot(WHAT.format(count), "there is no sshd")
        return
    with tempfile.TemporaryDirectory() as directory:
        measure(int(count), Path(directory))


if __name__ == "__main__":
    main(*sys.argv[1:])
