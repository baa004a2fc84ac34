"""Output that is kept: all of a little, the beginning and the end of much."""

from hashlib import blake2b

_HALF = 1 << 16  # bytes that are kept of the beginning, and of the end
_GLANCE = 1 << 12  # bytes in which a first line is looked for


class Kept:
    """What one command wrote. It is compared by all of it, also by what wasn't kept."""

    def __init__(self) -> None:
        self.size = 0
        self._head = bytearray()
        self._tail = bytearray()
        self._digest = blake2b(digest_size=16)

    def add(self, data: bytes) -> None:
        """Take in what came."""
        self.size += len(data)
        self._digest.update(data)
        room = _HALF - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data
        # Now and then only: each time would move all of it.
        if len(self._tail) > 2 * _HALF:
            del self._tail[:-_HALF]

    @property
    def digest(self) -> str:
        """What is the same for the same output only."""
        return self._digest.hexdigest()

    @property
    def left_out(self) -> int:
        """How many bytes weren't kept."""
        return max(0, self.size - len(self._head) - _HALF)

    @property
    def first_line(self) -> str:
        """The first line that isn't blank, as far as it is short."""
        text = bytes(self._head[:_GLANCE]).decode(errors="replace")
        return next((line.rstrip() for line in text.split("\n") if line.strip()), "")

    @property
    def data(self) -> bytes:
        """What was kept, with a line that says where something was left out."""
        head, tail = bytes(self._head), bytes(self._tail[-_HALF:])
        if not self.left_out:
            return head + tail
        return head + f"\n… {self.left_out:,} bytes left out …\n".encode() + tail

    @property
    def lines(self) -> list[str]:
        """The same as lines; what isn't UTF-8 is replaced."""
        text = self.data.decode(errors="replace")
        return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []
