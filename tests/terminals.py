"""A real terminal for tests: tmux, on a server of its own."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from conftest import wait_for

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
BATCHTUI = [sys.executable, "-m", "batchtui"]


def name_account(monkeypatch, running):
    """Let programs know an emulator's account from their environment."""
    monkeypatch.setenv("AZURE_BATCH_ACCOUNT", running.account)
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", running.key)
    monkeypatch.setenv("AZURE_BATCH_ENDPOINT", running.endpoint)


class Terminal:
    """One tmux window in which a shell runs a program."""

    def __init__(self, home, *, columns=80, lines=24):
        self._socket = f"batchtui-{uuid.uuid4().hex[:8]}"
        self.home = Path(home)
        environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "LANG": "C.UTF-8",
            "PS1": "READY$ ",
            "SHELL": "/bin/bash",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines),
            "env", "-i", *(f"{name}={value}" for name, value in environment.items()),
            "TERM=screen-256color", "bash", "--norc", "--noprofile",
        )  # fmt: skip
        self.wait_for_prompt()

    def _tmux(self, *arguments):
        command = ["tmux", "-L", self._socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def run(self, *words, **environment):
        """Type a command line into the shell."""
        before = "".join(f"{name}={shlex.quote(value)} " for name, value in environment.items())
        self.type(before + shlex.join(words))
        self.press("Enter")

    def press(self, *keys):
        """Press keys by tmux's names."""
        self._tmux("send-keys", *keys)

    def type(self, text):
        """Type a text as it is."""
        self._tmux("send-keys", "-l", text)

    def resize(self, columns, lines):
        """Make the window another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    @property
    def screen(self):
        """What is on screen now."""
        return self._tmux("capture-pane", "-p")

    def value(self, name):
        """One of tmux's own facts of the pane, such as `alternate_on`."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def wait(self, text, seconds=30.0):
        """Wait until a text is on screen; returns the screen."""
        return self.wait_until(lambda screen: text in screen, f"{text!r}", seconds)

    def wait_for_match(self, pattern, seconds=30.0):
        """Wait until a line matches; returns the match."""
        search = re.compile(pattern, re.MULTILINE).search
        self.wait_until(search, f"/{pattern}/", seconds)
        return search(self.screen)

    def wait_for_prompt(self, seconds=30.0):
        """Wait until the shell, and nobody else, waits for a line."""
        return self.wait_for_match(r"READY\$$", seconds)

    def wait_until(self, condition, what, seconds=30.0):
        """Wait until something is true of the screen."""
        try:
            wait_for(lambda: condition(self.screen), what, seconds)
        except pytest.fail.Exception as failure:
            pytest.fail(f"{failure}; the screen shows:\n{self.screen}")
        return self.screen

    def close(self):
        """End everything that runs in it."""
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], check=False)
