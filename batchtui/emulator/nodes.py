"""Makes nodes: their ids, addresses, endpoints and the JSON that they start with."""

from typing import Any

from batchtui.emulator.network import inbound_endpoints, is_dual
from batchtui.emulator.store import Node, Pool, World, kind_name
from batchtui.emulator.times import agent_time

AGENT = "1.12.39"
FIRST_ADDRESS = 4
# What becomes of the tasks of nodes that leave or are restarted (SDK: BatchNodeDeallocationOption).
DEALLOCATION_OPTIONS = ("requeue", "terminate", "taskcompletion", "retaineddata")


def private_address(number: int) -> str:
    """A node's address in the pool's network, 10.0.0.4 for the first."""
    at = number + FIRST_ADDRESS
    return f"10.{at >> 16 & 255}.{at >> 8 & 255}.{at & 255}"


def new_node(world: World, pool: Pool, *, dedicated: bool) -> Node:
    """A node just allocated, in state creating; it isn't on its pool's shelf yet."""
    node_id = world.new_node_id(dedicated=dedicated)
    index = pool.take(kind_name(dedicated=dedicated))
    address = pool.take("address")
    now = world.stamp()
    body: dict[str, Any] = {
        "id": node_id,
        "url": f"{pool.body['url']}/nodes/{node_id}",
        "state": "creating",
        "schedulingState": "enabled",
        "stateTransitionTime": now,
        "allocationTime": now,
        "ipAddress": private_address(address),
        **({"ipv6Address": f"fd00::{address + FIRST_ADDRESS:x}"} if is_dual(pool.body) else {}),
        "affinityId": f"TVM:{node_id}",
        "vmSize": pool.body["vmSize"],
        "totalTasksRun": 0,
        "totalTasksSucceeded": 0,
        "runningTasksCount": 0,
        "runningTaskSlotsCount": 0,
        "isDedicated": dedicated,
        **_machine(pool),
    }
    rules = pool.nat_pools
    if rules:
        endpoints = inbound_endpoints(rules, pool.frontends[dedicated], index)
        body["endpointConfiguration"] = {"inboundEndpoints": endpoints}
    if "startTask" in pool.body:
        body["startTask"] = pool.body["startTask"]
    return Node(pool, node_id, index, address, dedicated, body, pretend=pool.pretend)


def _machine(pool: Pool) -> dict[str, Any]:
    """What a node says of its image; nothing in Cloud Services, which have none."""
    machine = pool.body.get("virtualMachineConfiguration")
    if machine is None:
        return {}
    image = {**machine["imageReference"], "exactVersion": "latest"}
    return {"virtualMachineInfo": {"imageReference": image}}


def enter(world: World, node: Node, state: str, *, agent: bool = False) -> None:
    """Let a node enter a state now; the agent writes times with one digit less."""
    slip(node, state)
    now = world.clock.now()
    node.body["stateTransitionTime"] = agent_time(now) if agent else world.stamp()


def slip(node: Node, state: str) -> None:
    """Let a node enter a state without a new time of transition (recorded: deallocated)."""
    node.turn += 1
    node.body["state"] = state


def boot(world: World, node: Node) -> None:
    """The node's agent came up."""
    node.body |= booted(agent_time(world.clock.now()))


def booted(at: str) -> dict[str, Any]:
    """What a node says of its agent once that came up."""
    return {"lastBootTime": at, "nodeAgentInfo": {"lastUpdateTime": at, "version": AGENT}}
