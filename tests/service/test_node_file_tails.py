"""The end of a file on a node, read by range: as much as is asked for, and no more."""

import asyncio

import pytest
from aiohttp import web
from hostile import KEY, hostile_service
from service.helpers import until

from batchtui.batch.files import Files, Tail
from batchtui.batch.service import BatchService
from batchtui.emulator.control.client import inject
from batchtui.errors import ConflictError, NotFoundError, ServiceError


async def failed_node(service, stderr):
    """A node whose start task wrote this and failed."""
    await service.create(
        targetDedicatedNodes=1, startTask={"commandLine": f"/bin/bash -c '{stderr}; exit 1'"}
    )
    [node] = await service.nodes("p", "starttaskfailed")
    return node["id"]


def files_of(service):
    return BatchService(service.info.endpoint, service.info.account, service.info.key)


async def test_the_end_of_a_long_file_costs_no_more_than_it_has(service):
    node = await failed_node(service, "seq 1 100000 >&2")
    async with files_of(service) as account:
        files = Files(account)
        tail = await files.tail("p", node, "startup/stderr.txt", 4096)
        assert (len(tail.data), tail.size) == (4096, 588895)
        assert tail.lines[-2:] == ["99999", "100000"]
        # The first is a whole line, too.
        assert tail.lines[0] == str(100001 - len(tail.lines))
        whole = await files.tail("p", node, "startup/stderr.txt", 1_000_000)
        assert len(whole.lines) == 100_000
        assert await files.tail("p", node, "startup/stdout.txt", 4096) == Tail(b"", 0)


async def test_a_file_that_is_not_there_is_not_found(service):
    node = await failed_node(service, "true")
    async with files_of(service) as account:
        with pytest.raises(NotFoundError):
            await Files(account).tail("p", node, "startup/no such.txt", 10)


async def test_what_the_service_says_of_a_refusal_is_not_lost(service):
    node = await failed_node(service, "echo x >&2")
    await asyncio.to_thread(
        inject, service.info, method="GET", path="/pools/**", do="status", status=409,
        code="NodeStateUnusable", message="The node is unusable.",
    )  # fmt: skip
    async with files_of(service) as account:
        with pytest.raises(ConflictError, match="The node is unusable") as caught:
            await Files(account).tail("p", node, "startup/stderr.txt", 10)
        assert caught.value.code == "NodeStateUnusable"


async def test_a_service_that_ignores_the_range_is_not_listened_to_for_ever():
    sent = 0

    async def answer(request):
        nonlocal sent
        if request.method == "HEAD":
            return web.Response(headers={"Content-Length": "1000000"})
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 1000)
            sent += 1000
            await asyncio.sleep(0)

    async with hostile_service(answer) as endpoint, BatchService(endpoint, "acct", KEY) as account:
        tail = await Files(account).tail("p", "n", "f", 2000)
        assert tail.data == b"x" * 2000
        await until(lambda: sent > 2000)


async def test_a_body_that_is_cut_off_is_an_error():
    async def answer(request):
        if request.method == "HEAD":
            return web.Response(headers={"Content-Length": "1000"})
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x" * 10)
        request.transport.close()
        return response

    async with hostile_service(answer) as endpoint, BatchService(endpoint, "acct", KEY) as account:
        with pytest.raises(ServiceError):
            await Files(account).tail("p", "n", "f", 2000)


@pytest.mark.parametrize(
    ("data", "size", "lines"),
    [
        (b"", 0, []),
        (b"one\r\ntwo\n", 9, ["one", "two"]),
        (b"ne\ntwo\n\n", 100, ["two", ""]),
        (b"no end of line", 100, ["no end of line"]),
        (b"\xff\x00\xc3", 3, ["\\xff\x00\\xc3"]),
    ],
)
def test_lines_are_whole_and_what_is_no_text_is_escaped(data, size, lines):
    assert Tail(data, size).lines == lines
