"""Steps to where a recorded request was sent that no request takes: see Replay.take."""

from service.helpers import pool_body


def boots(*parts):
    """Let the next nodes that start take these parts, 0 to 1, of the longest that it takes."""

    async def step(replay):
        replay.state.world.chance.random = iter(parts).__next__

    return step


def packages(application, *versions):
    """Let the account have an application."""

    async def step(replay):
        added = replay.state.world.add_application(application)
        added.body["versions"] = list(versions)

    return step


def filed(pool_id, name, text):
    """Let a file be on a pool's first node."""

    async def step(replay):
        replay.state.hosts.put(members(replay, pool_id)[0], name, text)

    return step


def hello(pool_id, job_id, text, **more):
    """A task `test_task` that was run on a pool's node, and wrote a text."""
    return [
        pool_body(pool_id, targetDedicatedNodes=1, **more),
        120,
        ("POST", "/jobs", {"id": job_id, "poolInfo": {"poolId": pool_id}}),
        ("POST", f"/jobs/{job_id}/tasks", {"id": "test_task", "commandLine": "echo hello"}),
        10,
        filed(pool_id, f"workitems/{job_id}/job-1/test_task/stdout.txt", text),
    ]


def on(pool_id, place, action, body=None):
    """Act on a pool's node, counted by its address."""

    async def step(replay):
        node = members(replay, pool_id)[place]
        await replay.take([("POST", f"/pools/{pool_id}/nodes/{node.id}/{action}", body)])

    return step


def without(pool_id, *places):
    """Remove some of a pool's nodes, counted by their addresses."""

    async def step(replay):
        nodes = members(replay, pool_id)
        body = {"nodeList": [nodes[place].id for place in places]}
        await replay.take([("POST", f"/pools/{pool_id}/removenodes", body)])

    return step


def members(replay, pool_id):
    nodes = replay.state.world.pools[pool_id].nodes
    return sorted(nodes, key=lambda node: node.address_index)
