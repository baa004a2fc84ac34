"""Small SSH servers of other makes, which let in whoever answers as they are told."""

import asyncio
import socket
import threading
from contextlib import suppress

import asyncssh
import paramiko

STATUS = 5  # what every command ends with


class Doors:
    """What lets in: public keys, a password, or answers to prompts, or first one and then another.

    `prompts` are texts and whether what is typed is shown, `answers` the right ones. With `both`
    a key alone isn't enough.
    """

    def __init__(self, *, keys=(), password=None, prompts=(), answers=(), both=False, banner=""):
        self.keys = [key.public_line for key in keys]
        self.password = password
        self.prompts = list(prompts)
        self.answers = list(answers)
        self.both = both
        self.banner = banner

    @property
    def methods(self):
        """The ways that are open, by SSH's names."""
        ways = {"publickey": self.keys, "password": self.password}
        return [name for name, way in ways.items() if way] + ["keyboard-interactive"] * bool(
            self.prompts
        )


class AsyncsshServer:
    """asyncssh's server, in a loop of its own; `process` is what each command is."""

    def __init__(self, doors, process=lambda process: process.exit(STATUS)):
        self._doors = doors
        self._process = process
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._connections = []
        self._server = self._loop.run_until_complete(self._begin())
        self.port = self._server.get_port()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._thread.start()

    async def _begin(self):
        return await asyncssh.create_server(
            lambda: _AsyncsshDoor(self._doors, self._connections),
            "127.0.0.1",
            0,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            process_factory=self._process,
        )

    async def _run(self):
        async with self._server:
            await self._stop.wait()
        for connection in self._connections:
            connection.abort()
            await connection.wait_closed()

    def disconnect(self, why):
        """End the connections at once, with the sessions on them, and say why."""
        for connection in self._connections:
            end = connection._send_disconnect
            self._loop.call_soon_threadsafe(end, asyncssh.DISC_BY_APPLICATION, why, "en")

    def stop(self):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()


class _AsyncsshDoor(asyncssh.SSHServer):
    def __init__(self, doors, connections):
        self._doors = doors
        self._connections = connections

    def connection_made(self, connection):
        self._connections.append(connection)

    def connection_requested(self, *_):
        return True

    def begin_auth(self, _user):
        if self._doors.banner:
            self._connections[-1].send_auth_banner(self._doors.banner)
        return True

    def public_key_auth_supported(self):
        return "publickey" in self._doors.methods

    def validate_public_key(self, _user, key):
        shown = key.export_public_key().decode().split()[1]
        return any(line.split()[1] == shown for line in self._doors.keys)

    def password_auth_supported(self):
        return "password" in self._doors.methods

    def validate_password(self, _user, password):
        return password == self._doors.password

    def kbdint_auth_supported(self):
        return "keyboard-interactive" in self._doors.methods

    def get_kbdint_challenge(self, *_):
        return "Who are you?", "Say it.", "", self._doors.prompts

    def validate_kbdint_response(self, _user, responses):
        return responses == self._doors.answers


class ParamikoServer:
    """paramiko's server, a thread a connection."""

    def __init__(self, doors):
        self._doors = doors
        self._host_key = paramiko.RSAKey.generate(2048)
        self._transports = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self):
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(link)
            self._transports.append(transport)
            transport.add_server_key(self._host_key)
            transport.start_server(
                event=threading.Event(), server=_ParamikoDoor(self._doors, transport)
            )

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for transport in self._transports:
            transport.close()


def _carry(recv, send):
    with suppress(OSError, EOFError):
        while data := recv(1 << 15):
            send(data)


class _ParamikoDoor(paramiko.ServerInterface):
    def __init__(self, doors, transport):
        self._doors = doors
        self._transport = transport
        self._by_key = False

    def get_banner(self):
        return (self._doors.banner, "en") if self._doors.banner else (None, None)

    def get_allowed_auths(self, _user):
        left = [each for each in self._doors.methods if not (self._by_key and each == "publickey")]
        return ",".join(left)

    def check_auth_publickey(self, _user, key):
        if not any(line.split()[1] == key.get_base64() for line in self._doors.keys):
            return paramiko.AUTH_FAILED
        if not self._doors.both:
            return paramiko.AUTH_SUCCESSFUL
        self._by_key = True
        return paramiko.AUTH_PARTIALLY_SUCCESSFUL

    def check_auth_password(self, _user, password):
        return self._let_in(password == self._doors.password)

    def check_auth_interactive(self, _user, _submethods):
        if not self._doors.prompts:
            return paramiko.AUTH_FAILED
        return paramiko.InteractiveQuery("Who are you?", "Say it.", *self._doors.prompts)

    def check_auth_interactive_response(self, responses):
        return self._let_in(responses == self._doors.answers)

    def _let_in(self, right):
        right = right and (self._by_key or not self._doors.both)
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, _kind, _number):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_direct_tcpip_request(self, number, _origin, destination):
        threading.Thread(target=self._forward, args=(number, destination)).start()
        return paramiko.OPEN_SUCCEEDED

    def _forward(self, number, destination):
        channel = self._transport.accept(10)
        assert channel.chanid == number
        with socket.create_connection(destination) as link:
            back = threading.Thread(target=_carry, args=(link.recv, channel.sendall))
            back.start()
            _carry(channel.recv, link.sendall)
            link.shutdown(socket.SHUT_RDWR)
            back.join()

    def check_channel_pty_request(self, *_):
        return True

    def check_channel_shell_request(self, channel):
        return self.check_channel_exec_request(channel, b"")

    def check_channel_exec_request(self, channel, _command):
        def end():
            channel.send_exit_status(STATUS)
            channel.close()

        threading.Timer(0.01, end).start()
        return True
