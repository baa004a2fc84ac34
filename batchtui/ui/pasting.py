"""What a terminal says was pasted, before anything in it can act."""

from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.message import Message

_BEGIN, _END = "\x1b[200~", "\x1b[201~"


class PasteParser(XTermParser):
    """Lets nothing that was pasted be keys.

    Textual takes an escape sequence amid a pasted text, such as the colours of a log, for the
    paste's end, and all behind it for keys; not every terminal takes such sequences away.
    """

    _pasting = False
    _held = ""  # what may be the beginning of the paste's end

    def feed(self, data: str) -> Iterable[Message]:
        """The events of more input."""
        harmless = "".join(self._harmless(data))
        if harmless or not data:  # which is the end of all input
            yield from super().feed(harmless)

    def _harmless(self, data: str) -> Iterable[str]:
        data, self._held = self._held + data, ""
        while data:
            here, edge, data = data.partition(_END if self._pasting else _BEGIN)
            if self._pasting:
                if not edge:
                    here, self._held = _without_edge(here)
                here = here.replace("\x1b", "␛")
            yield here + edge
            self._pasting ^= bool(edge)


def _without_edge(text: str) -> tuple[str, str]:
    """A text, and at its end what may become that of a paste."""
    lengths = range(len(_END) - 1, 0, -1)
    edge = next((length for length in lengths if text.endswith(_END[:length])), 0)
    return text[: len(text) - edge], text[len(text) - edge :]
