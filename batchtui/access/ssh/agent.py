"""Keys that an ssh-agent holds and signs with."""

import os
import socket
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol, cast

import paramiko
from paramiko.agent import AgentSSH, get_agent_connection

from batchtui.access.keys import LoginKey
from batchtui.errors import LoginKeyError

if TYPE_CHECKING:
    from paramiko.message import _LikeBytes as _Data

# What one of these signs for is a certificate, and no line for a user's keys.
_CERTIFICATE = "-cert-v01@openssh.com"
_START = "Start one and give it a key: `eval $(ssh-agent)`, `ssh-add`."


class Link(Protocol):
    """A connection to an agent: a socket, or what stands for one on Windows."""

    def send(self, data: bytes, /) -> object:
        """Send all of it."""

    def recv(self, size: int, /) -> bytes:
        """Some of the answer."""

    def close(self) -> None:
        """Leave it."""


class AgentKey(paramiko.AgentKey):
    """Asks the agent anew for each signature: several may be wanted at once."""

    def __init__(self, blob: bytes, comment: str, socket_path: str = "") -> None:
        super().__init__(cast("paramiko.Agent", None), blob, comment)
        self._socket_path = socket_path

    def sign_ssh_data(self, data: "_Data", algorithm: str | None = None) -> paramiko.Message:
        """Sign; LoginKeyError if the agent is gone, or doesn't want to."""
        with closing(_Agent(self._socket_path)) as agent:
            held = next((key for key in agent.get_keys() if key.blob == self.blob), None)
            if held is None:
                raise LoginKeyError(
                    f"The ssh-agent doesn't hold the key {self.comment} any more.",
                    advice="Add it again with `ssh-add`.",
                )
            try:
                return held.sign_ssh_data(data, algorithm)
            except (paramiko.SSHException, OSError) as error:
                raise LoginKeyError(
                    f"The ssh-agent doesn't sign with the key {self.comment}.",
                    advice="It may have asked for a confirmation, or be locked (`ssh-add -X`).",
                ) from error


def agent_keys(socket_path: str = "") -> list[LoginKey]:
    """The keys that the agent holds, in its order; LoginKeyError if there is none of them.

    It is the usual one, or the one at a socket.
    """
    with closing(_Agent(socket_path)) as agent:
        keys = [
            LoginKey(key.comment, AgentKey(key.blob, key.comment, socket_path))
            for key in agent.get_keys()
            if not key.name.endswith(_CERTIFICATE)
        ]
    if not keys:
        raise LoginKeyError(
            "The ssh-agent holds no keys.",
            advice="Give it one with `ssh-add`, or unlock it with `ssh-add -X`.",
        )
    return keys


def held_by_agent(public: bytes) -> LoginKey | None:
    """The key of this public part, if there is an agent that holds it."""
    try:
        return next((key for key in agent_keys() if key.pkey.asbytes() == public), None)
    except LoginKeyError:
        return None


def connect(socket_path: str = "") -> Link:
    """A connection to the agent; LoginKeyError if there is none, or it is gone.

    It is the usual one, or the one at a socket.
    """
    gone = LoginKeyError("The ssh-agent is gone: nothing answers where it was.", advice=_START)
    if sys.platform == "win32" and not socket_path:
        if found := get_agent_connection():
            return cast("Link", found)
        raise gone
    where = socket_path or os.environ.get("SSH_AUTH_SOCK")
    if not where:
        raise LoginKeyError("There is no ssh-agent: SSH_AUTH_SOCK isn't set.", advice=_START)
    # paramiko would leave the socket open if nothing answers.
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.connect(where)
    except OSError as error:
        link.close()
        raise gone from error
    return link


class _Agent(AgentSSH):
    """An agent, and the keys that it holds now."""

    def __init__(self, socket_path: str) -> None:
        super().__init__()
        link = connect(socket_path)
        try:
            cast("Any", self)._connect(link)  # noqa: SLF001 - as its other subclasses do
        except (paramiko.SSHException, OSError) as error:
            link.close()
            raise LoginKeyError("The ssh-agent doesn't answer as one.", advice=_START) from error

    def close(self) -> None:
        """Leave it."""
        cast("Any", self)._close()  # noqa: SLF001 - see above
