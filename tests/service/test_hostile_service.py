"""Whatever answers at the endpoint, the operator gets a sentence and the key stays here."""

import asyncio

import pytest
from aiohttp import web
from hostile import KEY, always, hostile_service

from batchtui.batch.models import NodeUser
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService, Patience
from batchtui.batch.users import Users
from batchtui.errors import (
    AuthError,
    ConflictError,
    NotFoundError,
    ReadOnlyError,
    ServiceError,
    ThrottledError,
    UnreachableError,
)

PASSWORD = "a made-up password"


async def asked(answer, *, path="/pools"):
    async with hostile_service(answer) as endpoint, BatchService(endpoint, "acct", KEY) as service:
        return await service.rows(path)


@pytest.mark.parametrize(
    "body",
    ["", "null", '"x"', "[]", "<html>Sign in</html>", "[" * 200_000, b"\xff\xfe{", '{"value": 1}'],
    ids=lambda body: repr(body[:12]),
)
async def test_what_is_no_list_is_no_rows_or_a_sentence(body):
    outcome = await asyncio.gather(asked(always(body)), return_exceptions=True)
    assert outcome == [[]] or "isn't Azure Batch's JSON" in str(outcome[0])


async def test_a_body_that_says_it_is_compressed():
    with pytest.raises(ServiceError) as caught:
        await asked(always(b"not gzip", headers={"Content-Encoding": "gzip"}))
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (403, '{"code": "AuthenticationFailed", "message": {"value": "No."}}', AuthError, "No."),
        (403, "", AuthError, "refuses (403)"),
        (404, "{}", NotFoundError, "doesn't know it"),
        (409, '{"code": "PoolBeingResized", "message": "boom"}', ConflictError, "boom"),
        (400, '{"code": 5, "message": [], "values": "zz"}', ServiceError, "400"),
        (
            400,
            """{"code": "InvalidPropertyValue", "message": {"value": "Bad."}, "values":
            [{"key": "PropertyName", "value": "vmSize"}, 7, {"key": "Reason", "value": "old"}]}""",
            ServiceError,
            "Bad. (vmSize: old)",
        ),
    ],
)
async def test_errors_become_ours(status, body, kind, said):
    with pytest.raises(kind) as caught:
        await asked(always(body, status=status))
    assert said in str(caught.value)
    assert caught.value.status == status


async def test_pages_that_lead_elsewhere_or_nowhere():
    elsewhere = '{"value": [], "odata.nextLink": "http://evil.example/pools"}'
    with pytest.raises(ServiceError, match=r"evil\.example"):
        await asked(always(elsewhere))
    assert await asked(always('{"value": [{"id": "a"}], "odata.nextLink": 5}')) == [{"id": "a"}]

    async def itself(request):
        link = f"http://{request.host}{request.path_qs}"
        return web.json_response({"value": [{"id": "a"}], "odata.nextLink": link})

    # No row twice: they are counted, too.
    assert await asked(itself) == [{"id": "a"}]


async def paged(request):
    """Three pages of a row each."""
    place = int(request.query.get("$skiptoken", 0))
    body = {"value": [{"id": place}]}
    if place < 2:
        base = f"http://{request.host}{request.path}?api-version=2025-06-01"
        body["odata.nextLink"] = f"{base}&$skiptoken={place + 1}"
    return web.json_response(body)


async def test_a_page_that_failed_is_asked_for_again():
    failing = [2]
    seen = []

    async def answer(request):
        seen.append(request.query.get("$skiptoken"))
        if failing and len(seen) == failing[0]:
            failing.pop(0)
            return web.Response(status=503, headers={"Retry-After": "7"})
        return await paged(request)

    async with (
        hostile_service(answer) as endpoint,
        BatchService(endpoint, "acct", KEY) as service,
    ):
        listing = service.listing("/pools", {}, dict, retry=False)
        assert await listing.next_page() == [{"id": 0}]
        with pytest.raises(ThrottledError) as caught:
            await listing.next_page()
        assert (caught.value.retry_after, listing.ended) == (7.0, False)
        assert await listing.next_page() == [{"id": 1}]
        assert await listing.rest() == [{"id": 2}]
        assert listing.ended
        assert await listing.next_page() == ()
    assert seen == [None, "1", "1", "2"]


async def test_a_link_that_goes_back_ends_the_list():
    async def round_about(request):
        place = int(request.query.get("$skiptoken", 0))
        back = f"http://{request.host}/pools?$skiptoken={(place + 1) % 3}&api-version=2025-06-01"
        return web.json_response({"value": [{"id": place}], "odata.nextLink": back})

    rows = await asked(round_about)
    assert [row["id"] for row in rows][:3] == [0, 1, 2]
    assert len(rows) <= 4


@pytest.mark.parametrize("seconds", ["soon", "-1", "", "Wed, 21 Oct 2037 07:28:00 GMT", "1.5"])
async def test_a_throttle_that_says_no_number_of_seconds(seconds):
    with pytest.raises(ThrottledError, match="in a moment"):
        async with (
            hostile_service(always("", status=429, headers={"Retry-After": seconds})) as endpoint,
            BatchService(endpoint, "acct", KEY, patience=Patience(retries=0)) as service,
        ):
            await service.rows("/pools")


async def test_a_redirect_takes_nothing_anywhere():
    reached = []

    async def elsewhere(request):
        reached.append(await request.text())
        return web.json_response({}, status=201)

    async with hostile_service(elsewhere) as other:
        moved = always("", status=307, headers={"Location": f"{other}/x"})
        async with (
            hostile_service(moved) as endpoint,
            BatchService(endpoint, "acct", KEY) as service,
        ):
            with pytest.raises(ServiceError, match="elsewhere"):
                await Users(service).add("p", "n", NodeUser("u", password=PASSWORD))
            with pytest.raises(ServiceError, match="elsewhere"):
                await Pools(service).get("p")
    assert reached == []


async def test_no_proxy_stands_before_loopback(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert await asked(always('{"value": []}')) == []


async def test_nobody_there():
    async with BatchService("http://127.0.0.1:9", "acct", KEY) as service:
        with pytest.raises(UnreachableError, match="Nothing listens"):
            await service.rows("/pools")


async def test_read_only_sends_nothing_but_questions():
    methods = []

    async def answer(request):
        methods.append(request.method)
        return web.json_response({"value": []})

    async with (
        hostile_service(answer) as endpoint,
        BatchService(endpoint, "acct", KEY, read_only=True) as service,
    ):
        await service.rows("/pools")
        for change in (
            Pools(service).create({"id": "p"}),
            Pools(service).delete("p"),
            Pools(service).resize("p", {"targetDedicatedNodes": 1}),
            Users(service).ensure("p", "n", NodeUser("u")),
            Users(service).replace("p", "n", NodeUser("u")),
            Users(service).delete("p", "n", "u"),
        ):
            with pytest.raises(ReadOnlyError):
                await change
    assert methods == ["GET"]


async def test_a_closed_service_is_not_opened_again():
    service = BatchService("http://127.0.0.1:9", "acct", KEY)
    await service.close()
    with pytest.raises(ServiceError, match="closed"):
        await service.rows("/pools")


async def test_the_key_is_in_no_text():
    service = BatchService("http://127.0.0.1:9", "acct", KEY)
    assert KEY not in repr(service)
    async with BatchService("http://127.0.0.1:9", "acct", "not base64!") as bad:
        with pytest.raises(ServiceError) as caught:
            await bad.rows("/pools")
        assert "not base64!" not in str(caught.value)


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("9" * 400, 86400.0)])
async def test_how_long_to_wait_is_as_said_but_not_for_ever(said, seconds):
    answer = always("", status=429, headers={"Retry-After": said})
    async with hostile_service(answer) as endpoint, BatchService(endpoint, "acct", KEY) as service:
        with pytest.raises(ThrottledError) as caught:
            await service.listing("/pools", {}, dict, retry=False).next_page()
    assert caught.value.retry_after == seconds
