"""Signing in: TLS, the tenant's endpoints through azure-identity, and what tokens open."""

import asyncio
import base64
import json
import logging
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import ClientSecretCredential
from service.helpers import pool_body
from service.signing_in import BATCH, MANAGEMENT, cloud

from batchtui.emulator.clock import Clock
from batchtui.emulator.control.client import put
from batchtui.emulator.tokens import BATCH_AUDIENCES, TokenError, Tokens

POOLS = "/pools?api-version=2025-06-01"
SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_one_credential_opens_batch_and_resource_manager(azure):
    with azure.secret() as credential:
        with azure.batch(credential) as client:
            client.create_pool(pool_body("mine"))
            assert client.get_pool("mine").id == "mine"
        with azure.management(credential) as client:
            assert [item.name for item in client.batch_account.list()] == [azure.info.account]


async def test_the_asynchronous_credential_signs_in_too(azure):
    credential = ClientSecretCredential(
        azure.info.tenant, azure.info.client_id, azure.info.client_secret, **azure.trusting()
    )
    async with credential:
        token = await credential.get_token(BATCH)
    status, _, _ = await asyncio.to_thread(azure.ask, "GET", POOLS, **bearer(token.token))
    assert status == 200


def test_the_ca_is_all_that_clients_need_and_its_key_is_nowhere(azure):
    ca = Path(azure.info.ca)
    assert stat.S_IMODE(ca.stat().st_mode) == 0o644
    assert stat.S_IMODE(ca.parent.stat().st_mode) == 0o700
    assert {path.name for path in ca.parent.iterdir()} == {"ca.pem", "lock"}
    assert "PRIVATE" not in ca.read_text()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_the_certificate_is_for_every_name_of_loopback(azure, name):
    context = ssl.create_default_context(cafile=azure.info.ca)
    # As newer versions of Python check by themselves.
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    port = int(azure.info.endpoint.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as secured,
    ):
        assert secured.version() in {"TLSv1.2", "TLSv1.3"}


def test_the_directory_of_the_ca_goes_with_the_emulator():
    with cloud(host="::1") as running:
        assert running.info.endpoint.startswith("https://[::1]:")
        directory = Path(running.info.ca).parent
        assert running.ask("GET", POOLS)[0] == 401
    assert not directory.exists()


def test_a_handshake_that_fails_is_not_a_traceback(azure, caplog):
    caplog.set_level(logging.WARNING)
    port = int(azure.info.endpoint.rpartition(":")[2])
    for sent in (b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b""):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(sent)
            plain.shutdown(socket.SHUT_WR)
            plain.settimeout(10)
            while plain.recv(4096):
                pass
    strangers = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        pytest.raises(ssl.SSLError),
    ):
        strangers.wrap_socket(plain, server_hostname="localhost")
    assert azure.ask("GET", POOLS)[0] == 401
    assert caplog.records == []


def test_a_plain_emulator_has_the_endpoints_and_no_ca():
    with cloud(tls=False) as plain:
        assert plain.info.endpoint.startswith("http://")
        assert plain.info.ca is None
        status, answer = plain.token()
        assert status == 200
        assert plain.ask("GET", POOLS, **bearer(answer["access_token"]))[0] == 200


def test_a_token_says_what_it_is(azure):
    status, answer = azure.token()
    assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3599)
    header, claims, _ = (
        base64.urlsafe_b64decode(part + "==") for part in answer["access_token"].split(".")
    )
    assert json.loads(header) == {"typ": "JWT", "alg": "HS256"}
    claims = json.loads(claims)
    assert claims["aud"] == "https://batch.core.windows.net/"
    assert (claims["tid"], claims["appid"]) == (azure.info.tenant, azure.info.client_id)
    assert claims["oid"]
    now = datetime.now(UTC).timestamp()
    assert claims["nbf"] <= now < claims["exp"] <= now + 3600


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"client_id": "me"}, 400, "unauthorized_client", 700016),
        ({"client_id": "0" * 32}, 400, "unauthorized_client", 700016),
        ({"client_secret": None}, 401, "invalid_client", 7000216),
        ({"client_secret": "\u00e9"}, 401, "invalid_client", 7000215),
        ({"scope": "https://batch.core.windows.net/x"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_resource", 500011),
        ({"scope": "/.default"}, 400, "invalid_resource", 500011),
        ({"tenant": "00000000-0000-0000-0000-000000000001"}, 400, "invalid_tenant", 90002),
        ({"tenant": "example.com"}, 400, "invalid_tenant", 900023),
    ],
)
def test_no_token_for_the_wrong_request(azure, changes, status, error, number):
    found, answer = azure.token(**changes)
    assert (found, answer["error"], answer["error_codes"]) == (status, error, [number])
    assert answer["error_description"].startswith(f"AADSTS{number}: ")


def test_azure_identity_says_why_a_secret_is_refused(azure):
    with (
        azure.secret(client_secret="wrong") as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS7000215"),
    ):
        credential.get_token(BATCH)


@pytest.mark.parametrize("tenant", ["common", "organizations"])
def test_the_configuration_names_the_endpoints(azure, tenant):
    path = f"/{tenant}/v2.0/.well-known/openid-configuration"
    status, headers, text = azure.ask("GET", path)
    found = json.loads(text)
    assert (status, headers["Cache-Control"]) == (200, "no-store, no-cache")
    assert found["token_endpoint"] == f"{azure.info.authority}/{tenant}/oauth2/v2.0/token"
    assert json.loads(azure.ask("GET", found["jwks_uri"])[2]) == {"keys": []}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/common/oauth2/v2.0/token", 405),
        ("POST", "/common/oauth2/v2.0/nothing", 400),
        ("POST", "/common/oauth2/v2.0/devicecode", 400),
    ],
)
def test_bad_requests_are_refused_as_oauth_has_it(azure, method, path, status):
    found, _, text = azure.ask(method, path, {} if method == "POST" else None)
    assert (found, json.loads(text)["error"]) == (status, "invalid_request")


# What tokens open.


def test_who_comes_with_nothing_is_told_where_tokens_come_from(azure):
    status, headers, text = azure.ask("GET", POOLS)
    assert (status, json.loads(text)["code"]) == (401, "InvalidAuthenticationInfo")
    where = f"{azure.info.authority}/{azure.info.tenant}"
    assert headers["WWW-Authenticate"] == (
        f'Bearer authorization_uri="{where}", resource_id="https://batch.core.windows.net/"'
    )
    status, headers, text = azure.ask("GET", SUBSCRIPTIONS)
    assert (status, json.loads(text)["error"]["code"]) == (401, "AuthenticationFailed")
    assert headers["WWW-Authenticate"].startswith(
        f'Bearer authorization_uri="{where}", error="invalid_token", error_description="'
    )
    assert headers["x-ms-failure-cause"] == "gateway"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "..", "\u00e9\u00ff", "eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0."]
)
def test_a_token_of_someone_elses_is_refused(azure, token):
    headers = {"Authorization": f"Bearer {token}"}
    status, _, text = azure.ask("GET", POOLS, **headers)
    assert (status, json.loads(text)["code"]) == (401, "AuthenticationFailed")
    status, _, text = azure.ask("GET", SUBSCRIPTIONS, **headers)
    assert (status, json.loads(text)["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_a_changed_token_is_refused(azure):
    header, claims, signature = azure.token()[1]["access_token"].split(".")
    changed = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"exp": 2**40}
    claims = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")
    token = f"{header}.{claims}.{signature}"
    assert azure.ask("GET", POOLS, **bearer(token))[0] == 401


def test_each_service_wants_its_own_audience(azure):
    batch = azure.token()[1]["access_token"]
    management = azure.token(scope=MANAGEMENT)[1]["access_token"]
    here = azure.token(scope=f"{azure.info.management}/.default")[1]["access_token"]
    slashless = azure.token(scope="https://batch.core.windows.net/.default")[1]["access_token"]
    for token, pools, subscriptions in (
        (batch, 200, 401), (management, 401, 200), (here, 401, 200), (slashless, 401, 401),
    ):  # fmt: skip
        assert azure.ask("GET", POOLS, **bearer(token))[0] == pools
        assert azure.ask("GET", SUBSCRIPTIONS, **bearer(token))[0] == subscriptions
    error = json.loads(azure.ask("GET", SUBSCRIPTIONS, **bearer(batch))[2])["error"]
    assert error["code"] == "InvalidAuthenticationTokenAudience"
    detail = json.loads(azure.ask("GET", POOLS, **bearer(slashless))[2])["values"][0]
    # Recorded: Azure/azure-sdk-for-net#8026.
    assert detail == {
        "key": "AuthenticationErrorDetail",
        "value": "The access token has been obtained from wrong audience or resource "
        "'https://batch.core.windows.net'. It should exactly match (including forward slash) with "
        "one of the allowed audiences 'https://batch.core.windows.net/'",
    }


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_schemes_name_has_no_case(azure, scheme):
    token = azure.token()[1]["access_token"]
    assert azure.ask("GET", POOLS, Authorization=f"{scheme} {token}")[0] == 200


def test_resource_manager_takes_no_key(azure):
    header = f"SharedKey {azure.info.account}:AAAA"
    status, _, text = azure.ask("GET", SUBSCRIPTIONS, Authorization=header)
    assert (status, json.loads(text)["error"]["code"]) == (401, "AuthenticationFailed")


def test_tokens_expire_by_the_clock_of_a_world_that_was_begun_anew():
    with cloud(tls=False) as plain:
        put(plain.info, clock={"advance": 86400})
        put(plain.info, reset="empty")
        for status in (200, 401):
            _, answer = plain.token()
            if status == 401:
                put(plain.info, clock={"advance": 3600})
            assert plain.ask("GET", POOLS, **bearer(answer["access_token"]))[0] == status


def test_no_path_of_the_service_is_taken_for_one_of_sign_in(azure):
    for path in ("/pools", "/jobs", "/jobschedules"):
        for tail in ("oauth2%2Fv2.0%2Fx", "discovery%2Fv2.0%2Fx", "v2.0%2F.well-known%2Fx"):
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                target = f"{path}/{tail}?api-version=2025-06-01"
                assert azure.ask(method, target)[0] in {401, 403}


async def test_tokens_expire_by_the_emulators_clock():
    at = datetime(2030, 1, 1, tzinfo=UTC)
    tokens = Tokens(Clock(start=at))
    fresh = tokens.issue({"aud": BATCH_AUDIENCES[0]})
    assert tokens.check(fresh, BATCH_AUDIENCES)["iat"] == int(at.timestamp())
    stale = tokens.issue({"aud": BATCH_AUDIENCES[0]}, timedelta(seconds=-1))
    with pytest.raises(TokenError, match="earlier than current UTC time '2030-01-01T") as caught:
        tokens.check(stale, BATCH_AUDIENCES)
    assert caught.value.code == "ExpiredAuthenticationToken"
    with pytest.raises(TokenError, match="invalid"):
        Tokens(Clock(start=at)).check(fresh, BATCH_AUDIENCES)


# Device codes.


class Device:
    """A program that waits, in a thread, for a person to type its code."""

    def __init__(self, azure, **more):
        self.shown, self.token, self.error = threading.Event(), None, None
        self.credential = azure.device(self.prompt, **more)
        self.thread = threading.Thread(target=self.wait, daemon=True)
        self.thread.start()
        assert self.shown.wait(20)

    def prompt(self, uri, code, _expires):
        self.uri, self.code = uri, code
        self.shown.set()

    def wait(self):
        try:
            self.token = self.credential.get_token(BATCH).token
        except ClientAuthenticationError as error:
            self.error = str(error)

    def end(self):
        self.thread.join(20)
        assert not self.thread.is_alive()
        self.credential.close()


def test_a_person_with_the_key_approves_a_device(azure):
    device = Device(azure)
    assert device.uri == f"{azure.info.authority}/devicelogin"
    page = azure.ask("GET", device.uri)
    assert (page[0], page[1].get_content_type()) == (200, "text/html")
    assert azure.ask("POST", device.uri, {"code": device.code, "key": "x"})[0] == 403
    assert azure.ask("POST", device.uri, {"code": "x", "key": azure.info.key})[0] == 404
    form = {"code": f" {device.code.lower()}", "key": azure.info.key}
    assert azure.ask("POST", device.uri, form)[0] == 200
    device.thread.join(20)
    assert azure.ask("GET", POOLS, **bearer(device.token))[0] == 200
    assert azure.ask("POST", device.uri, form)[0] == 404
    # What it got with that also opens Resource Manager, without another code.
    device.shown.clear()
    token = device.credential.get_token(MANAGEMENT).token
    assert not device.shown.is_set()
    assert azure.ask("GET", SUBSCRIPTIONS, **bearer(token))[0] == 200
    device.end()


def test_a_person_may_say_no(azure):
    device = Device(azure)
    form = {"code": device.code, "key": azure.info.key, "decline": "yes"}
    assert azure.ask("POST", device.uri, form)[0] == 200
    device.end()
    assert "AADSTS70018" in device.error


def device_form(azure, **more):
    path = f"/{azure.info.tenant}/oauth2/v2.0/devicecode"
    form = {"client_id": azure.info.client_id, "scope": f"{BATCH} offline_access"}
    status, _, text = azure.ask("POST", path, form)
    assert status == 200
    asked = json.loads(text)
    return asked, {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": azure.info.client_id,
        "device_code": asked["device_code"],
    } | more


def test_a_device_code_works_once_and_for_its_program_only(azure):
    asked, form = device_form(azure)
    assert azure.token(form)[1]["error"] == "authorization_pending"
    approval = {"code": asked["user_code"], "key": azure.info.key}
    assert azure.ask("POST", asked["verification_uri"], approval)[0] == 200
    other = form | {"client_id": "00000000-0000-0000-0000-000000000001"}
    assert azure.token(other)[1]["error"] == "bad_verification_code"
    status, answer = azure.token(form)
    assert status == 200
    assert azure.token(form)[1]["error"] == "bad_verification_code"
    again = {
        "grant_type": "refresh_token",
        "client_id": azure.info.client_id,
        "refresh_token": answer["refresh_token"],
        "scope": BATCH,
    }
    status, fresh = azure.token(again)
    assert (status, "refresh_token" in fresh) == (200, False)
    assert azure.ask("GET", POOLS, **bearer(fresh["access_token"]))[0] == 200
    assert azure.token(again, refresh_token="x")[1]["error"] == "invalid_grant"
    assert azure.token(again, client_id=other["client_id"])[1]["error"] == "invalid_grant"


def test_an_open_connection_ends_with_the_emulator(caplog):
    with cloud() as running:
        context = ssl.create_default_context(cafile=running.info.ca)
        port = int(running.info.endpoint.rpartition(":")[2])
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        secured = context.wrap_socket(plain, server_hostname="localhost")
        secured.sendall(f"GET {POOLS} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        assert secured.recv(4096).startswith(b"HTTP/1.1 401")
    with secured:
        secured.settimeout(10)
        try:
            while secured.recv(4096):
                pass
        except ConnectionResetError:
            pass
    assert caplog.records == []
