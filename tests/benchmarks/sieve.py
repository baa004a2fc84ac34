"""What it costs that a shell's output can't reach the clipboard, beside a terminal's own work."""

import os
import threading
import time
import tty
from contextlib import contextmanager

from measuring import Line, in_turn, medians, tell

from batchtui.access.output import write_all
from batchtui.access.sieve import Sieve

RUNS = 3
SIZE = 200_000_000  # bytes
PIECE = 1 << 16
FLOODS = {
    "text": b"The quick brown fox jumps over the lazy dog.\r\n",
    "colours": b"\x1b[01;34mdirectory\x1b[0m  \x1b[01;32mprogram\x1b[0m\r\n",
    "text that isn't English": "東京は日本の首都である。\r\n".encode(),
}


def main():
    with terminal() as fd:
        for name, line in FLOODS.items():
            piece = (line * PIECE)[:PIECE]
            sides = {
                "sieve": timed(Sieve().feed, piece),
                "terminal": timed(lambda data: write_all(fd, data), piece),
            }
            took = medians(in_turn(sides, RUNS))
            ratio, speed = took["sieve"] / took["terminal"], SIZE / took["sieve"] / 1e6
            what = f"200 MB of {name} without the clipboard"
            tell(Line(what, "writing it to a pty", ratio, 0.3, of=f"{speed:.0f} MB/s"))


def timed(take, piece):
    """Seconds of CPU and waiting for the whole flood, piece by piece."""

    def measure():
        begun = time.perf_counter()
        for _ in range(SIZE // PIECE):
            take(piece)
        return time.perf_counter() - begun

    return measure


@contextmanager
def terminal():
    """A pty whose other side reads as fast as it can."""
    master, slave = os.openpty()
    tty.setraw(slave)

    def read():
        while os.read(master, PIECE):
            pass

    threading.Thread(target=read, daemon=True).start()
    yield slave


if __name__ == "__main__":
    main()
