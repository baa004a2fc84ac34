"""`batchtui cp` as scripts and people use it: a process of its own against an emulator."""

import base64
import os
import pty
import select
import signal
import subprocess

import pytest
from terminals import BATCHTUI

from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import inject

KEY = base64.b64encode(b"a made-up key that nobody else has").decode()
POOL = "render-linux"


@pytest.fixture(scope="module")
def running():
    with EmulatorThread(Options(seed="demo", clock="fast", random_seed=7, key=KEY)) as emulator:
        yield emulator


@pytest.fixture
def node(emulator):
    words = ["ls", "nodes", POOL, "--plain", "--columns", "id"]
    listed = subprocess.run([*BATCHTUI, *words], capture_output=True, text=True, check=True)
    return min(listed.stdout.split())


def cp(*words, **more):
    command = [*BATCHTUI, "cp", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)


def test_files_go_to_a_node_and_come_back(node, tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "data").write_bytes(os.urandom(100_000))
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "run.sh").chmod(0o750)
    start = node.removeprefix("tvmps_")[:8]
    done = cp(tmp_path / "tree", tmp_path / "*.sh", f"{POOL}/{start}:cp/test")
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 files copied (100 KB in 1s)." in done.stderr
    done = cp(f"{POOL}/{node}:cp/test/tree", f"{POOL}/{node}:cp/test/run.sh", tmp_path / "back")
    assert done.returncode == 0
    assert (tmp_path / "back" / "tree" / "data").read_bytes() == (
        tmp_path / "tree" / "data"
    ).read_bytes()
    assert (tmp_path / "back" / "run.sh").stat().st_mode & 0o777 == 0o750
    done = cp(f"{POOL}/{node}:cp/test/tree", tmp_path / "back")
    assert "0 files copied, 1 left as they were." in done.stderr


def test_every_node_has_a_folder_of_its_own(node, tmp_path):
    (tmp_path / "file").write_text("the same to all\n")
    done = cp(tmp_path / "file", f"{POOL}/*:cp/all")
    assert (done.returncode, done.stderr.count("1 file copied")) == (0, 8)
    done = cp(f"{POOL}/*:cp/all/file", tmp_path / "back")
    assert done.returncode == 0
    folders = list((tmp_path / "back").iterdir())
    assert len(folders) == 8
    assert tmp_path / "back" / node in folders
    assert {(folder / "file").read_text() for folder in folders} == {"the same to all\n"}


def test_what_was_not_copied_is_told_and_the_status_says_so(emulator, node, tmp_path):
    (tmp_path / "a\x1b[31m").write_text("a")
    done = cp(tmp_path / "a\x1b[31m", f"{POOL}/{node}:cp/new")
    assert done.returncode == 0
    done = cp(f"{POOL}/{node}:cp/new", f"{POOL}/{node}:cp/nowhere", tmp_path / "back")
    assert done.returncode == 1
    assert "There is no" in done.stderr
    assert "\x1b" not in done.stderr
    inject(emulator, ssh=True, do="full", bytes=0, pool=POOL, count=1)
    (tmp_path / "big").write_bytes(bytes(100_000))
    done = cp(tmp_path / "big", f"{POOL}/{node}:cp/new")
    assert done.returncode == 1
    assert "has no room for" in done.stderr


def test_a_file_that_is_not_here_is_told_before_anything_is_asked():
    done = cp("gone", "p/n:")
    assert (done.returncode, done.stderr) == (2, "batchtui: There is no gone here.\n")


def test_a_terminal_is_told_how_far_it_is_and_ctrl_c_stops_it(node, tmp_path):
    with (tmp_path / "big").open("wb") as file:
        file.truncate(1 << 40)
    words = [*BATCHTUI, "cp", str(tmp_path / "big"), f"{POOL}/{node}:cp/stop"]
    terminal, theirs = pty.openpty()
    with subprocess.Popen(words, stderr=theirs) as copying:
        os.close(theirs)
        said = read_until(terminal, b" of 1.1 TB")
        copying.send_signal(signal.SIGINT)
        said += read_until(terminal, b"gone on with.")
    os.close(terminal)
    assert copying.returncode == 130
    assert b"\r\x1b[KStopped. What is there of a file is kept" in said


def read_until(terminal, words):
    said = b""
    while words not in said:
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, said
        said += os.read(terminal, 1 << 16)
    return said
