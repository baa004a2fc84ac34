"""Logins that OpenSSH's server takes from PAM only, on another implementation of SSH."""

import asyncio
import threading

import asyncssh
import pytest

from batchtui.access.channel import Exit
from batchtui.access.ssh import Connection, Login, Password
from batchtui.errors import LoginRefusedError

PASSWORD = "made-up Pässword"


class Server(asyncssh.SSHServer):
    """Lets one password in, as a password or as the answer to a prompt."""

    def __init__(self, how, connections):
        self._how = how
        self._connections = connections

    def connection_made(self, connection):
        self._connections.append(connection)

    def begin_auth(self, _user):
        return True

    def password_auth_supported(self):
        return self._how == "password"

    def validate_password(self, _user, password):
        return password == PASSWORD

    def kbdint_auth_supported(self):
        return self._how == "prompt"

    def get_kbdint_challenge(self, *_):
        return "", "", "", [("Password:", False)]

    def validate_kbdint_response(self, _user, responses):
        return responses == [PASSWORD]


@pytest.fixture(params=["password", "prompt"])
def port(request):
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    connections = []

    async def begin():
        return await asyncssh.create_server(
            lambda: Server(request.param, connections),
            "127.0.0.1",
            0,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            process_factory=lambda process: process.exit(5),
        )

    async def run():
        async with server:
            await stop.wait()
        for connection in connections:
            connection.abort()
            await connection.wait_closed()

    server = loop.run_until_complete(begin())
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    yield server.get_port()
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def connect(port, password):
    return Connection.open("127.0.0.1", port, Login("me", (Password(password),)), lambda _key: True)


def test_a_password_opens_a_node(port):
    with connect(port, PASSWORD) as connection:
        assert connection.exec("anything").wait() == Exit(5)


def test_a_wrong_password_does_not(port):
    with pytest.raises(LoginRefusedError, match="password"):
        connect(port, "another")
