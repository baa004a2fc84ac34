"""What a terminal may safely show of a text that somebody else wrote. Pure."""

import unicodedata

# Characters that reorder or hide what stands beside them.
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(text: str) -> str:
    """The text in one line with every control character and bidi override made visible."""
    if text.isprintable():  # none of those below is, nor any blank but the usual one
        return text
    return "".join(_seen(character) for character in text)


def visible_lines(text: str) -> str:
    """The same for text of several lines, its line ends kept."""
    return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


def editable(text: str) -> str:
    """The same for a field to edit, which has room for the width of a tab."""
    return "\t".join(visible_lines(part) for part in text.split("\t"))


def _seen(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code in _BIDI or unicodedata.category(character) in _UNSEEN:
        return f"‹{code:04X}›"
    return character
