"""What goes wrong on command, as the SDK and a plain socket see it."""

import asyncio
import contextlib
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from service.commanding import another_client, raw, rules, strike
from service.helpers import pool_body, serving, until

from batchtui.emulator import running
from batchtui.emulator.control.client import clear


async def test_a_status_in_the_services_shape(service):
    rule = {"method": "GET", "path": "/pools/*", "count": 2, "do": "status", "status": 429}
    rule_id = await strike(service, **rule, message="Not so fast.", retryAfter=3)
    for _ in range(2):
        await service.fails(429, "TooManyRequests", "GET", "/pools/p")
    await service.fails(404, "PoolNotFound", "GET", "/pools/p")
    (listed,) = await rules(service)
    assert listed["id"] == rule_id
    assert (listed["left"], listed["hits"]) == (0, 2)
    assert listed["path"] == "/pools/*"


async def test_the_sdk_waits_as_long_as_it_is_told_and_tries_again(service):
    await strike(service, path="/pools", count=1, do="status", status=503, retryAfter=1)
    async with another_client(service) as client:
        began = time.monotonic()
        assert [pool async for pool in client.list_pools()] == []
        assert time.monotonic() - began >= 0.99
    (listed,) = await rules(service)
    assert listed["hits"] == 1


async def test_a_made_up_code_with_values(service):
    await strike(
        service, do="status", status=409, code="Sundays", message="Closed on Sundays.",
        values=[{"key": "Until", "value": "Monday"}],
    )  # fmt: skip
    assert await service.fails(409, "Sundays", "GET", "/jobs") == {"Until": "Monday"}
    response = await service.send("HEAD", "/pools/p")
    assert (response.status_code, response.text()) == (409, "")


@pytest.mark.parametrize(("at", "status"), [("request", 404), ("answer", 200)])
async def test_a_delay_comes_before_or_after_the_deed(service, at, status):
    rule = await strike(service, method="POST", do="delay", seconds=600, at=at)
    creating = asyncio.create_task(service.create())

    async def struck():
        return (await rules(service))[0]["hits"]

    await until(struck)
    assert (await service.send("GET", "/pools/p")).status_code == status
    assert not creating.done()
    creating.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await creating
    await asyncio.to_thread(clear, service.info, rule)
    assert await service.send("GET", "/pools/p")


async def test_a_delay_lasts_as_long_as_it_says(service):
    await strike(service, method="POST", do="delay", seconds=0.3)
    began = time.monotonic()
    await service.create()
    assert time.monotonic() - began >= 0.29


@pytest.mark.parametrize("at", ["request", "answer"])
async def test_a_hang_ends_with_its_client(service, at):
    before = len(asyncio.all_tasks())
    await strike(service, method="POST", path="/pools", do="hang", at=at)
    async with another_client(service, retry_total=0, read_timeout=0.3) as client:
        with pytest.raises((ServiceResponseError, ServiceRequestError)):
            await client.create_pool(pool_body())
    await until(lambda: len(asyncio.all_tasks()) <= before)
    expected = 200 if at == "answer" else 404
    assert (await service.send("GET", "/pools/p")).status_code == expected


async def test_hangs_and_delays_end_with_the_emulator(monkeypatch):
    monkeypatch.setattr(running, "PATIENCE", 60.0)
    async with serving() as service:
        await strike(service, path="/pools", do="hang")
        await strike(service, path="/jobs", do="delay", seconds=600)
        waiting = [asyncio.create_task(raw(service, path=path)) for path in ("/pools", "/jobs")]

        async def struck():
            one, other = await rules(service)
            return one["hits"] and other["hits"]

        await until(struck)
        began = time.monotonic()
    assert time.monotonic() - began < 30
    assert [seen for seen, _ in await asyncio.gather(*waiting)] == [b"", b""]


async def test_a_reset_connection(service):
    await strike(service, method="POST", do="reset", count=1)
    with pytest.raises((ServiceResponseError, ServiceRequestError)):
        await service.client.create_pool(pool_body())
    await service.fails(404, "PoolNotFound", "GET", "/pools/p")
    await strike(service, do="reset", count=1)
    assert await raw(service) == (b"", "reset")


async def test_a_connection_reset_when_all_is_done(service):
    await strike(service, method="POST", path="/pools", do="reset", at="answer", count=1)
    with pytest.raises((ServiceResponseError, ServiceRequestError, HttpResponseError)):
        await service.client.create_pool(pool_body())
    assert (await service.get("/pools/p"))["id"] == "p"
    await strike(service, do="reset", at="answer", count=1)
    seen, end = await raw(service)
    assert seen.startswith(b"HTTP/1.1 401 ")
    assert b"request-id: " in seen
    assert (seen.partition(b"\r\n\r\n")[2], end) == (b"", "reset")


async def test_a_body_that_is_cut(service):
    await service.create()
    await strike(service, path="/pools/p", do="cut", count=1)
    with pytest.raises((IncompleteReadError, ServiceResponseError)):
        await service.client.get_pool("p")
    await strike(service, path="/pools/p", do="cut", bytes=7, count=1)
    seen, end = await raw(service, path="/pools/p")
    head, _, body = seen.partition(b"\r\n\r\n")
    assert (body, end) == (b'{\r\n  "o', "closed")
    assert int(dict(line.split(b": ") for line in head.split(b"\r\n")[1:])[b"Content-Length"]) > 7


async def test_a_long_file_that_is_cut(service):
    await service.create(
        targetDedicatedNodes=1, startTask={"commandLine": "head -c 2000000 /dev/zero"}
    )
    (node,) = await service.nodes()
    await strike(service, path="/pools/p/nodes/*/files/**", do="cut", bytes=1_234_567, count=1)
    with pytest.raises((IncompleteReadError, ServiceResponseError)):
        await service.output(node)
    assert len(await service.output(node)) == 2_000_000


async def test_json_that_is_broken(service):
    await service.create()
    await strike(service, do="malformed", count=2)
    with pytest.raises(DecodeError):
        await service.client.get_pool("p")
    response = await service.send("GET", "/pools")
    assert response.headers["Content-Type"] == "application/json;odata=minimalmetadata"
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.text())


async def test_a_page_for_people(service):
    await strike(service, do="contenttype", count=1)
    with pytest.raises(json.JSONDecodeError):  # the SDK lets it through
        await service.client.get_pool("p")
    await strike(service, do="contenttype", status=502, body="<h1>Bad gateway</h1>", count=1)
    seen, _ = await raw(service)
    assert seen.startswith(b"HTTP/1.1 502 ")
    assert seen.endswith(b"<h1>Bad gateway</h1>")
    assert b"request-id" not in seen


async def test_a_body_that_trickles(service):
    await service.create()
    await strike(service, path="/pools/p", do="slow", seconds=0.3)
    began = time.monotonic()
    assert (await service.client.get_pool("p")).id == "p"
    assert time.monotonic() - began >= 0.29


async def test_a_page_that_is_followed_by_itself(service):
    await service.create()
    await strike(service, path="/pools", do="loop", count=3)
    pages = [page async for page in service.client.list_pools().by_page()]
    assert len(pages) == 4
    ids = [[pool.id async for pool in page] for page in pages]
    assert ids == [["p"]] * 4


async def test_a_page_that_is_followed_by_none(service):
    await service.create()
    await strike(service, path="/pools", do="lostpage")
    pages = service.client.list_pools().by_page()
    assert [pool.id async for pool in await anext(pages)] == ["p"]
    with pytest.raises(ResourceNotFoundError):
        await anext(pages)


async def test_a_token_that_is_over(service):
    await strike(service, do="expiredtoken", count=1)
    with pytest.raises(ClientAuthenticationError) as caught:
        await service.client.get_pool("p")
    assert caught.value.status_code == 401
    challenge = caught.value.response.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer authorization_uri="')
    assert "The access token expiry UTC time" in caught.value.response.text()


async def test_a_clock_that_is_off(service):
    await strike(service, do="skew", seconds=7200)
    values = await service.fails(403, "AuthenticationFailed", "GET", "/pools")
    assert "15 minutes" in values["AuthenticationErrorDetail"]
    await asyncio.to_thread(clear, service.info)
    await strike(service, do="skew", seconds=-600)
    response = await service.send("GET", "/pools")
    assert response.status_code == 200
    ahead = parsedate_to_datetime(response.headers["Date"]) - datetime.now(UTC)
    assert timedelta(seconds=-602) <= ahead <= timedelta(seconds=-600)
