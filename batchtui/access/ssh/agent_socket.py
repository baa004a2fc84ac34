"""A login key for the system's ssh: an agent with that one key, which never leaves this process.

(Source: draft-ietf-sshm-ssh-agent, "SSH Agent Protocol".)
"""

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

import paramiko

from batchtui.access.keys import LoginKey
from batchtui.errors import LoginKeyError

_LENGTH = struct.Struct(">I")
_FAILURE = 5
_ASK_KEYS, _KEYS = 11, 12
_ASK_SIGNATURE, _SIGNATURE = 13, 14
# By the flags of a request; RSA keys sign with SHA-1 without any, which servers refuse by now.
_RSA = {2: "rsa-sha2-256", 4: "rsa-sha2-512"}
_LONGEST = 1 << 18


class AgentSocket:
    """Answers at a Unix socket until it is closed; whoever may open that may use the key."""

    def __init__(self, key: LoginKey, path: Path) -> None:
        """Begin to answer; the folder of the path must be its owner's only. Raises OSError."""
        self._key = key
        self._listener = socket.socket(socket.AF_UNIX)
        try:
            self._listener.bind(str(path))
            self._listener.listen()
        except BaseException:
            self._listener.close()
            raise
        threading.Thread(target=self._accept, name="batchtui agent", daemon=True).start()

    def close(self) -> None:
        """Answer no more; sessions that are open stay."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                link, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(link,), name="batchtui agent", daemon=True
            ).start()

    def _serve(self, link: socket.socket) -> None:
        with link, suppress(OSError):
            while (request := _received(link)) is not None:
                answer = self._answer(paramiko.Message(request))
                link.sendall(_LENGTH.pack(len(answer)) + answer)

    def _answer(self, request: paramiko.Message) -> bytes:
        kind = ord(request.get_byte())
        answer = paramiko.Message()
        blob = self._key.pkey.asbytes()
        if kind == _ASK_KEYS:
            answer.add_byte(bytes([_KEYS]))
            answer.add_int(1)
            answer.add_string(blob)
            answer.add_string(self._key.comment)
        elif kind == _ASK_SIGNATURE and request.get_binary() == blob:
            data, flags = request.get_binary(), request.get_int()
            algorithm = next((name for flag, name in _RSA.items() if flags & flag), None)
            try:
                signed = self._key.pkey.sign_ssh_data(data, algorithm)
            except LoginKeyError:
                # The key is another agent's, which is gone or doesn't want to: ssh tells of it.
                answer.add_byte(bytes([_FAILURE]))
            else:
                answer.add_byte(bytes([_SIGNATURE]))
                answer.add_string(signed if isinstance(signed, bytes) else signed.asbytes())
        else:
            answer.add_byte(bytes([_FAILURE]))
        return answer.asbytes()


def _received(link: socket.socket) -> bytes | None:
    """The next request; nothing at its end, or where it is none."""
    head = _exactly(link, _LENGTH.size)
    if head is None or not 0 < (length := _LENGTH.unpack(head)[0]) <= _LONGEST:
        return None
    return _exactly(link, length)


def _exactly(link: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        more = link.recv(count - len(data))
        if not more:
            return None
        data += more
    return bytes(data)
