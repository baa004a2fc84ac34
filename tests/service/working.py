"""What the tests share in which tasks really run: work on nodes, and the processes that it is."""

import contextlib
from pathlib import Path

from service.posting import in_state, job_body, task_body


def shell(script):
    """A command line that runs a script: Batch itself adds no shell."""
    return f"/bin/sh -c '{script}'"


class Working:
    """A service with a pool of idle nodes, and shorthands for work on it."""

    def __init__(self, service):
        self.service = service
        self.client = service.client

    async def pool(self, nodes=1, slots=1, **more):
        await self.service.create(targetDedicatedNodes=nodes, taskSlotsPerNode=slots, **more)
        return await self.service.nodes()

    async def job(self, job_id="j", **more):
        await self.client.create_job(job_body(job_id, **more))

    async def task(self, task_id, line="true", job_id="j", **more):
        await self.client.create_task(job_id, task_body(task_id, commandLine=line, **more))

    async def get_job(self, job_id="j"):
        return await self.service.get(f"/jobs/{job_id}")

    async def get(self, task_id, job_id="j"):
        return await self.service.get(f"/jobs/{job_id}/tasks/{task_id}")

    async def tasks(self, job_id="j"):
        return {t["id"]: t async for t in self.client.list_tasks(job_id)}

    async def becomes(self, task_id, state="completed", job_id="j", seconds=15.0):
        """The task's body once it is in that state."""
        return await in_state(self.service, state, f"/jobs/{job_id}/tasks/{task_id}", seconds)

    async def job_becomes(self, state, job_id="j"):
        return await in_state(self.service, state, f"/jobs/{job_id}")

    async def do(self, path, body=None, method="POST", status=None, **query):
        """Ask for an action."""
        response = await self.service.send(method, path, body, **query)
        assert response.status_code in ({status} if status else {200, 202, 204}), response.text()

    async def output(self, task_id, name="stdout.txt", job_id="j"):
        stream = await self.client.download_task_file(job_id, task_id, name)
        return b"".join([part async for part in stream]).decode()

    async def run(self, script, task_id="t", **more):
        """Run a script in a task of its own; its body once it has completed."""
        await self.task(task_id, shell(script), **more)
        return await self.becomes(task_id)


def commands():
    """The running processes' ids, and the words that they were started with."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (line := (entry / "cmdline").read_text("utf-8", "replace")):
                yield int(entry.name), line.rstrip("\0").split("\0")


def processes(*words):
    """The ids of the processes that were started with these words, wherever the program is."""
    return [
        pid for pid, (program, *rest) in commands() if (program.rpartition("/")[2], *rest) == words
    ]
