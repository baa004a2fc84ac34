"""SharedKey, header by header: what is signed otherwise than the service reads it is refused."""

import base64
import hashlib
import hmac
import http.client
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest

from batchtui.emulator import EmulatorThread, Options

VERSION = "api-version=2025-06-01"


@pytest.fixture(scope="module")
def emulator():
    with EmulatorThread(Options(clock="fast", seed="empty", pretend=True)) as info:
        yield info


def date(offset=timedelta()):
    return format_datetime((datetime.now(UTC) + offset).replace(microsecond=0), usegmt=True)


def sign(info, text, key=None):
    """What SERVICE.md says is signed, written out here once more and not by the emulator."""
    digest = hmac.digest(base64.b64decode(key or info.key), text.encode(), hashlib.sha256)
    return base64.b64encode(digest).decode()


def text_of(method, target, headers=(), query=(), account="demo"):
    """The string to sign by the book, from headers by their lower-case names and decoded query."""
    named = dict(headers)
    order = (
        "content-encoding", "content-language", "content-length", "content-md5", "content-type",
        "date", "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
    )  # fmt: skip
    ours = sorted((n, v) for n, v in named.items() if n.startswith("ocp-"))
    return "".join(
        [
            f"{method}\n",
            *(f"{named.get(name, '')}\n" for name in order),
            *(f"{name}:{value}\n" for name, value in ours),
            f"/{account}{target.partition('?')[0]}",
            *(f"\n{name}:{value}" for name, value in query),
        ]
    )


def ask(info, method, target, headers, content=None):
    """Status and code; `headers` are pairs, sent as they are."""
    address = urlsplit(info.endpoint)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(content)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    return response.status, json.loads(body).get("code", "") if body else ""


def signed(info, target, query, **more):
    """Headers of a GET, signed; `more` may say another key, text, scheme or account."""
    at = more.get("at", date())
    text = more.get("text") or text_of("GET", target, {"ocp-date": at}, query)
    scheme, account = more.get("scheme", "SharedKey"), more.get("account", info.account)
    signature = more.get("signature") or sign(info, text, more.get("key"))
    return [("ocp-date", at), ("Authorization", f"{scheme} {account}:{signature}")]


PLAIN = (("api-version", "2025-06-01"),)


@pytest.mark.parametrize("scheme", ["SharedKey", "sharedkey", "SHAREDKEY"])
def test_the_schemes_name_has_no_case(emulator, scheme):
    headers = signed(emulator, "/pools", PLAIN, scheme=scheme)
    assert ask(emulator, "GET", f"/pools?{VERSION}", headers)[0] == 200


@pytest.mark.parametrize(
    "more",
    [
        {"scheme": "SharedKeyLite"},
        {"scheme": "Basic"},
        {"account": "Demo"},
        {"account": ""},
        {"signature": "AAAA"},
        {"signature": " "},
        {"key": base64.b64encode(b"another").decode()},
        {"at": "yesterday"},
        {"at": "2025-11-25T00:00:00Z"},
        {"at": "99999999999999999999"},
    ],
    ids=str,
)
def test_what_is_not_signed_right_is_refused(emulator, more):
    found = ask(emulator, "GET", f"/pools?{VERSION}", signed(emulator, "/pools", PLAIN, **more))
    assert found == (403, "AuthenticationFailed")


@pytest.mark.parametrize("minutes", [-16, 16])
def test_more_than_a_quarter_of_an_hour_off_is_refused(emulator, minutes):
    headers = signed(emulator, "/pools", PLAIN, at=date(timedelta(minutes=minutes)))
    assert ask(emulator, "GET", f"/pools?{VERSION}", headers) == (403, "AuthenticationFailed")


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_quarter_of_an_hour_is_let_by(emulator, minutes):
    headers = signed(emulator, "/pools", PLAIN, at=date(timedelta(minutes=minutes)))
    assert ask(emulator, "GET", f"/pools?{VERSION}", headers)[0] == 200


def test_there_must_be_a_date(emulator):
    header = (
        "Authorization",
        f"SharedKey demo:{sign(emulator, text_of('GET', '/pools', {}, PLAIN))}",
    )
    assert ask(emulator, "GET", f"/pools?{VERSION}", [header]) == (403, "AuthenticationFailed")


def test_the_date_may_be_the_plain_one(emulator):
    at = date()
    text = text_of("GET", "/pools", {"date": at}, PLAIN)
    headers = [("Date", at), ("Authorization", f"SharedKey demo:{sign(emulator, text)}")]
    assert ask(emulator, "GET", f"/pools?{VERSION}", headers)[0] == 200


def test_the_ocp_date_goes_before_the_plain_one(emulator):
    at, old = date(), date(timedelta(days=-1))
    text = text_of("GET", "/pools", {"date": old, "ocp-date": at}, PLAIN)
    headers = [("Date", old), ("ocp-date", at)]
    headers += [("Authorization", f"SharedKey demo:{sign(emulator, text)}")]
    assert ask(emulator, "GET", f"/pools?{VERSION}", headers)[0] == 200


@pytest.mark.parametrize(
    ("target", "query"),
    [
        # Sorted by name, upper case first; the first value of each counts; empty ones don't.
        (f"/pools?{VERSION}&maxresults=5", (*PLAIN, ("maxresults", "5"))),
        (f"/pools?maxresults=5&{VERSION}", (*PLAIN, ("maxresults", "5"))),
        (f"/pools?{VERSION}&Zeta=1&alpha=2", (("Zeta", "1"), ("alpha", "2"), *PLAIN)),
        (f"/pools?{VERSION}&maxresults=5&maxresults=6", (*PLAIN, ("maxresults", "5"))),
        (f"/pools?{VERSION}&$filter=&x", PLAIN),
        (f"/pools?{VERSION}&x=&x=1", (*PLAIN, ("x", "1"))),
        (f"/pools?{VERSION}&x=a%20b+c%2Bd", (*PLAIN, ("x", "a b c+d"))),
        (f"/pools?{VERSION}&x=%C3%A9", (*PLAIN, ("x", "\u00e9"))),
        (f"/pools?{VERSION}&x=a;y=b", (*PLAIN, ("x", "a;y=b"))),
        (f"/pools?{VERSION}&%24select=id", (("$select", "id"), *PLAIN)),
    ],
)  # fmt: skip
def test_query_parameters_are_signed_decoded_and_sorted(emulator, target, query):
    order = tuple(sorted(query))
    headers = signed(emulator, "/pools", order)
    assert ask(emulator, "GET", target, headers)[0] == 200
    headers = signed(emulator, "/pools", PLAIN if order != PLAIN else (*PLAIN, ("x", "1")))
    assert ask(emulator, "GET", target, headers) == (403, "AuthenticationFailed")


@pytest.mark.parametrize(
    "path", ["/pools/%C3%A9", "/pools/a%20b", "/pools/p/nodes/n/files/a%5Cb%2Fc"]
)
def test_paths_are_signed_as_they_are_sent(emulator, path):
    assert ask(emulator, "GET", f"{path}?{VERSION}", signed(emulator, path, PLAIN))[0] == 404
    for other in (path.lower(), path.replace("%20", " ").replace("%C3%A9", "\u00e9")):
        if other != path:
            found = ask(emulator, "GET", f"{path}?{VERSION}", signed(emulator, other, PLAIN))
            assert found == (403, "AuthenticationFailed")


@pytest.mark.parametrize("name", ["ocp-date", "Authorization", "If-Match", "ocp-range"])
def test_a_header_given_twice_is_signed_as_one_with_both_values(emulator, name):
    at = date()
    values = {"ocp-date": at, "If-Match": "0x1", "ocp-range": "bytes=0-1"}
    sent = {"ocp-date": at} | ({name.lower(): values[name]} if name in values else {})
    once = sign(emulator, text_of("GET", "/pools", sent, PLAIN))
    headers = [(n, v) for n, v in values.items() if n.lower() in sent]
    headers += [("Authorization", f"SharedKey demo:{once}")]
    assert ask(emulator, "GET", f"/pools?{VERSION}", headers)[0] == 200
    double = next(pair for pair in headers if pair[0] == name)
    found = ask(emulator, "GET", f"/pools?{VERSION}", [*headers, double])
    assert found == (403, "AuthenticationFailed")


def test_the_length_of_no_body_is_signed_as_zero_or_as_nothing(emulator):
    at = date()
    for length in ("0", "", "1"):
        sent = {"ocp-date": at, "content-length": length}
        text = text_of("POST", "/pools/p/stopresize", sent, PLAIN)
        headers = [("ocp-date", at), ("Content-Length", "0")]
        headers += [("Authorization", f"SharedKey demo:{sign(emulator, text)}")]
        status, _ = ask(emulator, "POST", f"/pools/p/stopresize?{VERSION}", headers)
        assert status == (403 if length == "1" else 404)


def test_signing_for_one_method_doesnt_open_another(emulator):
    headers = signed(emulator, "/pools/p", PLAIN)
    for method in ("HEAD", "DELETE"):
        assert ask(emulator, method, f"/pools/p?{VERSION}", headers)[0] == 403
