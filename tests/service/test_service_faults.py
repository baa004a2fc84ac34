"""What goes wrong on command, as the SDK and a plain socket see it."""

import asyncio
import contextlib
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from azure.batch.aio import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from service.commanding import rules, strike
from service.helpers import pool_body, serving, until

from batchtui.emulator import running
from batchtui.emulator.control.client import ControlError, clear, empty, world


def another_client(service, **settings):
    credential = AzureNamedKeyCredential(service.info.account, service.info.key)
    return BatchClient(service.info.endpoint, credential, **settings)


async def raw(service, method="GET", path="/pools", body="", headers=()):
    """All that comes back over a plain socket until it is closed, and how that ended."""
    host, _, port = service.info.endpoint.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*lines, "", body]).encode())
    seen, end = b"", "closed"
    try:
        while more := await asyncio.wait_for(reader.read(65536), 10):
            seen += more
    except ConnectionResetError:
        end = "reset"
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return seen, end


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


async def test_the_first_that_strikes_is_what_happens(service):
    await strike(service, path="/pools/*", after=1, count=1, do="status", status=500)
    await strike(service, path="/**", query="*maxresults=5*", do="status", status=503)
    await strike(service, path="/POOLS/P", do="status", status=429)

    async def status(path, **query):
        return (await service.send("GET", path, **query)).status_code

    assert await status("/pools/p") == 429
    assert await status("/pools/p", maxresults=5) == 500
    assert await status("/pools/p", maxresults=5) == 503
    assert await status("/pools/p/nodes/n", maxresults=6) == 404
    first, _, last = await rules(service)
    assert (first["left"], last["left"]) == (0, None)
    await asyncio.to_thread(clear, service.info, last["id"])
    assert await status("/pools/p") == 404
    assert len(await rules(service)) == 2


async def test_chance_can_be_repeated(service):
    async def outcomes():
        await strike(service, do="status", status=503, probability=0.5, seed=3)
        seen = [(await service.send("GET", "/pools")).status_code for _ in range(20)]
        await asyncio.to_thread(clear, service.info)
        return seen

    once = await outcomes()
    assert set(once) == {200, 503}
    assert once == await outcomes()


async def test_many_clients_share_a_count(service):
    await strike(service, do="status", status=503, count=10)
    responses = await asyncio.gather(*(service.send("GET", "/pools") for _ in range(30)))
    assert sorted(response.status_code for response in responses) == [200] * 20 + [503] * 10


async def test_faults_leave_no_descriptors(service):
    def open_files():
        return len(list(Path("/proc/self/fd").iterdir()))

    before, tasks = open_files(), len(asyncio.all_tasks())
    for does in ("reset", "cut", "hang", "contenttype", "malformed"):
        await strike(service, do=does, count=5)

    async def visit():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(raw(service), 0.3)

    await asyncio.gather(*(visit() for _ in range(25)))
    await until(lambda: open_files() <= before and len(asyncio.all_tasks()) <= tasks)
    assert all(rule["left"] == 0 for rule in await rules(service))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, "do"),
        ({"do": "explode"}, "one of status, delay"),
        ({"do": "status"}, "status"),
        ({"do": "status", "status": 200}, "between 400 and 599"),
        ({"do": "status", "status": 418}, "give one as code"),
        ({"do": "delay"}, "seconds"),
        ({"do": "delay", "seconds": "1"}, "must be a number"),
        ({"do": "delay", "seconds": True}, "must be a number"),
        ({"do": "hang", "at": "noon"}, "request, answer"),
        ({"do": "hang", "method": "BREW"}, "GET"),
        ({"do": "hang", "path": 5}, "must be a string"),
        ({"do": "hang", "seconds": 5}, "'seconds' does not exist"),
        ({"do": "hang", "count": 0}, "between 1 and"),
        ({"do": "hang", "probability": 1.5}, "between 0 and 1"),
        ({"do": "status", "status": 409, "values": [{"key": 1}]}, "must be a string"),
        ({"ssh": True, "do": "status"}, "one of refuse, hang"),
        ({"ssh": True, "do": "refuse", "path": "/"}, "'path' does not exist"),
        ({"ssh": True, "do": "drop"}, "One of seconds and bytes"),
        ({"ssh": "yes", "do": "drop"}, "true or false"),
    ],
)
async def test_rules_that_cant_be_are_refused_in_words(service, rule, said):
    with pytest.raises(ControlError) as caught:
        await strike(service, **rule)
    assert said in str(caught.value)
    assert await rules(service) == []


async def test_only_who_has_a_key_commands(service):
    body = '{"do": "hang"}'
    for header in ("X: y", "Authorization: Bearer wrong", f"Authorization: {service.info.key}"):
        seen, _ = await raw(service, "POST", "/_emulator/faults", body, [header])
        assert seen.startswith(b"HTTP/1.1 401 ")
        assert b"Bearer with a key" in seen
    key = f"Authorization: Bearer {service.info.key}"
    for body in ("{", "[]", "null"):
        seen, _ = await raw(service, "POST", "/_emulator/faults", body, [key])
        assert seen.startswith(b"HTTP/1.1 400 ")
    seen, _ = await raw(service, "GET", "/_emulator/nothing", "", [key])
    assert seen.startswith(b"HTTP/1.1 400 ")
    seen, _ = await raw(service, "DELETE", "/_emulator/faults/9", "", [key])
    assert seen.startswith(b"HTTP/1.1 404 ")
    assert await rules(service) == []


async def test_the_control_itself_never_fails(service):
    await strike(service, path="**", do="reset")
    assert len(await rules(service)) == 1


async def test_a_bad_hour_with_many_clients_leaves_everything_right(service):
    before = await asyncio.to_thread(world, service.info)
    for at, rule in enumerate((
        {"do": "status", "status": 503}, {"do": "reset"}, {"do": "reset", "at": "answer"},
        {"do": "cut"}, {"do": "malformed"}, {"do": "delay", "seconds": 0.02},
        {"do": "slow", "seconds": 0.02}, {"do": "hang"}, {"do": "contenttype"},
    )):  # fmt: skip
        await strike(service, path="/pools/**", probability=0.08, seed=at, **rule)
    changed = await asyncio.gather(*(change_often(service, f"p{at}") for at in range(40)))
    await asyncio.to_thread(clear, service.info)
    assert sum(last > 0 for last in changed) > 20
    for at, last in enumerate(changed):
        response = await service.send("GET", f"/pools/p{at}")
        pool = response.json()
        assert int(pool["displayName"]) >= last
        assert response.headers["ETag"] == pool["eTag"]
    await asyncio.to_thread(empty, service.info)

    async def as_before():
        now = await asyncio.to_thread(world, service.info)
        return all(now[name] <= before[name] + 2 for name in ("descriptors", "loopTasks"))

    await until(as_before)


async def change_often(service, pool):
    """Change a pool of one's own again and again; the last change that was answered."""
    last = 0
    async with another_client(service, retry_total=0, read_timeout=1) as client:
        mine = replace(service, client=client)
        await mine.create(pool, displayName="0")
        for number in range(1, 6):
            with contextlib.suppress(AzureError, ValueError):
                body = {"displayName": str(number)}
                response = await mine.send("PATCH", f"/pools/{pool}", body)
                by_the_service = "request-id" in response.headers  # and not by a proxy's page
                last = number if response.status_code == 200 and by_the_service else last
    return last
