"""Puts tasks onto nodes and follows each run to its end. Events drive it; nothing polls."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from batchtui.emulator.machines.outcomes import Outcome
from batchtui.emulator.store import Job, Node, Pool, Task, World
from batchtui.emulator.work.bench import Bench, Need, Run, Seat
from batchtui.emulator.work.multi import Instances
from batchtui.emulator.work.preparation import Preparations
from batchtui.emulator.work.queue import Queue
from batchtui.emulator.work.records import Records
from batchtui.emulator.work.runner import Runner, or_broken

RETRY = 1.0


class Scheduler:
    """Runs queued tasks where there is room; `on_ended` is told of those that won't run again."""

    def __init__(
        self, world: World, runner: Runner, on_ended: Callable[[Task, Run, Outcome], None]
    ) -> None:
        self.records = Records(world)
        self.preparations = Preparations(runner)
        self.instances = Instances(runner)
        self.queue = Queue()
        self._world = world
        self._runner = runner
        self._on_ended = on_ended
        self._loop = asyncio.get_running_loop()
        self._benches: dict[Pool, Bench] = {}
        self._runs: dict[Task, Run] = {}
        self._of_jobs: dict[Job, set[Run]] = {}
        self._outliving: dict[str, Run] = {}
        self._idle: dict[Job, asyncio.Event] = {}
        self._dirty: set[Pool] = set()
        self._closed = False

    def add(self, task: Task) -> None:
        """Queue an active task, as soon as an earlier run of it, or of its name, is over."""
        if run := self._runs.get(task) or self._outliving.get(task.body["url"]):
            run.ended.append(partial(self._add, task))
        else:
            self._add(task)

    def _add(self, task: Task) -> None:
        if not task.gone and task.state == "active":
            self.queue.add(task)
            self.look_at(task.job)

    def look_at(self, job: Job) -> None:
        """See soon whether tasks of a job can run now."""
        if pool := self._world.pools.find(job.pool_id):
            self._look_at_pool(pool)

    def _look_at_pool(self, pool: Pool) -> None:
        if pool not in self._dirty:
            self._dirty.add(pool)
            self._loop.call_soon(self._place_all, pool)

    def _place_all(self, pool: Pool) -> None:
        self._dirty.discard(pool)
        if not (pool.gone or self._closed) and pool.body["state"] == "active":
            self.queue.offer(pool, partial(self._place, pool))

    def _place(self, pool: Pool, task: Task, need: Need) -> bool:
        if pool not in self._benches:
            self._benches[pool] = Bench(pool)
        job, bench = task.job, self._benches[pool]
        most = job.body["maxParallelTasks"]
        if bench.full or 0 <= most <= len(self._of_jobs.get(job, ())):
            return False
        affinity = (task.body.get("affinityInfo") or {}).get("affinityId", "")
        seats = bench.choose(need, partial(self.preparations.able, job), affinity)
        if seats:
            self._begin(bench, Run(task, seats, need.slots or seats[0].slots))
        return bool(seats)

    def _begin(self, bench: Bench, run: Run) -> None:
        job = run.task.job
        for seat in run.seats:
            bench.take(seat, run)
        self._runs[run.task] = run
        self._of_jobs.setdefault(job, set()).add(run)
        if any(self.preparations.pending(job, seat.node) for seat in run.seats):
            self.records.assigned(run.task, run.seats[0].node)
            self._occupied(run)
        else:
            self._start(run)
        run.living = asyncio.create_task(self._live(run))
        run.living.add_done_callback(lambda _: self._over(run))

    def _start(self, run: Run) -> None:
        run.started = True
        self.records.started(run.task, run.seats[0].node)
        self.records.show(run)
        self._occupied(run)

    def _occupied(self, run: Run) -> None:
        for seat in run.seats:
            if not seat.node.gone:
                self.records.occupied(seat)

    async def _live(self, run: Run) -> None:
        outcome = await or_broken(self._perform(run))
        if not run.told:
            run.told = True
            self._conclude(run, outcome)

    async def _perform(self, run: Run) -> Outcome | None:
        """The task's outcome, or None when a node couldn't be prepared for it."""
        task, nodes = run.task, [seat.node for seat in run.seats]
        prepared = await asyncio.gather(
            *(self.preparations.prepare(task.job, node) for node in nodes)
        )
        if not all(prepared):
            return None
        if not run.started:
            self._start(run)
        if task.body.get("multiInstanceSettings"):
            return await self.instances.run(task, nodes)
        return await self._runner.run(nodes[0], self._runner.command_of(task, nodes[0]))

    def _conclude(self, run: Run, outcome: Outcome | None) -> None:
        task = run.task
        if outcome is None:
            self.records.requeued(task, by_user=False)
            run.ended.append(partial(self._add, task))
        elif outcome.exit_code and not outcome.reason and may_retry(task):
            self.records.retried(task)
            self.records.show(run)
            again = partial(self._add, task)
            run.ended.append(partial(self._world.clock.later, RETRY, again))
        else:
            self._on_ended(task, run, outcome)

    def _over(self, run: Run) -> None:
        """All processes of a run have ended: its slots are free, and who waits is told."""
        job = run.task.job
        del self._runs[run.task]
        self._outliving.pop(run.task.body["url"], None)
        self._of_jobs[job].discard(run)
        for seat in run.seats:
            if bench := self._benches.get(seat.node.pool):
                bench.give_back(seat, run)
        self._occupied(run)
        for tell in run.ended:
            tell()
        if not self._of_jobs[job]:
            del self._of_jobs[job]
            if event := self._idle.pop(job, None):
                event.set()
        for seat in run.seats:
            waiting = [] if seat.runs else seat.waiting
            seat.waiting = seat.waiting if seat.runs else []
            for tell in waiting:
                tell()
            self._look_at_pool(seat.node.pool)

    def running(self, task: Task) -> Run | None:
        """A task's run, if it has one."""
        return self._runs.get(task)

    def runs_of(self, job: Job) -> list[Run]:
        """What runs of a job."""
        return list(self._of_jobs.get(job, ()))

    async def idle(self, job: Job) -> None:
        """Wait until nothing runs of a job."""
        if self._of_jobs.get(job):
            await self._idle.setdefault(job, asyncio.Event()).wait()

    def drop(self, run: Run) -> None:
        """End a run's processes, if nobody has; the caller tells the task."""
        if run.living and not run.told:
            run.living.cancel()
        run.told = True

    def outlive(self, run: Run) -> None:
        """A task is deleted before its run is over: whatever comes by its name waits for that."""
        self._outliving[run.task.body["url"]] = run
        self.drop(run)

    def requeue(self, runs: Iterable[Run], *, by_user: bool) -> None:
        """End runs; their tasks are queued again."""
        for run in runs:
            if not run.told:
                self.drop(run)
                self.records.requeued(run.task, by_user=by_user)
                if run.started:
                    self.records.show(run)
                run.ended.append(partial(self._add, run.task))

    def close_seat(self, node: Node) -> Seat | None:
        """Let a node take no more tasks; its seat, or None when none was ever needed."""
        bench = self._benches.get(node.pool)
        return bench.close(node) if bench else None

    def open_seat(self, node: Node) -> None:
        """Let a node take tasks."""
        if bench := self._benches.get(node.pool):
            bench.open(node)
        self._look_at_pool(node.pool)

    def forget_seat(self, node: Node) -> None:
        """A node is gone."""
        if bench := self._benches.get(node.pool):
            bench.drop(node)

    def forget_pool(self, pool: Pool) -> None:
        """A pool is gone."""
        self._benches.pop(pool, None)

    async def close(self) -> None:
        """End everything that runs, and start nothing more."""
        self._closed = True
        self._runner.close()
        living = [run.living for run in self._runs.values() if run.living]
        for run in list(self._runs.values()):
            self.drop(run)
        await asyncio.gather(*living, return_exceptions=True)
        await self.preparations.close()


def may_retry(task: Task) -> bool:
    """Whether a task that failed has retries left; below 0 there is no end of them."""
    most = int(task.body["constraints"].get("maxTaskRetryCount", 0))
    return most < 0 or int(task.body["executionInfo"]["retryCount"]) < most
