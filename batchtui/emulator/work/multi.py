"""Multi-instance tasks: one command on the primary node, once all nodes have coordinated."""

import asyncio
from collections.abc import Sequence

from batchtui.emulator.machines.outcomes import OUT_OF_TIME, Outcome
from batchtui.emulator.store import Json, Node, Task
from batchtui.emulator.times import agent_time, limit_seconds
from batchtui.emulator.work.environment import instance_settings
from batchtui.emulator.work.records import change_state, directory_of, node_info
from batchtui.emulator.work.runner import Command, Runner, to_its_end


class CoordinationError(Exception):
    """A coordination command failed, and with it the task."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def first_outcome(errors: BaseExceptionGroup[CoordinationError]) -> Outcome:
    """How the first of the failed commands ended."""
    first = errors.exceptions[0]
    return first_outcome(first) if isinstance(first, BaseExceptionGroup) else first.outcome


class Instances:
    """Runs multi-instance tasks, and keeps what their subtasks show."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._subtasks: dict[Task, list[Json]] = {}

    def subtasks(self, task: Task) -> list[Json]:
        """The subtasks of a task's present or last run; the primary isn't among them."""
        return self._subtasks.get(task, [])

    def forget(self, task: Task) -> None:
        """A task is gone."""
        self._subtasks.pop(task, None)

    async def run(self, task: Task, nodes: Sequence[Node]) -> Outcome:
        """Run the coordination command everywhere, then the task's own on the first node.

        What the first leaves running stays until the task ends. One that fails fails the task.
        """
        self._subtasks[task] = [
            self._subtask(task, number, node) for number, node in enumerate(nodes) if number
        ]
        limit = limit_seconds(task.body["constraints"].get("maxWallClockTime"))
        outcome = Outcome(exit_code=-9, reason=OUT_OF_TIME)
        try:
            async with asyncio.timeout(limit):
                outcome = await self._run(task, nodes)
        except TimeoutError:
            pass
        finally:
            await to_its_end(self._end_strays(task, nodes))
            for subtask in self._subtasks.get(task, ()):
                self._end(subtask, outcome)
        return outcome

    async def _end_strays(self, task: Task, nodes: Sequence[Node]) -> None:
        for number, node in enumerate(nodes):
            await self._runner.end_strays(node, self._directory(task, number))

    async def _run(self, task: Task, nodes: Sequence[Node]) -> Outcome:
        failed: Outcome | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(len(nodes)):
                    group.create_task(self._coordinate(task, nodes, number))
        except* CoordinationError as errors:
            failed = first_outcome(errors)
        return failed or await self._runner.run(nodes[0], self._command(task, nodes, 0, own=True))

    async def _coordinate(self, task: Task, nodes: Sequence[Node], number: int) -> None:
        command = self._command(task, nodes, number, own=False)
        outcome = await self._runner.run(nodes[number], command)
        if number and task in self._subtasks:
            self._end(self._subtasks[task][number - 1], outcome)
        if outcome.failure:
            raise CoordinationError(outcome)

    def _command(self, task: Task, nodes: Sequence[Node], number: int, *, own: bool) -> Command:
        node, several = nodes[number], task.body["multiInstanceSettings"]
        root, shared = self._runner.root(node), directory_of(task.job, task.id)
        directory = self._directory(task, number)
        settings = self._runner.settings(task.job, task.id, task.body, node, directory)
        return Command(
            task.body["commandLine"] if own else several["coordinationCommandLine"],
            directory,
            settings | instance_settings(nodes, node, root, shared),
            files=(task.body.get("resourceFiles") or ()) if own else (),
            output_files=(task.body.get("outputFiles") or ()) if own else (),
            common_files=() if own else (several.get("commonResourceFiles") or ()),
            stay=not own,
        )

    def _directory(self, task: Task, number: int) -> str:
        """A subtask's directory is one below the task's own, which the primary has."""
        own = directory_of(task.job, task.id)
        return f"{own}/{number}" if number else own

    def _subtask(self, task: Task, number: int, node: Node) -> Json:
        return {
            "id": number,
            "nodeInfo": node_info(node, self._directory(task, number)),
            "startTime": agent_time(self._runner.world.clock.now()),
            "state": "running",
            "stateTransitionTime": self._runner.world.stamp(),
        }

    def _end(self, subtask: Json, outcome: Outcome) -> None:
        if subtask["state"] != "completed":
            change_state(self._runner.world, subtask, "completed")
            subtask["endTime"] = agent_time(self._runner.world.clock.now())
            subtask |= outcome.result()
