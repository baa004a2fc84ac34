"""Runs `true` on so many nodes, all of them the one sshd at a port: PORT USER KEYFILE COUNT."""

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from batchtui.access.keys import LoginKey
from batchtui.access.ssh import Connection, Login
from batchtui.access.threads import in_thread
from batchtui.batch import convert
from batchtui.many import ManyRun, Order, Place


class Way:
    """The way into nodes, without the service: an Entrance."""

    def __init__(self, port, login):
        self._port = port
        self._login = login

    async def doorway(self, _pool, node):
        return node

    @asynccontextmanager
    async def connected(self, _doorway):
        connection = await in_thread(
            lambda: Connection.open("127.0.0.1", self._port, self._login, lambda _key: True)
        )
        try:
            yield connection
        finally:
            connection.close()


def main(port, user, key, count):
    login = Login(user, (LoginKey.read(Path(key).read_text()),))
    pool = convert.pool({"id": "p"})
    places = [Place(pool, f"tvm-{number}") for number in range(int(count))]
    run = ManyRun(Way(int(port), login), places, Order("true"))
    asyncio.run(run.run())
    for outcome in run.failed[:3]:
        print(outcome.words, outcome.error, file=sys.stderr)
    return bool(run.failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
