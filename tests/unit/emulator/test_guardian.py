"""What tasks leave on disk goes with them, whatever they made of it."""

import os
import tempfile
from pathlib import Path

import pytest

from batchtui.emulator.machines.guardian import remove

NOBODY = 65534


@pytest.fixture
def anybody():
    """Somebody whom permissions bind, as they don't bind root."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("mode", [0o000, 0o500, 0o300])
@pytest.mark.usefixtures("anybody")
def test_directories_that_are_closed_are_removed_too(mode):
    base = Path(tempfile.mkdtemp(dir="/tmp"))
    root = base / "root"
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "b" / "file").touch()
    (root / "link").symlink_to(base)
    for path in (root / "a" / "b", root / "a", root):
        path.chmod(mode)
    remove(root)
    assert list(base.iterdir()) == []
    assert base.stat().st_mode & 0o777 == 0o700
    base.rmdir()


def test_only_what_is_named_is_removed(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to("kept")
    remove(tmp_path / "link")
    remove(tmp_path / "none")
    assert (tmp_path / "kept").is_dir()
