"""Nodes: list, get and how to log in to one."""

from aiohttp import web

from batchtui.emulator.answers import element, listing, titled
from batchtui.emulator.errors import BatchError
from batchtui.emulator.kinds import NODES
from batchtui.emulator.network import login_endpoints
from batchtui.emulator.routes.pools import pool_of
from batchtui.emulator.state import VERSION, state_of
from batchtui.emulator.store import Node
from batchtui.emulator.versions import shaped
from batchtui.emulator.wire import json_response

SETTINGS = (  # the second by IPv6, where the pool has it
    ("remoteLoginIPAddress", "remoteLoginPort"),
    ("ipv6RemoteLoginIPAddress", "ipv6RemoteLoginPort"),
)
LOGIN = "Microsoft.Azure.Batch.Protocol.Entities.RemoteLoginSettings"


routes = web.RouteTableDef()
NODE = "/pools/{pool}/nodes/{node}"


@routes.get("/pools/{pool}/nodes", allow_head=False)
async def list_nodes(request: web.Request) -> web.Response:
    """The nodes of a pool."""
    pool = pool_of(request)
    return listing(request, NODES, pool.nodes.ids, lambda node_id: pool.nodes[node_id].body)


@routes.get(NODE, allow_head=False)
async def get_node(request: web.Request) -> web.Response:
    """One node."""
    return element(request, NODES, node_of(request).body)


@routes.get(f"{NODE}/remoteloginsettings", allow_head=False)
async def remote_login_settings(request: web.Request) -> web.Response:
    """Where to log in to a node.

    What the service answers for a node that nothing maps to is undocumented; here it is
    409 OperationNotValidOnNode, which says why.
    """
    state = state_of(request)
    node = node_of(request)
    endpoints = login_endpoints(node.body)
    if not endpoints:
        reason = "No inbound NAT pool of the pool leads to the node's port 22 or 3389"
        raise BatchError("OperationNotValidOnNode", ("Reason", reason))
    await state.hosts.login_opened(node)
    settings: dict[str, object] = {}
    for (address, port), endpoint in zip(SETTINGS, endpoints, strict=False):
        settings |= {address: endpoint["publicIPAddress"], port: endpoint["frontendPort"]}
    shown = shaped("remoteloginsettings", settings, request[VERSION])
    response = json_response(titled(request, LOGIN, shown))
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
