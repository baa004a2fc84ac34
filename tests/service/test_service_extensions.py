"""Extensions of nodes, and their logs, uploaded to where somebody asks for them."""

import contextlib
import socket

import pytest
from aiohttp import web
from azure.batch import models
from conftest import recording
from service.helpers import UBUNTU, WINDOWS

KEY_VAULT = {
    "name": "secretext",
    "publisher": "Microsoft.Azure.KeyVault",
    "type": "KeyVaultForLinux",
    "typeHandlerVersion": "1.0",
    "autoUpgradeMinorVersion": True,
}
START = "2025-11-25T23:52:17.423294Z"
CONTAINER = "https://account.blob.core.windows.net/logs?sig=made-up"


async def nodes_of(service, machine=UBUNTU, *states):
    await service.create(targetDedicatedNodes=1, virtualMachineConfiguration=machine)
    (node,) = await service.nodes("p", *(states or ("idle",)))
    return f"/pools/p/nodes/{node['id']}"


async def test_extensions_are_listed_as_recorded(service):
    machine = UBUNTU | {"extensions": [KEY_VAULT | {"protectedSettings": {"key": "secret"}}]}
    path = await nodes_of(service, machine, "creating", "starting")
    listed = await service.get(f"{path}/extensions")
    assert listed["value"] == recording("node-extension-list")["response"]["body"]["value"]
    one = await service.get(f"{path}/extensions/batchNodeExtension")
    expected = recording("node-extension-get")["response"]["body"]
    assert one.pop("odata.metadata").endswith("$metadata#extensions/@Element")
    del expected["odata.metadata"]
    assert one == expected
    assert listed["odata.metadata"].endswith("$metadata#extensions")


async def test_extensions_succeed_with_the_agent(service):
    path = await nodes_of(service)
    pool, node = path.split("/")[2], path.split("/")[4]
    (own,) = [each async for each in service.client.list_node_extensions(pool, node)]
    assert own.provisioning_state == "Succeeded"
    (status,) = own.instance_view.statuses
    assert (status.level, status.code) == ("Info", "ProvisioningState/succeeded")
    one = await service.client.get_node_extension(pool, node, "batchnodeextension")
    assert one.vm_extension.publisher == "Microsoft.Azure.Extensions"
    picked = await service.get(f"{path}/extensions", **{"$select": "provisioningState"})
    assert picked["value"] == [{"provisioningState": "Succeeded"}]
    await service.fails(404, "ExtensionNotFound", "GET", f"{path}/extensions/none")
    await service.fails(404, "NodeNotFound", "GET", "/pools/p/nodes/x/extensions")


async def test_cloud_services_have_no_extensions(service):
    body = {
        "id": "p",
        "vmSize": "small",
        "cloudServiceConfiguration": {"osFamily": "6"},
        "targetDedicatedNodes": 1,
    }
    created = await service.send("POST", "/pools", body, version="2024-02-01.19.0")
    assert created.status_code == 201, created.text()
    (node,) = await service.nodes()
    path = f"/pools/p/nodes/{node['id']}/extensions"
    assert (await service.get(path))["value"] == []
    await service.fails(404, "ExtensionNotFound", "GET", f"{path}/batchNodeExtension")


async def test_extensions_come_in_pages_and_windows_has_its_own(service):
    extensions = [KEY_VAULT | {"name": f"e{at}"} for at in range(4)]
    await nodes_of(service, WINDOWS | {"extensions": extensions})
    node = (await service.get("/pools/p/nodes"))["value"][0]["id"]
    pages = service.client.list_node_extensions("p", node, max_results=2).by_page()
    names = [[each.vm_extension.name async for each in page] async for page in pages]
    assert names == [["e0", "e1"], ["e2", "e3"], ["batchNodeExtension"]]


async def test_logs_are_answered_as_recorded(service):
    path = await nodes_of(service)
    wanted = {"containerUrl": CONTAINER, "startTime": START}
    response = await service.send("POST", f"{path}/uploadbatchservicelogs", wanted)
    expected = recording("node-upload-logs-200")["response"]
    body = response.json()
    assert response.status_code == expected["status"]
    assert "DataServiceId" not in response.headers
    assert list(body) == list(expected["body"])
    assert body["numberOfFilesUploaded"] == expected["body"]["numberOfFilesUploaded"]
    account, pool, node, request_id = body["virtualDirectoryName"].split("/")
    assert account.startswith("batch-")
    assert len(account) == len("batch-22EBFBF7BBCB6552")
    assert path.endswith(f"{pool}/nodes/{node}")
    assert request_id == response.headers["request-id"]


async def test_logs_of_a_time_before_the_node_are_none(service):
    path = await nodes_of(service)
    wanted = {"containerUrl": CONTAINER, "startTime": START, "endTime": START}
    response = await service.send("POST", f"{path}/uploadbatchservicelogs", wanted)
    assert response.json()["numberOfFilesUploaded"] == 0


@contextlib.asynccontextmanager
async def storage(status):
    """A storage account on loopback: its URL, and what was put there by name."""
    blobs = {}

    async def put(request):
        assert request.headers["x-ms-blob-type"] == "BlockBlob"
        assert request.query["sig"] == "a/b+c"
        blobs[request.path] = await request.text()
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"})

    app = web.Application()
    app.router.add_put("/{name:.*}", put)
    runner = web.AppRunner(app)
    await runner.setup()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        await web.SockSite(runner, listening).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/account/logs?sig=a%2Fb%2Bc", blobs
        await runner.cleanup()


async def test_a_container_on_this_machine_gets_the_logs(service):
    path = await nodes_of(service)
    pool, node = path.split("/")[2], path.split("/")[4]
    async with storage(201) as (url, blobs):
        options = models.UploadBatchServiceLogsOptions(container_url=url, start_time=START)
        result = await service.client.upload_node_logs(pool, node, options)
    assert result.number_of_files_uploaded == len(blobs) == 4
    directory = f"/account/logs/{result.virtual_directory_name}/"
    assert all(name.startswith(directory) for name in blobs)
    assert "state: idle" in blobs[f"{directory}agent-debug.log"]


@pytest.mark.parametrize("status", [403, 307])
async def test_a_container_that_refuses_has_none(service, status):
    path = await nodes_of(service)
    async with storage(status) as (url, _):
        wanted = {"containerUrl": url, "startTime": START}
        response = await service.send("POST", f"{path}/uploadbatchservicelogs", wanted)
    assert response.json()["numberOfFilesUploaded"] == 0
    gone = await service.send("POST", f"{path}/uploadbatchservicelogs", wanted)
    assert gone.json()["numberOfFilesUploaded"] == 0


@pytest.mark.parametrize(
    ("change", "code", "name"),
    [
        ({"containerUrl": None}, "MissingRequiredProperty", "containerUrl"),
        ({"startTime": None}, "MissingRequiredProperty", "startTime"),
        ({"containerUrl": "ftp://a/b?sig=x"}, "InvalidPropertyValue", "containerUrl"),
        ({"containerUrl": "https://a?sig=x"}, "InvalidPropertyValue", "containerUrl"),
        ({"containerUrl": "http://127.0.0.1:99999/b"}, "InvalidPropertyValue", "containerUrl"),
        ({"containerUrl": "https://[a/b"}, "InvalidPropertyValue", "containerUrl"),
        ({"containerUrl": "https://a.net/b"}, "InvalidPropertyValue", "containerUrl"),
        ({"containerUrl": 7}, "InvalidPropertyValue", "containerUrl"),
        ({"startTime": "then"}, "InvalidPropertyValue", "startTime"),
        ({"endTime": "2001-01-01T00:00:00Z"}, "InvalidPropertyValue", "endTime"),
        ({"identityReference": "me"}, "InvalidPropertyValue", "identityReference"),
        ({"identityReference": {}}, "MissingRequiredProperty", "resourceId"),
    ],
)
async def test_logs_that_can_not_be_asked_for(service, change, code, name):
    body = {"containerUrl": CONTAINER, "startTime": START} | change
    found = await service.fails(400, code, "POST", "/pools/p/nodes/n/uploadbatchservicelogs", body)
    assert found["PropertyName"] == name


async def test_an_identity_needs_no_signature(service):
    path = await nodes_of(service)
    wanted = {
        "containerUrl": "https://account.blob.core.windows.net/logs",
        "startTime": START,
        "identityReference": {"resourceId": "/subscriptions/s/identity"},
    }
    response = await service.send("POST", f"{path}/uploadbatchservicelogs", wanted)
    assert response.json()["numberOfFilesUploaded"] == 4
