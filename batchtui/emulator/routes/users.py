"""Users on nodes: add, replace, delete. There is no call that lists them."""

from aiohttp import web

from batchtui.emulator.body import read_body
from batchtui.emulator.errors import BatchError
from batchtui.emulator.routes.nodes import node_of
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Node, User
from batchtui.emulator.user_body import new_user, replaced_user
from batchtui.emulator.wire import empty_response

# States in which there is no machine to add a user to (docs: error codes of nodes).
CLOSED = {
    "creating": "The node is being created",
    "starting": "The node is starting",
    "rebooting": "The node is rebooting",
    "reimaging": "The node is being reimaged",
    "unusable": "The node is unusable",
    "leavingpool": "The node is leaving the pool",
    "preempted": "The node was preempted",
    "deallocated": "The node is deallocated",
    "deallocating": "The node is being deallocated",
    "offline": "The node is offline",
}


async def add_user(request: web.Request) -> web.Response:
    """POST /pools/{pool}/nodes/{node}/users."""
    state = state_of(request)
    body = await read_body(request)
    node = node_of(request)
    user = new_user(body, state.world.clock.now(), windows=node.pool.windows)
    check_state(node)
    if user.name in (node.users or {}):
        raise BatchError("NodeUserExists")
    node.users = (node.users or {}) | {user.name: user}
    await state.hosts.login_opened(node)
    url = f"{node.body['url']}/users/{user.name}"
    return empty_response(201, Location=url, DataServiceId=url)


async def replace_user(request: web.Request) -> web.Response:
    """PUT /pools/{pool}/nodes/{node}/users/{user}: what is omitted is removed."""
    state = state_of(request)
    body = await read_body(request)
    node = node_of(request)
    old = user_of(request, node)
    user = replaced_user(body, old, state.world.clock.now(), windows=node.pool.windows)
    check_state(node)
    node.users = (node.users or {}) | {user.name: user}
    await state.hosts.login_opened(node)
    return empty_response(200, DataServiceId=f"{node.body['url']}/users/{user.name}")


async def delete_user(request: web.Request) -> web.Response:
    """DELETE /pools/{pool}/nodes/{node}/users/{user}."""
    node = node_of(request)
    user = user_of(request, node)
    check_state(node)
    node.users = {name: other for name, other in (node.users or {}).items() if name != user.name}
    return empty_response(200)


def user_of(request: web.Request, node: Node) -> User:
    """The request's user; 404 NodeUserNotFound."""
    found = (node.users or {}).get(request.match_info["user"])
    if not found:
        raise BatchError("NodeUserNotFound")
    return found


def check_state(node: Node) -> None:
    """409 OperationNotValidOnNode while there is no machine to have users."""
    if reason := CLOSED.get(node.state):
        raise BatchError("OperationNotValidOnNode", ("Reason", reason))
