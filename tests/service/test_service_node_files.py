"""Files of nodes through the SDK: listed, described, read in parts, deleted."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.core.rest import HttpRequest
from conftest import recording
from service.helpers import WINDOWS, until

MAKES = (
    "/bin/sh -c 'printf 0123456789; cd $AZ_BATCH_NODE_SHARED_DIR; mkdir -p a/b empty; "
    "echo deep > a/b/c.txt; echo data > data.bin; ln -s /etc/passwd out; ln -s a/b/c.txt in'"
)


async def start(service, command=MAKES, **more):
    """The path of a node's files, once its start task has run the command."""
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": command}, **more)
    (node,) = await service.nodes()
    return node["id"], f"/pools/p/nodes/{node['id']}/files"


def outline(item):
    """What is worth comparing of a listed file."""
    return item["isDirectory"], list(item), list(item["properties"])


async def test_a_windows_node_lists_its_files_as_recorded(service):
    await service.create(targetDedicatedNodes=1, virtualMachineConfiguration=WINDOWS)
    (node,) = await service.nodes()
    body = await service.get(f"/pools/p/nodes/{node['id']}/files", recursive="true")
    recorded = recording("node-file-list-recursive")["response"]["body"]["value"]
    names = [item["name"] for item in body["value"]]
    assert [name for name in names if not name.startswith("startup\\")] == [
        item["name"] for item in recorded if not item["name"].startswith("workitems\\")
    ]
    assert names.index("volatile\\startup") > names.index("workitems")
    url = body["value"][names.index("volatile\\startup")]["url"]
    assert url == f"{node['url']}/files/volatile\\startup"


@pytest.mark.parametrize(
    ("machine", "listed", "read"),
    [
        (WINDOWS, "node-file-list-recursive", "node-file-properties-200"),
        (None, "node-file-list-2020", "node-file-properties-200-linux-2020"),
    ],
)
async def test_a_file_has_the_recorded_properties(service, machine, listed, read):
    more = {"virtualMachineConfiguration": machine} if machine else {}
    _, path = await start(service, "echo hello", **more)
    separator, escaped = ("\\", "%5C") if machine else ("/", "%2F")
    recorded = recording(listed)["response"]["body"]["value"]
    body = await service.get(path, recursive="true")
    expected = next(item for item in recorded if item["name"].endswith("stdout.txt"))
    item = next(i for i in body["value"] if i["name"] == f"startup{separator}stdout.txt")
    assert outline(item) == outline(expected)
    assert item["properties"]["contentType"] == expected["properties"]["contentType"]
    for method in ("HEAD", "GET"):
        response = await service.send(method, f"{path}/startup{escaped}stdout.txt")
        headers = {name.lower() for name in recording(read)["response"]["headers"]}
        headers = {name for name in headers if name.startswith(("ocp-", "last", "content-"))}
        found = {name.lower() for name in response.headers}
        found = {name for name in found if name.startswith(("ocp-", "last", "content-"))}
        assert found == (headers if method == "HEAD" else headers - {"content-length"})
        url = unquote(response.headers["ocp-batch-file-url"])
        name = "startup%5Cstdout.txt" if machine else "startup/stdout.txt"  # recorded both
        assert url == f"{service.info.endpoint}{path}/{name}"


async def test_the_sdk_sees_what_is_there(service):
    node, _ = await start(service)
    client = service.client
    files = [file async for file in client.list_node_files("p", node, recursive=True)]
    names = [file.name for file in files]
    assert names == sorted(names, key=lambda name: (name.count("/"), name))
    assert {"shared/a/b/c.txt", "shared/empty", "shared/out", "shared/in"} <= set(names)
    assert "shared/out/" not in {name[:11] for name in names}
    some = client.list_node_files(
        "p", node, recursive=True, filter="startswith(name,'shared/a')", max_results=2
    )
    pages = [[file.name async for file in page] async for page in some.by_page()]
    assert pages == [["shared/a", "shared/a/b"], ["shared/a/b/c.txt"]]
    top = [file.name async for file in client.list_node_files("p", node)]
    assert "shared" in top
    assert not any("/" in name for name in top)
    facts = await client.get_node_file_properties("p", node, "startup/stdout.txt")
    assert int(facts.content_length) == 10
    assert facts.file_mode == "0o100644"
    content = await client.download_node_file("p", node, "startup/stdout.txt")
    assert b"".join([part async for part in content]) == b"0123456789"
    part = await client.download_node_file("p", node, "shared/in", ocp_range="bytes=1-2")
    assert b"".join([each async for each in part]) == b"ee"
    for outside in ("shared/out", "../../../secret", "/etc/passwd", "shared", "shared/none"):
        with pytest.raises(ResourceNotFoundError):
            await client.download_node_file("p", node, outside)


async def test_files_and_directories_are_deleted(service):
    node, path = await start(service)
    client = service.client
    assert await client.delete_node_file("p", node, "shared/data.bin") is None
    await service.fails(404, "FileNotFound", "DELETE", f"{path}/shared%2Fdata.bin")
    with pytest.raises(ResourceExistsError):
        await client.delete_node_file("p", node, "shared/a")
    response = await service.send("DELETE", f"{path}/shared%2Fempty")
    recorded = recording("node-file-delete-200")["response"]
    assert response.status_code == recorded["status"]
    assert "DataServiceId" not in response.headers
    await client.delete_node_file("p", node, "shared/a", recursive=True)
    await client.delete_node_file("p", node, "shared/out")
    left = await service.get(path, recursive="true", **{"$filter": "startswith(name,'shared/')"})
    assert [item["name"] for item in left["value"]] == ["shared/in"]
    for outside in ("..%2F..", "%2F", "shared%2F.."):
        await service.fails(404, "FileNotFound", "DELETE", f"{path}/{outside}", recursive="true")


async def test_a_node_without_its_directories_starts_anew(service):
    node, path = await start(service, "echo again")
    for name in ("startup", "workitems", "shared"):
        await service.client.delete_node_file("p", node, name, recursive=True)
    await service.send("POST", f"/pools/p/nodes/{node}/reboot")
    await service.nodes("p", "starting", "rebooting")
    await service.nodes()
    content = await service.send("GET", f"{path}/startup%2Fstdout.txt")
    assert content.text() == "again\n"


async def test_an_unchanged_file_is_not_sent_again(service):
    node, path = await start(service)
    name = f"{path}/startup%2Fstdout.txt"
    seen = (await service.send("GET", name)).headers["Last-Modified"]
    for method in ("GET", "HEAD"):
        same = await service.send(method, name, headers={"If-Modified-Since": seen})
        assert (same.status_code, same.text()) == (304, "")
    assert (await service.send("GET", name, headers={"If-Unmodified-Since": seen})).text()
    long_ago = datetime.now(UTC) - timedelta(days=1)
    changed = await service.send(
        "GET", name, headers={"If-Unmodified-Since": f"{long_ago:%a, %d %b %Y %H:%M:%S} GMT"}
    )
    assert (changed.status_code, changed.json()["code"]) == (412, "ConditionNotMet")
    content = await service.client.download_node_file(
        "p", node, "startup/stdout.txt", if_modified_since=long_ago
    )
    assert b"".join([part async for part in content]) == b"0123456789"


async def test_ranges_are_answered(service):
    _, path = await start(service)
    name = f"{path}/startup%2Fstdout.txt"
    for header, status in (("ocp-range", 200), ("Range", 206)):
        part = await service.send("GET", name, headers={header: "bytes=4-6"})
        assert (part.status_code, part.text()) == (status, "456")
        past = await service.send("GET", name, headers={header: "bytes=10-"})
        assert (past.status_code, past.json()["code"]) == (416, "InvalidRange")
        wrong = await service.send("GET", name, headers={header: "bytes=-3"})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "InvalidHeaderValue")


async def test_a_huge_file_comes_in_pieces(service):
    node, path = await start(
        service, "/bin/sh -c 'truncate -s 3000000000 $AZ_BATCH_NODE_SHARED_DIR/huge'"
    )
    request = HttpRequest("GET", f"{path}/shared%2Fhuge", params={"api-version": "2025-06-01"})
    response = await service.client.send_request(request, stream=True)
    assert set(await anext(response.iter_bytes())) == {0}
    await response.close()
    tail = await service.client.download_node_file(
        "p", node, "shared/huge", ocp_range="bytes=2996000000-"
    )
    assert sum([len(part) async for part in tail]) == 4_000_000
    facts = await service.send("HEAD", f"{path}/shared%2Fhuge")
    assert facts.headers["Content-Length"] == "3000000000"


async def test_a_file_that_grows_ends_where_it_ended(service):
    command = "/bin/sh -c 'while true; do printf 0123456789; done'"
    await service.create(
        targetDedicatedNodes=1, startTask={"commandLine": command, "waitForSuccess": False}
    )
    (node,) = await service.nodes()
    path = f"/pools/p/nodes/{node['id']}/files/startup%2Fstdout.txt"

    async def long():
        facts = await service.send("HEAD", path)
        return facts.status_code == 200 and int(facts.headers["Content-Length"]) > 2_000_000

    await until(long)
    content = await service.client.download_node_file("p", node["id"], "startup/stdout.txt")
    async with asyncio.timeout(30):
        assert sum([len(part) async for part in content]) > 2_000_000


async def test_names_that_are_no_utf8_break_nothing(service):
    _, path = await start(service, '/bin/sh -c \'touch "$(printf "\\377\\001x")" "a b%\\\\c"\'')
    files = await service.get(
        path, recursive="true", **{"$filter": "startswith(name,'startup/wd/')"}
    )
    assert [item["name"] for item in files["value"]] == [
        "startup/wd/a b%\\c", "startup/wd/\ufffd\u0001x",
    ]  # fmt: skip
    found = await service.send("HEAD", f"{path}/startup%2Fwd%2Fa%20b%25%5Cc")
    assert found.status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "%00", "%FF%FE", "..%5C..%5Csecret", "startup%2F..%2F..%2F..",
        "%2Fetc%2Fpasswd", "startup%2Fstdout.txt%2F", "startup%2Fstdout.txt%2Fx", "x" * 3000,
        "shared%2Fout", "%E2%80%AE", "~", "..%2F..%2F..%2Fsecret",
    ],
)  # fmt: skip
async def test_names_that_lead_nowhere(service, name):
    _, path = await start(service)
    found = {
        method: (await service.send(method, f"{path}/{name}")).status_code
        for method in ("HEAD", "GET", "DELETE")
    }
    if name == "startup%2Fstdout.txt%2F":  # the slash at its end is nothing
        assert set(found.values()) == {200}
    elif name == "shared%2Fout":  # a link that leads out may be taken away
        assert found == {"HEAD": 404, "GET": 404, "DELETE": 200}
    else:
        assert set(found.values()) == {404}, found
