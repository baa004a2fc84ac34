"""What a pool's samples count."""

from types import SimpleNamespace

from batchtui.emulator.autoscale.samples import MOST_SAMPLES, Sample, new_history, take_sample
from batchtui.emulator.clock import Clock
from batchtui.emulator.store import Job, Node, Pool, Task, World

WAITING = {"dependsOn": {"taskIds": ["t0"]}}


def world_of_tasks(pool_id, *bodies):
    """A world with a job of such tasks on the pool, and no nodes."""
    world = World(Clock(), "http://b", 1)
    job = Job("j", {"state": "active", "executionInfo": {"poolId": pool_id}})
    world.jobs.add(job)
    for number, body in enumerate(bodies):
        job.tasks.add(Task(job, f"t{number}", body, number))
    pool = Pool("P", {"currentDedicatedNodes": 2, "currentLowPriorityNodes": 1})
    return world, pool


def add_nodes(pool, *states, running=0):
    for index, state in enumerate(states):
        body = {"state": state, "runningTasksCount": running if state == "running" else 0}
        pool.nodes.add(Node(pool, f"n{index}", index, index, True, body))


def sample_of(world, pool):
    work = SimpleNamespace(waits=lambda task: "dependsOn" in task.body)
    return take_sample(world, work, pool)


async def test_tasks_count_by_their_state_and_result():
    world, pool = world_of_tasks(
        "p",  # ids are compared without case
        {"state": "active"},
        {"state": "active"},
        {"state": "running"},
        {"state": "preparing"},
        {"state": "completed", "executionInfo": {"result": "success"}},
        {"state": "completed", "executionInfo": {"result": "failure"}},
        {"state": "completed", "executionInfo": {"result": "failure"}},
    )
    sample = sample_of(world, pool)
    assert (sample.active, sample.running, sample.pending) == (2, 2, 4)
    assert (sample.succeeded, sample.failed) == (1, 2)


async def test_tasks_of_other_pools_do_not_count():
    world, pool = world_of_tasks("elsewhere", {"state": "active"})
    assert sample_of(world, pool).pending == 0


async def test_a_task_that_waits_for_others_is_not_active_and_an_instance_each_is():
    several = {"multiInstanceSettings": {"numberOfInstances": 3}}
    world, pool = world_of_tasks(
        "p", {"state": "active"} | WAITING, {"state": "active"} | several, {"state": "active"}
    )
    assert sample_of(world, pool).active == 4


async def test_a_task_of_a_job_that_is_not_active_asks_for_nothing():
    world, pool = world_of_tasks("p", {"state": "active"}, {"state": "running"})
    world.job("j").body["state"] = "disabled"
    assert (sample_of(world, pool).active, sample_of(world, pool).running) == (0, 1)


async def test_nodes_count_by_their_state():
    world, pool = world_of_tasks("p")
    add_nodes(pool, "idle", "running", "running", "preempted", "unusable", "creating", running=2)
    sample = sample_of(world, pool)
    assert sample == Sample(running=4, dedicated=2, spot=1, nodes=6, usable=3, preempted=1, busy=2)
    assert round(sample.cpu, 3) == 0.667
    assert Sample().cpu == 0


def test_a_history_is_a_day_long():
    history = new_history()
    history.extend(Sample(active=number) for number in range(MOST_SAMPLES + 5))
    assert (len(history), history[0].active) == (24 * 60 * 2, 5)
