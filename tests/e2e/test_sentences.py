"""What goes wrong on the way into nodes, for real, and the one sentence that says so."""

import asyncio
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from e2e.ssh_agent import HAS_AGENT, SshAgent
from e2e.sshd_server import SSHD, Sshd
from terminals import BATCHTUI, Terminal, needs_tmux

from batchtui.access.keys import LoginKey
from batchtui.access.ssh import Connection, Login, Password
from batchtui.batch.models import NodeUser
from batchtui.batch.nodes import Nodes
from batchtui.batch.service import BatchService
from batchtui.batch.users import Users
from batchtui.config import Paths
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import inject, put
from batchtui.errors import LoginRefusedError

POOL = "render-linux"
PASSWORD = "Made-up-1"


@pytest.fixture(scope="module")
def running():
    with EmulatorThread(Options(seed="demo", clock="real", random_seed=7)) as emulator:
        yield emulator


@pytest.fixture
def node(emulator):
    return in_service(emulator, first_node)


def in_service(emulator, ask):
    async def answer():
        async with BatchService(emulator.endpoint, emulator.account, emulator.key) as service:
            return await ask(service)

    return asyncio.run(answer())


async def first_node(service):
    return min([node.id async for page in Nodes(service).pages(POOL) for node in page])


def batchtui(*words, status=255):
    """The one line that it says."""
    done = subprocess.run(
        [*BATCHTUI, *map(str, words)],
        capture_output=True, text=True, timeout=60, check=False, start_new_session=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (status, "")
    *_progress, said = done.stderr.strip().split("\n")
    assert "Traceback" not in done.stderr
    return said


def is_said(sentence, said):
    assert re.search(sentence, said), said


def test_another_host_key(emulator, node):
    where = f"{POOL}/{node}"
    assert batchtui("ssh", where, "--", "true", status=0) == ""
    inject(emulator, ssh=True, do="hostkey", pool=POOL)
    is_said(
        r"^batchtui: Node \S+ of pool \S+ shows another host key than before: SHA256:\S+ .*, and "
        r"before SHA256:\S+ .*Nothing was sent to it\.",
        batchtui("ssh", where, "--", "true"),
    )


def test_a_disk_that_is_full_at_the_far_end(emulator, node, tmp_path):
    (tmp_path / "big").write_bytes(bytes(100_000))
    inject(emulator, ssh=True, do="full", bytes=10_000, pool=POOL)
    is_said(
        r"has no room for \S+big", batchtui("cp", tmp_path / "big", f"{POOL}/{node}:", status=1)
    )


def test_a_user_that_has_expired():
    user = NodeUser("late", password=PASSWORD, expires=datetime.now(UTC) + timedelta(days=1))

    async def add(service):
        node = await first_node(service)
        await Users(service).add(POOL, node, user)
        return await Nodes(service).remote_login(POOL, node)

    def enter(there):
        login = Login("late", (Password(PASSWORD),))
        return Connection.open(there.address, there.port, login, lambda _key: True)

    # In a world of its own, where days may pass.
    with EmulatorThread(Options(seed="demo", clock="real", random_seed=7)) as emulator:
        there = in_service(emulator, add)
        with enter(there) as connection:
            assert connection.exec("exit 3").wait().status == 3
        put(emulator, clock={"advance": 3 * 86400})
        with pytest.raises(LoginRefusedError) as refused:
            enter(there)
    is_said(
        r"^\S+ doesn't let user late in with this password\. .*may have expired", str(refused.value)
    )


@pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")
def test_a_key_that_has_expired(tmp_path):
    server, key = Sshd(tmp_path), LoginKey.generate("ed25519")
    server.authorized.write_text(f'expiry-time="20200101" {key.public_line}\n')
    try:
        with pytest.raises(LoginRefusedError) as refused:
            Connection.open(server.host, server.port, Login(server.user, (key,)), lambda _key: True)
    finally:
        server.stop()
    is_said(r"^\S+ doesn't let user \S+ in with this key\. .*may have expired", str(refused.value))


def set_login_key(what, paths):
    paths.settings.parent.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text(f'login_key = "{what}"\n', encoding="utf-8")


@pytest.mark.skipif(not HAS_AGENT, reason="needs ssh-agent (openssh-client)")
def test_an_agent_that_is_gone(emulator, node, tmp_path, monkeypatch):
    set_login_key("agent", Paths.of_user())
    agent = SshAgent(tmp_path, monkeypatch)
    agent.add()
    try:
        assert batchtui("ssh", f"{POOL}/{node}", "--", "true", status=0) == ""
    finally:
        agent.stop()
    is_said(
        r"^batchtui: The ssh-agent is gone: .* Start one",
        batchtui("ssh", f"{POOL}/{node}", "--", "true"),
    )


@needs_tmux
def test_a_wrong_passphrase(emulator, node, tmp_path):
    key = tmp_path / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "made-up", "-f", key], check=True, timeout=30
    )
    terminal = Terminal(tmp_path, columns=200)
    set_login_key(key, Paths(*[tmp_path / ".config" / "batchtui"] * 3))
    try:
        terminal.run(
            *BATCHTUI, "ssh", f"{POOL}/{node}", "--", "true",
            AZURE_BATCH_ACCOUNT=emulator.account,
            AZURE_BATCH_ACCESS_KEY=emulator.key,
            AZURE_BATCH_ENDPOINT=emulator.endpoint,
        )  # fmt: skip
        for count in range(1, 4):
            terminal.wait_until(lambda screen, n=count: screen.count("Passphrase:") == n, "asking")
            terminal.type("wrong")
            terminal.press("Enter")
        terminal.wait_for_prompt()
        is_said(rf"batchtui: The passphrase of the key {key} was wrong\.", terminal.screen)
    finally:
        terminal.close()
