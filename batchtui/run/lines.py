"""Output of many nodes in one stream: whole lines, each with its node's name in front."""

from collections.abc import Iterator

from batchtui.many import Outcome
from batchtui.visible import visible

_MOST = 1 << 20  # bytes of a line that are waited for


class Lines:
    """The lines of one stream; for a terminal they are `harmless`, else as they came."""

    def __init__(self, *, harmless: bool) -> None:
        self._harmless = harmless
        self._begun: dict[Outcome, bytes] = {}

    def come(self, outcome: Outcome, data: bytes) -> bytes:
        """What can be written when this came of a node: the lines that are whole now."""
        whole, end, rest = (self._begun.pop(outcome, b"") + data).rpartition(b"\n")
        if len(rest) > _MOST:
            whole, end, rest = whole + end + rest, b"\n", b""
        if rest:
            self._begun[outcome] = rest
        return self._named(outcome, whole) if end else b""

    def rest(self) -> Iterator[bytes]:
        """What is left of lines that never ended."""
        for outcome, begun in self._begun.items():
            yield self._named(outcome, begun)
        self._begun.clear()

    def _named(self, outcome: Outcome, lines: bytes) -> bytes:
        name = f"{outcome.name}: " if self._harmless else f"{outcome.place.node}\t"
        texts = lines.split(b"\n")
        if self._harmless:
            texts = [_harmless(text) for text in texts]
        return b"".join(name.encode() + text + b"\n" for text in texts)


def _harmless(line: bytes) -> bytes:
    return visible(line.removesuffix(b"\r").decode(errors="replace")).encode()
