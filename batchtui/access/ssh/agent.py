"""Keys that an ssh-agent holds and signs with."""

import os
import socket
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import paramiko

from batchtui.access.keys import LoginKey
from batchtui.errors import LoginKeyError

if TYPE_CHECKING:
    from paramiko.message import _LikeBytes as _Data

# What one of these signs for is a certificate, and no line for a user's keys.
_CERTIFICATE = "-cert-v01@openssh.com"
_START = "Start one and give it a key: `eval $(ssh-agent)`, `ssh-add`."


class AgentKey(paramiko.AgentKey):
    """Asks the agent anew for each signature: several may be wanted at once."""

    def __init__(self, blob: bytes, comment: str, socket_path: str = "") -> None:
        super().__init__(cast("paramiko.Agent", None), blob, comment)
        self._socket_path = socket_path

    def sign_ssh_data(self, data: "_Data", algorithm: str | None = None) -> paramiko.Message:
        """Sign; LoginKeyError if the agent is gone, or doesn't want to."""
        with closing(_open(self._socket_path)) as agent:
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
    with closing(_open(socket_path)) as agent:
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


class _AgentAt(paramiko.Agent):
    """The agent at a socket, where its base only looks for the usual one."""

    def __init__(self, path: str) -> None:
        paramiko.agent.AgentSSH.__init__(self)
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.connect(path)
            cast("Any", self)._connect(link)  # noqa: SLF001 - as the base does
        except BaseException:
            link.close()
            raise


def _open(socket_path: str = "") -> paramiko.Agent:
    if not socket_path and sys.platform != "win32" and not os.environ.get("SSH_AUTH_SOCK"):
        raise LoginKeyError("There is no ssh-agent: SSH_AUTH_SOCK isn't set.", advice=_START)
    try:
        agent = _AgentAt(socket_path) if socket_path else paramiko.Agent()
    except (paramiko.SSHException, OSError) as error:
        raise LoginKeyError("The ssh-agent doesn't answer as one.", advice=_START) from error
    # Nothing else tells whether it found one.
    if cast("Any", agent)._conn is None:  # noqa: SLF001 - see above
        raise LoginKeyError("The ssh-agent is gone: nothing answers where it was.", advice=_START)
    return agent
