"""Fifty clients at once, with faults on: no lost update, every ETag right, and nothing left over.

For $BATCHTUI_SOAK seconds; .ci/run takes a minute.
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from azure.batch.aio import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import AzureError, HttpResponseError, ResourceModifiedError
from azure.core.rest import HttpRequest
from conftest import wait_for
from service.helpers import pool_body, until

from batchtui.emulator import RunningEmulator
from batchtui.emulator.control.client import clear, inject
from batchtui.emulator.times import etag, read_time

CLIENTS = 50
SECONDS = float(os.environ.get("BATCHTUI_SOAK", "15"))
VERSION = {"api-version": "2025-06-01"}
# Writes are only refused before anything happens, so that a client knows whether it wrote.
FAULTS = [
    {"method": "GET", "path": "/**", "do": "reset", "probability": 0.01},
    {"method": "GET", "path": "/**", "do": "cut", "probability": 0.01},
    {"method": "GET", "path": "/**", "do": "malformed", "probability": 0.01},
    {"path": "/**", "do": "status", "status": 503, "code": "ServerBusy", "probability": 0.01},
    {
        "path": "/**", "do": "status", "status": 429, "code": "TooManyRequests",
        "retryAfter": 0, "probability": 0.01,
    },
    {"path": "/**", "do": "delay", "seconds": 0.05, "probability": 0.02},
]  # fmt: skip
SHARED = "shared-pool"

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is left is read in /proc"),
    pytest.mark.timeout(SECONDS * 2 + 180),
]


@contextlib.contextmanager
def process():
    command = [sys.executable, "-m", "batchtui", "emulator", "--seed", "empty", "--clock", "fast"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        try:
            ready = json.loads(started.stdout.readline())
            names = ("endpoint", "account", "key", "client_secret")
            yield started, RunningEmulator(*(ready[name] for name in names))
        finally:
            started.terminate()
            said = started.stderr.read().decode()
            assert "Traceback" not in said, said


def descriptors(started):
    return len(list(Path(f"/proc/{started.pid}/fd").iterdir()))


def children(started):
    listed = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(started.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in listed.stdout.splitlines() if line]


class Client:
    """One of many, which does this and that, and remembers what it has done."""

    def __init__(self, number, client):
        self.number = number
        self.chance = random.Random(number)
        self.client = client
        self.increments = 0
        self.problems = []
        self.refusals = 0

    async def ask(self, method, path, body=None, **headers):
        request = HttpRequest(method, path, params=VERSION, json=body, headers=headers)
        if body is not None:
            request.headers["Content-Type"] = "application/json; odata=minimalmetadata"
        return await self.client.send_request(request)

    async def live(self, end):
        await self.ask(
            "POST", "/jobs", {"id": f"job-{self.number}", "poolInfo": {"poolId": SHARED}}
        )
        turn = 0
        while time.monotonic() < end:
            turn += 1
            act = self.chance.choice(
                [self.increment, self.look, self.pool_comes_and_goes, self.work]
            )
            try:
                await act(turn)
            except AzureError:
                self.refusals += 1  # a fault, in the end

    async def increment(self, _):
        """Add one to a number that all clients share, by If-Match."""
        answer = await self.ask("GET", f"/pools/{SHARED}")
        number = int(answer.json()["metadata"][0]["value"])
        body = {"metadata": [{"name": "number", "value": str(number + 1)}]}
        with contextlib.suppress(ResourceModifiedError):
            written = await self.ask(
                "PATCH", f"/pools/{SHARED}", body, **{"If-Match": answer.headers["ETag"]}
            )
            self.increments += 1
            if written.headers["ETag"] == answer.headers["ETag"]:
                self.problems.append("a write left the ETag")

    async def look(self, _):
        """Every ETag is the body's, and says when it was modified."""
        for path in (f"/pools/{SHARED}", f"/jobs/job-{self.number}"):
            answer = await self.ask("GET", path)
            body = answer.json()
            if answer.headers["ETag"] != body["eTag"]:
                self.problems.append(f"{path}: {answer.headers['ETag']} isn't {body['eTag']}")
            seventh = body["lastModified"].rstrip("Z").partition(".")[2].ljust(7, "0")[6]
            if body["eTag"] != etag(read_time(body["lastModified"]), int(seventh)):
                self.problems.append(f"{path}: {body['eTag']} isn't {body['lastModified']}")

    async def pool_comes_and_goes(self, turn):
        name = f"pool-{self.number}-{turn}"
        await self.ask("POST", "/pools", pool_body(name, targetDedicatedNodes=1))
        shown = (await self.ask("GET", f"/pools/{name}")).json()
        if shown["id"] != name:
            self.problems.append(f"{name} is {shown['id']}")
        await self.ask("DELETE", f"/pools/{name}")

    async def work(self, turn):
        """Tasks that end by themselves, and some that are ended."""
        endless = self.chance.random() < 0.3
        command = "sleep 600" if endless else "echo done"
        body = {"id": f"task-{turn}", "commandLine": f"/bin/sh -c '{command}'"}
        await self.ask("POST", f"/jobs/job-{self.number}/tasks", body)
        await asyncio.sleep(self.chance.random() * 0.2)
        if endless:
            await self.ask("POST", f"/jobs/job-{self.number}/tasks/task-{turn}/terminate")


async def crowd(info):
    """All of them at once; what they have done."""
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for number in range(CLIENTS):
            credential = AzureNamedKeyCredential(info.account, info.key)
            client = BatchClient(info.endpoint, credential, retry_backoff_factor=0.02)
            clients.append(Client(number, await stack.enter_async_context(client)))
        first = clients[0]
        metadata = [{"name": "number", "value": "0"}]
        await first.ask(
            "POST",
            "/pools",
            pool_body(SHARED, targetDedicatedNodes=4, taskSlotsPerNode=4, metadata=metadata),
        )
        await asyncio.to_thread(lambda: [inject(info, **fault) for fault in FAULTS])
        end = time.monotonic() + SECONDS
        await asyncio.gather(*(client.live(end) for client in clients))
        await asyncio.to_thread(clear, info)
        number = (await first.ask("GET", f"/pools/{SHARED}")).json()["metadata"][0]["value"]
        await tidy(first)
    return clients, int(number)


async def tidy(client):
    """Delete all jobs and pools, and wait until they are gone."""
    for what in ("jobs", "pools"):
        listed = (await client.ask("GET", f"/{what}")).json()["value"]
        for item in listed:
            with contextlib.suppress(HttpResponseError):  # it is going already
                await client.ask("DELETE", f"/{what}/{item['id']}")

    async def empty():
        lists = [(await client.ask("GET", f"/{what}")).json() for what in ("jobs", "pools")]
        return not any(each["value"] for each in lists)

    await until(empty, 60)


def test_fifty_clients_leave_it_consistent():
    with process() as (started, info):
        # Once, so that what is loaded and kept for good is there already.
        asyncio.run(warm(info))
        wait_for(lambda: len(children(started)) == 1, "no process but the guardian")
        before, guardians = descriptors(started), children(started)
        clients, number = asyncio.run(crowd(info))
        assert [problem for client in clients for problem in client.problems] == []
        assert number == sum(client.increments for client in clients) > 0
        wait_for(lambda: children(started) == guardians, "no process left")
        wait_for(lambda: descriptors(started) <= before, "no descriptor left")


async def warm(info):
    credential = AzureNamedKeyCredential(info.account, info.key)
    async with BatchClient(info.endpoint, credential) as client:
        one = Client(0, client)
        await one.ask("POST", "/pools", pool_body(SHARED, targetDedicatedNodes=1))
        await one.ask("POST", "/jobs", {"id": "job-0", "poolInfo": {"poolId": SHARED}})
        await one.ask("POST", "/jobs/job-0/tasks", {"id": "t", "commandLine": "/bin/true"})

        async def completed():
            task = await one.ask("GET", "/jobs/job-0/tasks/t")
            return task.json()["state"] == "completed"

        await until(completed, 30)
        await tidy(one)
