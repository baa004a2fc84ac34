"""How colours look: contrast, and what people see who lack a kind of cone.

Colours are triples of 0-255, as in `rich.color_triplet`.
"""

from rich.color import ColorType
from rich.terminal_theme import TerminalTheme

# Machado, Oliveira, Fernandes 2009: linear RGB as seen without the cones for red (protanopia),
# green (deuteranopia) or blue (tritanopia).
LACKS = {
    "no lack": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

_XTERM = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0),
    (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
]  # fmt: skip
_XTERM_BRIGHT = [
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
]  # fmt: skip
_CAMPBELL = [
    (12, 12, 12), (197, 15, 31), (19, 161, 14), (193, 156, 0),
    (0, 55, 218), (136, 23, 152), (58, 150, 221), (204, 204, 204),
]  # fmt: skip
_CAMPBELL_BRIGHT = [
    (118, 118, 118), (231, 72, 86), (22, 198, 12), (249, 241, 165),
    (59, 120, 255), (180, 0, 158), (97, 214, 214), (242, 242, 242),
]  # fmt: skip
_TANGO = [
    (46, 52, 54), (204, 0, 0), (78, 154, 6), (196, 160, 0),
    (52, 101, 164), (117, 80, 123), (6, 152, 154), (211, 215, 207),
]  # fmt: skip
_TANGO_BRIGHT = [
    (85, 87, 83), (239, 41, 41), (138, 226, 52), (252, 233, 79),
    (114, 159, 207), (173, 127, 168), (52, 226, 226), (238, 238, 236),
]  # fmt: skip

# Terminals as they come: xterm, Windows Terminal, GNOME Terminal.
PALETTES = {
    True: {
        "xterm": TerminalTheme((0, 0, 0), (229, 229, 229), _XTERM, _XTERM_BRIGHT),
        "Windows": TerminalTheme((12, 12, 12), (204, 204, 204), _CAMPBELL, _CAMPBELL_BRIGHT),
        "GNOME": TerminalTheme((0, 0, 0), (255, 255, 255), _TANGO, _TANGO_BRIGHT),
    },
    False: {
        "xterm": TerminalTheme((255, 255, 255), (0, 0, 0), _XTERM, _XTERM_BRIGHT),
        "Windows": TerminalTheme((255, 255, 255), (12, 12, 12), _CAMPBELL, _CAMPBELL_BRIGHT),
        "GNOME": TerminalTheme((255, 255, 255), (0, 0, 0), _TANGO, _TANGO_BRIGHT),
    },
}


def linear(colour):
    """A colour's share of light in each channel, 0 to 1 (source: IEC 61966-2-1)."""
    shares = [channel / 255 for channel in colour]
    return [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]


def luminance(colour):
    """How bright a colour is, 0 to 1 (source: WCAG 2.2, relative luminance)."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """How far a text stands out from its background, 1 to 21 (source: WCAG 2.2)."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def difference(one, other, lack):
    """How different two colours look to somebody, in CIELAB's units (dE76; 2.3 is just seen)."""
    first, second = (_lab(_seen(colour, LACKS[lack])) for colour in (one, other))
    return sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5


def _seen(colour, matrix):
    light = linear(colour)
    return [
        min(1.0, max(0.0, sum(weight * share for weight, share in zip(row, light, strict=True))))
        for row in matrix
    ]


def _lab(light):
    red, green, blue = light
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def of_sixteen(*colours):
    """Whether these of Rich's colours are the terminal's own, and none that somebody mixed."""
    own = {ColorType.DEFAULT, ColorType.STANDARD}
    return all(colour is None or colour.type in own for colour in colours)
