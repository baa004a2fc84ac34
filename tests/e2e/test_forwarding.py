"""Ports that lead through OpenSSH's server."""

import socket
import socketserver
import threading

import pytest
from conftest import wait_for
from e2e.sshd_server import SSHD, free_port

from batchtui.access.forward_spec import ForwardSpec
from batchtui.access.keys import LoginKey
from batchtui.access.ssh import Connection, Login
from batchtui.access.ssh.forwarding import Forwarding
from batchtui.errors import SshError

pytestmark = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")


class Shouting(socketserver.StreamRequestHandler):
    """Reads all that comes, and then answers in capitals."""

    def handle(self):
        self.wfile.write(self.rfile.read().upper())


@pytest.fixture
def target():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Shouting) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def connection(sshd):
    key = LoginKey.generate("ed25519")
    sshd.authorize(key)
    login = Login(sshd.user, (key,))
    with Connection.open(sshd.host, sshd.port, login, lambda _key: True) as opened:
        yield opened


def spec(port, target):
    return ForwardSpec("127.0.0.1", port, "127.0.0.1", target)


@pytest.fixture
def forwarding(connection, target):
    opened = Forwarding(connection, spec(0, target))
    yield opened
    opened.close()


def link_to(forwarding):
    return socket.create_connection(("127.0.0.1", forwarding.spec.port), timeout=10)


def said_back(link, text):
    link.sendall(text)
    link.shutdown(socket.SHUT_WR)
    with link.makefile("rb") as answer:
        return answer.read()


def test_what_is_sent_comes_to_the_far_side_and_its_answer_back(forwarding):
    with link_to(forwarding) as link:
        assert said_back(link, b"hello") == b"HELLO"
    wait_for(lambda: forwarding.clients == 0, "the client's end")
    assert forwarding.carried == len("hello") * 2


def test_many_clients_at_a_time_are_kept_apart(forwarding):
    links = [link_to(forwarding) for _ in range(20)]
    big = [bytes([ord("a") + number]) * 300_000 for number in range(20)]
    answers = [b""] * 20

    def talk(number):
        answers[number] = said_back(links[number], big[number])

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for link in links:
        link.close()
    assert answers == [text.upper() for text in big]


def test_a_port_where_nothing_listens_ends_the_client_and_is_told(connection):
    forwarding = Forwarding(connection, spec(0, free_port()))
    with link_to(forwarding) as link:
        assert link.recv(1) == b""
    wait_for(lambda: "doesn't reach 127.0.0.1:" in forwarding.failure, "why")
    forwarding.close()


def test_a_port_that_is_taken_is_told(connection, forwarding):
    with pytest.raises(SshError, match="Nothing can listen at"):
        Forwarding(connection, forwarding.spec)


def test_its_end_is_that_of_its_clients(forwarding):
    with link_to(forwarding) as link:
        wait_for(lambda: forwarding.clients == 1, "the client")
        forwarding.close()
        assert link.recv(1) == b""
    with pytest.raises(OSError, match="refused"):
        link_to(forwarding)


def test_a_lost_connection_ends_clients_and_is_known(forwarding, sshd):
    with link_to(forwarding) as link:
        wait_for(lambda: forwarding.clients == 1, "the client")
        sshd.kill_sessions()
        assert link.recv(1) == b""
    wait_for(lambda: forwarding.lost, "that it is lost")
    with link_to(forwarding) as link:
        assert link.recv(1) == b""
    wait_for(lambda: "was lost" in forwarding.failure, "why")
