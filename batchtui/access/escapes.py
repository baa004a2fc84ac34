"""What OpenSSH's client takes for itself out of what is typed: `~.`, `~?` and `~~`.

A tilde counts only as the first character of a line.
"""

from dataclasses import dataclass

_TILDE = ord("~")
HELP = (
    b"~?\r\n"
    b"Known here after a newline:\r\n"
    b" ~.   end the connection\r\n"
    b" ~?   this\r\n"
    b" ~~   a tilde\r\n"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What to do with some input: `data` goes to the far side."""

    data: bytes
    disconnect: bool = False
    help: bool = False


class Escapes:
    """Reads what is typed, in pieces of any size."""

    def __init__(self) -> None:
        self._line_begins = True
        self._tilde = False

    def feed(self, data: bytes) -> Typed:
        """Take the escapes out of the next piece; what follows `~.` is dropped."""
        if self._is_plain(data):
            # A paste of megabytes isn't looked at byte by byte.
            self._line_begins = data.endswith((b"\r", b"\n"))
            return Typed(data)
        send = bytearray()
        wants_help = False
        for byte in data:
            if self._tilde:
                self._tilde = False
                if byte == ord("."):
                    return Typed(bytes(send), disconnect=True)
                if byte == ord("?"):
                    wants_help = True
                    self._line_begins = True
                    continue
                if byte != _TILDE:
                    send.append(_TILDE)
            elif byte == _TILDE and self._line_begins:
                self._tilde = True
                continue
            send.append(byte)
            self._line_begins = byte in b"\r\n"
        return Typed(bytes(send), help=wants_help)

    def _is_plain(self, data: bytes) -> bool:
        if self._tilde or (self._line_begins and data.startswith(b"~")):
            return False
        return b"\r~" not in data and b"\n~" not in data
