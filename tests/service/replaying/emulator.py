"""Sends a recorded request to the emulator, in the state that it presumes, and compares answers."""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from azure.batch._patch import BatchSharedKeyAuthPolicy
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest
from service.replaying.exchanges import account_of, exchange_of
from service.replaying.held import Chance, held
from yarl import URL

from batchtui.emulator import Options, running
from batchtui.emulator.state import State

# Said by the connection or by this test itself, not by whoever was recorded.
OWN = {
    "accept-encoding", "authorization", "connection", "content-length", "host", "ocp-date",
}  # fmt: skip


# Sent with a key what only a token opens.
BY_KEY = {"pool-create-403-forbidden-vnet-2020"}


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        kind = self.headers.get("content-type", "")
        if not self.content or "json" not in kind:
            return self.content.decode() or None
        return json.loads(self.content)


@dataclass
class Replay:
    """An emulator at the time and in the version of a recording."""

    name: str
    exchange: dict[str, Any]
    state: State
    endpoint: str
    key: AzureNamedKeyCredential
    session: aiohttp.ClientSession
    next_link: str = field(default="", init=False)
    location: str = field(default="", init=False)

    async def take(self, steps: Iterable[Any]) -> None:
        """Get to where the recorded request was sent.

        A step is a recorded request's name, seconds to let pass, a pool to create, a request
        of method, path and body, or a function of this.
        """
        for step in steps:
            if isinstance(step, str):
                _expect_success(await self.send(exchange_of(step)["request"]))
            elif isinstance(step, int | float):
                await self.state.world.clock.let_pass(step)
            elif callable(step):
                await step(self)
            else:
                method, path, body = ("POST", "/pools", step) if isinstance(step, dict) else step
                query = {"api-version": self.exchange["api_version"]}
                request = {"method": method, "path": path, "query": query, "body": body}
                _expect_success(await self.send(request))

    async def send(self, request: Mapping[str, Any]) -> Answer:
        """Send a request as it was recorded, signed anew or with a token."""
        headers = {
            name: value
            for name, value in request.get("headers", {}).items()
            if name.lower() not in OWN
        }
        content = None
        if request["body"] is not None:
            content = json.dumps(request["body"]).encode()
            headers["Content-Length"] = str(len(content))
            headers.setdefault("Content-Type", "application/json; odata=minimalmetadata")
        method, url = request["method"], self._url(request)
        if audience := self._audience(request):
            token = self.state.authority.tokens.issue({"aud": audience})
            headers["Authorization"] = f"Bearer {token}"
        else:
            headers = self._signed(method, url, headers)
        target = URL(url, encoded=True)
        sending = self.session.request(method, target, headers=headers, data=content)
        async with sending as response:
            names = {n.decode().lower(): v.decode() for n, v in response.raw_headers}
            answer = Answer(response.status, names, await response.read())
        self.location = answer.headers.get("location", self.location)
        if isinstance(answer.body, dict):
            self.next_link = answer.body.get("odata.nextLink", "")
        return answer

    def _audience(self, request: Mapping[str, Any]) -> str:
        """What a token must be for: Resource Manager, or Batch where a key opens no network."""
        if request["path"].startswith("/subscriptions"):
            return "https://management.azure.com/"
        in_network = self.name not in BY_KEY and "subnetId" in str(request["body"])
        return "https://batch.core.windows.net/" if in_network else ""

    def _signed(self, method: str, url: str, headers: Mapping[str, str]) -> dict[str, str]:
        request = HttpRequest(method, url, headers=headers)
        policy = BatchSharedKeyAuthPolicy(self.key)
        policy.on_request(PipelineRequest(request, PipelineContext(None)))
        return dict(request.headers)

    def _url(self, request: Mapping[str, Any]) -> str:
        if "$skiptoken" in request["query"]:
            return self.next_link
        if "perationResults/" in request["path"]:
            return self.location
        query = urlencode(request["query"], quote_via=quote, safe="$")
        return f"{self.endpoint}{request['path']}?{query}"


def _expect_success(answer: Answer) -> None:
    assert answer.status < 300, answer.content.decode()


@contextlib.asynccontextmanager
async def replaying(name: str, steps: Iterable[Any]):
    """An emulator in which the steps have been taken, at the time of the recording."""
    exchange = exchange_of(name)
    date = next(v for k, v in exchange["response"]["headers"].items() if k.lower() == "date")
    before = sum(step for step in steps if isinstance(step, int | float))
    start = parsedate_to_datetime(date) - timedelta(seconds=before)
    with held() as stages:
        account = account_of(name, exchange)
        options = Options(
            seed="empty", pretend=True, random_seed=1, start_time=start, account=account
        )
        async with (
            running.serve(options) as info,
            aiohttp.ClientSession(skip_auto_headers=["Content-Type", "User-Agent"]) as session,
        ):
            state = stages[0].state
            world = state.world
            world.chance = Chance(1)
            exchanges = [exchange_of(step) for step in steps if isinstance(step, str)]
            _name_nodes(world, [*exchanges, exchange])
            key = AzureNamedKeyCredential(info.account, info.key)
            replay = Replay(name, exchange, state, info.endpoint, key, session)
            await replay.take(steps)
            yield replay


def _name_nodes(world, exchanges) -> None:
    """Let nodes have the recorded ids, in the order of their addresses."""
    found = dict.fromkeys(re.findall(r"tvmps_[0-9a-f]{64}_[dp]", json.dumps(exchanges)))
    body = exchanges[-1]["response"]["body"]
    items = body.get("value", ()) if isinstance(body, dict) else ()
    address = {item.get("id"): item.get("ipAddress", "") for item in items}
    names = sorted(found, key=lambda name: address.get(name, ""))
    made = world.new_node_id

    def new_node_id(*, dedicated):
        kind = "_d" if dedicated else "_p"
        name = next((name for name in names if name.endswith(kind)), None)
        if name is None:
            return made(dedicated=dedicated)
        names.remove(name)
        return name

    world.new_node_id = new_node_id
