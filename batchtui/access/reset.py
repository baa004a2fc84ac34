"""Makes a terminal sane again, whatever the far side left behind."""

from contextlib import suppress

from batchtui.access.output import takes_more, write_all

_RESET = (
    b"\x18\x1b\\"  # end a sequence that was cut off in its middle
    b"\x1b[?2026l"  # synchronized output off: show what comes
    # The alternate screen is left with the cursor saved first: leaving it restores the cursor,
    # also on terminals that aren't in it.
    b"\x1b7\x1b[?1049l"
    b"\x1b[!p"  # soft reset: origin mode, among others, without moving the cursor
    b"\x1b[?1000;1002;1003;1005;1006;1015;1016l"  # no reports of the mouse
    b"\x1b[?2004l\x1b[?1004l"  # nor of pastes and of the focus
    b"\x1b[?1l\x1b>"  # cursor keys and keypad as in normal use
    b"\x1b[>4;0m"  # modified keys, too
    b"\x1b[?7h"  # long lines wrap
    b"\x1b[?25h\x1b[0 q"  # a cursor, of the usual shape
    b"\x0f\x1b(B"  # ASCII
    b"\x1b[0m\x1b]8;;\x1b\\"  # no colours, no link
    # The whole screen scrolls; this moves the cursor on its way.
    b"\x1b7\x1b[?6l\x1b[r\x1b8"
    # The kitty keyboard's flags off, without taking levels off others' stack. Terminals that
    # don't know it may print its end, which is then erased.
    b"\x1b7\x1b[=0u\x1b8\x1b[K"
)


# A terminal that takes nothing for so long is stuck, or its window is.
_PATIENCE_SECONDS = 1.0


def restore(stdout_fd: int) -> None:
    """Reset every mode, colour and character set; a terminal that is gone or stuck is no error."""
    with suppress(OSError):
        if takes_more(stdout_fd, _PATIENCE_SECONDS):
            write_all(stdout_fd, _RESET)
