import pytest
from e2e.sshd_server import Sshd


@pytest.fixture
def sshd(tmp_path):
    """OpenSSH's server as a node."""
    directory = tmp_path / "sshd"
    directory.mkdir()
    server = Sshd(directory)
    yield server
    server.stop()
