import pytest
from e2e.sshd_server import Sshd
from terminals import name_account

from batchtui.emulator.control.client import clear


@pytest.fixture
def sshd(tmp_path):
    """OpenSSH's server as a node."""
    directory = tmp_path / "sshd"
    directory.mkdir()
    server = Sshd(directory)
    yield server
    server.stop()


@pytest.fixture
def emulator(running, monkeypatch):
    """The emulator that a file's tests share, named by the environment and without faults."""
    name_account(monkeypatch, running)
    yield running
    clear(running)
