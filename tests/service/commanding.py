"""What tests let happen to an emulator on command, without holding up their loop."""

import asyncio

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
