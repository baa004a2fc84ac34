"""An emulator that is killed leaves nothing behind, and neither does what killed its guardian."""

import asyncio
import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import asyncssh
import pytest
from conftest import wait_for
from service.helpers import client_of, nat, pool_body, until
from service.posting import job_body, task_body
from service.working import Working, commands, processes, shell

from batchtui.emulator.control.client import empty
from batchtui.emulator.machines import guardian

EMULATOR = [sys.executable, "-m", "batchtui", "emulator", "--clock", "fast", "--seed", "empty"]
PASSWORD = "Correct-Horse-7"  # made up here
DAEMON = "setsid env -i /bin/sleep 7901 &"
SLEEPERS = ("7901", "7902", "7903")


def alive():
    return [each for each in SLEEPERS if processes("sleep", each)]


@contextlib.asynccontextmanager
async def emulator(directory, *more):
    process = await asyncio.create_subprocess_exec(
        *EMULATOR, *more, stdout=subprocess.PIPE, env=os.environ | {"TMPDIR": str(directory)}
    )
    try:
        yield process, json.loads(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@contextlib.asynccontextmanager
async def at_work(directory):
    """An emulator with a task that runs, what a start task has let go, and a shell by SSH."""
    async with emulator(directory) as (process, info):
        with client_of(info) as client:
            start = {"commandLine": f"/bin/sh -c '{DAEMON} true'"}
            body = pool_body(targetDedicatedNodes=1, startTask=start, networkConfiguration=nat())
            client.create_pool(body)
            nodes = await until(
                lambda: [node for node in client.list_nodes("p") if node.state == "idle"]
            )
            client.create_job(job_body())
            client.create_task("j", task_body(commandLine="sleep 7902"))
            client.create_node_user("p", nodes[0].id, {"name": "alice", "password": PASSWORD})
            login = client.get_node_remote_login_settings("p", nodes[0].id)
        async with (
            asyncssh.connect(
                login.remote_login_ip_address, login.remote_login_port, username="alice",
                password=PASSWORD, known_hosts=None, client_keys=None, config=None,
            ) as connection,
            connection.create_process(term_type="xterm") as shell,
        ):  # fmt: skip
            shell.stdin.write("sleep 7903\n")
            await until(lambda: alive() == list(SLEEPERS))
            yield process


async def test_an_emulator_that_is_killed_leaves_nothing_for_long(tmp_path):
    with contextlib.suppress(asyncssh.Error, OSError):
        async with at_work(tmp_path) as process:
            process.kill()
            await until(lambda: not alive())
            await until(lambda: not list(tmp_path.iterdir()))
    assert not alive()


async def test_the_next_emulator_ends_what_one_left_whose_guardian_was_killed_too(tmp_path):
    with contextlib.suppress(asyncssh.Error, OSError):
        async with at_work(tmp_path) as process:
            (base,) = tmp_path.iterdir()
            (guard,) = guardians(base)
            os.kill(guard, signal.SIGKILL)
            process.kill()
            await process.wait()
            assert alive()[:2] == ["7901", "7902"]
            async with emulator(tmp_path):
                assert not alive()
                assert base not in tmp_path.iterdir()


async def test_the_next_emulator_removes_the_certificates_of_one_that_was_killed(tmp_path):
    async with emulator(tmp_path, "--tls") as (process, info):
        certificates = Path(info["ca"]).parent
        process.kill()
        await process.wait()
        assert certificates in tmp_path.iterdir()
        async with emulator(tmp_path, "--tls") as (_, other):
            assert certificates not in tmp_path.iterdir()
            assert Path(other["ca"]).parent in tmp_path.iterdir()


async def test_a_world_that_is_begun_anew_has_ended_all_that_ran(service):
    work = Working(service)
    await work.pool()
    await work.job()
    await work.task("t", shell("setsid env -i sleep 7904 & sleep 7904"))
    await until(lambda: len(processes("sleep", "7904")) == 2)
    await asyncio.to_thread(empty, service.info)
    assert not processes("sleep", "7904")
    assert (await service.get("/jobs"))["value"] == []


def guardians(base):
    return [pid for pid, words in commands() if str(base) in words]


def test_a_running_emulators_directory_is_not_swept(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    base = guardian.Base()
    guardian.sweep()
    assert base.path.exists()
    base.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("environment", [{}, {"AZ_BATCH_NODE_ROOT_DIR": "/elsewhere"}])
def test_whoever_looks_into_the_directory_from_a_terminal_is_spared(tmp_path, environment):
    master, slave = pty.openpty()
    with subprocess.Popen(
        ["setsid", "--ctty", "sleep", "7905"], cwd=tmp_path, stdin=slave, env=environment
    ) as looker:
        wait_for(lambda: processes("sleep", "7905"), "it looks")
        guardian.kill_all([tmp_path], guardian.NODE)
        assert looker.poll() is None
        looker.kill()
    os.close(master)
    os.close(slave)


def test_a_tasks_end_ends_nobody_elses_processes(tmp_path):
    (tmp_path / "task").mkdir()
    node = {"AZ_BATCH_NODE_ROOT_DIR": str(tmp_path)}
    settings = {
        "7906": node | {"AZ_BATCH_TASK_DIR": str(tmp_path / "task")},
        "7907": node | {"AZ_BATCH_TASK_DIR": str(tmp_path / "task-2")},
        "7908": node,
        "7909": {},
    }
    started = {
        seconds: subprocess.Popen(
            ["sleep", seconds], env=env, cwd=tmp_path / "task", stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        for seconds, env in settings.items()
    }  # fmt: skip
    guardian.kill_all([tmp_path / "task"], guardian.TASK)
    wait_for(lambda: started["7906"].poll() is not None, "the task's own is killed")
    wait_for(lambda: started["7909"].poll() is not None, "so is what emptied its environment")
    assert started["7907"].poll() is None
    assert started["7908"].poll() is None
    guardian.kill_all([tmp_path], guardian.NODE)
    for each in started.values():
        each.wait(5)
