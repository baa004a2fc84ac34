"""What tasks, and the nodes that they run on, show of their state."""

from typing import Any

from batchtui.emulator.machines.outcomes import Outcome
from batchtui.emulator.nodes import enter
from batchtui.emulator.store import Job, Json, Node, Task, World
from batchtui.emulator.times import agent_time
from batchtui.emulator.work.bench import Run, Seat

MOST_RECENT = 10
EXECUTION = (
    "startTime", "endTime", "exitCode", "failureInfo", "result", "retryCount", "lastRetryTime",
    "requeueCount", "lastRequeueTime",
)  # fmt: skip


def change_state(world: World, body: Json, state: str) -> str:
    """Let a job, task or schedule enter a state now; the ETag stays (recorded of jobs, tasks)."""
    body["previousState"] = body["state"]
    body["previousStateTransitionTime"] = body["stateTransitionTime"]
    body["state"], body["stateTransitionTime"] = state, world.stamp()
    return str(body["stateTransitionTime"])


def directory_of(job: Job, task_id: str) -> str:
    """Where a task's files are below its node's root; a schedule's jobs share its directory."""
    schedule, _, name = job.id.partition(":")
    return f"workitems/{schedule}/{name or 'job-1'}/{task_id}"


def directory_facts(node: Node, directory: str) -> Json:
    """Where a directory of a node is, as executions show it."""
    shown = directory.replace("/", "\\") if node.pool.windows else directory
    return {
        "taskRootDirectory": shown,
        "taskRootDirectoryUrl": f"{node.body['url']}/files/{directory}",
    }


def node_info(node: Node, directory: str) -> Json:
    """The node that a task runs on, and where."""
    return {
        "affinityId": node.body["affinityId"],
        "nodeUrl": node.body["url"],
        "poolId": node.pool.id,
        "nodeId": node.id,
        **directory_facts(node, directory),
    }


def ordered(execution: Json) -> Json:
    """An execution's facts in the recorded order."""
    return {name: execution[name] for name in EXECUTION if name in execution}


class Records:
    """Writes what happens to tasks into their bodies and into those of their nodes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def assigned(self, task: Task, node: Node) -> None:
        """A task got a node, and waits for the job's preparation there."""
        task.body["nodeInfo"] = node_info(node, directory_of(task.job, task.id))
        change_state(self._world, task.body, "preparing")

    def started(self, task: Task, node: Node) -> None:
        """A task runs on a node, not for the first time if it is being retried."""
        execution = task.body["executionInfo"]
        task.body["nodeInfo"] = node_info(node, directory_of(task.job, task.id))
        change_state(self._world, task.body, "running")
        execution["startTime"] = agent_time(self._world.clock.now())
        if task.retrying:
            task.retrying = False
            execution["lastRetryTime"] = execution["startTime"]
        task.body["executionInfo"] = ordered(execution)

    def completed(self, task: Task, outcome: Outcome) -> None:
        """A task ended and won't run again."""
        change_state(self._world, task.body, "completed")
        ended = {"endTime": agent_time(self._world.clock.now())} | outcome.result()
        task.body["executionInfo"] = ordered(task.body["executionInfo"] | ended)

    def retried(self, task: Task) -> None:
        """A task failed and is to run again."""
        task.retrying = True
        self._active_again(task, retryCount=task.body["executionInfo"]["retryCount"] + 1)

    def requeued(self, task: Task, *, by_user: bool) -> None:
        """A task was ended on its node to run again; only what users cause is counted."""
        execution = task.body["executionInfo"]
        if by_user:
            count, at = execution["requeueCount"] + 1, agent_time(self._world.clock.now())
            self._active_again(task, requeueCount=count, lastRequeueTime=at)
        else:
            self._active_again(task)

    def reactivated(self, task: Task) -> None:
        """A task that failed is active again, its retries counted anew."""
        task.retrying = False
        task.body["executionInfo"].pop("lastRetryTime", None)
        self._active_again(task, retryCount=0)

    def _active_again(self, task: Task, **changes: Any) -> None:  # noqa: ANN401 - JSON
        old = task.body["executionInfo"] | changes
        over = ("startTime", "endTime", "exitCode", "failureInfo", "result")
        task.body["executionInfo"] = ordered({k: v for k, v in old.items() if k not in over})
        task.body.pop("nodeInfo", None)
        change_state(self._world, task.body, "active")

    def show(self, run: Run) -> None:
        """Put a task's present state on its nodes, as the last of those that they ran.

        The other instances of a multi-instance task are known there by their numbers.
        """
        for number, seat in enumerate(run.seats):
            self._show_on(seat.node, run.task, {"subtaskId": number} if number else {})

    def _show_on(self, node: Node, task: Task, which: Json) -> None:
        url = task.body["url"]
        others = [each for each in node.body.get("recentTasks", ()) if each["taskUrl"] != url]
        entry = {
            "taskUrl": url,
            "jobId": task.job.id,
            "taskId": task.id,
            **which,
            "taskState": task.state,
            "executionInfo": dict(task.body["executionInfo"]),
        }
        node.body["recentTasks"] = [*others, entry][-MOST_RECENT:]

    def occupied(self, seat: Seat) -> None:
        """A node runs something more, or less: its counters, and whether it is idle.

        Tasks that wait for their job's preparation keep it from being idle, and don't count yet.
        """
        body, running = seat.node.body, [run for run in seat.runs if run.started]
        body["runningTasksCount"] = len(running)
        body["runningTaskSlotsCount"] = sum(run.slots for run in running)
        state = "running" if seat.runs else "idle"
        if seat.node.state in {"idle", "running"} and seat.node.state != state:
            enter(self._world, seat.node, state, agent=True)

    def count(self, run: Run, outcome: Outcome) -> None:
        """Nodes have run a task to its end."""
        for seat in run.seats:
            seat.node.body["totalTasksRun"] += 1
            seat.node.body["totalTasksSucceeded"] += 0 if outcome.failure else 1
