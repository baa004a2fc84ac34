"""The way from a TCP connection to being let in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from batchtui.access.dialling import explain, place
from batchtui.access.keys import LoginKey
from batchtui.access.operator import Ask
from batchtui.access.ssh.asked import by_prompts
from batchtui.access.ssh.key_files import read_key_file
from batchtui.access.ssh.transport import FAILURES, Transport
from batchtui.errors import ConnectionLostError, LoginKeyError, LoginRefusedError, SshError

_KEEPALIVE_SECONDS = 30
# The algorithms that keys of a type sign by, where those aren't called like it.
_SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}
_TYPED = frozenset({"password", "keyboard-interactive"})
_MOST_SAID = 200  # characters of a server's own words


@dataclass(frozen=True, slots=True)
class Password:
    """One that is known beforehand; it also answers a server that prompts for it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prompts:
    """What the server asks is answered by the operator.

    Unless that may be `instead` of a key, they are asked only for what comes behind one, or
    where the server takes none: a key that is refused has other reasons than a lost password.
    """

    ask: Ask
    instead: bool = True


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key that is read, and its passphrase asked for, only where other ways don't let us in."""

    path: Path
    ask: Ask


Way = LoginKey | KeyFile | Password | Prompts


@dataclass(frozen=True, slots=True)
class Login:
    """A user, and the ways to log in, which are tried in their order."""

    user: str
    ways: tuple[Way, ...]


def greet(
    transport: Transport, host: str, port: int, timeout: float, prefer: Sequence[str] = ()
) -> paramiko.PKey:
    """Exchange keys; the server has proved that it has the host key that is returned.

    It shows one of the types that are preferred, if it has such keys.
    """
    transport.banner_timeout = timeout
    transport.handshake_timeout = timeout
    transport.auth_timeout = timeout
    transport.channel_timeout = timeout
    where = place(host, port)
    options = transport.get_security_options()
    wanted = {name for kind in prefer for name in _SIGNATURES.get(kind, (kind,))}
    options.key_types = sorted(options.key_types, key=lambda name: name not in wanted)
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
    tried: list[Way] = []
    try:
        _let_in(transport, login, where, tried)
    except FAILURES as error:
        if not transport.is_active():
            # Servers hang up on those whom they refused too often, and say so.
            if transport.methods is not None or transport.last_word:
                raise _refused(transport, tried, login.user, where) from error
            raise explain(EOFError(), host, port) from error
        if isinstance(error, TimeoutError):
            raise ConnectionLostError(f"{where} stopped answering during the login.") from error
        raise ConnectionLostError(f"The login at {where} failed: {error}.") from error
    if not transport.is_authenticated():
        raise _refused(transport, tried, login.user, where)


def _let_in(transport: Transport, login: Login, where: str, tried: list[Way]) -> None:
    """Try the ways that the server takes, and after each that it takes as a part all others."""
    taken: list[Way] = []
    left = list(login.ways)
    unread: list[LoginKeyError] = []
    while way := next((each for each in left if _may_help(each, transport, bool(taken))), None):
        left.remove(way)
        tried.append(way)
        try:
            more = _attempt(way, transport, login.user, where)
        except paramiko.AuthenticationException:
            if not transport.is_active():
                raise
            continue
        except LoginKeyError as error:
            # There may be other ways.
            unread.append(error)
            continue
        if not more:
            break
        taken.append(way)
        left = [each for each in login.ways if each not in taken]
    if unread and not transport.is_authenticated():
        raise unread[0]


def _may_help(way: Way, transport: Transport, further: bool) -> bool:  # noqa: FBT001
    methods = transport.methods
    if isinstance(way, Prompts) and not (way.instead or further):
        return methods is not None and "publickey" not in methods
    if methods is None:
        return True
    if isinstance(way, LoginKey | KeyFile):
        return "publickey" in methods
    return not _TYPED.isdisjoint(methods)


def _attempt(way: Way, transport: Transport, user: str, where: str) -> list[str]:
    """The methods that the server wants besides; none if it lets us in."""
    match way:
        case LoginKey():
            return transport.auth_publickey(user, way.pkey)
        case KeyFile():
            return transport.auth_publickey(user, read_key_file(way.path, way.ask).pkey)
        case Password():
            return _by_password(transport, user, way.text)
        case Prompts():
            return by_prompts(transport, user, where, way.ask)


def _by_password(transport: Transport, user: str, password: str) -> list[str]:
    try:
        return transport.auth_password(user, password, fallback=False)
    except paramiko.BadAuthenticationType as error:
        if "keyboard-interactive" not in error.allowed_types:
            raise
    # The one thing that is asked is the password, whatever it is called.
    return transport.auth_interactive(
        user, lambda _title, _text, prompts: [password for _prompt, echo in prompts if not echo]
    )


def _refused(transport: Transport, tried: list[Way], user: str, where: str) -> LoginRefusedError:
    methods = transport.methods or ()
    said = transport.said[:_MOST_SAID]
    words = f" It says: {said}" if said else ""
    names = {
        LoginKey: "this key",
        KeyFile: "this key",
        Password: "this password",
        Prompts: "these answers",
    }
    what = " and ".join(dict.fromkeys(names[type(way)] for way in tried)) or "nothing"
    if methods and any(isinstance(way, LoginKey) for way in tried) and "publickey" not in methods:
        return LoginRefusedError(
            f"{where} doesn't let user {user} in with a key alone: it takes "
            f"{' or '.join(methods)}.{words}",
            advice="Add a user with a password, and log in with any SSH client.",
        )
    return LoginRefusedError(
        f"{where} doesn't let user {user} in with {what}.{words}",
        advice="The user or its key may have expired or been replaced: add it again.",
    )
