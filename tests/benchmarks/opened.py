"""batchtui in a terminal, opened on the nodes of an emulator's pool as somebody would do it."""

import sys
from contextlib import contextmanager
from pathlib import Path

from processes import account_of, emulator
from terminal import Terminal, environment


@contextmanager
def nodes_screen(count, *, refresh_seconds):
    """A terminal in which all nodes of the pool are shown."""
    with emulator(count) as (_, ready, _), environment(**account_of(ready)) as variables:
        settings = Path(variables["HOME"]) / ".config" / "batchtui" / "settings.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f"refresh_seconds = {refresh_seconds}\n")
        with Terminal([sys.executable, "-m", "batchtui"], variables, columns=120) as terminal:
            # The pool's name, which the list of pools shows.
            terminal.wait_for("scale")
            terminal.type(":nodes scale\r")
            terminal.wait_for(f"{count:,} nodes")
            terminal.read(3.0)
            yield terminal
