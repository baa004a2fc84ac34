"""What a node writes on its way to the terminal: without the clipboard. Pure.

Whoever writes to a terminal may set the clipboard, or read it, where the terminal allows that: by
OSC 52 (source: xterm's ctlseqs), kitty's OSC 5522, and Copy of iTerm2's OSC 1337. All else passes
as it is; of what only the far side can have changed is noted how to undo it.
"""

import re

_CLIPBOARD = (52, 5522)
_ITERM, _COPY = 1337, b";Copy"
_COLOURS = frozenset({4, 5, *range(10, 20)})
_ASKS = re.compile(rb";(?:[0-9]+;)?\?")  # for a colour instead of setting it
# Of the palette, and then each that has a number of its own.
_USUAL_COLOURS = b"".join(b"\x1b]%d\x1b\\" % number for number in (104, 105, *range(110, 120)))
_UTF8 = b"\x1b%G"
# A larger number may come out as another in a terminal's arithmetic.
_LARGEST = 0xFFFF
_LONGEST = 1 << 12  # bytes in which it must be clear what a sequence is

_ESC = b"\x1b"
# Cancels what is open: what stands before and behind a gap must not make something new.
_GAP = b"\x18"
# Terminals skip these within a sequence.
_SKIPPED = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\x07\x18\x1a\x1b")
_SKIP = rb"[\x00-\x06\x08-\x17\x19\x1c-\x1f\x7f]*+"
_DIGITS = rb"(?:[0-9]" + _SKIP + rb")*+"
# tmux passes on what stands in `ESC P tmux; ... ESC \`, every ESC in it doubled, and screen what
# stands in `ESC P ... ESC \`. An ESC that such a part ended with is still open in the next.
_PART = rb"P(?:tmux;)?" + _SKIP
_USUAL = rb"(?:[0-36-9]|133);"  # titles, folders, links, prompts
_BY_ESC = (
    # Colours and moves of the cursor, which are the most by far, are passed over fast.
    rb"\x1b(?!\[)" + _SKIP + rb"(?:(?P<part>" + _PART + rb")?\](?!" + _USUAL + rb")"
    rb"|(?P<coding>%" + _SKIP + rb"[@G/]))"
)  # fmt: skip
# ESC ] in one byte; in UTF-8 it is U+009D, and the byte may be a part of any other character.
_C1 = b"\x9d"
_BY_C1 = rb"\x9d(?=" + _SKIP + _DIGITS + rb"(?:;|\x1b+(?:\\|\Z)|\Z))"
_NEXT = re.compile(
    rb"(?P<opening>" + _BY_ESC + rb"|\xc2?" + _BY_C1 + rb")(?P<number>" + _SKIP + _DIGITS + rb")"
)
# Whether there is one of them at all. Apart they are looked for ten times as fast as together.
_ANY = (re.compile(_BY_ESC), re.compile(_BY_C1))
# What may become one of them, and a character of UTF-8, when more comes.
_BEGUN = re.compile(
    rb"\x1b" + _SKIP + rb"(?:%" + _SKIP + rb"|P(?:t|tm|tmu|tmux)?|" + _PART + rb")?"
)
_CUT_OFF = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")

_CONTENT = re.compile(rb"[^\x07\x18\x1a\x1b\x80-\xff]*")
_END = re.compile(rb"[\x07\x18\x1a\x9c]|\xc2\x9c|(?P<escs>\x1b+)\\")
_END_BEGUN = re.compile(rb"\xc2|\x1b+")


class Sieve:
    """Passes a node's output on, in pieces of any size, without what is for the clipboard.

    Unless the node may have the `clipboard`. What is held back between two pieces is the
    beginning of a sequence or of a character, and draws nothing.
    """

    def __init__(self, *, clipboard: bool = False) -> None:
        self._clipboard = clipboard
        self._coloured = False
        self._held = b""
        self._escs = 0  # that began what is being dropped, if something is
        self._utf8 = True

    @property
    def undo(self) -> bytes:
        """What puts back colours and coding, if they were changed.

        Others may have set theirs before, so nothing is put back that wasn't.
        """
        return _USUAL_COLOURS * self._coloured + _UTF8 * (not self._utf8)

    def feed(self, data: bytes) -> bytes:
        """What may be shown of the next piece."""
        plain = _ESC not in data and _C1 not in data and data[-1:] < b"\x80"
        if plain and not self._held and not self._escs:
            return data
        data, self._held = self._held + data, b""
        start = self._drop(data, 0) if self._escs else 0
        shown: list[bytes] = []
        suspect = any(pattern.search(data, start) for pattern in _ANY)
        while suspect and (match := _NEXT.search(data, start)):
            passes = self._passes(data, match)
            if passes is None and len(data) - match.start() < _LONGEST:
                begun = _before_escs(data, start, match.start())
                self._held = data[begun:]
                return b"".join([*shown, data[start:begun]])
            if passes:
                shown.append(data[start : match.end()])
                start = match.end()
            else:
                begun = _before_escs(data, start, match.start())
                shown += data[start : match.end("part") if match["part"] else begun], _GAP
                self._escs = match.start() - begun + 1
                start = self._drop(data, match.end())
        end = self._end(data, start)
        shown.append(data[start:end])
        if len(data) - end < _LONGEST:
            self._held += data[end:]
        else:
            shown.append(_GAP)
        return b"".join(shown)

    def _passes(self, data: bytes, match: re.Match[bytes]) -> bool | None:
        """Whether it isn't for the clipboard; None if that isn't clear yet."""
        if match["coding"]:
            self._utf8 = match["coding"][-1:] != b"@"
            return True
        if match["opening"] == _C1 and self._utf8 and _is_in_character(data, match.start()):
            return True
        digits = match["number"].translate(None, _SKIPPED).lstrip(b"0")
        number = int(digits[: len(str(_LARGEST)) + 1] or b"0")
        if match.end() == len(data) and number <= _LARGEST:
            return None
        if number in _COLOURS and not _ASKS.match(data, match.end()):
            self._coloured = True
        return self._clipboard or _is_harmless(
            number, digits, data[match.end() : match.end() + _LONGEST]
        )

    def _drop(self, data: bytes, start: int) -> int:
        """Skip what is for the clipboard; returns where it ends in this piece."""
        content = _CONTENT.match(data, start)
        start = content.end() if content else start
        if start == len(data):
            return start
        if _END_BEGUN.fullmatch(data, start) and len(data) - start < _LONGEST:
            self._held = data[start:]
            return len(data)
        escs, self._escs = self._escs, 0
        end = _END.match(data, start)
        if end and (end["escs"] is None or len(end["escs"]) == escs):
            return end.end()
        return start

    def _end(self, data: bytes, start: int) -> int:
        """Where what may become something else, when more comes, begins at a piece's end."""
        at = data.rfind(_ESC, start)
        if at >= 0 and _BEGUN.fullmatch(data, at):
            return _before_escs(data, start, at)
        cut = _CUT_OFF.search(data, max(start, len(data) - 3)) if self._utf8 else None
        return cut.start() if cut else len(data)


def _before_escs(data: bytes, start: int, at: int) -> int:
    """Where the ESCs begin that stand before a place."""
    return start + len(data[start:at].rstrip(_ESC))


def _is_harmless(number: int, digits: bytes, rest: bytes) -> bool | None:
    """Whether an OSC isn't for the clipboard; None if that depends on what follows the `rest`."""
    if number > _LARGEST:
        return False
    if number == _ITERM:
        text = rest.translate(None, _SKIPPED)[: len(_COPY)]
        if len(text) < len(_COPY) and _COPY.startswith(text):
            return None
        return not _COPY.startswith(text.partition(_ESC)[0])
    if rest.startswith(_ESC):
        # The rest of its number might come in tmux's next part.
        return not any(f"{each}".encode().startswith(digits) for each in (*_CLIPBOARD, _ITERM))
    return number not in _CLIPBOARD


def _is_in_character(data: bytes, at: int) -> bool:
    """Whether a byte ends a character of UTF-8 other than the control character U+009D."""
    for start in range(at - 1, max(at - 4, -1), -1):
        if data[start] >= 0xC0:
            try:
                return data[start : at + 1].decode() != "\x9d"
            except UnicodeDecodeError:
                return False
    return False
