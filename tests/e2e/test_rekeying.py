"""Sessions in which so much goes both ways that new keys are made again and again."""

import hashlib
import threading

import pytest
from e2e.login_servers import AsyncsshServer, Doors
from e2e.sshd_server import SSHD, Sshd

from batchtui.access.channel import Exit
from batchtui.access.keys import LoginKey
from batchtui.access.ssh import Connection, Login

SIZE = 50_000_000
LIMIT = 1 << 20  # bytes until new keys are due
needs_sshd = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")


def there_and_back(channel, data):
    """What comes back of the data; as much is on its way there and back at the same time."""

    def send():
        rest = memoryview(data)
        while rest:
            rest = rest[channel.write(bytes(rest[: 1 << 16])) :]
        channel.finish()

    sending = threading.Thread(target=send)
    sending.start()
    came = hashlib.sha256()
    while piece := channel.read():
        came.update(piece)
    sending.join()
    return came.hexdigest()


@needs_sshd
@pytest.mark.parametrize("asks", ["server", "client", "both"])
def test_a_session_survives_new_keys_at_every_megabyte(tmp_path, asks):
    limit = "" if asks == "client" else f"RekeyLimit {LIMIT}\n"
    server = Sshd(tmp_path, extra=f"LogLevel DEBUG1\n{limit}")
    key = LoginKey.generate("ed25519")
    server.authorize(key)
    data = bytes(range(256)) * (SIZE // 256)
    login = Login(server.user, (key,))
    try:
        with Connection.open(server.host, server.port, login, lambda _key: True) as connection:
            if asks != "server":
                connection._transport.packetizer.REKEY_BYTES = LIMIT
            channel = connection.exec("cat")
            assert there_and_back(channel, data) == hashlib.sha256(data).hexdigest()
            assert channel.wait() == Exit(0)
            assert connection.exec("exit 3").wait() == Exit(3)
    finally:
        server.stop()
    assert server.log().count("SSH2_MSG_KEXINIT received") > 20


async def pour(process):
    """Much output, of an asyncssh server."""
    for _ in range(SIZE >> 16):
        process.stdout.write("x" * (1 << 16))
        await process.stdout.drain()
    process.exit(4)


def test_nodes_of_the_emulator_take_part_in_it():
    key = LoginKey.generate("ed25519")
    server = AsyncsshServer(Doors(keys=[key]), process=pour)
    try:
        login = Login("me", (key,))
        with Connection.open("127.0.0.1", server.port, login, lambda _key: True) as connection:
            connection._transport.packetizer.REKEY_BYTES = LIMIT
            channel, came = connection.exec("pour"), 0
            while piece := channel.read():
                came += len(piece)
            assert came == SIZE >> 16 << 16
            assert channel.wait() == Exit(4)
            # The first exchange names the session, others don't.
            assert connection._transport.session_id != connection._transport.H
    finally:
        server.stop()
