"""A service that answers what no service should; for what the emulator never does."""

import asyncio
import base64
from contextlib import asynccontextmanager

from aiohttp import web

KEY = base64.b64encode(b"a made-up key").decode()


@asynccontextmanager
async def hostile_service(answer):
    """`answer` is a coroutine from a request to a response; yields the endpoint."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)


def always(body, *, status=200, content_type="application/json", headers=None):
    """The same answer to everybody."""

    async def answer(_request):
        data = body if isinstance(body, bytes) else body.encode()
        more = {"Content-Type": content_type, **(headers or {})}
        return web.Response(body=data, status=status, headers=more)

    return answer
