"""Links that drop and nodes that aren't up, as operators and scripts meet them."""

import asyncio
import re
import subprocess

import pytest
from service.helpers import nat, pool_body
from terminals import BATCHTUI, Terminal, name_account, needs_tmux

from batchtui.batch.nodes import Nodes
from batchtui.batch.service import BatchService
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import put

POOL = "render-linux"
PROMPT = r"^op-\S+:~\$$"


@pytest.fixture(scope="module")
def world():
    """Its nodes come up when a test lets time pass."""
    with EmulatorThread(Options(seed="demo", clock="real", random_seed=7)) as running:
        yield running


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


@needs_tmux
@pytest.mark.timeout(300)
def test_a_node_that_reboots_under_a_shell_is_entered_again(terminal, world):
    terminal.run(
        *BATCHTUI,
        AZURE_BATCH_ACCOUNT=world.account,
        AZURE_BATCH_ACCESS_KEY=world.key,
        AZURE_BATCH_ENDPOINT=world.endpoint,
    )
    terminal.wait(POOL)
    terminal.type(f":nodes {POOL}")
    terminal.press("Enter")
    terminal.wait_for_match(r"^▌.*_[dp] ")
    terminal.press("s")
    terminal.wait_for_match(PROMPT)
    terminal.type("echo ID=$AZ_BATCH_NODE_ID=; echo the last ''words")
    terminal.press("Enter")
    node = terminal.wait_for_match(r"^ID=(\S+)=")[1]
    terminal.wait_for_match(r"^the last words")

    put(world, pool=POOL, node=node, state="rebooting")
    terminal.wait("The shell ended by itself")
    screen = terminal.wait("the last words")
    assert "ended by signal HUP after" in screen
    assert "r Reconnect" in screen
    terminal.press("r")
    terminal.wait("w waits until it is up")
    terminal.press("w")
    terminal.wait_until(lambda screen: "w Wait" not in screen, "the wait")
    terminal.wait("The node is rebooting.")
    put(world, clock={"advance": 600})
    terminal.wait("The node is starting")
    put(world, clock={"advance": 600})
    terminal.wait_for_match(PROMPT)
    terminal.type("echo ID=$AZ_BATCH_NODE_ID=; exit 4")
    terminal.press("Enter")
    terminal.wait_for_match(r"Shell on \S+: exit status 4 after \d+ s")
    terminal.press("C-q")
    terminal.wait_for_prompt()


def in_service(world, ask):
    """What the account's service answers to `ask`."""

    async def answer():
        async with BatchService(world.endpoint, world.account, world.key) as service:
            return await ask(service)

    return asyncio.run(answer())


def node_ids(world, pool):
    async def ask(service):
        return [node.id async for page in Nodes(service).pages(pool) for node in page]

    return in_service(world, ask)


def ssh(*words):
    return subprocess.run(
        [*BATCHTUI, "ssh", *words], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def account(world, monkeypatch):
    name_account(monkeypatch, world)
    return world


def test_a_script_waits_for_a_node_that_starts(account):
    put(account, pool=POOL, node="1", state="starting")
    id_ = node_ids(account, POOL)[1]
    refused = ssh(f"{POOL}/{id_}", "--", "true")
    assert refused.returncode == 255
    assert refused.stderr == (
        "batchtui: The node is starting, so its SSH server isn't up yet. "
        "--wait waits until it is up.\n"
    )
    with subprocess.Popen(
        [*BATCHTUI, "ssh", "--wait", f"{POOL}/{id_}", "--", "echo $AZ_BATCH_NODE_ID; kill -9 $$"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        assert "The node is starting" in waiting.stderr.readline()
        put(account, clock={"advance": 600})
        said, told = waiting.communicate(timeout=60)
    assert said == f"{id_}\n"
    assert waiting.returncode == 128 + 9
    assert re.search(r"Command on \S+: ended by signal KILL after \d+ s\n$", told)


def test_a_rule_that_leaves_this_machine_out_is_told_of_and_tried(account):
    rules = [
        {"priority": 150, "access": "deny", "sourceAddressPrefix": "127.0.0.0/8"},
        {"priority": 160, "access": "allow", "sourceAddressPrefix": "*"},
    ]
    body = pool_body("left-out", targetDedicatedNodes=1, networkConfiguration=nat(rules=rules))
    in_service(account, lambda service: service.post("/pools", body))
    # Its node is allocated, and comes up.
    put(account, clock={"advance": 600})
    [node] = node_ids(account, "left-out")
    put(account, pool="left-out", node=node, state="idle")
    left_out = ssh(f"left-out/{node}", "--", "true")
    assert "no SSH server answers there as it should" in left_out.stderr
    assert left_out.stderr.endswith(
        "Rule 150 (deny 127.0.0.0/8) of NAT pool ssh leaves 127.0.0.1 out.\n"
    )
    assert left_out.returncode == 255
