"""Files of a node, served by OpenSSH's own server."""

import asyncio
import os
import signal
import stat
import threading
import time

import pytest
from conftest import wait_for
from e2e.sshd_server import SSHD, Sshd

from batchtui.access.keys import LoginKey
from batchtui.access.ssh import Connection, Login
from batchtui.copies.running import in_stoppable_thread
from batchtui.errors import ConnectionLostError, FileError, NoSuchFileError, SshError
from batchtui.transfer.copying import Copying
from batchtui.transfer.local import LocalFiles

pytestmark = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")
KEY = LoginKey.generate("ed25519")


def connect(server):
    return Connection.open(server.host, server.port, Login(server.user, (KEY,)), lambda _key: True)


@pytest.fixture
def server(tmp_path):
    directory = tmp_path / "sshd"
    directory.mkdir()
    running = Sshd(directory, "Subsystem sftp internal-sftp\n")
    running.authorize(KEY)
    yield running
    running.stop()


@pytest.fixture
def node(server):
    with connect(server) as connection:
        yield connection.sftp("the node")


def no_one(_count):
    """Nobody is told."""


def test_a_file_is_read_from_any_byte_on(node, tmp_path):
    data = os.urandom(3_000_000)
    (tmp_path / "data").write_bytes(data)
    path = str(tmp_path / "data")
    assert b"".join(node.read(path)) == data
    assert b"".join(node.read(path, 2_999_000)) == data[2_999_000:]
    assert b"".join(node.read(path, 1000, 70_000)) == data[1000:71_000]
    assert b"".join(node.read(path, 4_000_000)) == b""
    # What has no size is read to its end.
    assert b"processor" in b"".join(node.read("/proc/cpuinfo"))


def test_who_stops_reading_in_between_can_go_on_with_something_else(node, tmp_path):
    (tmp_path / "data").write_bytes(os.urandom(3_000_000))
    reading = node.read(str(tmp_path / "data"))
    next(reading)
    reading.close()
    assert node.look(str(tmp_path / "data")).size == 3_000_000


def test_a_folder_is_listed_with_names_that_are_not_text(node, tmp_path):
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "link").symlink_to("nowhere")
    raw = os.fsencode(folder) + b"/\xff\xfe.txt"
    with open(raw, "wb") as file:  # noqa: PTH123 - a name in bytes
        file.write(b"odd")
    for number in range(300):
        (folder / f"{number:03}").touch()
    found = {entry.name: entry for entry in node.entries(str(folder))}
    assert len(found) == 303
    assert {name: found[name].kind for name in ("sub", "link", "000")} == {
        "sub": "folder", "link": "link", "000": "file",
    }  # fmt: skip
    odd = next(name for name in found if name.endswith(".txt"))
    assert b"".join(node.read(node.join(str(folder), odd))) == b"odd"


def test_what_can_not_be_done_is_a_sentence(node, tmp_path):
    gone = str(tmp_path / "gone")
    for doing in (
        lambda: list(node.read(gone)),
        lambda: node.entries(gone),
        lambda: node.remove(gone),
    ):
        with pytest.raises(NoSuchFileError, match=f"There is no {gone} on the node."):
            doing()
    assert node.look(gone) is None
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(FileError, match=f"the node refuses {tmp_path / 'full'}: Failure."):
        node.remove_folder(str(tmp_path / "full"))
    # A disk without room: OpenSSH's server only says that it failed.
    with pytest.raises(FileError, match=r"Its disk may be full, or the user's quota reached\."):
        node.write("/dev/full", [b"x" * 100_000] * 100, 0, no_one)
    assert node.look("/dev/full").kind == "special"


def test_a_tree_goes_there_and_back(node, tmp_path):
    here = tmp_path / "here"
    (here / "tree" / "deep").mkdir(parents=True)
    data = os.urandom(5_000_000)
    (here / "tree" / "deep" / "data").write_bytes(data)
    (here / "tree" / "run.sh").write_bytes(b"#!/bin/sh\n")
    (here / "tree" / "run.sh").chmod(0o750)
    os.utime(here / "tree" / "run.sh", (1_700_000_000, 1_700_000_000))
    for folder in ("node", "back"):
        (tmp_path / folder).mkdir()
    up = Copying([str(here / "tree")], str(tmp_path / "node"))
    up.look(LocalFiles(), node)
    up.run(LocalFiles(), node, "skip")
    down = Copying([str(tmp_path / "node" / "tree")], str(tmp_path / "back"))
    down.look(node, LocalFiles())
    down.run(node, LocalFiles(), "skip")
    assert (up.failed, down.failed, up.complete, down.complete) == ({}, {}, True, True)
    for folder in ("node", "back"):
        tree = tmp_path / folder / "tree"
        assert (tree / "deep" / "data").read_bytes() == data
        facts = (tree / "run.sh").stat()
        assert (stat.S_IMODE(facts.st_mode), facts.st_mtime) == (0o750, 1_700_000_000)
        assert not list(tree.rglob("*.part"))
    # Once more: all of it is there.
    up.look(LocalFiles(), node)
    assert len(up.plan.existing) == 2
    up.run(LocalFiles(), node, "resume")
    assert (up.files_done, up.left_as_they_were) == (0, 2)


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_cut_connection_is_told_and_the_copying_goes_on_from_there(server, tmp_path, way):
    data = os.urandom(30_000_000)
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "from" / "big").write_bytes(data)
    copying = Copying([str(tmp_path / "from" / "big")], str(tmp_path / "to"))

    def stores(connection):
        pair = (LocalFiles(), connection.sftp("the node"))
        return pair if way == "up" else pair[::-1]

    class Cutting(LocalFiles):
        """Cuts the connection when some of it has been read, or written."""

        def read(self, path, offset=0, most=None):
            for chunk in super().read(path, offset, most):
                yield chunk
                if copying.done > 5_000_000:
                    server.kill_sessions()

        def write(self, path, chunks, offset, told):
            def cutting(count):
                told(count)
                if copying.done > 5_000_000:
                    server.kill_sessions()

            super().write(path, chunks, offset, cutting)

    with connect(server) as connection:
        pair = [Cutting() if isinstance(s, LocalFiles) else s for s in stores(connection)]
        copying.look(*pair)
        copying.run(*pair, "skip")
    assert isinstance(copying.broke_off, ConnectionLostError)
    assert not copying.complete
    (part,) = (tmp_path / "to").iterdir()
    had = part.stat().st_size
    assert 0 < had < len(data)
    with connect(server) as connection:
        pair = stores(connection)
        copying.look(*pair)
        copying.run(*pair, "resume")
    assert copying.complete
    # What was on its way to the node may still have come after the cut.
    assert had <= copying.begun < len(data)
    assert (tmp_path / "to" / "big").read_bytes() == data
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["big"]


def test_a_node_that_hangs_is_left_by_closing(server, node, tmp_path):
    failures = []

    def list_it():
        try:
            node.entries(str(tmp_path))
        except ConnectionLostError as error:
            failures.append(error)

    server.signal_sessions(signal.SIGSTOP)
    listing = threading.Thread(target=list_it)
    listing.start()
    node.close()
    listing.join(10)
    server.kill_sessions()
    wait_for(lambda: failures, "the listing to end")


async def test_who_leaves_a_link_that_hangs_waits_for_nothing(server, tmp_path):
    with (tmp_path / "endless").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "to").mkdir()
    copying = Copying([str(tmp_path / "endless")], str(tmp_path / "to"))
    with connect(server) as connection:
        stores = (LocalFiles(), connection.sftp("the node"))
        copying.look(*stores)
        running = asyncio.ensure_future(
            in_stoppable_thread(lambda: copying.run(*stores, "skip"), copying, *stores)
        )
        await asyncio.to_thread(wait_for, lambda: copying.done, "some of it")
        server.signal_sessions(signal.SIGSTOP)
        before = 0
        while copying.done != before:
            before = copying.done
            await asyncio.sleep(0.3)
        begun = time.monotonic()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert time.monotonic() - begun < 5
        assert copying.stopped
        server.kill_sessions()


def test_a_server_without_sftp_is_a_sentence(sshd):
    sshd.authorize(KEY)
    with connect(sshd) as connection, pytest.raises(SshError, match="serves no files over SSH"):
        connection.sftp()


def test_a_shell_that_prints_at_login_is_told_of(tmp_path):
    directory = tmp_path / "talking"
    directory.mkdir()
    talking = Sshd(directory, "Subsystem sftp echo Welcome to this node, whoever you are\n")
    talking.authorize(KEY)
    try:
        with connect(talking) as connection, pytest.raises(FileError, match="prints at login"):
            connection.sftp()
    finally:
        talking.stop()
