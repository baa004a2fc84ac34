"""The system's ssh, with our key and what we know of a host."""

import dataclasses
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from e2e.sshd_server import SSHD

from batchtui.access.hop import Hop
from batchtui.access.keys import LoginKey
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.route import Place
from batchtui.access.system_ssh import SystemSsh, Target
from batchtui.errors import SshError

pytestmark = pytest.mark.skipif(
    SSHD is None or shutil.which("ssh") is None, reason="needs openssh-server and openssh-client"
)


def target(sshd, day=1, known=""):
    node = NodeIdentity("acct", "https://a.b", "pool", "node", datetime(2026, 1, day, tzinfo=UTC))
    return Target(Place(sshd.host, sshd.port, ""), sshd.user, node, known)


def run(prepared, command="echo in"):
    return subprocess.run(
        [*prepared.argv, command],
        capture_output=True,
        text=True,
        timeout=30,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_our_key_lets_it_in_and_nothing_of_it_stays(sshd, kind):
    key = LoginKey.generate(kind)
    sshd.authorize(key)
    with SystemSsh(target(sshd), key) as prepared:
        ended = run(prepared)
        assert (ended.returncode, ended.stdout) == (0, "in\n"), ended.stderr
        kept = [Path(option.partition("=")[2]) for option in prepared.argv if "/" in option]
        [folder] = {path.parent for path in kept}
        assert folder.stat().st_mode & 0o777 == 0o700
        for path in folder.iterdir():
            assert not path.is_file() or "PRIVATE KEY" not in path.read_text()
    assert not folder.exists()


def test_a_host_that_was_seen_is_known_and_another_is_refused(sshd):
    key = LoginKey.generate("ed25519")
    sshd.authorize(key)
    with SystemSsh(target(sshd), key) as prepared:
        assert run(prepared).returncode == 0
        shown = prepared.shown
    assert shown.startswith("ssh-ed25519 AAAA")
    with SystemSsh(target(sshd, known=shown), key) as prepared:
        assert run(prepared).returncode == 0
        assert prepared.shown == ""
    sshd.make_host_key()
    sshd.restart()
    with SystemSsh(target(sshd, known=shown), key) as prepared:
        refused = run(prepared)
    assert refused.returncode == 255
    assert "HOST IDENTIFICATION HAS CHANGED" in refused.stderr
    # Another allocation is another machine, whose key nobody knows yet.
    with SystemSsh(target(sshd, day=2), key) as prepared:
        assert run(prepared).returncode == 0


def test_a_key_that_isnt_let_in_is_refused(sshd):
    with SystemSsh(target(sshd), LoginKey.generate("ed25519")) as prepared:
        assert "Permission denied" in run(prepared).stderr


def test_without_ssh_it_says_so(sshd, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SshError, match="no ssh"):
        SystemSsh(target(sshd), LoginKey.generate("ed25519"))


def test_it_goes_through_the_same_jump_hosts(sshd):
    there = target(sshd)
    hops = (Hop("outer", "20.1.2.3", 2222, "me", "o"), Hop("fe80::1", "fe80::1", 22, "me", "i"))
    through = dataclasses.replace(there, place=dataclasses.replace(there.place, jumps=hops))
    with SystemSsh(through, LoginKey.generate("ed25519")) as prepared:
        command = ["ssh", "-G", *prepared.argv[1:]]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert "proxyjump me@outer:2222,me@[fe80::1]:22" in told.stdout
