"""`batchtui run` as scripts use it: a process of its own, and twenty nodes that take SSH."""

import base64
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest
from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from conftest import wait_for
from service.helpers import nat, pool_body
from service.working import processes
from terminals import BATCHTUI

from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import inject, put

KEY = base64.b64encode(b"a made-up key that nobody else has").decode()
POOL = "twenty"
COUNT = 20


@pytest.fixture(scope="module")
def running():
    with EmulatorThread(Options(seed="empty", clock="fast", random_seed=7, key=KEY)) as emulator:
        with _client(emulator) as client:
            client.create_pool(
                pool_body(POOL, targetDedicatedNodes=COUNT, networkConfiguration=nat())
            )
            wait_for(lambda: _idle(client) == COUNT, "twenty idle nodes")
        yield emulator


def _client(emulator):
    return BatchClient(emulator.endpoint, AzureNamedKeyCredential(emulator.account, emulator.key))


def _idle(client):
    return sum(node.state == "idle" for node in client.list_nodes(POOL))


@pytest.fixture(scope="module")
def ids(running):
    with _client(running) as client:
        return [node.id for node in client.list_nodes(POOL)]


def run(*words, **more):
    command = [*BATCHTUI, "run", POOL, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)


def begin(*words):
    command = [*BATCHTUI, "run", POOL, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def nodes_of(text):
    return [line.split("\t")[0] for line in text.splitlines()]


def test_each_node_says_whole_lines_with_its_id_on_the_stream_it_wrote_to(emulator, ids):
    done = run("--", "printf 'a'; sleep 0.1; echo b; echo oops >&2; printf end")
    assert done.returncode == 0
    assert sorted(done.stdout.splitlines()) == sorted(
        f"{node}\t{line}" for node in ids for line in ("ab", "end")
    )
    *errors, summary = done.stderr.splitlines()
    assert sorted(errors) == sorted(f"{node}\toops" for node in ids)
    assert summary == "batchtui: 20 nodes: 20 exit status 0."


def test_a_node_that_fails_and_one_that_is_not_reached_are_told_apart(emulator, ids):
    which = f"case $AZ_BATCH_NODE_ID in {ids[3]}|{ids[4]}) exit 7;; esac; echo fine"
    done = run("--at-once", "4", "--", which)
    assert done.returncode == 1
    assert f"batchtui: {ids[3][6:14]}_d: exit status 7\n" in done.stderr
    assert "batchtui: 20 nodes: 18 exit status 0, 2 exit status 7.\n" in done.stderr
    inject(emulator, ssh=True, node=ids[5], do="refuse")
    done = run("--", which)
    assert done.returncode == 255
    assert sorted(nodes_of(done.stdout)) == sorted({*ids} - {ids[3], ids[4], ids[5]})
    assert f"batchtui: {ids[5][6:14]}_d: " in done.stderr
    assert "17 exit status 0, 2 exit status 7, 1 not reached: Connection lost." in done.stderr


def test_a_script_runs_on_some_nodes_and_nothing_of_it_is_left(emulator, ids, tmp_path):
    script = tmp_path / "hello.py"
    script.write_text(
        "#!/usr/bin/env python3\nimport os, sys\n"
        "print(sys.argv[1:], sys.stdin.read(), os.listdir('.'))\n"
    )
    wanted = ids[:3]
    given = " \n".join(node[6:20] for node in wanted)
    done = run("--nodes", "-", "--script", str(script), "--", "a b", "$c", input=given)
    assert (done.returncode, sorted(nodes_of(done.stdout))) == (0, sorted(wanted))
    assert {line.split("\t")[1] for line in done.stdout.splitlines()} == {"['a b', '$c']  []"}


def test_what_is_the_same_is_printed_once_and_saved(emulator, ids, tmp_path):
    odd = f"case $AZ_BATCH_NODE_ID in {ids[0]}) echo other;; *) echo same; echo lines;; esac"
    done = run("--group", "--save", str(tmp_path / "out"), "--", odd)
    first, second = done.stdout.split("\n\n== ")
    assert first.startswith("== 19 nodes: exit status 0 ==\n")
    assert first.endswith("\n\nsame\nlines")
    assert second == f"1 node: exit status 0 ==\n{ids[0][6:14]}_d\n\nother\n\n"
    assert (tmp_path / "out" / f"{POOL}_{ids[0]}.out").read_text() == "other\n"
    assert len(list((tmp_path / "out").iterdir())) == 21
    assert f"Saved in {tmp_path / 'out'}." in done.stderr


def test_a_command_that_takes_too_long_is_ended(emulator, ids):
    done = run("--nodes", ids[0], "--timeout", "0.5", "--", "sleep 98761")
    assert done.returncode == 1
    assert "1 node: 1 timed out." in done.stderr
    wait_for(lambda: not processes("sleep", "98761"), "no sleep")


def test_ctrl_c_ends_it_everywhere(emulator):
    process = begin("--at-once", "5", "--", "echo up; exec sleep 98762")
    wait_for(lambda: len(processes("sleep", "98762")) >= 5, "sleeps on five nodes")
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert len(output.splitlines()) == 5
    assert b"20 nodes: 15 not started, 5 stopped." in errors
    wait_for(lambda: not processes("sleep", "98762"), "no sleeps")


def test_a_reader_that_has_enough_ends_it_quietly(emulator):
    process = begin("--", "yes 98763")
    assert process.stdout.readline().endswith(b"\t98763\n")
    process.stdout.close()
    assert process.wait(30) == 141
    process.stderr.close()
    wait_for(lambda: not processes("yes", "98763"), "no yes")


def test_on_a_terminal_names_are_short_and_nothing_controls_it(emulator, ids):
    master, slave = pty.openpty()
    words = ["--nodes", ids[0], "--", r"printf '\033[31mred\r\n'"]
    subprocess.run([*BATCHTUI, "run", POOL, *words], stdout=slave, check=True, timeout=60)
    os.close(slave)
    assert os.read(master, 1000).decode() == f"{ids[0][6:14]}_d: ␛[31mred\r\n"
    os.close(master)


def test_only_nodes_with_a_fault(emulator, ids):
    assert "twenty has no node with a fault" in run("--faults", "--", "true").stderr
    put(emulator, pool=POOL, node="2", state="unusable")
    try:
        done = run("--faults", "--", "true")
    finally:
        put(emulator, pool=POOL, node="2", state="idle")
    assert "batchtui: 1 node: " in done.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "There is nothing to run."),
        (("--timeout", "0", "--", "x"), 2, "more than 0"),
        (("--at-once", "0", "--", "x"), 2, "1 to 500"),
        (("--nodes", ",", "--", "x"), 2, "names no node"),
        (("--nodes", "nothing", "--", "x"), 255, "no such node: nothing"),
        (("--script", "/nowhere/x"), 255, "/nowhere/x can't be read: No such file"),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_is_run(emulator, words, status, said):
    done = run(*words)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr


def test_a_read_only_account_runs_nothing(emulator, ids, monkeypatch, tmp_path):
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "batchtui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("read_only = true\n")
    done = run("--", "true")
    assert done.returncode == 255
    assert "read-only: nothing is run" in done.stderr
