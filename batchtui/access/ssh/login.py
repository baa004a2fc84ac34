"""The way from a TCP connection to being let in."""

from dataclasses import dataclass, field

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from batchtui.access.dialling import explain, place
from batchtui.access.keys import LoginKey
from batchtui.access.ssh.transport import FAILURES, Transport
from batchtui.errors import ConnectionLostError, LoginRefusedError, SshError

_KEEPALIVE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Login:
    """A user, with a key or a password or both: the key is tried first."""

    user: str
    key: LoginKey | None
    password: str = field(repr=False, default="")


def greet(transport: Transport, host: str, port: int, timeout: float) -> paramiko.PKey:
    """Exchange keys; the server has proved that it has the host key that is returned."""
    transport.banner_timeout = timeout
    transport.handshake_timeout = timeout
    transport.auth_timeout = timeout
    transport.channel_timeout = timeout
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


def log_in(transport: Transport, login: Login, host: str, port: int) -> None:
    """Be let in; SshError says in words why not."""
    where = place(host, port)
    try:
        _authenticate(transport, login)
    except FAILURES as error:
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


def _authenticate(transport: Transport, login: Login) -> None:
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
