"""Rules of faults: which strikes whom, which can be, and what is left when they are over."""

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from azure.core.exceptions import (
    AzureError,
)
from service.commanding import another_client, raw, rules, strike
from service.helpers import until

from batchtui.emulator.control.client import ControlError, clear, empty, world


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
