"""Nodes: list, get and how to log in to one."""

from aiohttp import web

from batchtui.emulator import query
from batchtui.emulator.errors import BatchError
from batchtui.emulator.network import login_endpoint
from batchtui.emulator.odata import NODE_FIELDS
from batchtui.emulator.state import state_of
from batchtui.emulator.store import NODE_ORDER, Node
from batchtui.emulator.wire import json_response

LOGIN = "Microsoft.Azure.Batch.Protocol.Entities.RemoteLoginSettings"


async def list_nodes(request: web.Request) -> web.Response:
    """GET /pools/{pool}/nodes."""
    world = state_of(request).world
    pool = world.pool(request.match_info["pool"])
    asked = query.read_query(request, NODE_FIELDS)
    found = query.page(pool.node_ids, asked, lambda node_id: pool.nodes[node_id].body)
    return json_response(query.list_body(request, world.endpoint, "nodes", found, NODE_ORDER))


async def get_node(request: web.Request) -> web.Response:
    """GET /pools/{pool}/nodes/{node}."""
    names = query.read_select(request)
    order = NODE_ORDER if names is None else [name for name in NODE_ORDER if name in names]
    head = {"odata.metadata": f"{state_of(request).world.endpoint}/$metadata#nodes/@Element"}
    return json_response(head | query.pick(node_of(request).body, order))


async def remote_login_settings(request: web.Request) -> web.Response:
    """GET /pools/{pool}/nodes/{node}/remoteloginsettings.

    What the service answers for a node that nothing maps to is undocumented; here it is
    409 OperationNotValidOnNode, which says why.
    """
    state = state_of(request)
    node = node_of(request)
    endpoint = login_endpoint(node.body)
    if not endpoint:
        reason = "The pool has no inbound NAT pool for port 22 or 3389"
        raise BatchError("OperationNotValidOnNode", ("Reason", reason))
    await state.hosts.login_opened(node)
    response = json_response(
        {
            "odata.metadata": f"{state.world.endpoint}/$metadata#{LOGIN}",
            "remoteLoginIPAddress": endpoint["publicIPAddress"],
            "remoteLoginPort": endpoint["frontendPort"],
        }
    )
    response.headers["DataServiceId"] = f"{node.body['url']}/remoteloginsettings"
    return response


def check_machine(node: Node) -> None:
    """409 while there is no machine to work on, with the state that it is in."""
    if node.away:
        raise BatchError(node.away, ("Reason", f"The node is {node.state}"))


def node_of(request: web.Request) -> Node:
    """The request's node; 404 PoolNotFound or NodeNotFound."""
    match = request.match_info
    return state_of(request).world.node(match["pool"], match["node"])
