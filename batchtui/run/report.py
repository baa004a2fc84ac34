"""What a run says while it goes on, and what it comes to."""

import sys
from collections import Counter
from collections.abc import Callable

from batchtui.access.output import write_all
from batchtui.many import ManyRun, Outcome
from batchtui.many.groups import grouped
from batchtui.run.lines import Lines
from batchtui.visible import visible, visible_lines
from batchtui.words import plural

FAILED, AWAY = 1, 255  # exit statuses; a node that isn't reached is what ssh ends with
_OUT, _ERR = 1, 2


class Report:
    """Writes what comes of nodes, unless it is wanted in groups; `gone` when nobody reads it."""

    def __init__(self, *, groups: bool, gone: Callable[[], None]) -> None:
        self.unread = False
        self._groups = groups
        self._gone = gone
        self._streams = {
            descriptor: Lines(harmless=stream is not None and stream.isatty())
            for descriptor, stream in ((_OUT, sys.stdout), (_ERR, sys.stderr))
        }

    def heard(self, outcome: Outcome, output: bytes, errors: bytes) -> None:
        """Something came of a node."""
        if not self._groups:
            self._write(_OUT, self._streams[_OUT].come(outcome, output))
            self._write(_ERR, self._streams[_ERR].come(outcome, errors))

    def _write(self, descriptor: int, data: bytes) -> None:
        if self.unread or not data:
            return
        try:
            write_all(descriptor, data)
        except OSError:
            # Errors that nobody reads are nobody's loss.
            if descriptor == _OUT:
                self.unread = True
                self._gone()

    def changed(self, outcome: Outcome) -> None:
        """A node is done: what went wrong is said at once."""
        if outcome.done and not outcome.ok and not self._groups and outcome.state != "stopped":
            why = f"{outcome.error}" if outcome.error else outcome.words
            tell(f"{outcome.name}: {why}")

    def end(self, run: ManyRun) -> int:
        """Write what is left, and what it came to; returns the exit status."""
        for descriptor, lines in self._streams.items():
            for line in lines.rest():
                self._write(descriptor, line)
        if self._groups:
            self._write(_OUT, _in_groups(run).encode(errors="replace"))
        tell(_summary(run))
        if any(outcome.away for outcome in run.outcomes):
            return AWAY
        return FAILED if run.failed else 0


def tell(text: str) -> None:
    """Say something that is no output of a node."""
    print(f"batchtui: {visible_lines(text)}", file=sys.stderr, flush=True)


def _in_groups(run: ManyRun) -> str:
    parts = []
    for group in grouped(run.outcomes):
        names = ", ".join(outcome.name for outcome in group.outcomes)
        parts += [visible(f"== {group.title} =="), visible(names), ""]
        lines = list(group.lines())
        parts += [visible_lines(line) for line in lines] + [""] * bool(lines)
    return "\n".join([*parts, ""]) if parts else ""


def _summary(run: ManyRun) -> str:
    """`200 nodes: 197 exit status 0, 3 not reached: ...`."""
    words = Counter(
        outcome.words if outcome.done else "not started" for outcome in run.outcomes
    ).most_common()
    told = ", ".join(f"{count:,} {what}" for what, count in words)
    return f"{plural(len(run.outcomes), 'node')}: {told}."
