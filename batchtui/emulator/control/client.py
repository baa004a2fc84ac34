"""Controls a running emulator from Python, over HTTP and with nothing but the standard library.

inject(emulator, path="/pools/*/nodes", do="status", status=503, count=2)
put(emulator, pool="p", node="0", state="preempted")
empty(emulator)
"""

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlsplit

from batchtui.emulator.control import PREFIX
from batchtui.emulator.options import RunningEmulator

SECONDS = 30.0
Json = dict[str, Any]


class ControlError(Exception):
    """The emulator refused, and the text says why."""


def inject(emulator: RunningEmulator, **rule: Any) -> str:  # noqa: ANN401 - JSON
    """Let something go wrong; the id of the rule."""
    return str(_ask(emulator, "POST", "/faults", rule)["id"])


def faults(emulator: RunningEmulator) -> list[Json]:
    """The rules, with their `hits` and how many are `left`."""
    return list(_ask(emulator, "GET", "/faults")["faults"])


def clear(emulator: RunningEmulator, rule_id: str = "") -> None:
    """Forget one rule, or all of them."""
    _ask(emulator, "DELETE", f"/faults/{rule_id}" if rule_id else "/faults")


def put(emulator: RunningEmulator, **change: Any) -> Json:  # noqa: ANN401 - JSON
    """Change the world; what there is then, in numbers."""
    return _ask(emulator, "POST", "/world", change)


def world(emulator: RunningEmulator) -> Json:
    """What there is, in numbers."""
    return _ask(emulator, "GET", "/world")


def empty(emulator: RunningEmulator, seed: str = "empty") -> None:
    """Begin anew: an account with nothing, or a seed, in which nothing goes wrong."""
    clear(emulator)
    put(emulator, reset=seed)


def _ask(emulator: RunningEmulator, method: str, path: str, body: Json | None = None) -> Json:
    address = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(address.netloc, timeout=SECONDS)
    if emulator.ca:
        context = ssl.create_default_context(cafile=emulator.ca)
        connection = http.client.HTTPSConnection(address.netloc, timeout=SECONDS, context=context)
    try:
        connection.request(
            method,
            PREFIX + path,
            None if body is None else json.dumps(body),
            {"Authorization": f"Bearer {emulator.key}"},
        )
        response = connection.getresponse()
        answer: Json = json.loads(response.read() or b"{}")
    finally:
        connection.close()
    if response.status >= 400:
        raise ControlError(answer["error"]["message"])
    return answer
