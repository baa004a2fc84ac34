"""SFTP's packets over a channel: asked for in any number, answered in any order."""

import paramiko

from batchtui.access.ssh.sftp_wire import VERSION, Kind, MalformedError, Packet, number, text
from batchtui.access.ssh.transport import FAILURES
from batchtui.errors import ConnectionLostError, FileError

# What is read ahead fits into it: at 50 ms that is 300 MB/s.
WINDOW = 16 << 20
# Bytes of a packet of SSH: with paramiko's own 32 KB half of the time goes into their number.
LONGEST = 128 << 10
_SENT = 32 << 10  # bytes of a channel's packet, which every server takes
_LONGEST = 1 << 20  # bytes of a packet of SFTP; servers send a quarter of that
_MOST_ANSWERED = 32 << 10  # bytes of data that any server reads or takes at once
_LIMITS = "limits@openssh.com"


class Packets:
    """Asks and reads answers; for one thread at a time.

    `most_read` and `most_written` are bytes that the server reads and takes at once.
    """

    def __init__(self, channel: paramiko.Channel, where: str) -> None:
        """Greet the server; FileError if it speaks no SFTP, ConnectionLostError if it is gone."""
        self.where = where
        self.extensions: dict[str, bytes] = {}
        self.most_read = self.most_written = _MOST_ANSWERED
        self._channel = channel
        self._received, self._at = b"", 0
        self._last = 0
        self._answers: dict[int, Packet] = {}
        self._forgotten: set[int] = set()
        try:
            self._greet()
            self._ask_for_limits()
        except MalformedError:
            raise self.nonsense() from None

    def ask(self, kind: Kind, *parts: bytes) -> int:
        """Send a request; returns its number, to fetch the answer by."""
        self._last += 1
        self._send(kind, number(self._last), *parts)
        return self._last

    def answer(self, request: int) -> Packet:
        """The answer to a request, however long it takes; each can be had once."""
        while request not in self._answers:
            packet = self._receive()
            answered = packet.number()
            if answered in self._forgotten:
                self._forgotten.discard(answered)
            else:
                self._answers[answered] = packet
        return self._answers.pop(request)

    def forget(self, request: int) -> None:
        """Nobody waits for this answer any more."""
        if self._answers.pop(request, None) is None:
            self._forgotten.add(request)

    def close(self) -> None:
        """End it, also from another thread: what waits for an answer comes back."""
        try:
            self._channel.close()
        except FAILURES:
            return

    def lost(self) -> ConnectionLostError:
        """What to raise where nothing comes any more."""
        return ConnectionLostError(
            f"The connection to {self.where} was lost.",
            advice="What was copied of a file is kept: copying it again goes on from there.",
        )

    def nonsense(self) -> FileError:
        """What to raise where something comes that isn't SFTP."""
        return FileError(
            f"{self.where} answers otherwise than SFTP servers do.",
            advice="Something that its shell prints at login may come in between.",
        )

    def _greet(self) -> None:
        self._send(Kind.INIT, number(VERSION))
        packet = self._receive()
        if packet.kind != Kind.VERSION or packet.number() < VERSION:
            raise MalformedError
        self.extensions = dict(packet.pairs())

    def _ask_for_limits(self) -> None:
        """How much the server does at once (source: OpenSSH's PROTOCOL, section 4.8)."""
        if _LIMITS not in self.extensions:
            return
        packet = self.answer(self.ask(Kind.EXTENDED, text(_LIMITS)))
        if packet.kind != Kind.EXTENDED_REPLY:
            return
        packet.long()
        most_read, most_written = packet.long(), packet.long()
        self.most_read = min(most_read, _LONGEST // 4) or self.most_read
        self.most_written = min(most_written, _LONGEST // 4) or self.most_written

    def _send(self, kind: Kind, *parts: bytes) -> None:
        body = b"".join(parts)
        packet = memoryview(number(len(body) + 1) + bytes([kind]) + body)
        try:
            while packet:
                sent = self._channel.send(bytes(packet[:_SENT]))
                if sent == 0:
                    raise EOFError
                packet = packet[sent:]
        except FAILURES as error:
            raise self.lost() from error

    def _receive(self) -> Packet:
        length = int.from_bytes(self._take(4), "big")
        if not 1 <= length <= _LONGEST:
            raise self.nonsense()
        body = self._take(length)
        return Packet(body[0], body[1:])

    def _take(self, count: int) -> bytes:
        """So many bytes; what came with them is kept where it is."""
        parts = []
        while count:
            if self._at == len(self._received):
                self._received, self._at = self._more(), 0
            parts.append(self._received[self._at : self._at + count])
            self._at += len(parts[-1])
            count -= len(parts[-1])
        return b"".join(parts)

    def _more(self) -> bytes:
        try:
            data = self._channel.recv(WINDOW)
        except FAILURES as error:
            raise self.lost() from error
        if not data:
            raise self.lost()
        return data
