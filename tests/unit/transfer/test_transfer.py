"""What is copied and how, between two folders of this machine; over SSH it is the same code."""

import os
import stat
from pathlib import Path

import pytest

from batchtui.access.entry import Entry
from batchtui.errors import DiskFullError, FileError, NoSuchFileError
from batchtui.transfer.copying import Copying
from batchtui.transfer.glance import glance
from batchtui.transfer.local import LocalFiles
from batchtui.transfer.names import check_local_name
from batchtui.transfer.parts import part_name, part_size
from batchtui.transfer.rate import Rate, amount

NOON = 1_700_000_000


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def there(tmp_path):
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


def put(path, data=b"some", mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)
    os.utime(path, (NOON, NOON))
    return path


def copy(paths, folder, existing="skip", source=None, target=None):
    copying = Copying([str(path) for path in paths], str(folder))
    source, target = source or LocalFiles(), target or LocalFiles()
    copying.look(source, target)
    copying.run(source, target, existing)
    return copying


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# Names


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/etc/passwd", "a\nb", "a\x1b[31m", "a\x7f", "a\x9b2J", "a\0b"]
)
def test_a_name_from_elsewhere_leads_nowhere(name):
    with pytest.raises(FileError):
        check_local_name(name, windows=False)


@pytest.mark.parametrize("name", ["con", "NUL.txt", "a:b", "..\\b", "a.", "a ", "what?"])
def test_windows_has_names_of_its_own(name):
    with pytest.raises(FileError):
        check_local_name(name, windows=True)
    check_local_name("console.txt", windows=True)


def test_a_name_may_be_as_long_as_file_systems_let_it_be():
    check_local_name("ä" * 127, windows=False)
    with pytest.raises(FileError, match="too long"):
        check_local_name("ä" * 128, windows=False)


# Parts


def test_a_part_is_gone_on_with_only_if_the_file_is_the_one_that_it_was():
    file = Entry("a.bin", "file", 100, NOON)
    part = Entry(part_name(file), "file", 40, NOON + 5000)
    there = {part.name: part}
    assert part_size(file, there) == 40
    for other in (Entry("a.bin", "file", 101, NOON), Entry("a.bin", "file", 100, NOON + 1)):
        assert part_size(other, there) == 0
    longer = Entry(part.name, "file", 101, NOON)
    assert part_size(file, {part.name: longer}) == 0
    assert part_size(file, {part.name: Entry(part.name, "link", 40, NOON)}) == 0


def test_a_file_whose_time_is_not_known_is_begun_anew():
    file = Entry("a.bin", "file", 100)
    part = Entry(part_name(file), "file", 40)
    assert part_size(file, {part.name: part}) == 0


def test_the_name_of_a_part_has_room():
    assert len(part_name(Entry("ä" * 127, "file", 1, NOON)).encode()) <= 255
    assert part_name(Entry("\udcff", "file")).endswith(".part")


# Copying


def test_folders_are_copied_with_permissions_and_times(here, there):
    put(here / "tree" / "run.sh", b"#!/bin/sh\n", 0o750)
    put(here / "tree" / "deep" / "er" / "data", b"x" * 3_000_000)
    put(here / "tree" / "su", b"", 0o4755)
    (here / "tree" / "empty").mkdir()
    copying = copy([here / "tree"], there)
    assert copying.complete
    assert names(there) == names(here)
    copied = (there / "tree" / "run.sh").stat()
    assert (stat.S_IMODE(copied.st_mode), copied.st_mtime) == (0o750, NOON)
    assert stat.S_IMODE((there / "tree" / "su").stat().st_mode) == 0o755
    assert (copying.done, copying.total) == (3_000_010, 3_000_010)


def test_links_and_special_files_of_a_folder_are_told_and_not_followed(here, there, tmp_path):
    secret = put(tmp_path / "secret")
    put(here / "tree" / "file")
    (here / "tree" / "out").symlink_to(secret)
    (here / "tree" / "up").symlink_to("..")
    os.mkfifo(here / "tree" / "pipe")
    copying = copy([here / "tree"], there)
    assert names(there) == ["tree", "tree/file"]
    assert {Path(path).name for path in copying.plan.passed_by} == {"out", "up", "pipe"}
    assert copying.complete


def test_a_link_that_was_chosen_itself_is_followed(here, there):
    put(here / "file", b"what it leads to")
    (here / "link").symlink_to("file")
    copy([here / "link"], there)
    assert (there / "link").read_bytes() == b"what it leads to"
    assert not (there / "link").is_symlink()


class Liar(LocalFiles):
    """A node whose folders have names that lead elsewhere."""

    def entries(self, folder):
        bad = [
            Entry(name, "file", 4, NOON, 0o100644) for name in ("../out", "..", "/tmp/out", "\n")
        ]
        return [*super().entries(folder), *bad]


def test_a_node_can_not_lead_what_is_copied_out_of_its_folder(here, there, tmp_path):
    put(here / "tree" / "good")
    copying = copy([here / "tree"], there, source=Liar())
    assert names(tmp_path) == [
        "here", "here/tree", "here/tree/good", "there", "there/tree", "there/tree/good",
    ]  # fmt: skip
    assert len(copying.failed) == 4


def test_folders_without_end_are_not_followed_to_it(here, there):
    class Endless(LocalFiles):
        def entries(self, folder):
            return [Entry("again", "folder")] if folder.startswith(str(here)) else []

        def look(self, *_path, **_how):
            return Entry("again", "folder")

    copying = Copying([str(here / "again")], str(there))
    copying.look(Endless(), LocalFiles())
    assert [str(error) for error in copying.failed.values()] == [
        "It has folders in folders, more than 100 deep."
    ]


@pytest.mark.parametrize(
    ("existing", "same", "other"),
    [("skip", b"same", b"old"), ("replace", b"same", b"new!"), ("resume", b"same", b"new!")],
)
def test_what_is_there_already_is_left_or_replaced(here, there, existing, same, other):
    put(here / "same", b"same")
    put(here / "other", b"new!")
    put(there / "same", b"same")
    put(there / "other", b"old")
    copying = copy([here / "same", here / "other"], there, existing)
    assert (there / "same").read_bytes() == same
    assert (there / "other").read_bytes() == other
    left = {"skip": 2, "replace": 0, "resume": 1}[existing]
    assert (copying.left_as_they_were, copying.files_done) == (left, 2 - left)
    assert copying.complete


def test_a_link_in_a_files_place_is_replaced_itself(here, there, tmp_path):
    precious = put(tmp_path / "precious", b"precious")
    put(here / "file", b"new")
    (there / "file").symlink_to(precious)
    copy([here / "file"], there, "replace")
    assert precious.read_bytes() == b"precious"
    assert (there / "file").read_bytes() == b"new"


def test_nothing_is_written_through_a_link_to_a_folder(here, there, tmp_path):
    put(here / "tree" / "file")
    (tmp_path / "elsewhere").mkdir()
    (there / "tree").symlink_to(tmp_path / "elsewhere")
    copying = copy([here / "tree"], there, "replace")
    assert names(tmp_path / "elsewhere") == []
    assert copying.failed


def test_a_folder_is_not_replaced_by_a_file(here, there):
    put(here / "name")
    put(there / "name" / "inside")
    copying = copy([here / "name"], there, "replace")
    assert names(there) == ["name", "name/inside"]
    assert "folder name in its place" in str(next(iter(copying.failed.values())))


class Cut(LocalFiles):
    """Fails after so many bytes, as a connection or a disk does."""

    def __init__(self, most, error):
        self.left = most
        self.error = error

    def read(self, path, offset=0, most=None):
        for chunk in super().read(path, offset, most):
            for start in range(0, len(chunk), 1000):
                piece = chunk[start : start + 1000]
                if self.left < len(piece):
                    raise self.error
                self.left -= len(piece)
                yield piece


def test_what_was_cut_off_goes_on_where_it_stopped(here, there):
    data = os.urandom(50_000)
    put(here / "a", data)
    put(here / "b")
    error = DiskFullError("No room.")
    copying = copy([here / "a", here / "b"], there, source=Cut(30_000, error))
    assert copying.broke_off is error
    assert (copying.files_left, copying.complete) == (2, False)
    (part,) = there.iterdir()
    assert part.suffix == ".part"
    assert part.stat().st_size == 30_000
    assert stat.S_IMODE(part.stat().st_mode) == 0o600

    source = Cut(25_000, error)
    copying.look(source, LocalFiles())
    copying.run(source, LocalFiles(), "resume")
    assert copying.complete
    assert copying.begun == 30_000
    assert source.left == 25_000 - 20_004
    assert (there / "a").read_bytes() == data
    assert names(there) == ["a", "b"]


def test_one_file_that_fails_hinders_no_other_and_is_tried_again(here, there):
    for name in "abc":
        put(here / name, name.encode())

    class Once(LocalFiles):
        def read(self, path, offset=0, most=None):
            if path.endswith("b"):
                raise NoSuchFileError("Gone.")
            return super().read(path, offset, most)

    copying = copy([here], there, source=Once())
    assert names(there / "here") == ["a", "c"]
    assert [str(error) for error in copying.failed.values()] == ["Gone."]
    copying.look(LocalFiles(), LocalFiles())
    copying.run(LocalFiles(), LocalFiles(), "resume")
    assert (copying.files_done, copying.left_as_they_were, copying.complete) == (1, 2, True)


def test_it_is_stopped_and_goes_on(here, there):
    put(here / "a", b"a" * 5000)

    class Stopping(LocalFiles):
        def read(self, path, offset=0, most=None):
            for chunk in super().read(path, offset, most):
                yield chunk[:2000]
                copying.stop()
                yield chunk[2000:]

    copying = Copying([str(here / "a")], str(there))
    copying.look(Stopping(), LocalFiles())
    copying.run(Stopping(), LocalFiles(), "skip")
    assert (copying.stopped, copying.files_left) == (True, 1)
    copying.look(LocalFiles(), LocalFiles())
    copying.run(LocalFiles(), LocalFiles(), "resume")
    assert (copying.begun, copying.complete) == (2000, True)
    assert (there / "a").read_bytes() == b"a" * 5000


def test_a_file_that_became_shorter_is_not_taken_for_whole(here, there):
    put(here / "log", b"x" * 100)

    class Shrinking(LocalFiles):
        def read(self, *_which):
            yield b"x" * 50

    copying = copy([here / "log"], there, source=Shrinking())
    assert names(there) == []
    assert "shorter" in str(next(iter(copying.failed.values())))


def test_what_is_gone_meanwhile_is_told(here, there):
    copying = copy([here / "gone"], there)
    assert "any more" in str(next(iter(copying.failed.values())))


# Rates


def test_the_rate_is_that_of_the_last_seconds():
    rate = Rate()
    assert rate.per_second == 0.0
    assert rate.left(100) is None
    for second in range(20):
        rate.see(second, 1000 * second if second < 10 else 10_000 + 10 * (second - 10))
    assert rate.per_second == pytest.approx(10)
    assert rate.left(100) == pytest.approx(10)


def test_a_rate_of_a_moment_is_none():
    rate = Rate()
    rate.see(1.0, 0)
    rate.see(1.0, 500)
    assert rate.per_second == 0.0


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (9_949, "9.9 KB"),
        (9_960, "10 KB"),
        (999_600, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (5e15, "5000 TB"),
    ],
)
def test_bytes_in_words(count, words):
    assert amount(count) == words


# Reading


def test_a_long_file_is_read_at_both_ends(here):
    put(here / "log", b"".join(b"%07d\n" % line for line in range(200_000)))
    lines = glance(LocalFiles(), str(here / "log")).lines
    assert (lines[0], lines[-1]) == ("0000000", "0199999")
    assert "… 1,075,712 bytes are left out here …" in lines


def test_what_is_not_text_is_shown_in_hex(here):
    put(here / "bin", bytes(range(40)))
    lines = glance(LocalFiles(), str(here / "bin")).lines
    assert lines[0].startswith("00000000  00 01 02")
    assert lines[2].endswith(" !\"#$%&'")


def test_text_in_another_code_is_escaped(here):
    put(here / "latin", b"caf\xe9\r\nline\n")
    assert glance(LocalFiles(), str(here / "latin")).lines == ["caf\\xe9", "line"]


def test_only_files_are_read(here):
    with pytest.raises(FileError, match="isn't a file"):
        glance(LocalFiles(), str(here))
    with pytest.raises(NoSuchFileError):
        glance(LocalFiles(), str(here / "gone"))
