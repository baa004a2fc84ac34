"""Logins that go wrong on command, as asyncssh's client and paramiko's see them."""

import asyncio
import time
from pathlib import Path

import asyncssh
import paramiko
import pytest
from service.commanding import rules, strike
from service.helpers import nat, serving, until
from service.logging_in import PASSWORD, add_user, connect, place
from service.working import processes

from batchtui.emulator.control.client import clear
from batchtui.emulator.machines.faulty import FLOOD


@pytest.fixture
async def node(service, node):
    """A node that lets alice in."""
    await add_user(service, node)
    return node


async def lost(node, **more):
    with pytest.raises((asyncssh.Error, OSError)) as caught:
        await connect(node, **more)
    return caught.value


async def works(node):
    async with connect(node) as connection:
        return (await connection.run("echo in")).stdout == "in\n"


async def test_a_connection_that_is_refused(service, node):
    await strike(service, ssh=True, do="refuse", count=2)
    reader, writer = await asyncio.open_connection(*place(node))
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
    await lost(node)
    assert await works(node)


async def test_a_node_that_says_nothing(service, node):
    tasks = len(asyncio.all_tasks())
    await strike(service, ssh=True, pool="P", do="hang", count=2)
    host, port = place(node)

    def visit():
        with paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            client.connect(host, port, "alice", PASSWORD, banner_timeout=0.2, timeout=5)

    with pytest.raises(paramiko.SSHException, match="banner"):
        await asyncio.to_thread(visit)
    reader, writer = await asyncio.open_connection(*place(node))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.2)
    writer.close()
    await writer.wait_closed()
    await until(lambda: len(asyncio.all_tasks()) <= tasks)
    assert await works(node)


async def test_what_hangs_ends_with_the_emulator():
    async with serving() as service:
        await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
        (node,) = await service.nodes()
        await add_user(service, node)
        await strike(service, ssh=True, do="hang", count=1)
        await strike(service, ssh=True, do="drop", seconds=600)
        hanging, writer = await asyncio.open_connection(*place(node))

        async def struck():
            return (await rules(service))[0]["hits"]

        await until(struck)
        connection = await connect(node)
        await connection.create_process("sleep 76")
        await until(lambda: processes("sleep", "76"))
        began = time.monotonic()
    assert time.monotonic() - began < 30
    assert await hanging.read() == b""
    writer.close()
    await connection.wait_closed()
    assert not processes("sleep", "76")


async def test_a_session_that_is_dropped_by_and_by(service, node):
    await strike(service, ssh=True, user="alice", do="drop", seconds=0.3, count=1)
    async with connect(node) as connection:
        job = await connection.create_process("echo begun; sleep 78")
        assert await job.stdout.readline() == "begun\n"
        await until(lambda: processes("sleep", "78"))
        await asyncio.wait_for(connection.wait_closed(), 10)
        assert job.exit_status is None
    await until(lambda: not processes("sleep", "78"))
    assert await works(node)


@pytest.mark.parametrize("terminal", [None, "xterm"])
async def test_a_session_that_is_dropped_after_so_many_bytes(service, node, terminal):
    await strike(service, ssh=True, node=node["id"][:9] + "*", do="drop", bytes=1000, count=1)
    async with connect(node) as connection:
        job = await connection.create_process(
            "seq 100000 999999", term_type=terminal, encoding=None
        )
        with pytest.raises(asyncio.IncompleteReadError) as caught:
            await job.stdout.readexactly(1001)
    assert len(caught.value.partial) == 1000
    assert await works(node)


async def test_a_transfer_that_is_dropped(service, node, tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 1_000_000)
    await strike(service, ssh=True, do="drop", bytes=300_000, count=1)
    async with connect(node) as connection, connection.start_sftp_client() as files:
        with pytest.raises((asyncssh.Error, OSError)):
            await files.put(str(tmp_path / "large"), "large")
    async with connect(node) as connection:
        done = await connection.run("wc -c < large")
        assert int(done.stdout) <= 300_000
        await connection.run("head -c 1000000 /dev/zero > large")
        await strike(service, ssh=True, do="drop", bytes=300_000, count=1)
        async with connection.start_sftp_client() as files:
            with pytest.raises((asyncssh.Error, OSError)):
                await files.get("large", str(tmp_path / "back"))


async def test_a_full_disk(service, node, tmp_path):
    (tmp_path / "large").write_bytes(bytes(1_000_000))
    await strike(service, ssh=True, do="full", bytes=300_000, count=1)
    async with connect(node) as connection:
        async with connection.start_sftp_client() as files:
            with pytest.raises(asyncssh.SFTPError, match="No space left on device"):
                await files.put(str(tmp_path / "large"), "large")
        async with connection.start_sftp_client() as files:
            await files.put(str(tmp_path / "large"), "large")


async def test_another_host_key(service, node):
    async def key():
        found = await asyncssh.get_server_host_key(*place(node), config=None)
        return found.export_public_key()

    own = await key()
    await strike(service, ssh=True, do="hostkey", node="0")
    other = await key()
    assert other != own
    assert await key() == other
    known = asyncssh.import_known_hosts(f"[{place(node)[0]}]:{place(node)[1]} {own.decode()}")
    assert isinstance(await lost(node, known_hosts=known), asyncssh.HostKeyNotVerifiable)
    await asyncio.to_thread(clear, service.info)
    assert await key() == own
    async with connect(node, known_hosts=known):
        pass


async def test_a_user_who_is_rejected(service, node):
    await add_user(service, node, "bob")
    await strike(service, ssh=True, user="ali*", do="reject")
    assert isinstance(await lost(node), asyncssh.PermissionDenied)
    async with connect(node, "bob"):
        pass
    await asyncio.to_thread(clear, service.info)
    assert await works(node)


@pytest.mark.parametrize("terminal", [None, "xterm"])
async def test_a_flood(service, node, terminal):
    await strike(service, ssh=True, do="flood", count=1)
    async with connect(node) as connection:
        shell = await connection.create_process(term_type=terminal)
        assert len(await shell.stdout.readexactly(3_000_000)) == 3_000_000
        assert processes(*FLOOD)
        shell.close()
    await until(lambda: not processes(*FLOOD))
    assert await works(node)


async def test_only_the_nodes_that_are_meant(service, node):
    await strike(service, ssh=True, pool="q", do="refuse")
    await strike(service, ssh=True, node="1", do="refuse")
    await strike(service, ssh=True, node="tvmps_*_p", do="refuse")
    assert await works(node)


async def test_login_faults_leave_no_descriptors(service, node):
    def open_files():
        return len(list(Path("/proc/self/fd").iterdir()))

    assert await works(node)
    before, tasks = open_files(), len(asyncio.all_tasks())
    for does in ("refuse", "hang", "reject"):
        await strike(service, ssh=True, do=does, count=4)
    visits = [asyncio.wait_for(works(node), 0.5) for _ in range(12)]
    outcomes = await asyncio.gather(*visits, return_exceptions=True)
    assert all(isinstance(outcome, Exception) for outcome in outcomes)
    await until(lambda: open_files() <= before and len(asyncio.all_tasks()) <= tasks)
