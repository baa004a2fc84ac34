"""The operator's ssh-agent, lent to a node for as long as a shell or command lasts there."""

import threading
from collections.abc import Callable
from contextlib import closing, suppress

import paramiko

from batchtui.access.ssh.agent import connect
from batchtui.access.ssh.transport import FAILURES
from batchtui.errors import LoginKeyError

_MOST = 256 * 1024  # bytes of a message between agents (source: OpenSSH, AGENT_MAX_LEN)
_LENGTH = 4


def forward_agent(channel: paramiko.Channel) -> None:
    """Ask the server to let what runs in the channel use the agent of this machine.

    Not with paramiko's AgentRequestHandler: its threads keep the program from ending, and write
    over the screen where there is no agent.
    """
    channel.request_forward_agent(_begin)


def _begin(channel: paramiko.Channel) -> None:
    threading.Thread(target=_serve, args=(channel,), name="batchtui agent", daemon=True).start()


def _serve(channel: paramiko.Channel) -> None:
    """Hand requests to the agent and its answers back, one at a time, until either is gone."""
    with closing(channel), suppress(LoginKeyError, *FAILURES), closing(connect()) as agent:
        while True:
            agent.send(_message(channel.recv))
            channel.sendall(_message(agent.recv))


def _message(receive: Callable[[int], bytes]) -> bytes:
    """A whole message with its length before it; EOFError at the end, or where it isn't one."""
    length = _exactly(receive, _LENGTH)
    size = int.from_bytes(length, "big")
    if size > _MOST:
        raise EOFError
    return length + _exactly(receive, size)


def _exactly(receive: Callable[[int], bytes], size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = receive(size - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found
