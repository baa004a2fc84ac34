"""Connects to a node and hands it the terminal, then writes how that went into a file.

Arguments: port, user, the authorized_keys of the node, the file to write.
"""

import fcntl
import json
import sys
import termios
from pathlib import Path

from batchtui.access.hosts import HostKeys
from batchtui.access.keys import LoginKey
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.ssh import Connection, Login
from batchtui.access.terminal import Terminated, relay, winsize

port, user, authorized, result = sys.argv[1:]
# Whoever closes the terminal hangs up on us, as it does on a shell.
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
before = termios.tcgetattr(0)
key = LoginKey.generate("ed25519")
with Path(authorized).open("a") as file:
    file.write(key.public_line + "\n")
node = NodeIdentity("acct", "https://a.b", "pool", "node", None)
hosts = HostKeys(None)
ended = {}
with Connection.open(
    "127.0.0.1",
    int(port),
    Login(user, (key,)),
    lambda shown: hosts.check(node, shown, "127.0.0.1", int(port)),
) as connection:
    channel = connection.shell("xterm", *winsize(0))
    try:
        exited = relay(channel, 0, 1)
        ended = {"words": exited.words, "code": exited.code}
    except Terminated as terminated:
        ended = {"terminated": terminated.signum}
try:
    ended["same_modes"] = termios.tcgetattr(0) == before
except termios.error:
    ended["same_modes"] = "no terminal"
partial = Path(result).with_suffix(".part")
partial.write_text(json.dumps(ended))
partial.rename(result)
