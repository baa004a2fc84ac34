"""OpenSSH's own ssh-agent, with keys of the tests."""

import os
import shutil
import socket
import subprocess

from conftest import wait_for

from batchtui.access.keys import LoginKey, generate_private

HAS_AGENT = bool(shutil.which("ssh-agent") and shutil.which("ssh-add"))


class SshAgent:
    """An agent of its own on a socket in a directory, for whoever has `monkeypatch`'s word."""

    def __init__(self, directory, monkeypatch):
        self._directory = directory
        self.socket = directory / "agent.sock"
        monkeypatch.setenv("SSH_AUTH_SOCK", str(self.socket))
        self._process = subprocess.Popen(
            ["ssh-agent", "-D", "-a", self.socket], stdout=subprocess.DEVNULL
        )
        wait_for(self._answers, "the agent")

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def add(self, kind="ed25519", *options):
        """Make a key, and let nobody have it but the agent; returns it."""
        private = generate_private(kind)
        path = self._directory / f"for_{kind}"
        path.touch(0o600)
        path.write_text(private)
        self.tell("ssh-add", "-q", *options, path)
        path.unlink()
        return LoginKey.read(private, comment=path.name)

    def lock(self):
        """Until it is told a password, it behaves as if it held nothing."""
        answer = self._directory / "askpass"
        answer.write_text("#!/bin/sh\necho sesame\n")
        answer.chmod(0o700)
        self.tell("ssh-add", "-x", SSH_ASKPASS=str(answer), SSH_ASKPASS_REQUIRE="force")

    def tell(self, *command, **environment):
        subprocess.run(
            command, check=True, capture_output=True, timeout=30, env=os.environ | environment
        )

    def stop(self):
        self._process.terminate()
        self._process.wait(10)
