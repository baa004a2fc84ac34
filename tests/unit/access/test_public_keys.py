"""Public keys in files of the operator's."""

from pathlib import Path

import pytest

from batchtui.access.public_keys import is_line, own_public_keys, public_line
from batchtui.errors import ConfigError


def test_keys_are_found_in_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert own_public_keys() == []
    folder = tmp_path / ".ssh"
    folder.mkdir()
    for name in ("id_rsa.pub", "id_ed25519.pub", "id_rsa", "config"):
        (folder / name).write_text(f"# {name}\n\n  ssh-rsa AAAA me \n")
    assert [path.name for path in own_public_keys()] == ["id_ed25519.pub", "id_rsa.pub"]
    assert public_line(Path("~/.ssh/id_rsa.pub")) == "ssh-rsa AAAA me"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ssh-rsa AAAA me", True),
        ("~/.ssh/id rsa.pub", False),
        ("/a b/c.pub", False),
        ("id.pub", False),
    ],
)
def test_a_path_is_told_from_a_line(text, line):
    assert is_line(text) is line


def test_what_is_no_file_is_said(tmp_path):
    with pytest.raises(ConfigError, match="There is no file"):
        public_line(tmp_path / "none.pub")
    with pytest.raises(ConfigError, match="isn't a file"):
        public_line(tmp_path)
    (tmp_path / "large.pub").write_bytes(b"x" * 100_000)
    with pytest.raises(ConfigError, match="isn't a file with a public key"):
        public_line(tmp_path / "large.pub")
    (tmp_path / "empty.pub").write_text("\n# nothing\n")
    assert public_line(tmp_path / "empty.pub") == ""
