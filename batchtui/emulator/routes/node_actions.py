"""What an operator does to nodes: reboot, reimage, stop and start them, close them to tasks."""

from collections.abc import Mapping

from aiohttp import web

from batchtui.emulator.answers import done
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import read_body
from batchtui.emulator.errors import BatchError
from batchtui.emulator.node_life import NodeLife
from batchtui.emulator.nodes import DEALLOCATION_OPTIONS
from batchtui.emulator.routes.nodes import NODE, node_of
from batchtui.emulator.state import VERSION, state_of
from batchtui.emulator.store import AWAY, Node

UNTIL_EMPTY = DEALLOCATION_OPTIONS[:3]  # nothing is retained where nothing is lost
# Documented are idle and running; that a node whose start task failed or that is unusable can be
# rebooted is what operators do, and that a starting one can be deallocated is recorded.
RESTARTED = frozenset({
    "idle", "running", "offline", "waitingforstarttask", "starttaskfailed", "unusable", "unknown",
})  # fmt: skip
UNSCHEDULABLE = frozenset({"leavingpool", "preempted", "deallocating", "deallocated"})
# The api-versions before 2024 reimage nodes of cloud services only, which nobody has any more.
FIRST_REIMAGE = "2024"
CLOUD_SERVICE_ONLY = (
    "Operation reimage can be invoked only on pools created with cloudServiceConfiguration"
)

routes = web.RouteTableDef()


@routes.post(f"{NODE}/reboot")
async def reboot_node(request: web.Request) -> web.Response:
    """Reboot a node once its tasks are dealt with."""
    option = await _option(request, "nodeRebootOption", DEALLOCATION_OPTIONS)
    node = _node_in(request, RESTARTED)
    _life(request).reboot(node, option)
    return done(202, node.body, "reboot")


@routes.post(f"{NODE}/reimage")
async def reimage_node(request: web.Request) -> web.Response:
    """Install a node's system anew once its tasks are dealt with."""
    option = await _option(request, "nodeReimageOption", DEALLOCATION_OPTIONS)
    node = node_of(request)
    if request[VERSION] < FIRST_REIMAGE:
        raise BatchError("OperationNotValidOnNode", ("Reason", CLOUD_SERVICE_ONLY))
    _check_state(node, RESTARTED)
    _life(request).reimage(node, option)
    return done(202, node.body, "reimage")


@routes.post(f"{NODE}/deallocate")
async def deallocate_node(request: web.Request) -> web.Response:
    """Stop a node and give its machine back once its tasks are dealt with."""
    option = await _option(request, "nodeDeallocateOption", DEALLOCATION_OPTIONS)
    node = _node_in(request, RESTARTED | {"starting"})
    _life(request).deallocate(node, option)
    return done(202, node.body, "deallocate")


@routes.post(f"{NODE}/start")
async def start_node(request: web.Request) -> web.Response:
    """Start a deallocated node."""
    read.only(await read_body(request), frozenset())
    node = _node_in(request, frozenset({"deallocated"}))
    _life(request).power_on(node)
    return done(202, node.body, "start")


@routes.post(f"{NODE}/disablescheduling")
async def disable_scheduling(request: web.Request) -> web.Response:
    """Close a node to tasks; those that run are dealt with."""
    option = await _option(request, "nodeDisableSchedulingOption", UNTIL_EMPTY)
    node = _node_scheduled(request, "enabled")
    _life(request).disable_scheduling(node, option)
    return done(200, node.body, "disablescheduling")


@routes.post(f"{NODE}/enablescheduling")
async def enable_scheduling(request: web.Request) -> web.Response:
    """Open a node to tasks again."""
    read.only(await read_body(request), frozenset())
    node = _node_scheduled(request, "disabled")
    _life(request).enable_scheduling(node)
    return done(200, node.body, "enablescheduling")


async def _option(request: web.Request, name: str, options: tuple[str, ...]) -> str:
    """What becomes of the tasks that run: requeued unless the body says otherwise."""
    body: Mapping[str, object] = await read_body(request)
    read.only(body, frozenset({name}))
    return read.choice(body, name, "requeue", *options)


def _node_in(request: web.Request, states: frozenset[str]) -> Node:
    node = node_of(request)
    _check_state(node, states)
    return node


def _check_state(node: Node, states: frozenset[str]) -> None:
    """409, with the code that says what the node is doing, unless it is in one of the states."""
    if node.state not in states:
        code = AWAY.get(node.state, "OperationNotValidOnNode")
        raise BatchError(code, ("Reason", f"The node is {node.state}"))


def _node_scheduled(request: web.Request, scheduling: str) -> Node:
    """The request's node; 409 unless tasks are enabled or disabled on it now."""
    node = node_of(request)
    if node.body["schedulingState"] != scheduling:
        raise BatchError("NodeAlreadyInTargetSchedulingState")
    if node.state in UNSCHEDULABLE:
        raise BatchError("OperationNotValidOnNode", ("Reason", f"The node is {node.state}"))
    return node


def _life(request: web.Request) -> NodeLife:
    return state_of(request).lifecycle.nodes
