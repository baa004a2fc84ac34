"""Leaves a terminal as a remote program that was cut off could, and then restores it."""

import sys

from batchtui.access.reset import restore

LEFT = (
    "\x1b[?1049hin another program, long ago\x1b[?1049l"
    + "\x1b[?1049hin the alternate screen" * ("alternate" in sys.argv)
    + "\x1b[3;10r\x1b[12;5H"
    + "\x1b[?1000h\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?1004h"
    + "\x1b[?1h\x1b=\x1b[?25l\x1b[?7l\x1b[4h\x1b[31;7m\x1b(0qqq"
    + "\x1b]2;a title that is never en"
)
print("above", flush=True)
sys.stdout.write(LEFT)
sys.stdout.flush()
restore(1)
