"""SSH to a node: the connection, and shells and commands over it. Everything here blocks."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Any, Self, cast

import paramiko
from paramiko.auth_handler import AuthOnlyHandler
from paramiko.common import MSG_CHANNEL_CLOSE, MSG_CHANNEL_REQUEST, cMSG_SERVICE_REQUEST
from paramiko.ssh_exception import IncompatiblePeer
from paramiko.transport import ServiceRequestingTransport

from batchtui.access.attempt import Attempt
from batchtui.access.channel import Exit
from batchtui.access.dialling import dial, explain, place
from batchtui.access.keys import LoginKey
from batchtui.errors import ConnectionLostError, LoginRefusedError, SshError

_KEEPALIVE_SECONDS = 30
_CHUNK = 1 << 16
_GLANCE_SECONDS = 0.1
_NO_ENV: Mapping[str, str] = MappingProxyType({})
_FAILURES = (paramiko.SSHException, OSError, EOFError)

# Without a handler of its own, what paramiko logs would go to stderr and over the screens.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Login:
    """A user, with a key or a password or both: the key is tried first."""

    user: str
    key: LoginKey | None
    password: str = field(repr=False, default="")


class Connection:
    """An SSH connection to a node that has let us in."""

    def __init__(self, transport: "_Transport", where: str) -> None:
        self._transport = transport
        self._where = where

    @classmethod
    def open(
        cls,
        host: str,
        port: int,
        login: Login,
        check_host_key: Callable[[paramiko.PKey], object],
        *,
        timeout: float = 15.0,
        cancelled: threading.Event | None = None,
    ) -> "Connection":
        """Connect and log in; `timeout` seconds each to reach it, exchange keys, be let in.

        `check_host_key` is called after the key exchange and before any login; what it raises
        passes through. Raises SshError, LoginRefusedError, ConnectionLostError, and
        GivenUpError within a moment of `cancelled` being set.
        """

        def work(attempt: Attempt[Connection]) -> Connection:
            def begun(link: socket.socket) -> None:
                attempt.holds(lambda: link.shutdown(socket.SHUT_RDWR))

            try:
                link = dial(host, port, timeout, begun)
            except OSError as error:
                raise explain(error, host, port) from error
            transport = _Transport(link)
            try:
                attempt.holds(transport.close)
                check_host_key(_greet(transport, host, port, timeout))
                _log_in(transport, login, host, port)
            except BaseException:
                transport.close()
                link.close()
                raise
            return cls(transport, place(host, port))

        return Attempt(work).run(cancelled)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def shell(
        self, term: str, columns: int, lines: int, env: Mapping[str, str] = _NO_ENV
    ) -> "SshChannel":
        """The user's login shell on a terminal of its own; `term` is a TERM, sizes are cells."""
        return self._start(None, (term, columns, lines), env)

    def exec(
        self,
        command: str | None,
        *,
        pty: tuple[str, int, int] | None = None,
        env: Mapping[str, str] = _NO_ENV,
    ) -> "SshChannel":
        """A command by the user's shell, or that shell itself if there is none, without a terminal.

        `pty` (TERM, columns, lines) gives it one.
        """
        return self._start(command, pty, env)

    def close(self) -> None:
        """Close it at once, also from another thread; nothing is waited for."""
        self._transport.close()

    def _start(
        self, command: str | None, pty: tuple[str, int, int] | None, env: Mapping[str, str]
    ) -> "SshChannel":
        try:
            channel = self._transport.open_session()
            if pty:
                # Both come as one stream from a terminal.
                channel.set_combine_stderr(True)
                channel.get_pty(*pty)
            for name, value in env.items():
                # Servers that don't accept a variable say nothing.
                channel.set_environment_variable(name, value)
            if command is None:
                channel.invoke_shell()
            else:
                channel.exec_command(command)
        except paramiko.ChannelException as error:
            raise SshError(f"{self._where} opens no session: {error.text}.") from error
        except _FAILURES as error:
            if not self._transport.is_active():
                raise ConnectionLostError(f"The connection to {self._where} was lost.") from error
            raise SshError(
                f"{self._where} starts no {'shell' if command is None else 'command'} "
                f"{'on a terminal' if pty else ''}".rstrip()
                + "."
            ) from error
        return SshChannel(self._transport, channel)


class SshChannel:
    """A shell or command over a connection: a ShellChannel."""

    def __init__(self, transport: "_Transport", channel: paramiko.Channel) -> None:
        self._transport = transport
        self._channel = channel

    def read(self) -> bytes:
        """Output as soon as there is some; empty at its end, or when the connection is lost."""
        try:
            return self._channel.recv(_CHUNK)
        except _FAILURES:
            return b""

    def read_error(self) -> bytes:
        """Error output in the same way."""
        try:
            return self._channel.recv_stderr(_CHUNK)
        except _FAILURES:
            return b""

    def write(self, data: bytes) -> int:
        """Send input; returns how much of it was taken, 0 if no more is taken at all."""
        try:
            return self._channel.send(data)
        except _FAILURES:
            return 0

    def finish(self) -> None:
        """Say that there is no more input."""
        with suppress(*_FAILURES):
            self._channel.shutdown_write()

    def resize(self, columns: int, lines: int) -> None:
        """Tell the far side the size of the terminal, in cells."""
        with suppress(*_FAILURES):
            self._channel.resize_pty(columns, lines)

    def wait(self) -> Exit:
        """How it ended, once it has."""
        status = self._channel.recv_exit_status()
        number = self._channel.chanid
        if number in self._transport.signals:
            return Exit(None, signal=self._transport.signals[number])
        if status >= 0:
            return Exit(status)
        return Exit(None, lost=number not in self._transport.closed_in_order)

    def close(self) -> None:
        """End it from this side; what waits in another thread comes back."""
        with suppress(*_FAILURES):
            self._channel.close()


def _greet(transport: "_Transport", host: str, port: int, timeout: float) -> paramiko.PKey:
    """Exchange keys; the server has proved that it has the host key that is returned."""
    transport.banner_timeout = timeout
    transport.handshake_timeout = timeout
    transport.auth_timeout = timeout
    where = place(host, port)
    try:
        transport.start_client()
        transport.set_keepalive(_KEEPALIVE_SECONDS)
        return transport.get_remote_server_key()
    except IncompatiblePeer as error:
        raise SshError(
            f"{where} speaks no SSH that this program speaks.",
            advice="Its algorithms are too old or too few.",
        ) from error
    except paramiko.SSHException as error:
        raise ConnectionLostError(
            f"{where} takes connections, but no SSH server answers there as it should.",
            advice="The node may be starting: try again in a moment.",
        ) from error
    except (OSError, EOFError) as error:
        # Whatever it is, it was reached before.
        raise explain(EOFError(), host, port) from error


def _log_in(transport: "_Transport", login: Login, host: str, port: int) -> None:
    where = place(host, port)
    try:
        _authenticate(transport, login)
    except _FAILURES as error:
        # paramiko calls also a lost connection a failed login.
        if not transport.is_active():
            raise explain(EOFError(), host, port) from error
        if isinstance(error, TimeoutError) or "timeout" in str(error).lower():
            raise ConnectionLostError(f"{where} stopped answering during the login.") from error
        if not isinstance(error, paramiko.AuthenticationException):
            raise ConnectionLostError(f"The login at {where} failed: {error}.") from error
        raise _refused(login, where) from error
    if not transport.is_authenticated():
        raise _refused(login, where)


def _authenticate(transport: "_Transport", login: Login) -> None:
    if login.key is not None:
        try:
            transport.auth_publickey(login.user, login.key.pkey)
        except paramiko.AuthenticationException:
            if not login.password:
                raise
    if not transport.is_authenticated():
        transport.auth_password(login.user, login.password)


def _refused(login: Login, where: str) -> LoginRefusedError:
    what = " and ".join(["key"] * bool(login.key) + ["password"] * bool(login.password))
    return LoginRefusedError(
        f"{where} doesn't let user {login.user} in with this {what or 'nothing'}.",
        advice="The user may have expired or been replaced: add it again.",
    )


# paramiko has no public place for this; tests with real servers would tell if it moved.
_PARAMIKO: Any = paramiko.Transport
_HANDLERS: Mapping[int, Callable[[paramiko.Channel, paramiko.Message], None]] = MappingProxyType(
    _PARAMIKO._channel_handler_table  # noqa: SLF001 - see above
)


def _on_request(channel: paramiko.Channel, message: paramiko.Message) -> None:
    start = message.packet.tell()
    if message.get_text() == "exit-signal":
        message.get_boolean()
        cast("_Transport", channel.transport).signals[channel.chanid] = message.get_text()
        channel.status_event.set()
        return
    message.packet.seek(start)
    _HANDLERS[MSG_CHANNEL_REQUEST](channel, message)


def _on_close(channel: paramiko.Channel, message: paramiko.Message) -> None:
    cast("_Transport", channel.transport).closed_in_order.add(channel.chanid)
    _HANDLERS[MSG_CHANNEL_CLOSE](channel, message)


class _AuthHandler(AuthOnlyHandler):
    """Makes the event that an answer sets before it asks.

    Its base does so afterwards, and then waits in vain for an answer that came at once.
    """

    _answered: threading.Event | None = None

    def send_auth_request(
        self,
        username: str,
        method: str,
        finish_message: Callable[[paramiko.Message], None] | None = None,
    ) -> list[str]:
        self._answered = threading.Event()
        return super().send_auth_request(username, method, finish_message)

    @property
    def auth_event(self) -> threading.Event | None:
        return self._answered

    @auth_event.setter
    def auth_event(self, _event: threading.Event | None) -> None:
        """What the base makes too late."""


class _Transport(ServiceRequestingTransport):
    """Keeps what paramiko drops: which signal ended a command, and whether its end was in order.

    Its base asks once to log in, where paramiko's older one asks for each way of doing so, which
    ends the connection to servers that keep to the letter.
    """

    _channel_handler_table = MappingProxyType(
        {**_HANDLERS, MSG_CHANNEL_REQUEST: _on_request, MSG_CHANNEL_CLOSE: _on_close}
    )

    def __init__(self, link: socket.socket) -> None:
        self._may_log_in = threading.Event()
        self.signals: dict[int, str] = {}
        self.closed_in_order: set[int] = set()
        super().__init__(link)

    def ensure_session(self) -> None:
        """Ask once; the base would wait in steps of 0.1 s, and for ever if the link is lost."""
        if self._may_log_in.is_set():
            return
        request = paramiko.Message()
        request.add_byte(cMSG_SERVICE_REQUEST)
        request.add_string("ssh-userauth")
        cast("Any", self)._send_message(request)  # noqa: SLF001 - as the base does
        deadline = time.monotonic() + self.auth_timeout
        while not self._may_log_in.wait(_GLANCE_SECONDS):
            if not self.is_active():
                raise EOFError
            if time.monotonic() > deadline:
                raise TimeoutError
        self.auth_handler = _AuthHandler(self)

    def _parse_service_accept(self, message: paramiko.Message) -> None:
        if message.get_text() == "ssh-userauth":
            self._may_log_in.set()
