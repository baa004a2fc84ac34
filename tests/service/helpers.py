"""What the service tests share: a running emulator with its client, and waiting with an end."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Any

from azure import batch
from azure.batch.aio import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import HttpResponseError
from azure.core.rest import HttpRequest

from batchtui.emulator import Options, RunningEmulator, serve

UBUNTU = {
    "imageReference": {
        "publisher": "Canonical",
        "offer": "0001-com-ubuntu-server-jammy",
        "sku": "22_04-lts",
    },
    "nodeAgentSKUId": "batch.node.ubuntu 22.04",
}
WINDOWS = {
    "imageReference": {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2022-datacenter",
    },
    "nodeAgentSKUId": "batch.node.windows amd64",
}


def nat(backend=22, name="ssh", rules=None, start=15000):
    pool = {
        "name": name,
        "protocol": "tcp",
        "backendPort": backend,
        "frontendPortRangeStart": start,
        "frontendPortRangeEnd": start + 100,
    }
    if rules is not None:
        pool["networkSecurityGroupRules"] = rules
    return {"endpointConfiguration": {"inboundNATPools": [pool]}}


def pool_body(pool_id="p", **more) -> dict[str, Any]:
    """A pool that the service takes; None takes a property away."""
    body = {
        "id": pool_id,
        "vmSize": "STANDARD_D2_V2",
        "virtualMachineConfiguration": UBUNTU,
    } | more
    return {name: value for name, value in body.items() if value is not None}


async def until(check, seconds=15.0):
    """Ask again until the answer is true, and give it back; fail after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        answer = check()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < end, f"still {answer!r} after {seconds} s"
        await asyncio.sleep(0.02)


def answer_to(client, method, path, json=None):
    """The response to a request of a client that waits itself; never a 500."""
    request = HttpRequest(method, path, params={"api-version": "2025-06-01"}, json=json)
    try:
        response = client.send_request(request)
    except HttpResponseError as error:
        response = error.response
    assert response.status_code < 500
    return response


@dataclass
class Service:
    """A running emulator and a client of its account."""

    info: RunningEmulator
    client: BatchClient

    async def send(self, method, path, json=None, headers=None, version="2025-06-01", **query):
        query = {"api-version": version} | query
        request = HttpRequest(method, path, params=query, json=json, headers=headers)
        if json is not None:
            request.headers["Content-Type"] = "application/json; odata=minimalmetadata"
        try:
            response = await self.client.send_request(request)
        except Exception as error:  # the client raises for every status above 299
            response = getattr(error, "response", None)
            if response is None:
                raise
        return response

    async def get(self, path, **query):
        response = await self.send("GET", path, **query)
        assert response.status_code == 200, response.text()
        return response.json()

    async def fails(self, status, code, method, path, json=None, **query):
        """The error's values by key, once its status, code and shape are as they should be."""
        response = await self.send(method, path, json, **query)
        assert response.status_code == status, response.text()
        body = response.json()
        assert body["code"] == code, body
        assert body["odata.metadata"].endswith(
            "$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element"
        )
        request_id = response.headers["request-id"]
        assert f"\nRequestId:{request_id}\nTime:" in body["message"]["value"]
        return {value["key"]: value["value"] for value in body.get("values", ())}

    async def create(self, pool_id="p", **more):
        response = await self.send("POST", "/pools", pool_body(pool_id, **more))
        assert response.status_code == 201, response.text()
        return response

    async def nodes(self, pool_id="p", *states):
        """The pool's nodes once it has some, all in one of the states."""

        async def settled():
            pool = await self.get(f"/pools/{pool_id}")
            nodes = (await self.get(f"/pools/{pool_id}/nodes"))["value"]
            steady = pool["allocationState"] == "steady"
            wanted = all(node["state"] in (states or {"idle"}) for node in nodes)
            return nodes if steady and nodes and wanted else None

        return await until(settled)

    async def gone(self, path):
        async def missing():
            return (await self.send("GET", path)).status_code == 404

        await until(missing)

    async def output(self, node, name="stdout.txt", pool_id="p"):
        path = f"/pools/{pool_id}/nodes/{node['id']}/files/startup%2F{name}"
        response = await self.send("GET", path)
        assert response.status_code == 200, response.text()
        return response.text()


@contextlib.asynccontextmanager
async def serving(**options):
    settings = {"clock": "fast", "seed": "empty"} | options
    async with serve(Options(**settings)) as info:
        credential = AzureNamedKeyCredential(info.account, info.key)
        async with BatchClient(info.endpoint, credential, retry_total=0) as client:
            yield Service(info, client)


def client_of(ready):
    """A client of the emulator that a line of JSON says is ready."""
    credential = AzureNamedKeyCredential(ready["account"], ready["key"])
    return batch.BatchClient(ready["endpoint"], credential)
