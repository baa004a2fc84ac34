"""Who may ask the emulator, and in which form."""

import base64
import hashlib
import hmac
import io
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from azure.batch.aio import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import HttpResponseError
from service.helpers import serving


async def ask(info, headers, path="/pools?api-version=2025-06-01", method="GET", data=None):
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{info.endpoint}{path}", headers=headers, data=data) as response,
    ):
        return response.status, await response.json(content_type=None)


def signed(info, text, at=None):
    at = at or datetime.now(UTC)
    date = format_datetime(at.replace(microsecond=0), usegmt=True)
    key = base64.b64decode(info.key)
    digest = hmac.digest(key, text.format(date=date).encode(), hashlib.sha256)
    return {
        "ocp-date": date,
        "Authorization": f"SharedKey {info.account}:{base64.b64encode(digest).decode()}",
    }


TEXT = "GET\n" + "\n" * 11 + "ocp-date:{date}\n/demo/pools\napi-version:2025-06-01"


async def test_a_request_signed_by_the_book_is_answered(service):
    status, body = await ask(service.info, signed(service.info, TEXT))
    assert (status, body["value"]) == (200, [])


@pytest.mark.parametrize("minutes", [-16, 16])
async def test_a_clock_that_is_off_is_refused(service, minutes):
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    status, body = await ask(service.info, signed(service.info, TEXT, at))
    assert (status, body["code"]) == (403, "AuthenticationFailed")


@pytest.mark.parametrize(
    "change",
    [
        {"Authorization": "SharedKey demo:AAAA"},
        {"Authorization": "SharedKey demo:\u00e9\udcff"},
        {"If-Match": "x"},
        {"ocp-extra": "1"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_any_change_breaks_the_signature(service, change):
    headers = signed(service.info, TEXT) | change
    status, body = await ask(service.info, {k: v for k, v in headers.items() if v})
    assert (status, body["code"]) == (403, "AuthenticationFailed")


async def test_another_accounts_name_or_key_is_refused(service):
    for name, key in (("other", service.info.key), ("demo", base64.b64encode(b"no").decode())):
        credential = AzureNamedKeyCredential(name, key)
        async with BatchClient(service.info.endpoint, credential, retry_total=0) as client:
            with pytest.raises(HttpResponseError) as caught:
                [pool async for pool in client.list_pools()]
            assert caught.value.status_code == 403
            assert caught.value.model.code == "AuthenticationFailed"


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1:1", "127.0.0.1.nip.io:80", "10.0.0.1"])
async def test_a_foreign_host_is_refused_before_anything_else(service, host):
    status, body = await ask(service.info, signed(service.info, TEXT) | {"Host": host})
    assert (status, body["code"]) == (403, "Forbidden")


async def test_localhost_is_this_machine_too(service):
    port = service.info.endpoint.rpartition(":")[2]
    headers = signed(service.info, TEXT) | {"Host": f"localhost:{port}"}
    assert (await ask(service.info, headers))[0] == 200


async def test_versions_are_required_and_known(service):
    found = await service.fails(
        400, "UnsupportedRequestVersion", "GET", "/pools", **{"api-version": "1999-01-01"}
    )
    assert "1999-01-01" in found["Reason"]
    for version in ("2024-02-01.19.0", "2024-07-01.20.0"):
        assert (await service.send("GET", "/pools", version=version)).status_code == 200
    headers = signed(service.info, TEXT.removesuffix("\napi-version:2025-06-01"))
    status, body = await ask(service.info, headers, "/pools")
    assert (status, body["code"]) == (400, "MissingRequiredQueryParameter")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 400, "InvalidUri"),
        ("PUT", "/pools", 405, "UnsupportedHttpVerb"),
        ("GET", "/pools/q", 404, "PoolNotFound"),
        ("GET", "/pools/q/nodes", 404, "PoolNotFound"),
    ],
)
async def test_what_is_not_there(service, method, path, status, code):
    await service.fails(status, code, method, path)


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', '{"id": {}}', "[" * 5000, "\ud800"])
async def test_bad_bodies_are_the_clients_fault(service, body):
    data = body.encode("utf-8", "surrogatepass")
    text = f"POST\n\n\n{len(data)}\n\napplication/json\n" + "\n" * 6
    text = text.replace("{", "{{")
    headers = signed(service.info, text + "ocp-date:{date}\n/demo/pools\napi-version:2025-06-01")
    status, answer = await ask(
        service.info, headers | {"Content-Type": "application/json"}, method="POST", data=data
    )
    assert status == 400, answer
    assert answer["code"] in {"InvalidRequestBody", "InvalidPropertyValue"}


async def test_too_large_a_body_is_refused(service):
    text = "POST\n\n\n5000000\n\napplication/json\n" + "\n" * 6
    headers = signed(service.info, text + "ocp-date:{date}\n/demo/pools\napi-version:2025-06-01")
    headers |= {"Content-Type": "application/json", "Content-Length": "5000000"}
    status, body = await ask(
        service.info, headers, method="POST", data=io.BytesIO(b" " * 5_000_000)
    )
    assert (status, body["code"]) == (413, "RequestBodyTooLarge")


async def test_two_emulators_do_not_meet():
    async with serving() as one, serving() as two:
        assert one.info.endpoint != two.info.endpoint
        assert one.info.key != two.info.key
        await one.create()
        assert (await two.send("GET", "/pools/p")).status_code == 404


async def test_a_filter_may_be_as_long_as_the_services_urls(service):
    await service.create("p0")
    either = " or ".join(f"id eq 'p{number}'" for number in range(700))
    assert len(either) > 9000
    pools = await service.get("/pools", **{"$filter": either})
    assert [pool["id"] for pool in pools["value"]] == ["p0"]
