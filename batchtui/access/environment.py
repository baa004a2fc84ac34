"""What a shell on a node is told of the terminal that it has. Pure."""

import re
from collections.abc import Mapping

_USUAL = "xterm-256color"
# What Debian's and Red Hat's ssh_config send (SendEnv), and their servers accept.
_SENT = re.compile(r"LANG|LC_[A-Z]+")


def terminal_type(environ: Mapping[str, str]) -> str:
    """TERM, or the usual one where none is set."""
    return environ.get("TERM") or _USUAL


def locale(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that say in which language and characters to speak, as ssh sends them."""
    return {
        name: value
        for name, value in environ.items()
        if _SENT.fullmatch(name) and value.isprintable()
    }
