"""What the program costs while nobody does anything: 10,000 nodes on screen, for a minute."""

import time

from measuring import Line, tell
from opened import nodes_screen
from processes import processor_seconds

NODES = 10_000
MINUTE = 60.0


def idle(refresh_seconds):
    """The share of a core that it took, in percent, and the bytes that were written."""
    with nodes_screen(NODES, refresh_seconds=refresh_seconds) as terminal:
        before, seen = processor_seconds(terminal.pid), len(terminal.seen)
        started = time.perf_counter()
        terminal.read(MINUTE)
        took = processor_seconds(terminal.pid) - before
        share = 100 * took / (time.perf_counter() - started)
        return share, len(terminal.seen) - seen


def main():
    share, written = idle(0)
    what, where = "idle for a minute", "a core, 10,000 nodes on screen"
    tell(Line(what, where, share, 0.5, "%"))
    tell(Line(what, "bytes written to the terminal", written, 0, ""))
    share, written = idle(5)
    what = "the same, refreshing every 5 s"
    tell(Line(what, where, share, 0.5, "%", of=f"{written} bytes written to the terminal"))


if __name__ == "__main__":
    main()
