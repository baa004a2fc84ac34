"""Lets a program of this machine have the terminal, then writes how that went into a file.

Arguments: the file to write, the program and its arguments.
"""

import fcntl
import json
import sys
import termios
from pathlib import Path

from batchtui.access.child import run
from batchtui.access.signals import Terminated
from batchtui.errors import SshError

result, *argv = sys.argv[1:]
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
before = termios.tcgetattr(0)
try:
    exited = run(argv, 0, 1)
    ended = {"words": exited.words, "code": exited.code}
except Terminated as terminated:
    ended = {"terminated": terminated.signum}
except SshError as error:
    ended = {"error": str(error)}
try:
    ended["same_modes"] = termios.tcgetattr(0) == before
except termios.error:
    ended["same_modes"] = "no terminal"
partial = Path(result).with_suffix(".part")
partial.write_text(json.dumps(ended))
partial.rename(result)
