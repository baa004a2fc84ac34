"""Starting and ending emulators: in a thread, and as a command of its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from conftest import wait_for
from service.helpers import client_of, pool_body, serving

from batchtui.access.ssh import Connection, Login, Password
from batchtui.batch.models import NodeUser
from batchtui.batch.nodes import Nodes
from batchtui.batch.service import BatchService
from batchtui.batch.users import Users
from batchtui.emulator import EmulatorError, EmulatorThread, Options

COMMAND = """
import sys
from batchtui.emulator import Options, run
sys.exit(run(Options(clock="fast", seed="empty")))
"""
FAST = Options(clock="fast", seed="empty")


def test_importing_it_loads_no_server():
    code = "import sys, batchtui.emulator; print({'aiohttp', 'asyncssh'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_command_and_leaves_nothing(tmp_path, number):
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", COMMAND],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    ) as process:  # fmt: skip
        try:
            info = json.loads(process.stdout.readline())
            assert list(info)[:3] == ["endpoint", "account", "key"]
            started = {"commandLine": "/bin/sh -c 'setsid sleep 81 & sleep 82'"}
            with client_of(info) as client:
                client.create_pool(pool_body(targetDedicatedNodes=1, startTask=started))
            wait_for(lambda: sleepers(81) and sleepers(82), "the start task runs")
            assert list(tmp_path.iterdir())
            process.send_signal(number)
            out, err = process.communicate(timeout=15)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
    assert not sleepers(81)
    assert not sleepers(82)


def sleepers(seconds):
    wanted = f"sleep\0{seconds}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == wanted:
                found.append(path)
        except OSError:
            continue
    return found


def test_a_thread_answers_while_the_callers_is_busy(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = threading.active_count()
    emulator = EmulatorThread(FAST)
    info = emulator.start()
    assert emulator.start() is info
    assert info.key not in repr(info)
    with BatchClient(info.endpoint, AzureNamedKeyCredential(info.account, info.key)) as client:
        client.create_pool(pool_body(targetDedicatedNodes=1, startTask={"commandLine": "true"}))
        wait_for(lambda: [node.state for node in client.list_nodes("p")] == ["idle"], "a node")
    emulator.stop()
    emulator.stop()
    assert threading.active_count() == before
    assert list(tmp_path.iterdir()) == []


def test_a_crash_of_the_caller_leaves_nothing(tmp_path):
    code = (
        "from batchtui.emulator import EmulatorThread, Options\n"
        "print(EmulatorThread(Options(clock='fast')).start().endpoint)\n"
        "raise SystemError('crash')"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, env=environment, timeout=30, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("http://127.0.0.1:")
    assert done.stderr.endswith("SystemError: crash\n")
    assert list(tmp_path.iterdir()) == []


def test_stopping_what_was_never_started_is_nothing():
    EmulatorThread(FAST).stop()


def test_a_taken_port_is_said_in_a_sentence():
    with EmulatorThread(FAST) as info:
        port = int(info.endpoint.rpartition(":")[2])
        with pytest.raises(EmulatorError, match=f"Port {port} of 127.0.0.1 can't be used"):
            EmulatorThread(Options(port=port)).start()


def test_a_missing_asyncssh_is_said_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    monkeypatch.delitem(sys.modules, "batchtui.emulator.machines.ssh", raising=False)
    with pytest.raises(EmulatorError, match=r"pip install 'batchtui\[demo\]'"):
        EmulatorThread(FAST).start()
    with EmulatorThread(Options(clock="fast", pretend=True)) as info:
        assert info.endpoint


async def test_a_seed_of_thousands_answers_in_pages():
    async with serving(seed="3000", random_seed=3) as service:
        names = []
        pages = service.client.list_nodes("scale", select=["id"]).by_page()
        sizes = []
        async for page in pages:
            found = [node.id async for node in page]
            sizes.append(len(found))
            names += found
        assert sizes == [1000, 1000, 1000]
        assert names == sorted(set(names))
        one = await service.get("/nodecounts", **{"$filter": "poolId eq 'scale'"})
        counts = one["value"][0]["dedicated"]
        assert counts["total"] == 3000
        assert counts["idle"] + counts["running"] > 2500
        assert counts["startTaskFailed"] > 100


async def test_one_of_thousands_takes_ssh_and_only_it_listens():
    with EmulatorThread(Options(seed="2000", clock="fast", random_seed=3)) as info:
        async with BatchService(info.endpoint, info.account, info.key) as service:
            pages = Nodes(service).pages("scale", ["endpointConfiguration"])
            nodes = [n async for page in pages for n in page]
            node, other = [n for n in nodes if n.state == "idle"][:2]
            user = NodeUser("visitor", password="a made-up passw0rd")
            await Users(service).add("scale", node.id, user)

        def log_in():
            login = Login("visitor", (Password(user.password),))
            with Connection.open(node.ssh.address, node.ssh.port, login, lambda _key: None) as here:
                channel = here.exec("echo $AZ_BATCH_NODE_ID")
                return channel.read().decode().strip()

        assert await asyncio.to_thread(log_in) == node.id
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((other.ssh.address, other.ssh.port), timeout=5)


async def test_the_same_seed_gives_the_same_world():
    async def ids():
        async with serving(seed="demo", random_seed=5) as service:
            return [n["id"] for n in (await service.get("/pools/render-linux/nodes"))["value"]]

    first, second = await asyncio.gather(ids(), ids())
    assert first == second
