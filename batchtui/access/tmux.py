"""Windows of tmux, beside the one that this program is in."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from batchtui.errors import SshError
from batchtui.words import short_node_id

# What ssh said of a failure stays readable: the window would be gone with it.
_STAYS = '"$@" || [ $? -ne 255 ] || { printf "\\nenter closes this window. "; read -r _; }'


def open_window(node_id: str, argv: Sequence[str]) -> None:
    """Run a program in a new window; SshError if there is no tmux around us."""
    if not os.environ.get("TMUX") or shutil.which("tmux") is None:
        raise SshError(
            "This program doesn't run inside tmux.",
            advice="Start it in tmux, or :set ssh builtin.",
        )
    name = ["-n", short_node_id(node_id)]
    command = ["tmux", "new-window", *name, "sh", "-c", _STAYS, "sh", *argv]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=10)  # noqa: S603 - our argv
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        raise SshError(f"tmux opens no window: {said.decode(errors='replace').strip()}") from error
