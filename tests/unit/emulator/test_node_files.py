"""Files below a directory: never one outside, whatever the name and whatever lies there."""

import contextlib
import os
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.emulator.errors import BatchError
from batchtui.emulator.machines.files import FileTree, part_of

ODD = st.sampled_from([
    "..", ".", "", "/", "\\", "a", "dir", "dir/file", "out", "out/secret", "loop", "\0", "%2e%2e",
    "...", "~", "C:", "\ud800", "\u202e", "x" * 300, "inside", "..\\..", "pipe", "secret",
])  # fmt: skip
NAMES = st.lists(ODD | st.text(string.printable, max_size=8), max_size=6).map("/".join)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A directory with all kinds of things in it, and a secret beside it."""
    base = tmp_path_factory.mktemp("files")
    root = base / "root"
    (root / "dir").mkdir(parents=True)
    (root / "dir" / "file").write_text("0123456789")
    (base / "secret").write_text("secret")
    (root / "out").symlink_to(base)
    (root / "secret").symlink_to(base / "secret")
    (root / "inside").symlink_to(root / "dir" / "file")
    (root / "loop").symlink_to(root / "loop")
    os.mkfifo(root / "pipe")
    os.utime(root / "dir" / "file", (1e14, 1e14))
    (root / os.fsdecode(b"\xff\xfe.txt")).touch()
    return base


@contextlib.contextmanager
def refused_politely():
    """Nothing goes wrong in here but that there may be no such file."""
    try:
        yield
    except BatchError as error:
        if error.code != "FileNotFound":
            raise


@pytest.mark.parametrize("windows", [True, False])
@settings(max_examples=300, derandomize=True, deadline=None)
@given(name=NAMES)
def test_no_name_leads_outside(place, windows, name):
    tree = FileTree(place / "root", "http://x/files", windows=windows)
    with refused_politely():
        path = tree.find(name)
        assert path.is_relative_to(place / "root")
        assert all(value.isprintable() for value in tree.headers(path, name).values())
        assert b"secret" not in part_of(path, "").read()


@pytest.mark.parametrize("windows", [True, False])
@settings(max_examples=200, derandomize=True, deadline=None)
@given(name=NAMES)
def test_nothing_outside_is_deleted(place, windows, name):
    tree = FileTree(place / "root" / "out-of-the-way", "http://x/files", windows=windows)
    for recursive in (True, False):
        with pytest.raises((BatchError, OSError, ValueError)):
            tree.delete(name, recursive=recursive)
    assert (place / "secret").read_text() == "secret"


def test_deleting_a_link_leaves_what_it_leads_to(tmp_path):
    root, other = tmp_path / "root", tmp_path / "other"
    other.mkdir()
    (other / "file").write_text("stays")
    (root / "dir").mkdir(parents=True)
    (root / "dir" / "link").symlink_to(other)
    tree = FileTree(root, "http://x/files")
    with pytest.raises(BatchError, match="FileNotFound"):
        tree.delete("dir/link/file", recursive=True)
    tree.delete("dir", recursive=True)
    assert list(root.iterdir()) == []
    assert (other / "file").read_text() == "stays"


def test_odd_things_are_listed(place):
    items = FileTree(place / "root", "http://x/files").listed(recursive=True)
    names = [items[key]["name"] for key in sorted(items)]
    assert names == [
        "dir", "inside", "loop", "out", "pipe", "secret", "\ufffd\ufffd.txt", "dir/file",
    ]  # fmt: skip
    described = {item["name"]: item for item in items.values()}
    assert described["dir"]["isDirectory"]
    assert not described["out"]["isDirectory"]
    assert "2400" < described["dir/file"]["properties"]["lastModified"] < "9999-12-31T00:00:01"


def test_a_tree_deeper_than_the_stack_is_listed_and_deleted(tmp_path):
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    tree = FileTree(tmp_path, "http://x/files")
    names = [item["name"] for item in tree.listed(recursive=True).values()]
    tree.delete("d", recursive=True)
    assert len(names) == 1500
    assert max(name.count("/") for name in names) == 1499
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", b"0123456789"),
        ("bytes=0-", b"0123456789"),
        ("bytes=3-5", b"345"),
        ("bytes=9-9", b"9"),
        ("bytes=8-999999999999999999", b"89"),
        (" bytes=2-3 ", b"23"),
        ("bytes=10-", "InvalidRange"),
        ("bytes=5-4", "InvalidRange"),
        ("bytes=-4", "InvalidHeaderValue"),
        ("bytes=1-2,4-5", "InvalidHeaderValue"),
        ("lines=1-2", "InvalidHeaderValue"),
        ("bytes=1-" + "9" * 40, "InvalidHeaderValue"),
    ],
)
def test_ranges(tmp_path, asked, found):
    path = tmp_path / "file"
    path.write_text("0123456789")
    if isinstance(found, str):
        with pytest.raises(BatchError, match=found):
            part_of(path, asked)
    else:
        assert part_of(path, asked).read() == found


def test_an_empty_file_has_no_first_byte(tmp_path):
    path = tmp_path / "file"
    path.touch()
    assert part_of(path, "").read() == b""
    with pytest.raises(BatchError, match="InvalidRange"):
        part_of(path, "bytes=0-")
