"""What never ends holds nothing up: start tasks, downloads, requests from before a reset."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading

import pytest
from conftest import wait_for
from service.commanding import change, strike
from service.helpers import nat, pool_body, serving, until
from service.test_service_running import COMMAND, client_of
from service.working import job_body, task_body

from batchtui.emulator.machines import starttask
from batchtui.emulator.machines.guardian import Base


@contextlib.asynccontextmanager
async def silence():
    """The URL of a server that takes requests and never answers, and who has asked it."""
    asked = []

    async def listen(reader, writer):
        asked.append(await reader.readline())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", asked
    finally:
        server.close()


async def test_start_tasks_without_end_keep_nobody_from_beginning(service, monkeypatch):
    monkeypatch.setattr(starttask, "LONG", 0.2)
    count = starttask.AT_ONCE + 2
    await service.create(
        targetDedicatedNodes=count,
        startTask={"commandLine": "/bin/sh -c 'echo begun; sleep 7501'"},
    )
    nodes = await service.nodes("p", "waitingforstarttask")
    assert len(nodes) == count

    async def all_begun():
        paths = [f"/pools/p/nodes/{node['id']}/files/startup%2Fstdout.txt" for node in nodes]
        answers = [await service.send("GET", path) for path in paths]
        return all(answer.text() == "begun\n" for answer in answers)

    await until(all_begun)


async def test_downloads_without_end_hold_up_neither_others_nor_the_end(tmp_path):
    command = [sys.executable, "-W", "error", "-c", COMMAND]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    try:
        info = json.loads(await process.stdout.readline())
        async with silence() as (url, asked):
            await asyncio.to_thread(download_often, info, url)
            await until(lambda: len(asked) == MANY)
            await asyncio.to_thread(list_files, info)
            process.send_signal(signal.SIGTERM)
            out, err = await asyncio.wait_for(process.communicate(), 5)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert (process.returncode, out, err) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []


MANY = 40


def download_often(info, url):
    with client_of(info) as client:
        client.create_pool(pool_body(targetDedicatedNodes=5, taskSlotsPerNode=8))
        wait_for(lambda: len(idle(client)) == 5, "the nodes are idle")
        client.create_job(job_body())
        files = [{"httpUrl": url, "filePath": "x"}]
        for number in range(MANY):
            client.create_task("j", task_body(f"t{number}", resourceFiles=files))


def idle(client):
    return [node for node in client.list_nodes("p") if node.state == "idle"]


def list_files(info):
    with client_of(info) as client:
        node = next(iter(client.list_nodes("p")))
        assert list(client.list_node_files("p", node.id, recursive=True))


async def test_a_request_from_before_a_reset_makes_nothing_that_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with serving() as service:
        await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
        (node,) = await service.nodes()
        path = f"/pools/p/nodes/{node['id']}"
        await strike(service, do="delay", seconds=0.5, path="/pools/p/nodes/**")
        user = {"name": "alice", "password": "Correct-Horse-7"}
        late = [
            asyncio.create_task(service.send(*request))
            for request in (
                ("POST", f"{path}/users", user),
                ("GET", f"{path}/remoteloginsettings"),
                ("GET", f"{path}/files"),
            )
        ]
        await asyncio.sleep(0.1)
        await change(service, reset="empty")
        assert all(answer.status_code < 500 for answer in await asyncio.gather(*late))
        (endpoint,) = node["endpointConfiguration"]["inboundEndpoints"]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((endpoint["publicIPAddress"], endpoint["frontendPort"]))
        assert len(list(tmp_path.glob("batchtui-emulator-*"))) == 1
    assert list(tmp_path.iterdir()) == []


async def test_others_are_answered_while_a_world_is_cleared_away(service, monkeypatch):
    close, begun, go_on = Base.close, threading.Event(), threading.Event()

    def close_slowly(base):
        begun.set()
        assert go_on.wait(10)
        close(base)

    monkeypatch.setattr(Base, "close", close_slowly)
    clearing = asyncio.create_task(change(service, reset="empty"))
    await until(begun.is_set)
    assert (await service.get("/pools"))["value"] == []
    assert not clearing.done()
    go_on.set()
    await clearing
