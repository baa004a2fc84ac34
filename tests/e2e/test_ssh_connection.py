import os
import signal
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import wait_for
from e2e.login_servers import AsyncsshServer, Doors
from e2e.sshd_server import SSHD, free_port

from batchtui.access.attempt import GivenUpError
from batchtui.access.channel import Exit
from batchtui.access.hosts import HostKeys
from batchtui.access.keys import LoginKey
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.ssh import Connection, Login, Password
from batchtui.access.stream import stream
from batchtui.errors import (
    BatchtuiError,
    ConnectionLostError,
    HostKeyError,
    LoginRefusedError,
    SshError,
)

needs_sshd = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")
WRONG = Password("hunter2!")
NODE = NodeIdentity("acct", "https://a.b", "pool", "node", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def key():
    return LoginKey.generate("ed25519")


def trust(_key):
    return True


def connect(sshd, key, check=trust, **how):
    return Connection.open(sshd.host, sshd.port, Login(sshd.user, (key,)), check, **how)


@pytest.fixture
def connection(sshd, key):
    sshd.authorize(key)
    with connect(sshd, key) as opened:
        yield opened


def run(connection, command, stdin=b"", tmp_path=None):
    """A command through `stream`, over files: its exit, output and errors."""
    names = [tmp_path / name for name in ("in", "out", "err")]
    names[0].write_bytes(stdin)
    fds = [
        os.open(names[0], os.O_RDONLY),
        *(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for name in names[1:]),
    ]
    try:
        ended = stream(connection.exec(command), *fds)
    finally:
        for fd in fds:
            os.close(fd)
    return ended, names[1].read_bytes(), names[2].read_bytes()


@needs_sshd
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_login_key_opens_a_node(sshd, tmp_path, kind):
    made = LoginKey.generate(kind)
    sshd.authorize(made)
    with connect(sshd, made) as connection:
        ended, out, err = run(connection, "echo out; echo err >&2; exit 7", tmp_path=tmp_path)
    assert (ended, out, err) == (Exit(7), b"out\n", b"err\n")
    assert (ended.words, ended.code) == ("exit status 7", 7)


@needs_sshd
def test_a_command_reads_our_input_to_its_end(connection, tmp_path):
    data = os.urandom(5_000_000)
    ended, out, err = run(connection, "cat; cat >&2 </dev/null", data, tmp_path)
    assert ended == Exit(0)
    assert out == data
    assert err == b""


@needs_sshd
def test_output_and_errors_are_kept_apart_and_whole(connection, tmp_path):
    command = "head -c 4000000 /dev/zero & head -c 4000000 /dev/zero >&2; wait"
    ended, out, err = run(connection, command, tmp_path=tmp_path)
    assert (ended, len(out), len(err)) == (Exit(0), 4_000_000, 4_000_000)


@needs_sshd
def test_a_shell_without_a_terminal_reads_a_script(connection, tmp_path):
    ended, out, _err = run(connection, None, b"echo hello\nexit 3\n", tmp_path)
    assert (ended, out) == (Exit(3), b"hello\n")


@needs_sshd
def test_a_signal_is_named(connection, tmp_path):
    ended, _out, _err = run(connection, "kill -TERM $$", tmp_path=tmp_path)
    assert ended == Exit(None, signal="TERM")
    assert (ended.words, ended.code) == ("ended by signal TERM", 143)


@needs_sshd
@pytest.mark.parametrize("clipboard", [True, False])
def test_a_terminal_gets_what_does_not_reach_its_clipboard(connection, tmp_path, clipboard):
    say = r"printf '\033]52;c;aGk=\007ONE' >&2; sleep 0.1; printf '\033]52;c;aGk=\007TWO'"
    _ended, out, err = run(connection, say, tmp_path=tmp_path)
    assert (out, err) == (b"\x1b]52;c;aGk=\x07TWO", b"\x1b]52;c;aGk=\x07ONE")
    master, slave = os.openpty()
    with Path(os.devnull).open() as null:
        stream(connection.exec(say), null.fileno(), slave, slave, clipboard=clipboard)
    seen = os.read(master, 1000)
    assert b"ONE" in seen
    assert b"TWO" in seen
    assert seen.count(b"aGk=") == 2 * clipboard
    os.close(master)
    os.close(slave)


@needs_sshd
def test_a_reader_that_goes_away_ends_the_command(connection):
    reader, writer = os.pipe()
    os.close(reader)
    with Path(os.devnull).open() as null:
        ended = stream(connection.exec("yes"), null.fileno(), writer, 2)
    os.close(writer)
    assert ended.code == 141


@needs_sshd
def test_a_full_disk_is_a_sentence(connection):
    with Path(os.devnull).open() as null, Path("/dev/full").open("wb") as full:
        command = connection.exec("yes")
        with pytest.raises(SshError, match="No space left"):
            stream(command, null.fileno(), full.fileno(), 2)


@needs_sshd
def test_our_input_is_not_read_after_the_end(connection):
    ours, theirs = os.pipe()
    with Path(os.devnull).open("wb") as null:
        ended = stream(connection.exec("exit 4"), ours, null.fileno(), null.fileno())
    assert ended == Exit(4)
    os.write(theirs, b"later")
    assert os.read(ours, 10) == b"later"
    os.close(ours)
    os.close(theirs)


@needs_sshd
def test_the_environment_and_terminal_of_a_command(connection):
    channel = connection.exec(
        "echo $LANG; stty size", pty=("xterm", 91, 33), env={"LANG": "C.UTF-8"}
    )
    out = b""
    while data := channel.read():
        out += data
    assert out.split() == [b"C.UTF-8", b"33", b"91"]
    assert channel.wait() == Exit(0)


@needs_sshd
def test_a_lost_connection_is_told_from_an_end(sshd, connection):
    channel = connection.exec("echo here; cat")
    assert channel.read() == b"here\n"
    sshd.kill_sessions()
    assert channel.read() == b""
    assert channel.read_error() == b""
    ended = channel.wait()
    assert (ended.lost, ended.code, ended.words) == (True, 255, "the connection was lost")
    assert channel.write(b"x") == 0
    channel.finish()
    channel.resize(80, 24)
    channel.close()
    with pytest.raises(ConnectionLostError, match="was lost"):
        connection.exec("true")


def test_what_the_server_said_as_it_ended_the_connection_is_kept():
    server = AsyncsshServer(Doors(password="known"), process=lambda _process: None)
    try:
        login = Login("me", (Password("known"),))
        with Connection.open("127.0.0.1", server.port, login, trust) as opened:
            shell = opened.shell("xterm", 80, 24)
            server.disconnect("Going down for maintenance.")
            assert shell.read() == b""
            ended = shell.wait()
    finally:
        server.stop()
    assert (ended.lost, ended.why) == (True, "Going down for maintenance.")


@needs_sshd
def test_a_server_that_opens_no_session_says_so(tmp_path, key):
    from e2e.sshd_server import Sshd

    server = Sshd(tmp_path, extra="MaxSessions 0\n")
    try:
        server.authorize(key)
        with connect(server, key) as connection, pytest.raises(SshError, match="opens no session"):
            connection.exec("true")
    finally:
        server.stop()


@needs_sshd
def test_a_changed_host_key_is_refused_before_any_login(sshd, key, tmp_path):
    sshd.authorize(key)
    hosts = HostKeys(tmp_path / "hosts.json")
    shown = []

    def check(host_key):
        shown.append(host_key.fingerprint)
        return hosts.check(NODE, host_key, sshd.host, sshd.port)

    connect(sshd, key, check).close()
    connect(sshd, key, check).close()
    sshd.make_host_key()
    sshd.restart()
    accepted = sshd.log().count("Accepted publickey")
    with pytest.raises(HostKeyError) as refused:
        connect(sshd, key, check)
    assert shown[0] == shown[1] != shown[2]
    assert shown[0] in str(refused.value)
    assert shown[2] in str(refused.value)
    assert sshd.log().count("Accepted publickey") == accepted == 2


@needs_sshd
def test_a_wrong_key_is_refused_in_a_sentence(sshd, key):
    with pytest.raises(LoginRefusedError) as refused:
        connect(sshd, key)
    assert f"127.0.0.1:{sshd.port}" in refused.value.message
    assert "add it again" in refused.value.advice


@needs_sshd
def test_a_wrong_password_is_refused_and_not_repeated(sshd, key):
    for login in (Login(sshd.user, (WRONG,)), Login(sshd.user, (key, WRONG))):
        with pytest.raises(LoginRefusedError) as refused:
            Connection.open(sshd.host, sshd.port, login, trust)
        assert "hunter2" not in repr(login) + str(refused.value)


def test_a_dead_port_is_a_quick_sentence(key):
    begun = time.monotonic()
    with pytest.raises(SshError, match="refused") as refused:
        Connection.open("127.0.0.1", free_port(), Login("me", (key,)), trust)
    assert refused.value.advice
    assert time.monotonic() - begun < 2


def test_a_name_that_is_nowhere(key):
    with pytest.raises(SshError, match="no address"):
        Connection.open("no-such-node.invalid", 22, Login("me", (key,)), trust)


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_server_that_never_speaks_is_not_waited_for(listener, key):
    with pytest.raises(BatchtuiError, match="no SSH server answers"):
        Connection.open(
            "127.0.0.1", listener.getsockname()[1], Login("me", (key,)), trust, timeout=0.3
        )


def test_a_server_that_hangs_up_or_speaks_otherwise(listener, key):
    def answer():
        for greeting in (b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"):
            link, _ = listener.accept()
            with link:
                link.sendall(greeting)

    answering = threading.Thread(target=answer)
    answering.start()
    for _ in range(2):
        with pytest.raises(ConnectionLostError):
            Connection.open(
                "127.0.0.1", listener.getsockname()[1], Login("me", (key,)), trust, timeout=2
            )
    answering.join()


def test_connecting_can_be_given_up(listener, key):
    cancelled = threading.Event()

    def accept_and_cancel():
        link, _ = listener.accept()
        with link:
            cancelled.set()
            # Our side hangs up at once, though this one never says a word.
            link.settimeout(5)
            while link.recv(100):
                pass

    accepting = threading.Thread(target=accept_and_cancel)
    accepting.start()
    with pytest.raises(GivenUpError):
        Connection.open(
            "127.0.0.1", listener.getsockname()[1], Login("me", (key,)), trust, cancelled=cancelled
        )
    accepting.join(1)
    assert not accepting.is_alive()


@needs_sshd
def test_a_connection_that_comes_too_late_is_closed(sshd, key):
    sshd.authorize(key)
    cancelled = threading.Event()
    go_on = threading.Event()

    def check(_key):
        cancelled.set()
        assert go_on.wait(10)

    with pytest.raises(GivenUpError):
        connect(sshd, key, check, cancelled=cancelled)
    go_on.set()
    wait_for(
        lambda: not any(each.name == "batchtui connect" for each in threading.enumerate()),
        "the end of the attempt",
    )


def test_a_connection_whose_far_side_hangs_is_told_from_one_that_answers(sshd, key):
    sshd.authorize(key)
    with connect(sshd, key) as opened:
        assert opened.answers(5)
        sshd.signal_sessions(signal.SIGSTOP)
        assert not opened.answers(0.3)
        assert not opened.alive
    sshd.kill_sessions()
