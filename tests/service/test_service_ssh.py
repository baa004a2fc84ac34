"""Logging in to nodes, with asyncssh's client and with paramiko's."""

import asyncio
import contextlib
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
import paramiko
import pytest
from service.helpers import nat, serving, until
from service.logging_in import PASSWORD, add_user, connect, place
from service.working import processes

REFUSED = r"refused|Connect call failed"


async def test_a_command_runs_on_the_node(service, node):
    await add_user(service, node)
    async with connect(node) as connection:
        done = await connection.run('echo "$AZ_BATCH_NODE_ID"; echo oops >&2; exit 7')
        assert (done.stdout, done.stderr) == (f"{node['id']}\n", "oops\n")
        assert done.exit_status == 7
        echoed = await connection.run("cat", input="x" * 300_000)
        assert len(echoed.stdout) == 300_000
        killed = await connection.run("kill -TERM $$")
        assert killed.exit_signal[0] == "TERM"
        here = await connection.run("pwd; echo $HOME; echo $USER")
        pwd, home, user = here.stdout.split()
        assert (pwd, user) == (home, "alice")
        assert home.endswith(f"{node['id']}/home/alice")


async def test_a_shell_has_a_real_terminal(service, node):
    await add_user(service, node)
    async with (
        connect(node) as connection,
        connection.create_process(term_type="xterm-256color", term_size=(100, 30)) as shell,
    ):
        screen = Screen(shell)
        await screen.shows(r"alice@tvmps_[0-9a-f]{8}:~\$ ")
        shell.stdin.write("stty size; tty; echo term=$TERM\n")
        await screen.shows(r"\r30 100\r\n/dev/\S+\r\nterm=xterm-256color")
        shell.change_terminal_size(120, 40)
        shell.stdin.write("stty size\n")
        await screen.shows(r"\r40 120\r\n")
        shell.stdin.write("sleep 77\n")
        await until(lambda: processes("sleep", "77"))
        shell.stdin.write("\x03")
        await until(lambda: not processes("sleep", "77"))
        shell.stdin.write("exit 5\n")
        await shell.wait_closed()
        assert shell.exit_status == 5


class Screen:
    """What a shell has written so far."""

    def __init__(self, shell):
        self.shell = shell
        self.text = ""

    async def shows(self, pattern, seconds=10):
        async with asyncio.timeout(seconds):
            while not re.search(pattern, self.text):
                more = await self.shell.stdout.read(4096)
                assert more, f"ended without {pattern}: {self.text!r}"
                self.text += more


async def test_a_command_on_a_terminal_keeps_its_last_output(service, node):
    await add_user(service, node)
    async with connect(node) as connection:
        done = await connection.run("seq 1 5000; exit 3", term_type="xterm")
        assert done.stdout.split() == [str(n) for n in range(1, 5001)]
        assert done.exit_status == 3


async def test_nothing_stays_after_a_hang_up(service, node):
    await add_user(service, node)
    connection = await connect(node)
    shell = await connection.create_process(term_type="xterm")
    shell.stdin.write("(trap '' HUP; sleep 71) & sleep 72\n")
    job = await connection.create_process("sleep 73")
    await until(lambda: all(processes("sleep", str(n)) for n in (71, 72, 73)))
    connection.abort()
    await connection.wait_closed()
    assert job.exit_status is None
    await until(lambda: not any(processes("sleep", str(n)) for n in (71, 72, 73)))


async def test_nothing_stays_after_the_emulator():
    async with serving() as service:
        await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
        (node,) = await service.nodes()
        await add_user(service, node)
        connection = await connect(node)
        shell = await connection.create_process(term_type="xterm")
        # Nobody else on this machine sleeps just so long.
        long, longer = f"74.{os.getpid()}", f"75.{os.getpid()}"
        shell.stdin.write(f"echo $HOME; setsid sleep {long} & sleep {longer}\n")
        screen = Screen(shell)
        await screen.shows(r"\r(/\S+/home/alice)\r")
        home = Path(re.search(r"\r(/\S+/home/alice)\r", screen.text)[1])
        assert await asyncio.to_thread(home.is_dir)
        await until(lambda: processes("sleep", long) and processes("sleep", longer))
        where = place(node)
    assert not processes("sleep", long)
    assert not processes("sleep", longer)
    assert not await asyncio.to_thread(home.parents[2].exists)
    with pytest.raises(OSError, match=REFUSED):
        await asyncio.open_connection(*where)
    connection.abort()
    await connection.wait_closed()


async def test_keys_open_what_they_were_added_for(service, node):
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    other = asyncssh.generate_private_key("ssh-ed25519")
    line = key.export_public_key().decode().strip()
    await add_user(service, node, password=None, sshPublicKey=line)
    async with connect(node, password=None, client_keys=[key]) as connection:
        assert (await connection.run("echo in")).stdout == "in\n"
    for refused in ({"client_keys": [other], "password": None}, {"password": PASSWORD}):
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(node, **refused)


async def test_replacing_a_user_removes_what_is_omitted(service, node):
    key = asyncssh.generate_private_key("ssh-ed25519")
    await add_user(service, node)
    path = f"/pools/p/nodes/{node['id']}/users/alice"
    line = key.export_public_key().decode()
    assert (await service.send("PUT", path, {"sshPublicKey": line})).status_code == 200
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(node)
    async with connect(node, password=None, client_keys=[key]):
        pass
    await service.send("DELETE", path)
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(node, password=None, client_keys=[key])


async def test_users_expire_with_their_day():
    evening = datetime(2027, 5, 3, 23, 59, 50, tzinfo=UTC)
    async with serving(start_time=evening) as service:
        await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
        (node,) = await service.nodes()
        await add_user(service, node, expiryTime="2027-05-03T23:59:51Z")
        await add_user(service, node, "bob", expiryTime="2027-05-04T00:00:30Z")

        async def refused():
            try:
                async with connect(node):
                    return False
            except asyncssh.PermissionDenied:
                return True

        await until(refused)
        async with connect(node, "bob"):
            pass
        path = f"/pools/p/nodes/{node['id']}/users"
        body = {"name": "alice", "password": PASSWORD}
        await service.fails(409, "NodeUserExists", "POST", path, body)


async def test_a_pools_own_users_may_log_in(service):
    await service.create(
        targetDedicatedNodes=1,
        networkConfiguration=nat(),
        userAccounts=[{"name": "shared", "password": PASSWORD}],
    )
    (node,) = await service.nodes()

    async def answers():
        with contextlib.suppress(OSError):
            async with connect(node, "shared") as connection:
                return (await connection.run("echo in")).stdout == "in\n"

    await until(answers)


@pytest.mark.parametrize(
    ("rules", "welcome"),
    [
        ([("allow", "*", 150)], True),
        ([("deny", "*", 150)], False),
        ([("allow", "127.0.0.0/8", 200), ("deny", "*", 300)], True),
        ([("deny", "127.0.0.0/8", 200), ("allow", "*", 300)], False),
        ([("allow", "203.0.113.9", 150)], False),
    ],
)
async def test_security_rules_decide_who_comes_in(service, rules, welcome):
    rules = [
        {"access": access, "sourceAddressPrefix": prefix, "priority": priority}
        for access, prefix, priority in rules
    ]
    await service.create(targetDedicatedNodes=1, networkConfiguration=nat(rules=rules))
    (node,) = await service.nodes()
    await add_user(service, node)
    if welcome:
        async with connect(node):
            return
    with pytest.raises((asyncssh.Error, OSError)):
        await connect(node)


async def test_each_allocation_has_a_host_key_of_its_own(service):
    await service.create(targetDedicatedNodes=2, networkConfiguration=nat())
    keys = []
    for node in await service.nodes():
        await add_user(service, node)
        for _ in range(2):
            key = await asyncssh.get_server_host_key(*place(node), config=None)
            keys.append(key.export_public_key())
    assert keys[0] == keys[1] != keys[2] == keys[3]


async def test_ports_open_when_they_are_needed_and_not_before(service):
    await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
    (node,) = await service.nodes()
    with pytest.raises(OSError, match=REFUSED):
        await asyncio.open_connection(*place(node))
    await service.client.get_node_remote_login_settings("p", node["id"])
    _, writer = await asyncio.open_connection(*place(node))
    writer.close()
    await writer.wait_closed()


async def test_files_go_both_ways_and_stay_on_the_node(service, node, tmp_path):
    await add_user(service, node)
    (tmp_path / "a.txt").write_text("hello")
    async with connect(node) as connection, connection.start_sftp_client() as files:
        await files.put(str(tmp_path / "a.txt"), "a.txt")
        assert await files.realpath(".") == "/home/alice"
        assert (await connection.run("cat ~/a.txt")).stdout == "hello"
        assert set(await files.listdir("/mnt/batch/tasks")) >= {"startup", "shared", "workitems"}
        assert not await files.exists("/etc/passwd")
        assert not await files.exists("../../../../../../etc/passwd")


async def test_a_transfer_ends_well_as_scp_expects_of_sshd(service, node):
    await add_user(service, node)
    async with connect(node) as connection:
        files = await connection.create_process(subsystem="sftp", encoding=None)
        files.stdin.write(b"\0\0\0\5\1\0\0\0\3")  # INIT, of version 3
        await files.stdout.readexactly(4)
        files.stdin.write_eof()
        await files.wait_closed()
        assert files.exit_status == 0


async def test_paramiko_gets_a_shell_too(service, node):
    await add_user(service, node)
    host, port = place(node)

    def visit():
        with paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            client.connect(
                host, port, "alice", PASSWORD, look_for_keys=False, allow_agent=False, timeout=10
            )
            channel = client.invoke_shell("vt100", 90, 25)
            channel.settimeout(10)
            channel.sendall(b"stty size\n")
            seen = b""
            while b"\r25 90\r\n" not in seen:
                seen += channel.recv(4096)
            channel.resize_pty(91, 26)
            channel.sendall(b"stty size; exit 9\n")
            while more := channel.recv(4096):
                seen += more
            status = channel.recv_exit_status()
            _, out, _ = client.exec_command("echo $AZ_BATCH_NODE_ID", timeout=10)
            return seen, status, out.read()

    seen, status, output = await asyncio.to_thread(visit)
    assert b"\r26 91\r\n" in seen
    assert status == 9
    assert output.decode().strip() == node["id"]


async def test_editors_and_pagers_draw(service, node):
    await add_user(service, node)
    async with (
        connect(node) as connection,
        connection.create_process(
            "seq 1 200 > n; TERM=xterm less n", term_type="xterm", term_size=(80, 24)
        ) as pager,
    ):
        screen = Screen(pager)
        await screen.shows(r"\n23\r\n")
        pager.stdin.write("G")
        await screen.shows(r"200\r\n")
        pager.stdin.write("q")
        await pager.wait_closed()
        assert pager.exit_status == 0


async def test_a_node_without_a_mapped_port_has_no_ssh(service):
    await service.create(targetDedicatedNodes=1)
    (node,) = await service.nodes()
    await add_user(service, node)
    assert "endpointConfiguration" not in node


async def test_pretending_runs_nothing(tmp_path):
    async with serving(pretend=True) as service:
        mark = tmp_path / "ran"
        await service.create(
            targetDedicatedNodes=1,
            networkConfiguration=nat(),
            startTask={"commandLine": f"touch {mark}"},
        )
        (node,) = await service.nodes()
        assert node["startTaskInfo"]["result"] == "success"
        assert not mark.exists()
        await add_user(service, node)
        settings = await service.client.get_node_remote_login_settings("p", node["id"])
        assert settings.remote_login_port == 15000
        with pytest.raises(OSError, match=REFUSED):
            await asyncio.open_connection(*place(node))
