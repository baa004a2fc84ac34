"""A TCP relay that holds back every byte: `delay.py PORT SECONDS` prints the port it listens at.

Each way takes SECONDS, so a round trip takes twice as long; how much is under way at once has no
limit.
"""

import asyncio
import sys
from contextlib import suppress

port, seconds = int(sys.argv[1]), float(sys.argv[2])


async def carry(reader, writer):
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    async def send():
        while True:
            due, data = await queue.get()
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            if not data:
                writer.close()
                return
            writer.write(data)
            await writer.drain()

    sending = asyncio.create_task(send())
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            queue.put_nowait((loop.time() + seconds, data))
    queue.put_nowait((loop.time() + seconds, b""))
    with suppress(ConnectionError):
        await sending


async def serve(reader, writer):
    there, back = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(carry(reader, back), carry(there, writer), return_exceptions=True)


async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


asyncio.run(main())
