"""What tests let happen to an emulator on command, without holding up their loop."""

import asyncio
import contextlib

from azure.batch.aio import BatchClient
from azure.core.credentials import AzureNamedKeyCredential

from batchtui.emulator.control.client import faults, inject, put, world

DISK_FULL = {
    "code": "DiskFull",
    "message": "There is not enough disk space on the node",
    "errorDetails": [{"name": "Message", "value": "0 bytes are free"}],
}


async def strike(service, **rule):
    return await asyncio.to_thread(inject, service.info, **rule)


async def rules(service):
    return await asyncio.to_thread(faults, service.info)


async def change(service, **changes):
    return await asyncio.to_thread(put, service.info, **changes)


async def numbers(service):
    return await asyncio.to_thread(world, service.info)


def another_client(service, **settings):
    credential = AzureNamedKeyCredential(service.info.account, service.info.key)
    return BatchClient(service.info.endpoint, credential, **settings)


async def raw(service, method="GET", path="/pools", body="", headers=()):
    """All that comes back over a plain socket until it is closed, and how that ended."""
    host, _, port = service.info.endpoint.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*lines, "", body]).encode())
    seen, end = b"", "closed"
    try:
        while more := await asyncio.wait_for(reader.read(65536), 10):
            seen += more
    except ConnectionResetError:
        end = "reset"
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return seen, end
