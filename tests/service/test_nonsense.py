"""Bad requests by the thousand: never a 500, a traceback or a hang.

Operations are those of the server's own table, bodies are the recorded ones with something in them
replaced, and words come from the recordings, so that nonsense gets past the first check.
"""

import contextlib
import http.client
import json
import logging
import re
import socket
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote, urlsplit

import pytest
from conftest import RECORDINGS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pool_bodies import names_and_texts

from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.auth import sign, string_to_sign
from batchtui.emulator.routes import control
from batchtui.emulator.server import BATCH

SECONDS = 20
VERSION = "api-version=2025-06-01"
EXAMPLES = settings(
    max_examples=1500,
    deadline=None,
    derandomize=True,  # so that a run says the same twice
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LOUD = {"batchtui", "aiohttp", "asyncio", "asyncssh"}


def recorded_bodies():
    """The bodies of all recorded requests, and of the resources that answers show."""
    for path in sorted(RECORDINGS.glob("*.json")):
        exchange = json.loads(path.read_text(encoding="utf-8"))
        for side in ("request", "response"):
            body = exchange[side]["body"]
            if isinstance(body, dict) and len(json.dumps(body)) < 20_000:
                yield body


BODIES = list(recorded_bodies())
WORDS = sorted(
    {
        word
        for body in BODIES
        for word in names_and_texts(body)
        if isinstance(word, str) and len(word) < 40
    }
)
# Those that a key opens.
KEYED = (*BATCH, control)
OPERATIONS = sorted({(route.method, route.path) for module in KEYED for route in module.routes})
WRITES = [each for each in OPERATIONS if each[0] in {"POST", "PUT", "PATCH"}]
# What there is; nodes may be named by their place.
KNOWN = {"pool": "render-linux", "node": "NODE", "job": "job-1", "task": "task-1", "schedule": "s"}
IDS = [
    "NODE",
    "render-linux",
    "scale",
    "nightly-reports",
    "job-1",
    "task-1",
    "p",
    "0",
    "..",
    "*",
    "startup",
]

word = st.integers(0, len(WORDS) - 1).map(lambda at: WORDS[at]) | st.text(max_size=20)
number = st.integers() | st.integers(-2, 70000) | st.floats(allow_nan=False, allow_infinity=False)
leaf = st.none() | st.booleans() | number | word
value = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(word, inner, max_size=4),
    max_leaves=8,
)
# By number, since hypothesis writes down what it samples from.
recorded_body = st.integers(0, len(BODIES) - 1).map(lambda at: BODIES[at])
identifier = st.sampled_from(IDS) | st.text(min_size=1, max_size=12)


@st.composite
def replaced(draw, body):
    """A body with one thing in it replaced, removed or added."""
    body = json.loads(json.dumps(body))
    place = body
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        if isinstance(place, dict) and draw(st.integers(0, 3)) == 0:
            del place[key]
        else:
            place[key] = draw(value)
        break
    if isinstance(place, dict) and draw(st.integers(0, 4)) == 0:
        place[draw(word)] = draw(value)
    return body


body = st.one_of(
    recorded_body.flatmap(replaced).map(lambda found: json.dumps(found).encode()),
    value.map(lambda found: json.dumps(found).encode()),
    st.binary(max_size=60),
    st.just(b""),
)
comparison = st.tuples(
    word, st.sampled_from(["eq", "ne", "ge", "lt", "gt", "le", "has", ""]),
    leaf.map(lambda item: f"'{item}'") | leaf.map(str) | word.map(lambda t: f"DateTime'{t}'"),
).map(" ".join)  # fmt: skip
filters = st.recursive(
    comparison | word,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or", "not", ","]), inner).map(" ".join)
        | inner.map(lambda found: f"({found})")
        | st.tuples(word, word).map(lambda pair: f"startswith({pair[0]},'{pair[1]}')")
    ),
    max_leaves=6,
)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "$filter": filters,
        "$select": st.lists(word, max_size=4).map(",".join),
        "$expand": word,
        "$skiptoken": word,
        "maxresults": st.integers(-5, 1500).map(str) | word,
        "timeOut": st.integers(-5, 100).map(str) | word,
        "recursive": st.sampled_from(["true", "false", "x"]),
        "force": st.sampled_from(["true", "false", "x"]),
        "startTime": word,
        "endTime": word,
    },
)
printable = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=30
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "If-Match": printable,
        "If-None-Match": printable,
        "If-Modified-Since": printable,
        "If-Unmodified-Since": printable,
        "ocp-range": st.sampled_from(["bytes=0-", "bytes=5-2", "bytes=-1", "x"]) | printable,
        "Range": printable,
        "Content-Type": printable,
        "Accept": printable,
        "client-request-id": printable,
        "return-client-request-id": st.sampled_from(["true", "false", ""]),
        "ocp-x": printable,
    },
)


class Loud(logging.Handler):
    """Keeps what should not have been logged."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        if record.name.split(".")[0] in LOUD:
            self.records.append(self.format(record))


@pytest.fixture(scope="module")
def emulator():
    """An emulator that runs nothing, whatever it is told to run; silent until the end."""
    loud = Loud()
    logging.getLogger().addHandler(loud)
    with EmulatorThread(Options(seed="demo", clock="fast", pretend=True)) as info:
        KNOWN["node"] = furnish(info)
        yield info
    logging.getLogger().removeHandler(loud)
    assert loud.records == []


def furnish(info):
    """A job, a task and a schedule to ask for nonsense of; the id of a node."""
    pool = {"poolInfo": {"poolId": "render-linux"}}
    schedule = {"schedule": {"recurrenceInterval": "P1D"}, "jobSpecification": pool}
    for path, made in (
        ("/jobs", {"id": "job-1", **pool}),
        ("/jobs/job-1/tasks", {"id": "task-1", "commandLine": "x"}),
        ("/jobschedules", {"id": "s", **schedule}),
    ):
        content = json.dumps(made).encode()
        response, answer = send(info, "POST", f"{path}?{VERSION}", content, {})
        assert response.status == 201, answer
    _, answer = send(info, "GET", f"/pools/render-linux/nodes?{VERSION}", b"", {})
    return json.loads(answer)["value"][0]["id"]


def send(info, method, target, content, more):
    """A signed request: status and body, in good time."""
    address = urlsplit(info.endpoint)
    sent = {name: text.strip() for name, text in more.items()}
    sent["ocp-date"] = format_datetime(datetime.now(UTC), usegmt=True)
    if content or method not in {"GET", "HEAD"}:
        sent["Content-Length"] = str(len(content))
    names = {name.lower(): text for name, text in sent.items()}
    text = string_to_sign(method, target, names, info.account)
    sent["Authorization"] = f"SharedKey {info.account}:{sign(text, info.key)}"
    with contextlib.closing(
        http.client.HTTPConnection(address.hostname, address.port, timeout=SECONDS)
    ) as connection:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, text in sent.items():
            connection.putheader(name, text.encode("latin-1"))
        connection.endheaders(content or None)
        response = connection.getresponse()
        return response, response.read()


def check(method, response, answer):
    """It is no failure of the service's, and an error has the shape of one."""
    assert response.status < 500, answer
    if response.status >= 400 and method != "HEAD":
        error = json.loads(answer)
        assert error.get("code") or error["error"]["code"]


def known(name):
    """An id; the node's own for NODE."""
    return KNOWN["node"] if name == "NODE" else name


def filled(template, choose):
    """The path of an operation, with an id chosen for each of its gaps by the gap's name."""
    return re.sub(r"{([a-z_]+)[^}]*}", lambda gap: quote(choose(gap[1]), safe=""), template)


@EXAMPLES
@given(st.data())
@pytest.mark.timeout(600)
def test_signed_nonsense_is_refused(emulator, data):
    method, template = data.draw(st.sampled_from(OPERATIONS))
    query = data.draw(parameters) | {"api-version": "2025-06-01"}
    target = filled(template, lambda _: known(data.draw(identifier)))
    target += "?" + "&".join(f"{name}={quote(text, safe='')}" for name, text in query.items())
    content = b"" if method in {"GET", "HEAD"} else data.draw(body)
    response, answer = send(emulator, method, target, content, data.draw(headers))
    check(method, response, answer)


@EXAMPLES
@given(recorded_body.flatmap(replaced), st.sampled_from(WRITES))
@pytest.mark.timeout(600)
def test_recorded_bodies_with_something_wrong_are_taken_or_refused(emulator, changed, operation):
    method, template = operation
    content = json.dumps(changed).encode()
    target = filled(template, lambda name: KNOWN.get(name, "x")) + f"?{VERSION}"
    response, answer = send(emulator, method, target, content, {})
    check(method, response, answer)


@EXAMPLES
@given(
    st.text(max_size=40), st.dictionaries(printable, printable, max_size=3), st.binary(max_size=80)
)
def test_what_is_not_signed_gets_no_further(emulator, path, more, content):
    address = urlsplit(emulator.endpoint)
    lines = [f"POST /{quote(path)} HTTP/1.1", f"Host: {address.netloc}"]
    lines += [f"{name}: {text}" for name, text in more.items()]
    lines += [f"Content-Length: {len(content)}", "Connection: close", "", ""]
    answer = exchange(address, "\r\n".join(lines).encode("latin-1", "replace") + content)
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:200]


@settings(EXAMPLES, max_examples=300)
@given(st.binary(min_size=1, max_size=200))
def test_what_is_not_even_http_ends(emulator, noise):
    answer = exchange(urlsplit(emulator.endpoint), noise, socket.SHUT_WR)
    assert not answer.startswith(b"HTTP/1.1 5")


def exchange(address, sent, shut=None):
    """Bytes sent, and perhaps no more will follow; all that came back."""
    with socket.create_connection((address.hostname, address.port), SECONDS) as connection:
        connection.sendall(sent)
        if shut is not None:
            connection.shutdown(shut)
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65536):
                found += data
    return found
