"""Changes of nodes on command: into any state that the service knows."""

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.control.errors import errors_of
from batchtui.emulator.control.glob import is_named
from batchtui.emulator.errors import BatchError, bad_property
from batchtui.emulator.node_states import PUT
from batchtui.emulator.state import State
from batchtui.emulator.store import Node, Pool

FAILED = "starttaskfailed"
WEEK = 7 * 86400.0
ANY = frozenset({"pool", "node", "state"})


def change_nodes(state: State, pool: Pool, body: Json) -> None:
    """Put the nodes of a pool that `node` names into a state.

    That is an id or a pattern of ids, or a place in the pool's list, from 0. 404 NodeNotFound.
    """
    name = body["node"] if isinstance(body["node"], str) else str(body["node"])
    nodes = [node for node in pool.nodes if is_named(node, name)]
    if not nodes:
        raise BatchError("NodeNotFound")
    wanted = read.choice(body, "state", "", *PUT, FAILED)
    if wanted == FAILED:
        _fail_start_tasks(state, nodes, body)
        return
    read.only(body, ANY | {"errors", "lasts"})
    errors = errors_of(body, "errors")
    lasts = read.decimal(body, "lasts", least=0.0, most=WEEK, default=-1.0)
    for node in nodes:
        state.lifecycle.states.put(node, wanted, errors, lasts if lasts >= 0 else None)


def _fail_start_tasks(state: State, nodes: list[Node], body: Json) -> None:
    read.only(body, ANY | {"exitCode", "stdout", "stderr"})
    exit_code = read.number(body, "exitCode", least=1, most=2**31 - 1, default=1)
    stdout, stderr = read.text(body, "stdout", ""), read.text(body, "stderr", "")
    for node in nodes:
        if "startTask" not in node.body:
            raise bad_property("state", FAILED, f"The node {node.id} has no start task")
    for node in nodes:
        state.lifecycle.states.fail_start_task(node, exit_code, stdout, stderr)
