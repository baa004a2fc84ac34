"""Logs of a node's agent, uploaded to a storage container."""

import hashlib
import logging
from collections.abc import Mapping
from functools import partial

from aiohttp import web

from batchtui.emulator.answers import titled
from batchtui.emulator.bodies.logs import Upload, upload
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.machines.storage import StorageError, put_bytes
from batchtui.emulator.machines.threads import apart
from batchtui.emulator.network import is_near
from batchtui.emulator.routes.nodes import NODE, check_machine, node_of
from batchtui.emulator.state import REQUEST_ID, state_of
from batchtui.emulator.store import Node
from batchtui.emulator.times import read_time
from batchtui.emulator.wire import json_response

RESULT = "Microsoft.Azure.Batch.Protocol.Entities.UploadBatchServiceLogsResult"
FACTS = ("state", "stateTransitionTime", "allocationTime", "lastBootTime", "ipAddress")
log = logging.getLogger(__name__)

routes = web.RouteTableDef()


@routes.post(f"{NODE}/uploadbatchservicelogs")
async def upload_logs(request: web.Request) -> web.Response:
    """Upload the agent's logs of a range of time: as recorded, 4 files.

    A container on this machine's loopback (Azurite, say) really gets them, as block blobs; any
    other, that of a real account, is left alone and the answer pretends.
    """
    wanted = upload(await read_body(request))
    node = node_of(request)
    check_machine(node)
    account = hashlib.sha256(state_of(request).keys.account.encode()).hexdigest()[:16].upper()
    directory = f"batch-{account}/{node.pool.id}/{node.id}/{request[REQUEST_ID]}"
    logs = agent_logs(node) if _was_there(node, wanted) else {}
    count = len(logs)
    if is_near(wanted.container):
        count = await apart(partial(put_all, wanted.container, directory, logs))
    result = {"virtualDirectoryName": directory, "numberOfFilesUploaded": count}
    return json_response(titled(request, RESULT, result))


def _was_there(node: Node, wanted: Upload) -> bool:
    since = read_time(node.body["allocationTime"])
    return wanted.end is None or since is None or wanted.end >= since


def agent_logs(node: Node) -> Mapping[str, str]:
    """What the emulator can tell of a node, in files named like an agent's."""
    known = [f"{name}: {node.body[name]}\n" for name in FACTS if name in node.body]
    task = [f"{name}: {value}\n" for name, value in node.body.get("startTaskInfo", {}).items()]
    agent = node.body.get("nodeAgentInfo", {})
    return {
        "agent-debug.log": "".join(known),
        "agent-warn.log": "",
        "agent-version.log": "".join(f"{name}: {value}\n" for name, value in agent.items()),
        "starttask.log": "".join(task),
    }


def put_all(container: str, directory: str, logs: Mapping[str, str]) -> int:
    """Put the files into a container, and say how many are there now."""
    count = 0
    for name, text in logs.items():
        try:
            put_bytes(container, f"{directory}/{name}", text.encode(), {})
        except StorageError as error:
            log.warning("The storage account didn't take %s: %s", name, error.status)
            break
        count += 1
    return count
