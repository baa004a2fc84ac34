"""Users on nodes: add, replace, delete. There is no call that lists them."""

from aiohttp import web

from batchtui.emulator.answers import created, done
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.bodies.user import new_user, replaced_user
from batchtui.emulator.errors import BatchError
from batchtui.emulator.routes.nodes import NODE, check_machine, node_of
from batchtui.emulator.state import state_of
from batchtui.emulator.store import Node, User
from batchtui.emulator.wire import empty_response

routes = web.RouteTableDef()


@routes.post(f"{NODE}/users")
async def add_user(request: web.Request) -> web.Response:
    """Add a user."""
    state = state_of(request)
    body = await read_body(request)
    node = node_of(request)
    user = new_user(body, state.world.clock.now(), windows=node.pool.windows)
    check_machine(node)
    if user.name in (node.users or {}):
        raise BatchError("NodeUserExists")
    node.users = (node.users or {}) | {user.name: user}
    await state.hosts.login_opened(node)
    return created(f"{node.body['url']}/users/{user.name}")


@routes.put(f"{NODE}/users/{{user}}")
async def replace_user(request: web.Request) -> web.Response:
    """Replace a user: what is omitted is removed."""
    state = state_of(request)
    body = await read_body(request)
    node = node_of(request)
    old = user_of(request, node)
    user = replaced_user(body, old, state.world.clock.now(), windows=node.pool.windows)
    check_machine(node)
    node.users = (node.users or {}) | {user.name: user}
    await state.hosts.login_opened(node)
    return done(200, node.body, f"users/{user.name}")


@routes.delete(f"{NODE}/users/{{user}}")
async def delete_user(request: web.Request) -> web.Response:
    """Delete a user."""
    node = node_of(request)
    user = user_of(request, node)
    check_machine(node)
    node.users = {name: other for name, other in (node.users or {}).items() if name != user.name}
    return empty_response(200)


def user_of(request: web.Request, node: Node) -> User:
    """The request's user; 404 NodeUserNotFound."""
    found = (node.users or {}).get(request.match_info["user"])
    if not found:
        raise BatchError("NodeUserNotFound")
    return found
