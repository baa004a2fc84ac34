"""Job preparation and release tasks: what runs on a node before a job's tasks, and after."""

import asyncio
from dataclasses import dataclass

from batchtui.emulator.machines.outcomes import Outcome
from batchtui.emulator.store import Job, Json, Node
from batchtui.emulator.times import agent_time, limit_seconds
from batchtui.emulator.work.records import directory_facts, directory_of
from batchtui.emulator.work.runner import Command, Runner, or_broken, pretends

PAUSE = 1.0


@dataclass(eq=False)
class Prepared:
    """What a job's preparation and release tasks did on a node."""

    node: Node
    boot: str = ""
    running: "asyncio.Task[None] | None" = None
    preparation: Json | None = None
    release: Json | None = None

    @property
    def failed(self) -> bool:
        """Whether the preparation task ended, and not well."""
        return bool(self.preparation and self.preparation.get("result") == "failure")

    @property
    def succeeded(self) -> bool:
        """Whether the preparation task ended well."""
        return bool(self.preparation and self.preparation.get("result") == "success")


class Preparations:
    """Runs jobs' preparation tasks where their tasks run, and their release tasks there too."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._jobs: dict[Job, dict[Node, Prepared]] = {}

    def able(self, job: Job, node: Node) -> bool:
        """Whether a job's tasks may go to a node: not where its preparation failed.

        That is so until the node is reimaged (documented).
        """
        spec = job.body.get("jobPreparationTask")
        found = self._jobs.get(job, {}).get(node)
        waits = not spec or not spec["waitForSuccess"]
        return waits or not (found and found.failed) or self._wiped(job, found)

    def pending(self, job: Job, node: Node) -> bool:
        """Whether a job's tasks have to wait for its preparation on a node."""
        spec = job.body.get("jobPreparationTask")
        if not spec or not spec["waitForSuccess"]:
            return False
        found = self._jobs.get(job, {}).get(node)
        return not found or bool(found.running) or self._due(job, found)

    async def prepare(self, job: Job, node: Node) -> bool:
        """Prepare a node for a job if that is due; whether the job's tasks may run there."""
        places = self._jobs.setdefault(job, {})
        found = places.setdefault(node, Prepared(node))
        if not job.body.get("jobPreparationTask"):
            return True
        if not found.running and self._due(job, found):
            found.boot = node.body.get("lastBootTime", "")
            found.running = asyncio.create_task(self._prepare(job, found))
        if not job.body["jobPreparationTask"]["waitForSuccess"]:
            return True
        if found.running:
            await asyncio.wait([found.running])
        return found.succeeded

    async def release(self, job: Job) -> None:
        """Run a job's release task on every node that it was prepared on, and is still there."""
        places = self._jobs.get(job, {})
        for found in places.values():
            self._cancel(found)
        here = [each for each in places.values() if not (each.node.gone or each.node.away)]
        if job.body.get("jobReleaseTask"):
            await asyncio.gather(*(self._release(job, found) for found in here))
        if job.body.get("jobPreparationTask"):
            directory = directory_of(job, job.body["jobPreparationTask"]["id"])
            for found in here:
                await self._runner.end_strays(found.node, directory)

    def status(self, job: Job) -> list[Json]:
        """What both tasks did on each node, by node id."""
        return [_status(found) for _, found in sorted(
            (node.id, found) for node, found in self._jobs.get(job, {}).items()
        )]  # fmt: skip

    def nodes(self, job: Job) -> list[Node]:
        """The nodes that a job's tasks came to."""
        return list(self._jobs.get(job, ()))

    def node_lost(self, node: Node) -> None:
        """End what runs on a node that is being taken away, or restarted."""
        for places in self._jobs.values():
            if found := places.get(node):
                self._cancel(found)

    def forget(self, job: Job) -> None:
        """A job is gone."""
        self._jobs.pop(job, None)

    async def close(self) -> None:
        """End all of them."""
        running = [
            found.running
            for places in self._jobs.values()
            for found in places.values()
            if found.running
        ]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _cancel(self, found: Prepared) -> None:
        if found.running:
            found.running.cancel()

    def _due(self, job: Job, found: Prepared) -> bool:
        """Not run to its end yet, or the node was reimaged, or restarted and that matters."""
        spec = job.body["jobPreparationTask"]
        if not (found.succeeded or found.failed) or self._wiped(job, found):
            return True
        restarted = found.boot != found.node.body.get("lastBootTime", "")
        return restarted and bool(spec["rerunOnNodeRebootAfterSuccess"])

    def _wiped(self, job: Job, found: Prepared) -> bool:
        if pretends(found.node):
            return False
        directory = directory_of(job, job.body["jobPreparationTask"]["id"])
        return not (self._runner.root(found.node) / directory).exists()

    async def _prepare(self, job: Job, found: Prepared) -> None:
        spec = job.body["jobPreparationTask"]
        retries, attempt = spec["constraints"]["maxTaskRetryCount"], 0
        last_retry: Json = {}
        try:
            while True:
                info = self._begun(job, found.node, spec["id"]) | last_retry
                found.preparation = info | {"retryCount": attempt}
                limit = limit_seconds(spec["constraints"].get("maxWallClockTime"))
                outcome = await or_broken(self._run(job, found.node, spec, limit, stay=True))
                if not outcome.exit_code or outcome.reason or 0 <= retries <= attempt:
                    found.preparation = self._ended(found.preparation, outcome)
                    return
                attempt += 1
                await self._runner.world.clock.sleep(PAUSE)
                last_retry = {"lastRetryTime": agent_time(self._runner.world.clock.now())}
        except asyncio.CancelledError:
            found.preparation = None
            raise
        finally:
            found.running = None

    async def _release(self, job: Job, found: Prepared) -> None:
        spec = job.body["jobReleaseTask"]
        found.release = self._begun(job, found.node, spec["id"])
        limit = limit_seconds(spec.get("maxWallClockTime"))
        outcome = await or_broken(self._run(job, found.node, spec, limit, stay=False))
        found.release = self._ended(found.release, outcome)

    async def _run(
        self, job: Job, node: Node, spec: Json, limit: float | None, *, stay: bool
    ) -> Outcome:
        directory = directory_of(job, spec["id"])
        command = Command(
            spec["commandLine"],
            directory,
            self._runner.settings(job, spec["id"], spec, node, directory),
            files=spec.get("resourceFiles") or (),
            limit=limit,
            stay=stay,
        )
        return await self._runner.run(node, command)

    def _begun(self, job: Job, node: Node, task_id: str) -> Json:
        started = agent_time(self._runner.world.clock.now())
        facts = directory_facts(node, directory_of(job, task_id))
        return {"startTime": started, "state": "running", **facts}

    def _ended(self, info: Json, outcome: Outcome) -> Json:
        ended = agent_time(self._runner.world.clock.now())
        return info | {"endTime": ended, "state": "completed"} | outcome.result()


def _status(found: Prepared) -> Json:
    node = found.node
    status: Json = {"poolId": node.pool.id, "nodeId": node.id, "nodeUrl": node.body["url"]}
    if found.preparation:
        status["jobPreparationTaskExecutionInfo"] = found.preparation
    if found.release:
        status["jobReleaseTaskExecutionInfo"] = found.release
    return status
