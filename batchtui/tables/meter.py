"""How full something is and would be, as a bar: what is there, what comes, what is left. Pure."""

from batchtui.tables import Area, Cell, Tone

_GLYPHS = "█▓░"


def meter(now: int, after: int, limit: int, width: int) -> Cell:
    """A bar of so many characters; anything there is and anything that comes has one at least."""
    whole = max(limit, after, 1)
    there = _share(now, whole, width)
    comes = min(_share(after - now, whole, width), width - there) if after > now else 0
    tone: Tone = "bad" if after > limit else "busy"
    lengths = (there, comes, width - there - comes)
    tones: tuple[Tone, ...] = ("plain", tone, "muted")
    text = "".join(glyph * length for glyph, length in zip(_GLYPHS, lengths, strict=True))
    return Cell(text, areas=tuple(map(Area, lengths, tones)))


def _share(part: int, whole: int, width: int) -> int:
    return min(width, max(1, round(width * part / whole))) if part > 0 else 0
