"""What faults do to the connection under a request."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import cast

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload

# Set when the emulator ends, for whatever a fault makes wait.
ENDED = web.AppKey("ended", asyncio.Event)
# aiohttp tells a handler nothing when its client goes, so it is asked this often, in seconds.
GLANCE = 0.1
JSON = "application/json"
AT_ONCE = struct.pack("ii", 1, 0)


def connected(request: web.Request) -> bool:
    """Whether the client is still there."""
    return request.transport is not None and not request.transport.is_closing()


async def stay(request: web.Request, seconds: float | None = None) -> bool:
    """Wait, without a time for ever; whether the client and the emulator are there afterwards."""
    ended, loop = request.app[ENDED], asyncio.get_running_loop()
    end = None if seconds is None else loop.time() + seconds
    while connected(request) and not ended.is_set():
        left = GLANCE if end is None else min(GLANCE, end - loop.time())
        if left <= 0:
            return True
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), left)
    return False


def reset_on_close(sock: socket.socket) -> None:
    """Let the end of a connection be a reset, whatever has not been sent yet."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)


def reset(request: web.Request) -> web.StreamResponse:
    """Reset the connection; what is returned goes nowhere."""
    if request.transport:
        reset_on_close(request.transport.get_extra_info("socket"))
        request.transport.abort()
    return web.Response()


def close(request: web.Request) -> None:
    """Close the connection once what was written is sent."""
    if request.transport:
        request.transport.close()


async def body_of(response: web.StreamResponse) -> bytes | None:
    """A response's body, also one that would be streamed; None when there is none."""
    if not isinstance(response, web.Response):
        return None
    if isinstance(response.body, Payload):
        whole = Whole()
        await response.body.write(cast("AbstractStreamWriter", whole))
        response.body = bytes(whole.data)
    return bytes(response.body) if response.body else None


class Whole:
    """A writer that keeps all."""

    def __init__(self) -> None:
        self.data = bytearray()

    async def write(self, chunk: bytes) -> None:
        """Keep it."""
        self.data += chunk


async def opened(
    request: web.Request, response: web.StreamResponse, length: int
) -> web.StreamResponse:
    """The head of a response, sent, with its body of so many bytes still to come."""
    stream = web.StreamResponse(
        status=response.status, reason=response.reason, headers=response.headers
    )
    if response.chunked:
        stream.enable_chunked_encoding()
    else:
        stream.content_length = length
    await stream.prepare(request)
    return stream
