"""Sessions that go wrong on command: cut off, flooded with output, or on a full disk."""

import asyncio
import errno
import os
from pathlib import Path
from typing import Any, cast

import asyncssh

from batchtui.emulator.control.rules import LoginFault
from batchtui.emulator.machines.sftp import NodeFiles
from batchtui.emulator.machines.shell import Place, Session, attend

FLOOD = ["yes", "This node has much to say."]


class Drop:
    """Loses a connection some seconds from now, or when so many bytes have passed."""

    def __init__(self, connection: asyncssh.SSHServerConnection, fault: LoginFault) -> None:
        self._connection = connection
        self._left = fault.bytes
        self._timer: asyncio.TimerHandle | None = None
        if fault.seconds is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(fault.seconds, connection.abort)

    def passing(self, data: bytes) -> bytes:
        """What of it still passes; with the last byte that may, the connection is lost."""
        if self._left is None:
            return data
        passed = data[: self._left]
        self._left -= len(passed)
        if self._left == 0:
            # Not before what passes has been written.
            asyncio.get_running_loop().call_soon(self._connection.abort)
        return passed

    def end(self) -> None:
        """Nothing is lost any more: there is nothing to lose it from."""
        if self._timer:
            self._timer.cancel()


class DroppedSession:
    """A session whose output goes through a drop."""

    def __init__(self, session: Session, drop: Drop) -> None:
        self._session = session
        self.stdout = DroppedWriter(session.stdout, drop)
        self.stderr = DroppedWriter(session.stderr, drop)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it is a session in all else
        return getattr(self._session, name)


class DroppedWriter:
    """Writes what a drop lets pass."""

    def __init__(self, writer: "asyncssh.SSHWriter[bytes]", drop: Drop) -> None:
        self._writer = writer
        self._drop = drop

    def write(self, data: bytes) -> None:
        """Write as much of it as passes."""
        self._writer.write(self._drop.passing(data))

    async def drain(self) -> None:
        """Wait until there is room."""
        await self._writer.drain()


class DroppedFiles(NodeFiles):
    """A node's files, whose bytes in both directions go through a drop."""

    def __init__(
        self,
        channel: "asyncssh.SSHServerChannel[bytes]",
        root: Path,
        home: Path,
        drop: Drop,
    ) -> None:
        super().__init__(channel, root, home)
        self._drop = drop

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """What of a file passes."""
        data = super().read(file_obj, offset, size)
        return self._drop.passing(cast("bytes", data))

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write what passes."""
        return cast("int", super().write(file_obj, offset, self._drop.passing(data)))

    def exit(self) -> None:
        """The client is done."""
        self._drop.end()
        super().exit()


class FullFiles(NodeFiles):
    """A node's files on a disk that has room for some bytes more."""

    def __init__(
        self,
        channel: "asyncssh.SSHServerChannel[bytes]",
        root: Path,
        home: Path,
        room: int,
    ) -> None:
        super().__init__(channel, root, home)
        self._room = room

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write it if there is room for all of it."""
        if len(data) > self._room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._room -= len(data)
        return cast("int", super().write(file_obj, offset, data))


async def attend_badly(session: Session, place: Place, fault: LoginFault) -> None:
    """Attend a session that floods its client, or is dropped."""
    if fault.does == "flood":
        await attend(session, place, FLOOD)
        return
    drop = Drop(session.get_extra_info("connection"), fault)
    try:
        await attend(cast("Session", DroppedSession(session, drop)), place)
    finally:
        drop.end()
