"""A transport of the SDK's pipeline that has its answers at hand, and a list of nodes for it."""

import json
import random
from pathlib import Path

from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest._http_response_impl_async import AsyncHttpResponseImpl

HOST = "https://canned.westeurope.batch.azure.com"
STATES = ["idle", "running", "running", "running", "starting", "starttaskfailed", "unusable"]
RECORDINGS = Path(__file__).parents[1] / "recordings"


class _Answer(AsyncHttpResponseImpl):
    """A page that arrives in one piece."""

    def __init__(self, request, body):
        async def pieces():
            yield body

        super().__init__(
            request=request,
            internal_response=None,
            status_code=200,
            reason="OK",
            content_type="application/json",
            headers={"Content-Type": "application/json;odata=minimalmetadata"},
            stream_download_generator=lambda **_: pieces(),
            block_size=len(body),
        )

    async def close(self):
        """There is no connection to close."""


class Canned(AsyncHttpTransport):
    """Answers a request with the page that its URL names."""

    def __init__(self, pages):
        self._pages = pages

    async def __aexit__(self, *_):
        """There is nothing to close."""

    async def open(self):
        """There is nothing to open."""

    async def close(self):
        """There is nothing to close."""

    async def send(self, request, *, stream=False, **_):
        _, _, token = request.url.partition("skiptoken=")
        answer = _Answer(request, self._pages[int(token.partition("&")[0] or 0)])
        if not stream:
            await answer.read()
        return answer


def node_pages(count, *, page=1000):
    """Pages of so many nodes as bytes: recorded ones of about 1.3 KB, each with its own id."""
    exchange = json.loads((RECORDINGS / "node-list-no-endpoint-start-task.json").read_text())
    recorded = exchange["response"]["body"]["value"]
    chance = random.Random(1)
    nodes = [_another(recorded[number % len(recorded)], chance) for number in range(count)]
    pages = []
    for first in range(0, count, page):
        body = {"value": nodes[first : first + page]}
        if first + page < count:
            body["odata.nextLink"] = f"{HOST}/pools/p/nodes?$skiptoken={len(pages) + 1}"
        pages.append(json.dumps(body).encode())
    return pages


def _another(node, chance):
    """A node like a recorded one."""
    node_id = f"tvmps_{chance.randbytes(32).hex()}_{chance.choice('dp')}"
    return {
        **node,
        "id": node_id,
        "url": node["url"].replace(node["id"], node_id),
        "affinityId": f"TVM:{node_id}",
        "ipAddress": f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}",
        "isDedicated": node_id.endswith("d"),
        "state": chance.choice(STATES),
        "runningTasksCount": chance.randrange(4),
    }
