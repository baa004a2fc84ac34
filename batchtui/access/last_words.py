"""The end of what a terminal was sent, as plain lines that can be shown elsewhere. Pure."""

import re

_KEPT = 4096
_MOST_LINES = 8
_SEQUENCE = re.compile(
    r"\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)"  # titles, clipboards and other strings
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor, modes
    r"|\x1b[ -/]*[0-~]"
    r"|[\x00-\x07\x0b\x0c\x0e-\x1a\x7f]",
    re.DOTALL,
)
_ERASED = re.compile(r"[^\x08\n]\x08")


class Tail:
    """Keeps the end of a stream of output."""

    def __init__(self) -> None:
        self._data = b""

    def add(self, data: bytes) -> None:
        """Take in what comes next; megabytes a second are no burden."""
        self._data = (self._data + data)[-_KEPT:] if len(data) < _KEPT else data[-_KEPT:]

    @property
    def data(self) -> bytes:
        """As it came."""
        return self._data

    @property
    def text(self) -> str:
        """Its last lines."""
        cut = len(self._data) == _KEPT
        # The first line may have lost its beginning, and a colour's beginning with it.
        data = self._data.partition(b"\n")[2] if cut else self._data
        return last_lines(data.decode(errors="replace"))


def last_lines(text: str) -> str:
    """The last lines that aren't blank, without colours and moves of the cursor."""
    plain = _SEQUENCE.sub("", text).replace("\r\n", "\n")
    while _ERASED.search(plain):
        plain = _ERASED.sub("", plain)
    # A progress bar writes over its line again and again.
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in plain.split("\n")]
    return "\n".join([line for line in lines if line.strip()][-_MOST_LINES:])
