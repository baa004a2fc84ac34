"""Leaves a terminal as a remote program that was cut off could, and then restores it."""

import sys

from batchtui.access.reset import remember, restore

LEFT = (
    "\x1b[?1049hin another program, long ago\x1b[?1049l"
    + "\x1b[?1049hin the alternate screen" * ("alternate" in sys.argv)
    + "\x1b[3;10r\x1b[12;5H"
    + "\x1b[?1000h\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?1004h"
    + "\x1b[?9h\x1b[?69h\x1b[?5h\x1b[2h\x1b[20h\x1b[?2031h\x1b[?2048h\x1b[=1u\x1b[>4;2m\x1b#6"
    + "\x1b]2;title after\x07\x1b]1;icon\x07\x1b)0\x0e"
    + "\x1b[?1h\x1b=\x1b[?25l\x1b[?7l\x1b[4h\x1b[31;7m\x1b(0qqq"
    + "\x1b]2;a title that is never en"
)
print("\x1b]2;title before\x1b\\above", flush=True)
remember(1)
sys.stdout.write(LEFT)
sys.stdout.flush()
restore(1)
