"""Rules: what a fault strikes, how often, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiohttp import web

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.control.act import Act
from batchtui.emulator.control.acts import ACTS
from batchtui.emulator.control.glob import Glob, compiled, is_named
from batchtui.emulator.errors import bad_property
from batchtui.emulator.store import Node

OFTEN = frozenset({"do", "count", "probability", "seed", "after"})
REQUESTS = OFTEN | {"ssh", "method", "path", "query"}
LOGINS = OFTEN | {"ssh", "pool", "node"}
METHODS = ("*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MOST = 2**31 - 1
# The faults of logins by when they happen: on connect, as a user shows a secret, in a session.
ON_CONNECT = frozenset({"refuse", "hang", "hostkey"})
REJECT = frozenset({"reject"})
DROP = frozenset({"drop"})
ON_SESSION = DROP | {"flood"}
ON_FILES = DROP | {"full"}
# What may happen to a login, and what it may be told.
LOGIN_FAULTS: Mapping[str, frozenset[str]] = {
    "refuse": frozenset(),
    "hang": frozenset(),
    "hostkey": frozenset(),
    "reject": frozenset({"user"}),
    "drop": frozenset({"user", "seconds", "bytes"}),
    "flood": frozenset({"user"}),
    "full": frozenset({"user", "bytes"}),
}


@dataclass(frozen=True)
class RequestFault:
    """What happens to requests of a method, path and query."""

    act: Act
    method: str
    path: Glob
    query: Glob

    def fits(self, request: web.Request) -> bool:
        """Whether it is about the request."""
        return bool(
            self.method in {"*", request.method}
            and self.path.matches(request.path)
            and self.query.matches(request.query_string)
        )


@dataclass(frozen=True)
class LoginFault:
    """What happens to SSH connections to nodes: `does` is one of LOGIN_FAULTS.

    `seconds` or `bytes` of output, one of them, are what `drop` lets be; so many `bytes` are what
    a disk that is `full` still takes of files.
    """

    does: str
    pool: Glob
    node: str
    user: Glob
    seconds: float | None = None
    bytes: int | None = None

    def fits(self, node: Node, user: str) -> bool:
        """Whether it is about a node, and about a user as far as one is known."""
        return bool(
            self.pool.matches(node.pool.id)
            and is_named(node, self.node)
            and self.user.matches(user)
        )


@dataclass(eq=False)
class Rule:
    """A fault and how often it happens to what fits it.

    `skip` more are let by, then each is struck with the `probability` (0 to 1), `left` times or,
    when that is None, until the rule is cleared. `given` is the rule as it was told.
    """

    id: str
    given: Json
    fault: RequestFault | LoginFault
    chance: Random
    skip: int = 0
    probability: float = 1.0
    left: int | None = None
    hits: int = field(default=0, init=False)

    def strikes(self) -> bool:
        """Whether the fault happens to what fits it now, which is counted."""
        if self.left == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.chance.random() >= self.probability:
            return False
        if self.left is not None:
            self.left -= 1
        self.hits += 1
        return True

    def shown(self) -> Json:
        """The rule as it is listed: as it was told, and what became of it."""
        return {**self.given, "id": self.id, "left": self.left, "hits": self.hits}


def read_rule(body: Json, rule_id: str, chance: Random) -> Rule:
    """The rule that a body describes; 400 when there can't be such a one."""
    about_logins = read.flag(body, "ssh")
    fault = _login_fault(body) if about_logins else _request_fault(body)
    count = read.number(body, "count", least=1, most=MOST, default=-1)
    seed = read.number(body, "seed", least=0, most=MOST, default=chance.getrandbits(31))
    return Rule(
        rule_id,
        body,
        fault,
        Random(seed),  # noqa: S311 - it decides nothing that is secret
        skip=read.number(body, "after", least=0, most=MOST, default=0),
        probability=read.decimal(body, "probability", least=0.0, most=1.0, default=1.0),
        left=None if count < 0 else count,
    )


def _request_fault(body: Json) -> RequestFault:
    act = ACTS[read.choice(body, "do", "", *ACTS)]
    read.only(body, REQUESTS | act.settings)
    return RequestFault(
        act.read(body),
        read.choice(body, "method", "*", *METHODS),
        compiled(read.text(body, "path", "**")),
        compiled(read.text(body, "query", "**")),
    )


def _login_fault(body: Json) -> LoginFault:
    does = read.choice(body, "do", "", *LOGIN_FAULTS)
    read.only(body, LOGINS | LOGIN_FAULTS[does])
    return LoginFault(
        does,
        compiled(read.text(body, "pool", "*")),
        read.text(body, "node", "*"),
        compiled(read.text(body, "user", "*")),
        **(_drop(body) if does == "drop" else {}),
        **({"bytes": read.number(body, "bytes", least=0, most=MOST)} if does == "full" else {}),
    )


def _drop(body: Json) -> dict[str, Any]:
    if (body.get("seconds") is None) == (body.get("bytes") is None):
        raise bad_property("drop", body, "One of seconds and bytes says when")
    if body.get("seconds") is not None:
        return {"seconds": read.decimal(body, "seconds", least=0.0, most=86400.0)}
    return {"bytes": read.number(body, "bytes", least=0, most=MOST)}
