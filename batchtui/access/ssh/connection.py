"""SSH to a node: the connection, and shells and commands over it. Everything here blocks."""

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Self, cast

import paramiko

from batchtui.access.attempt import Attempt
from batchtui.access.dialling import dial, explain, place
from batchtui.access.ssh.channel import SshChannel
from batchtui.access.ssh.forwarded_agent import forward_agent
from batchtui.access.ssh.login import Login, greet, log_in
from batchtui.access.ssh.sftp import Sftp
from batchtui.access.ssh.sftp_packets import LONGEST, WINDOW
from batchtui.access.ssh.transport import FAILURES, Transport
from batchtui.access.ssh.tunnel import Tunnel
from batchtui.errors import ConnectionLostError, NotReachedError, SshError

_NO_ENV: Mapping[str, str] = MappingProxyType({})
_HERE = ("127.0.0.1", 0)  # on whose behalf a jump host connects; servers only log it
_NO_TUNNEL = (
    "Nothing may listen there, or no connections may be forwarded to it (AllowTcpForwarding, "
    "PermitOpen, network rules)."
)


class Connection:
    """An SSH connection to a node that has let us in."""

    def __init__(self, transport: Transport, where: str, *, lends_agent: bool = False) -> None:
        self._transport = transport
        self._where = where
        self._lends_agent = lends_agent
        self._at_close: list[Callable[[], object]] = []

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
        compression: bool = False,
        lends_agent: bool = False,
        through: "Connection | None" = None,
        prefer: Sequence[str] = (),
        hop: str = "",
    ) -> "Connection":
        """Connect and log in; `timeout` seconds each to reach it, exchange keys, be let in.

        One that `lends_agent` lets shells and commands use the operator's ssh-agent.

        `check_host_key` is called after the key exchange and before any login; what it raises
        passes through. The way is `through` a jump host's connection, which stays open, or else
        straight. `prefer` are types of host keys to ask for first, `hop` is what the host is
        called if it is a jump host itself.

        Raises SshError, LoginRefusedError, ConnectionLostError, and GivenUpError within a moment
        of `cancelled` being set.
        """

        def work(attempt: Attempt[Connection]) -> Connection:
            if through is None:
                transport = Transport(_dial(host, port, timeout, attempt))
            else:
                under = through._transport  # noqa: SLF001 - of this class
                tunnel = Tunnel(through.tunnel(host, port, _HERE), under)
                transport = Transport(cast("socket.socket", tunnel), tunnel.lost_hop)
            transport.hop = hop
            transport.use_compression(compression)
            try:
                attempt.holds(transport.close)
                check_host_key(greet(transport, host, port, timeout, prefer))
                log_in(transport, login, host, port)
            except BaseException as error:
                transport.close()
                transport.sock.close()
                if isinstance(error, ConnectionLostError) and (lost := transport.lost_hop()):
                    raise _lost(place(host, port), lost) from error
                raise
            return cls(transport, _begin(hop) or place(host, port), lends_agent=lends_agent)

        return Attempt(work).run(cancelled)

    @property
    def alive(self) -> bool:
        """Whether something can still be done over it, as far as it is known."""
        return self._transport.is_active()

    def answers(self, seconds: float) -> bool:
        """Ask the far side whether it is still there; one that doesn't say so in time is closed."""
        asking = threading.Thread(
            target=self._transport.global_request, args=("keepalive@openssh.com",), daemon=True
        )
        asking.start()
        asking.join(seconds)
        if asking.is_alive():
            self.close()
        return self.alive

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
    ) -> SshChannel:
        """The user's login shell on a terminal of its own; `term` is a TERM, sizes are cells."""
        return self._start(None, (term, columns, lines), env)

    def exec(
        self,
        command: str | None,
        *,
        pty: tuple[str, int, int] | None = None,
        env: Mapping[str, str] = _NO_ENV,
    ) -> SshChannel:
        """A command by the user's shell, or that shell itself if there is none, without a terminal.

        `pty` (TERM, columns, lines) gives it one.
        """
        return self._start(command, pty, env)

    def tunnel(self, host: str, port: int, origin: tuple[str, int]) -> paramiko.Channel:
        """A channel to a port that the node can reach, for a client at `origin`."""
        where = place(host, port)
        try:
            return self._transport.open_channel("direct-tcpip", (host, port), origin)
        except paramiko.ChannelException as error:
            raise NotReachedError(
                f"{self._where} doesn't reach {where}: {error.text}.", advice=_NO_TUNNEL
            ) from error
        except FAILURES as error:
            if not self.alive:
                raise self._lost() from error
            raise NotReachedError(
                f"{self._where} gives no answer about {where}.", advice=_NO_TUNNEL
            ) from error

    def sftp(self, name: str = "") -> Sftp:
        """The user's files there; `name` is what the node is called in sentences."""
        where = name or self._where
        try:
            channel = self._transport.open_session(window_size=WINDOW, max_packet_size=LONGEST)
            channel.invoke_subsystem("sftp")
        except FAILURES as error:
            if not self._transport.is_active():
                raise ConnectionLostError(f"The connection to {where} was lost.") from error
            raise SshError(
                f"{where} serves no files over SSH (SFTP).", advice="Its SSH server has that off."
            ) from error
        return Sftp(channel, where)

    def close(self) -> None:
        """Close it at once, also from another thread; nothing is waited for."""
        self._transport.close()
        while self._at_close:
            self._at_close.pop()()

    def at_close(self, then: Callable[[], object]) -> None:
        """Let something be done when it is closed."""
        self._at_close.append(then)

    def _lost(self) -> ConnectionLostError:
        return _lost(self._where, self._transport.lost_hop())

    def _start(
        self, command: str | None, pty: tuple[str, int, int] | None, env: Mapping[str, str]
    ) -> SshChannel:
        try:
            channel = self._transport.open_session()
            if pty:
                # Both come as one stream from a terminal.
                channel.set_combine_stderr(True)
                channel.get_pty(*pty)
            if self._lends_agent:
                forward_agent(channel)
            for name, value in env.items():
                # Servers that don't accept a variable say nothing.
                channel.set_environment_variable(name, value)
            if command is None:
                channel.invoke_shell()
            else:
                channel.exec_command(command)
        except paramiko.ChannelException as error:
            raise SshError(f"{self._where} opens no session: {error.text}.") from error
        except FAILURES as error:
            if not self._transport.is_active():
                raise self._lost() from error
            raise SshError(
                f"{self._where} starts no {'shell' if command is None else 'command'} "
                f"{'on a terminal' if pty else ''}".rstrip()
                + "."
            ) from error
        return SshChannel(self._transport, channel)


def _dial(host: str, port: int, timeout: float, attempt: Attempt[Connection]) -> socket.socket:
    def begun(link: socket.socket) -> None:
        attempt.holds(lambda: link.shutdown(socket.SHUT_RDWR))

    try:
        return dial(host, port, timeout, begun)
    except OSError as error:
        raise explain(error, host, port) from error


def _lost(where: str, hop: str) -> ConnectionLostError:
    why = f": {hop} went away" if hop else ""
    return ConnectionLostError(f"The connection to {where} was lost{why}.")


def _begin(words: str) -> str:
    """Words as a sentence begins with them."""
    return words[:1].upper() + words[1:]
