"""A command on many nodes that are OpenSSH's server: how it is begun, read, and ended."""

import asyncio
import threading
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from conftest import wait_for
from e2e.sshd_server import SSHD, Sshd
from service.helpers import until
from service.working import processes

from batchtui.access.channel import Exit
from batchtui.access.keys import LoginKey
from batchtui.access.ssh import Connection, Login
from batchtui.batch import convert
from batchtui.errors import ThrottledError
from batchtui.many import ManyRun, Order, Place, read_script

pytestmark = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")
SUDO = """#!/bin/sh
# As the real one: it never asks where it is told so, and closes what its parent had open.
[ "$1 $2" = "-n --" ] || exit 9
shift 2
exec 3<&- 4<&- 5<&-
AS=root exec "$@"
"""


class Way:
    """The way into nodes that are all the same server: an Entrance."""

    def __init__(self, sshd, key):
        self._sshd = sshd
        self._key = key
        self.asked = 0
        self.at_once = 0
        self.most = 0
        self.throttled = 0

    async def doorway(self, _pool, node):
        self.asked += 1
        if self.throttled:
            self.throttled -= 1
            raise ThrottledError("Slowly.", retry_after=0.01)
        return node

    @asynccontextmanager
    async def connected(self, _doorway):
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        login = Login(self._sshd.user, (self._key,))
        opened = await asyncio.to_thread(
            Connection.open, self._sshd.host, self._sshd.port, login, lambda _key: True
        )
        try:
            yield opened
        finally:
            self.at_once -= 1
            opened.close()


@pytest.fixture(scope="module")
def key():
    return LoginKey.generate("ed25519")


@pytest.fixture
def sshd(tmp_path, key):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "sudo").write_text(SUDO)
    (programs / "sudo").chmod(0o755)
    server = Sshd(tmp_path, f"SetEnv PATH={programs}:/usr/bin:/bin\nMaxStartups 100\n")
    server.authorize(key)
    yield server
    server.stop()


@pytest.fixture
def way(sshd, key):
    return Way(sshd, key)


def many(way, order, count=3, **how):
    pool = convert.pool({"id": "p"})
    return ManyRun(way, [Place(pool, f"tvm-{n}") for n in range(count)], order, **how)


def words(run):
    return {outcome.words for outcome in run.outcomes}


def output(run):
    return {outcome.output.data for outcome in run.outcomes}


async def test_no_more_nodes_at_once_than_wanted_and_one_thread_reads_them_all(way):
    seen = []
    run = many(
        way,
        Order("echo out; echo err >&2; exit 3"),
        9,
        at_once=3,
        heard=lambda *_: seen.append(threading.current_thread()),
    )
    await run.run()
    assert way.most == 3
    assert {(o.exit, o.output.data, o.errors.data) for o in run.outcomes} == {
        (Exit(3), b"out\n", b"err\n")
    }
    assert len(set(seen)) == 1
    assert len(run.failed) == 9


async def test_a_script_comes_over_a_socket_also_to_sudo(way, tmp_path):
    script = tmp_path / "hello"
    script.write_text('#!/bin/sh\necho "$1 $AS"\ncat\necho end\n')
    await (run := many(way, Order("'a b'", read_script(str(script))), 1)).run()
    assert output(run) == {b"a b \nend\n"}
    await (run := many(way, Order("x", read_script(str(script)), sudo=True), 1)).run()
    assert output(run) == {b"x root\nend\n"}
    await (run := many(way, Order("echo $AS; exit 4", sudo=True), 1)).run()
    assert (output(run), words(run)) == ({b"root\n"}, {"exit status 4"})


async def test_what_takes_too_long_is_ended_also_where_it_will_not(way):
    order = Order("trap '' TERM; echo begun; sleep 98771; sleep 98771", timeout=3)
    await (run := many(way, order)).run()
    assert words(run) == {"timed out"}
    assert output(run) == {b"begun\n"}
    await asyncio.to_thread(wait_for, lambda: not processes("sleep", "98771"), "no sleep")


async def test_what_root_runs_is_ended_too(way):
    order = Order("echo begun; sleep 98774; echo more", sudo=True, timeout=3)
    await (run := many(way, order, 1)).run()
    assert (words(run), output(run)) == ({"timed out"}, {b"begun\n"})
    await asyncio.to_thread(wait_for, lambda: not processes("sleep", "98774"), "no sleep")


async def test_a_stop_ends_what_runs_and_begins_nothing_and_all_can_be_tried_again(way):
    run = many(way, Order("echo up; exec sleep 98772"), 5, at_once=2)
    running = asyncio.create_task(run.run())
    await until(lambda: [o.output.data for o in run.outcomes].count(b"up\n") == 2)
    run.stop()
    await running
    assert run.counts == {"stopped": 2, "waiting": 3}
    await asyncio.to_thread(wait_for, lambda: not processes("sleep", "98772"), "no sleep")
    run.order = Order("echo again")
    await run.run()
    assert (words(run), output(run)) == ({"exit status 0"}, {b"again\n"})


async def test_who_goes_away_leaves_nothing_running(way):
    run = many(way, Order("echo up; exec sleep 98773"), 2)
    running = asyncio.create_task(run.run())
    await until(lambda: output(run) == {b"up\n"})
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.to_thread(wait_for, lambda: not processes("sleep", "98773"), "no sleep")


async def test_a_lost_connection_and_a_signal_are_told_from_an_exit_status(way, sshd):
    await (run := many(way, Order("kill -9 $$"), 1)).run()
    assert words(run) == {"ended by signal KILL"}
    run = many(way, Order("echo up; exec sleep 30"), 1)
    running = asyncio.create_task(run.run())
    await until(lambda: output(run) == {b"up\n"})
    sshd.kill_sessions()
    await running
    assert words(run) == {"the connection was lost"}
    assert run.outcomes[0].away


async def test_of_a_flood_the_beginning_and_the_end_are_kept(way):
    await (run := many(way, Order("echo first; yes | head -c 20000000; echo last"), 2)).run()
    (kept,) = output(run)
    assert kept.startswith(b"first\ny\n")
    assert kept.endswith(b"y\nlast\n")
    assert len(kept) < 300_000
    assert {o.output.size for o in run.outcomes} == {20_000_011}


async def test_a_throttled_service_is_asked_again_later(way):
    way.throttled = 2
    await (run := many(way, Order("true"), 2)).run()
    assert words(run) == {"exit status 0"}
    assert way.asked == 4
    way.throttled = 100
    await (run := many(way, Order("true"), 1)).run()
    assert words(run) == {"not reached: The service throttles"}


async def test_a_node_that_is_not_reached_says_why(way):
    way._sshd = SimpleNamespace(host="127.0.0.1", port=1, user="me")
    await (run := many(way, Order("true"))).run()
    assert words(run) == {"not reached: No answer"}
    assert "connection was refused" in str(run.outcomes[0].error)
