"""Makes a terminal sane again, whatever the far side left behind."""

from contextlib import suppress

from batchtui.access.output import takes_more, write_all

_REMEMBER = b"\x1b[22;0t"  # the titles of window and icon
# The cursor stays where it is: outside of the screens a prompt follows. Nothing but a soft reset
# ends origin mode without moving it, and tmux knows none; there it stays, if it was ever on.
_RESET = (
    b"\x1b[4i\x1b[?4i"  # what comes isn't for a printer
    b"\x18\x1b\\"  # end a sequence that was cut off in its middle
    b"\x1b[?2026l"  # synchronized output off: show what comes
    # Leaving the alternate screen moves the cursor to where entering it was, which may be long
    # ago if it isn't shown. Entering it again changes nothing where it is.
    b"\x1b[?1049h\x1b[?1049l"
    b"\x1b[!p"  # soft reset
    b"\x1b[?9;1000;1001;1002;1003;1005;1006;1015;1016l\x1b[0'z"  # no reports of the mouse
    b"\x1b[?2004l\x1b[?1004l"  # nor of pastes and of the focus
    b"\x1b[?2031l\x1b[?2048l"  # nor of colours and sizes that change
    b"\x1b[?1l\x1b>"  # cursor keys and keypad as in normal use
    b"\x1b[>4;0m"  # modified keys, too
    b"\x1b[=0u"  # the kitty keyboard's flags off, its stack as others left it
    b"\x1b[?7h\x1b[?69l\x1b[?5l"  # long lines wrap, at the edges; nothing is inverted
    b"\x1b[2;4;20l\x1b[12h"  # keys count, without echo; no insert mode, line feeds are just that
    b"\x1b[?25h\x1b[0 q"  # a cursor, of the usual shape
    b"\x0f\x1b(B\x1b)B"  # ASCII; of G2 and G3 the Linux console would show the letters
    b"\x1b[0m\x1b]8;;\x1b\\"  # no colours, no link
    b"\x1b#5"  # a line of the usual width
    b"\x1b7\x1b[r\x1b8"  # the whole screen scrolls; this moves the cursor on its way
    b"\x1b[23;0t"  # the titles as they were remembered
)
# A terminal that takes nothing for so long is stuck, or its window is.
_PATIENCE_SECONDS = 1.0


def remember(stdout_fd: int) -> None:
    """Have the terminal keep what can't be reset to what it usually is: its titles."""
    _write(stdout_fd, _REMEMBER)


def restore(stdout_fd: int, undo: bytes = b"") -> None:
    """Reset every mode and character set, and `undo` what else was changed.

    A terminal that is gone or stuck is no error.
    """
    _write(stdout_fd, _RESET + undo)


def begin_line(stdout_fd: int) -> None:
    """Leave the line in which a shell was cut off."""
    _write(stdout_fd, b"\r\n")


def _write(fd: int, data: bytes) -> None:
    with suppress(OSError):
        if takes_more(fd, _PATIENCE_SECONDS):
            write_all(fd, data)
