"""The string that SharedKey signs, compared with what the SDK signs."""

import base64
from email.utils import formatdate

import pytest
from azure.batch._patch import BatchSharedKeyAuthPolicy
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest

from batchtui.emulator.auth import Keys, check_origin, check_shared_key, sign, string_to_sign
from batchtui.emulator.errors import BatchError

KEY = base64.b64encode(b"some bytes").decode()
KEYS = Keys("demo", KEY, base64.b64encode(b"other bytes").decode())


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/pools?api-version=2025-06-01", {}),
        ("GET", "/pools?b=2&a=1&B=3&empty=&api-version=x", {"Accept": "application/json"}),
        ("GET", "/pools?a=first&a=second&q=a%20b%2Bc+d", {}),
        ("GET", "/pools/p/nodes/n/files/a%5Cb%2Fc.txt?x=1", {"ocp-range": "bytes=0-5"}),
        ("GET", "/pools?$filter=id%20eq%20'x'&$select=id", {"client-request-id": "1"}),
        ("POST", "/pools?x=1", {"Content-Type": "application/json", "Content-Length": "12"}),
        ("POST", "/pools/p/stopresize", {"If-Match": "0x1"}),
        ("DELETE", "/pools/p", {"If-Unmodified-Since": "Tue, 25 Nov 2025 23:49:34 GMT"}),
        ("PUT", "/pools/p", {"Content-Length": "0", "If-None-Match": "", "ocp-a": ""}),
        ("HEAD", "/pools/p", {"If-Modified-Since": "Tue, 25 Nov 2025 23:49:34 GMT"}),
    ],
)
def test_the_sdk_signs_the_same(method, path, headers):
    request = HttpRequest(method, f"http://127.0.0.1:1{path}", headers=headers)
    policy = BatchSharedKeyAuthPolicy(AzureNamedKeyCredential("demo", KEY))
    policy.on_request(PipelineRequest(request, PipelineContext(None)))
    sent = {name.lower(): value for name, value in request.headers.items()}
    check_shared_key(method, path, sent, KEYS)
    with pytest.raises(BatchError):
        check_shared_key(method, f"{path}x", sent, KEYS)


@pytest.mark.parametrize(
    ("lines", "query", "sent"),
    [
        ("DELETE" + "\n" * 12, "x=1", {}),
        ("POST" + "\n" * 12, "x=1", {"content-length": "0"}),
        ("GET" + "\n" * 12, "x=1", {"date": "today"}),
        ("GET" + "\n" * 12, "X=1", {}),
    ],
    ids=["no length", "a length of 0", "a date beside ocp-date", "lower case"],
)
def test_sdks_of_other_languages_sign_some_things_otherwise(lines, query, sent):
    """JavaScript's signs no length for a DELETE, .NET's never one of 0; see auth._readings."""
    at = formatdate(usegmt=True)
    text = f"{lines}ocp-date:{at}\n/demo/pools/p\nx:1"
    sent = sent | {"ocp-date": at, "authorization": f"SharedKey demo:{sign(text, KEY)}"}
    method = lines.split()[0]
    check_shared_key(method, f"/pools/p?{query}", sent, KEYS)
    with pytest.raises(BatchError):
        check_shared_key(method, f"/pools/p?{query}", sent | {"content-length": "5"}, KEYS)


def test_a_wrong_signature_is_told_what_was_to_be_signed():
    at = formatdate(usegmt=True)
    sent = {"ocp-date": at, "authorization": "SharedKey demo:AAAA"}
    with pytest.raises(BatchError) as caught:
        check_shared_key("GET", "/pools?x=1\udcff", sent, KEYS)
    ((name, detail),) = caught.value.values
    assert name == "AuthenticationErrorDetail"
    assert detail == (
        "The MAC signature found in the HTTP request 'AAAA' is not the same as any computed "
        f"signature. Server used following string to sign: 'GET{chr(10) * 12}ocp-date:{at}\n"
        "/demo/pools\nx:1\ufffd'."
    )


def test_a_path_may_be_sent_less_quoted_than_it_was_signed():
    request = HttpRequest("GET", "http://127.0.0.1:1/jobs/s%3Ajob-1?x=1")
    policy = BatchSharedKeyAuthPolicy(AzureNamedKeyCredential("demo", KEY))
    policy.on_request(PipelineRequest(request, PipelineContext(None)))
    sent = {name.lower(): value for name, value in request.headers.items()}
    check_shared_key("GET", "/jobs/s:job-1?x=1", sent, KEYS)
    for other in ("/jobs/s%3Ajob-2?x=1", "/jobs/s/job-1?x=1", "/jobs/s:job-1?x=2", "/\udcff"):
        with pytest.raises(BatchError):
            check_shared_key("GET", other, sent, KEYS)


def test_the_string_has_a_line_for_every_header():
    text = string_to_sign("GET", "/pools?b=1&a=2", {"ocp-date": "d", "date": "e"}, "demo")
    assert text == "GET\n" + "\n" * 5 + "e\n" + "\n" * 5 + "ocp-date:d\n/demo/pools\na:2\nb:1"


@pytest.mark.parametrize(
    ("remote", "host", "welcome"),
    [
        ("127.0.0.1", "127.0.0.1:80", True),
        ("127.9.9.9", "localhost:80", True),
        ("::1", "[::1]:80", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("10.0.0.1", "127.0.0.1:80", False),
        (None, "127.0.0.1:80", False),
        ("127.0.0.1", "127.0.0.1:81", False),
        ("127.0.0.1", "evil.example:80", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "127.0.0.1:80x", False),
    ],
)
def test_only_this_machine_by_its_own_name(remote, host, welcome):
    if welcome:
        check_origin(remote, host, 80)
        return
    with pytest.raises(BatchError) as caught:
        check_origin(remote, host, 80)
    assert caught.value.status == 403
