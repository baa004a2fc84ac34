"""Chains of jump hosts, with OpenSSH's server as each of them and as the node."""

import base64
import dataclasses
import hmac
import signal
import subprocess
import threading
from pathlib import Path

import paramiko
import pytest
from conftest import wait_for
from e2e.login_servers import AsyncsshServer, Doors, ParamikoServer, _ParamikoDoor
from e2e.sshd_server import SSHD, Sshd, free_port

from batchtui.access.attempt import GivenUpError
from batchtui.access.hop import Hop, known_hosts_name
from batchtui.access.keys import LoginKey, generate_private
from batchtui.access.ssh import Connection, Login
from batchtui.access.ssh.hop_keys import HopKeys
from batchtui.access.ssh.jump_hosts import JumpHosts
from batchtui.errors import (
    ConnectionLostError,
    HostKeyError,
    LoginKeyError,
    LoginRefusedError,
    SshError,
)

pytestmark = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")


def nobody(question):
    raise LoginKeyError(f"{question.title}: nobody is there.")


class Chain:
    """Two jump hosts and a node behind them."""

    def __init__(self, directory):
        self.directory = directory
        self.servers = []
        self.key = LoginKey.generate("ed25519")
        self.hops = tuple(self._hop(name) for name in ("outer", "inner"))
        self.node = self._server("node")
        self.node.authorize(self.key)
        self.outer, self.inner = self.servers[:2]
        self.keys = HopKeys(directory / "jump_hosts.json")
        self.jumps = JumpHosts(self.keys, 5.0)

    def connect(self, hops=None, ask=nobody, **how):
        def opening(through):
            login = Login(self.node.user, (self.key,))
            return Connection.open(
                self.node.host,
                self.node.port,
                login,
                lambda _key: None,
                through=through,
                timeout=5.0,
                cancelled=how.get("cancelled"),
            )

        return self.jumps.lead(hops or self.hops, opening, ask, **how)

    def known(self, server, hop):
        """A line of known_hosts for a server."""
        public = (self.directory / hop.name / "host_key.pub").read_text().split()
        return f"{known_hosts_name(server.host, server.port)} {' '.join(public[:2])}\n"

    def _hop(self, name):
        server = self._server(name)
        private = generate_private("ed25519")
        identity = self.directory / f"{name}_key"
        identity.touch(0o600)
        identity.write_text(private)
        server.authorize(LoginKey.read(private))
        return Hop(
            name=name,
            host=server.host,
            port=server.port,
            user=server.user,
            host_key_name=known_hosts_name(server.host, server.port),
            known_hosts=(self.directory / "known_hosts",),
            identities=(identity,),
            agent="none",
        )

    def _server(self, name):
        directory = self.directory / name
        directory.mkdir()
        server = Sshd(directory)
        self.servers.append(server)
        return server


@pytest.fixture
def chain(tmp_path):
    made = Chain(tmp_path)
    yield made
    for server in made.servers:
        server.stop()


def logins(server):
    """How often a server let somebody in."""
    return len(server.log().split("Accepted publickey")) - 1


def test_two_jump_hosts_lead_to_a_node(chain):
    with chain.connect() as connection:
        channel = connection.exec("echo $SSH_CONNECTION")
        port = channel.read().split()[3]
        assert int(port) == chain.node.port
        assert channel.wait().status == 0
    assert logins(chain.outer) == logins(chain.inner) == 1
    names = [name for name, _key in chain.keys.rows()]
    assert names == [hop.host_key_name for hop in chain.hops]


def test_what_goes_over_a_jump_host_shares_its_connection_and_ends_it_with_the_last(chain):
    with (
        chain.connect() as first,
        chain.connect() as second,
        chain.connect(chain.hops[:1]) as third,
    ):
        assert [each.exec("exit 3").wait().status for each in (first, second, third)] == [3, 3, 3]
        assert logins(chain.outer) == logins(chain.inner) == 1
    wait_for(lambda: not chain.outer.sessions(), "the end of the jump host's connection")
    with chain.connect():
        assert logins(chain.outer) == logins(chain.inner) == 2


def test_many_at_once_open_a_jump_host_s_connection_once(chain):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(chain.connect()), name=f"{number}")
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert logins(chain.outer) == logins(chain.inner) == 1
    for connection in found:
        connection.close()


def test_many_at_once_fail_by_one_failure(chain):
    chain.inner.stop()
    failures = []

    def attempt():
        with pytest.raises(SshError) as failed:
            chain.connect()
        failures.append(failed.value.message)

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 6
    assert set(failures) == {failures[0]}


def test_a_node_that_is_not_there_is_told_by_the_last_jump_host(chain):
    chain.node.stop()
    with pytest.raises(
        SshError, match=f"Jump host inner doesn't reach 127.0.0.1:{chain.node.port}"
    ):
        chain.connect()


def test_a_jump_host_that_is_down_is_named(chain):
    chain.inner.stop()
    with pytest.raises(SshError, match=r"Jump host outer doesn't reach 127\.0\.0\.1"):
        chain.connect()
    chain.outer.stop()
    with pytest.raises(SshError, match="Jump host outer: Nothing listens") as failed:
        chain.connect()
    assert "node" not in failed.value.advice
    assert failed.value.hop == "outer"


def test_a_name_that_no_host_can_have_is_told_as_one_that_isn_t_found(chain):
    long = dataclasses.replace(chain.hops[0], host="x" * 70)
    with pytest.raises(SshError, match=r"Jump host outer: The name x+ has no address"):
        chain.connect((long,))


def test_a_jump_host_that_forwards_nothing_is_named(chain, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    server = Sshd(closed, "AllowTcpForwarding no\n")
    chain.servers.append(server)
    server.authorized.write_text(chain.outer.authorized.read_text())
    hop = dataclasses.replace(
        chain.hops[0], name="closed", port=server.port, host_key_name="closed"
    )
    with pytest.raises(SshError, match="Jump host closed doesn't reach") as failed:
        chain.connect((hop,))
    assert "AllowTcpForwarding" in failed.value.advice


def test_a_jump_host_that_does_not_let_us_in_is_named(chain, tmp_path):
    chain.inner.authorized.write_text("")
    with pytest.raises(LoginRefusedError, match="Jump host inner: ") as failed:
        chain.connect(ask=lambda _question: ["wrong"])
    assert "IdentityFile" in failed.value.advice
    with pytest.raises(LoginKeyError, match=r"Jump host inner: .*nobody is there"):
        chain.connect()


def test_a_key_that_can_not_be_read_is_named_with_the_jump_host(chain):
    [identity] = chain.hops[1].identities
    identity.chmod(0o644)
    with pytest.raises(LoginKeyError, match=f"Jump host inner: .*{identity}"):
        chain.connect()


def test_the_agent_of_ssh_config_is_asked(chain, tmp_path):
    socket_path = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", socket_path], stdout=subprocess.DEVNULL)
    try:
        env = {"SSH_AUTH_SOCK": str(socket_path), "PATH": "/usr/bin:/bin"}
        [identity] = chain.hops[0].identities
        add = ["ssh-add", "-q", identity]
        wait_for(lambda: subprocess.run(add, env=env, check=False).returncode == 0, "the agent")
        identity.unlink()
        hop = dataclasses.replace(chain.hops[0], agent=str(socket_path))
        with chain.connect((hop,)) as connection:
            assert connection.exec("exit 3").wait().status == 3
    finally:
        agent.terminate()
        agent.wait(10)


@pytest.mark.parametrize("hashed", [False, True])
def test_known_hosts_decides_what_key_a_jump_host_has(chain, hashed):
    known = chain.directory / "known_hosts"
    line = chain.known(chain.outer, chain.hops[0])
    if hashed:
        name, _space, key = line.partition(" ")
        salt = bytes(range(20))
        parts = [
            base64.b64encode(each).decode()
            for each in (salt, hmac.digest(salt, name.encode(), "sha1"))
        ]
        line = f"|1|{'|'.join(parts)} {key}"
    known.write_text(line)
    strict = dataclasses.replace(chain.hops[0], strict=True)
    with chain.connect((strict,)):
        assert chain.keys.rows() == []
    chain.outer.make_host_key()
    chain.outer.restart()
    with pytest.raises(HostKeyError, match=r"Jump host outer .*known_hosts, line 1") as failed:
        chain.connect()
    assert failed.value.message.count("SHA256:") == 2
    assert "ssh-keygen -R" in failed.value.advice


def test_a_key_that_was_trusted_is_not_trusted_after_a_change(chain):
    chain.connect().close()
    chain.inner.make_host_key()
    chain.inner.restart()
    with pytest.raises(HostKeyError, match=r"Jump host inner .*first seen") as failed:
        chain.connect()
    assert failed.value.message.count("SHA256:") == 2
    name = chain.hops[1].host_key_name
    assert f"known-hosts --forget '{name}'" in failed.value.advice
    assert chain.keys.forget(name) == 1
    chain.connect().close()


def test_a_strict_jump_host_must_be_known_and_a_revoked_key_is_never_taken(chain):
    strict = dataclasses.replace(chain.hops[0], strict=True)
    with pytest.raises(HostKeyError, match="isn't in known_hosts"):
        chain.connect((strict,))
    line = chain.known(chain.outer, chain.hops[0])
    (chain.directory / "known_hosts").write_text(f"{line}@revoked {line}")
    with pytest.raises(HostKeyError, match="line 2 revokes"):
        chain.connect()


def test_a_server_is_asked_for_the_type_of_key_that_is_known(chain):
    directory = chain.directory / "outer"
    rsa = directory / "rsa_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", rsa], check=True, timeout=60)
    config = f"HostKey {rsa}\n"
    chain.outer._extra = config
    chain.outer.restart()
    public = Path(f"{rsa}.pub").read_text().split()
    known = chain.directory / "known_hosts"
    known.write_text(f"{chain.hops[0].host_key_name} {' '.join(public[:2])}\n")
    with chain.connect(chain.hops[:1]) as connection:
        assert connection.exec("exit 3").wait().status == 3


@pytest.mark.parametrize(("lost", "other"), [("outer", "inner"), ("inner", "outer")])
def test_a_jump_host_that_dies_takes_all_with_it_and_is_named(chain, lost, other):
    connection = chain.connect()
    channel = connection.exec("cat")
    getattr(chain, lost).kill_sessions()
    ended = channel.wait()
    assert (ended.lost, ended.hop) == (True, f"jump host {lost}")
    assert ended.words == f"the connection to jump host {lost} was lost"
    with pytest.raises(ConnectionLostError, match=f"jump host {lost} went away"):
        connection.exec("true")
    connection.close()
    with chain.connect() as again:
        assert again.exec("exit 3").wait().status == 3


def test_a_node_that_dies_behind_jump_hosts_does_not_blame_them(chain):
    with chain.connect() as connection:
        channel = connection.exec("cat")
        chain.node.kill_sessions()
        ended = channel.wait()
        assert (ended.lost, ended.hop) == (True, "")


@pytest.mark.parametrize("hanging", ["outer", "inner", "node"])
def test_giving_up_works_while_any_of_them_hangs(chain, hanging):
    # What takes connections, and then says nothing.
    server = getattr(chain, hanging)
    server.signal(signal.SIGSTOP)
    cancelled = threading.Event()
    failures = []

    def attempt():
        with pytest.raises(GivenUpError) as given_up:
            chain.connect(cancelled=cancelled)
        failures.append(given_up.value)

    thread = threading.Thread(target=attempt)
    try:
        thread.start()
        thread.join(0.7)
        assert thread.is_alive()
        cancelled.set()
        thread.join(2.0)
        assert not thread.is_alive()
        assert len(failures) == 1
    finally:
        server.signal(signal.SIGCONT)


def test_giving_up_works_while_another_opens_the_jump_host(chain):
    chain.outer.signal(signal.SIGSTOP)
    first, second = threading.Event(), threading.Event()
    ended = []

    def attempt(cancelled, name):
        try:
            chain.connect(cancelled=cancelled).close()
        except GivenUpError:
            ended.append(name)
        else:
            ended.append(f"{name} connected")

    threads = [
        threading.Thread(target=attempt, args=arguments)
        for arguments in ((first, "first"), (second, "second"))
    ]
    try:
        threads[0].start()
        threads[0].join(0.2)
        threads[1].start()
        threads[1].join(0.2)
        second.set()
        threads[1].join(2.0)
        assert ended == ["second"]
        first.set()
        threads[0].join(2.0)
        assert ended == ["second", "first"]
    finally:
        chain.outer.signal(signal.SIGCONT)
    # Whoever comes next isn't given up with them.
    chain.connect().close()


def test_a_jump_host_that_is_not_there_is_given_up_at_its_address(chain):
    gone = dataclasses.replace(chain.hops[0], port=free_port())
    with pytest.raises(
        SshError, match=f"Jump host outer: Nothing listens at 127.0.0.1:{gone.port}"
    ):
        chain.connect((gone, chain.hops[1]))


@pytest.mark.parametrize("make", [AsyncsshServer, ParamikoServer])
@pytest.mark.parametrize("way", ["key", "prompts", "passphrase"])
def test_servers_of_other_makes_lead_on_and_ask_what_they_want(chain, make, way):
    hop, asked = chain.hops[0], []
    [identity] = hop.identities
    doors = Doors(keys=[LoginKey.read(identity.read_text())])
    if way == "prompts":
        doors = Doors(prompts=[("Token:", True)], answers=["123"])
    elif way == "passphrase":
        phrase = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", identity]
        subprocess.run(phrase, check=True, timeout=30)
    server = make(doors)
    other = dataclasses.replace(hop, name="other", port=server.port, host_key_name="other")

    def ask(question):
        asked.append([prompt.text for prompt in question.prompts])
        return ["123" if way == "prompts" else "open sesame"]

    try:
        with chain.connect((other, chain.hops[1]), ask) as connection:
            assert connection.exec("exit 3").wait().status == 3
    finally:
        server.stop()
    questions = {"key": [], "prompts": [["Token:"]], "passphrase": [["Passphrase:"]]}
    assert asked == questions[way]


def test_giving_up_works_while_a_jump_host_says_nothing_of_the_next_host(chain, monkeypatch):
    asked, answer, cancelled = threading.Event(), threading.Event(), threading.Event()

    def hang(*_):
        asked.set()
        answer.wait(20)
        return paramiko.OPEN_FAILED_CONNECT_FAILED

    monkeypatch.setattr(_ParamikoDoor, "check_channel_direct_tcpip_request", hang)
    hop = chain.hops[0]
    [identity] = hop.identities
    server = ParamikoServer(Doors(keys=[LoginKey.read(identity.read_text())]))
    other = dataclasses.replace(hop, name="other", port=server.port, host_key_name="other")
    failures = []

    def attempt():
        with pytest.raises(GivenUpError) as given_up:
            chain.connect((other,), cancelled=cancelled)
        failures.append(given_up.value)

    thread = threading.Thread(target=attempt)
    try:
        thread.start()
        assert asked.wait(10)
        cancelled.set()
        thread.join(2.0)
        assert len(failures) == 1
    finally:
        answer.set()
        server.stop()
        thread.join()
