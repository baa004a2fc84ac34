"""What a terminal may safely show of a text that somebody else wrote. Pure.

It is harmless, and as wide everywhere as it is measured here: terminals disagree on characters
that join others to one, or change how these look, so those stand for themselves.
"""

import re
import unicodedata

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_MARK = ("Mn", "Me", "Mc")
_MOST_MARKS = 3  # on one letter: no language needs more, and a pile of them hides its surroundings
# Printable, but blank (fillers of Hangul and Khmer, the joiner of graphemes), or what makes
# others look otherwise: variation selectors, skin tones, and the letters that flags are made of.
_ODD = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)


def visible(text: str) -> str:
    """The text in one line with all that is unseen, reorders or joins made visible."""
    if text.isascii() and text.isprintable():
        return text
    marks, shown = _MOST_MARKS, []
    for character in text:
        # Nothing is marked that isn't a letter: at the edge of a cell that would be another's.
        marks = marks + 1 if unicodedata.category(character) in _MARK else 0
        if marks > _MOST_MARKS or _ODD.match(character):
            seen = f"‹{ord(character):04X}›"
        else:
            seen = _seen(character)
        if seen != character or character.isspace():
            marks = _MOST_MARKS
        shown.append(seen)
    return "".join(shown)


def visible_lines(text: str) -> str:
    """The same for text of several lines, its line ends kept."""
    return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


def editable(text: str) -> str:
    """The text for a field to edit, where nothing stands beside it: only what is unseen is shown.

    Lines stay lines, and there is room for the width of a tab.
    """
    return "".join(
        character if character in "\n\t" else _seen(character)
        for character in text.replace("\r\n", "\n")
    )


def _seen(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(character) in _UNSEEN:
        return f"‹{code:04X}›"
    return character
