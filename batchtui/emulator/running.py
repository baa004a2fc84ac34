"""Starts and ends emulators: in a test's loop, in a thread of its own, or as a command."""

import asyncio
import atexit
import concurrent.futures
import contextlib
import json
import logging
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from batchtui.emulator.arm.account import Account
from batchtui.emulator.auth import Keys, new_key
from batchtui.emulator.autoscale.runs import Autoscaler
from batchtui.emulator.clock import Clock
from batchtui.emulator.control.book import FaultBook
from batchtui.emulator.jobs import Jobs
from batchtui.emulator.lifecycle import Lifecycle
from batchtui.emulator.machines.hosts import NodeHosts
from batchtui.emulator.machines.starttask import StartTasks
from batchtui.emulator.network import Addresses
from batchtui.emulator.options import EmulatorError, Options, RunningEmulator, clock_factor
from batchtui.emulator.pools import Pools
from batchtui.emulator.schedules import Schedules
from batchtui.emulator.seed import seed_world
from batchtui.emulator.server import make_app
from batchtui.emulator.signin.authority import Authority
from batchtui.emulator.state import Stage, State
from batchtui.emulator.store import World
from batchtui.emulator.tokens import Tokens
from batchtui.emulator.work import Work

if TYPE_CHECKING:
    from batchtui.emulator.machines.ssh import SshPorts
    from batchtui.emulator.tls import Tls

STOP_SECONDS = 30
LONGEST_LINE = 16384  # of a request; HTTP.sys, which the service runs on, takes as much
PATIENCE = 1.0  # seconds that requests still have when the emulator ends
log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def serve(options: Options) -> AsyncIterator[RunningEmulator]:
    """Run an emulator in this loop; EmulatorError when it can't start.

    Leaving ends every process, port and directory of it.
    """
    listening = _bind(options)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(listening.close)
        port = int(listening.getsockname()[1])
        host = f"[{options.host}]" if ":" in options.host else options.host
        tls = _tls(stack, options)
        endpoint = f"{'https' if tls else 'http'}://{host}:{port}"
        stage = _stage(options, endpoint, port)
        stack.push_async_callback(stage.close)
        runner = web.AppRunner(
            make_app(stage),
            access_log=None,
            shutdown_timeout=PATIENCE,
            logger=http_log(),
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
        )
        stack.push_async_callback(_hang_up, runner)
        await runner.setup()
        await web.SockSite(runner, listening, ssl_context=tls.context if tls else None).start()
        log.info("Listening on %s", endpoint)
        yield RunningEmulator(
            endpoint,
            options.account,
            stage.state.keys.primary,
            stage.state.authority.secret,
            tls.ca if tls else None,
        )


def http_log() -> logging.Logger:
    """The web server's log, without a traceback for each client that doesn't speak HTTP."""
    found = log.getChild("http")
    if _is_our_fault not in found.filters:
        found.addFilter(_is_our_fault)
    return found


def _is_our_fault(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def _bind(options: Options) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        return socket.create_server((options.host, options.port), family=family)
    except OSError as error:
        reason = f"Port {options.port} of {options.host} can't be used: {error.strerror}"
        raise EmulatorError(reason) from error


async def _hang_up(runner: web.AppRunner) -> None:
    """End every connection now: TLS would wait until the other side says goodbye too."""
    connections = runner.server.connections if runner.server else []
    transports = [connection.transport for connection in connections]
    await runner.cleanup()
    for transport in transports:
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
    await asyncio.sleep(0)  # it happens in the loop's next round


def _tls(stack: contextlib.AsyncExitStack, options: Options) -> "Tls | None":
    """A certificate for the run, if it is to have one."""
    if not options.tls:
        return None
    from batchtui.emulator.tls import own_tls

    return stack.enter_context(own_tls(options.host))


def _stage(options: Options, endpoint: str, port: int) -> Stage:
    """One world after the other, each with the keys that the first began with."""
    keys = Keys(options.account, options.key or new_key(), new_key())
    ports = _ssh_ports(options)

    def begin(old: State | None, seed: str) -> State:
        state = _make_state(options, endpoint, replace(keys), port, old)
        if ports:
            now = state.world.clock.now
            state.hosts.take_logins(ports(state.hosts, state.start_tasks, now, state.faults))
        seed_world(state, seed)
        return state

    return Stage(begin, options.seed)


def _make_state(options: Options, endpoint: str, keys: Keys, port: int, old: State | None) -> State:
    """A state without anything in it; tokens and faults go on as they were in an old one."""
    clock = Clock(clock_factor(options.clock), options.start_time)
    world = World(clock, endpoint, options.random_seed)
    authority = old.authority if old else Authority(Tokens(clock), clock, endpoint)
    authority.follow(clock)
    hosts = NodeHosts(world, options.account, pretend=options.pretend)
    start_tasks = StartTasks(world, hosts)
    work = Work(world, hosts, authority.tokens)
    lifecycle = Lifecycle(world, Addresses(port), hosts, start_tasks, work)
    autoscaler = Autoscaler(world, lifecycle, work)
    pools = Pools(world, lifecycle, autoscaler, pretend=options.pretend)
    jobs = Jobs(world, pools, lifecycle, work)
    return State(
        keys=keys,
        first_key=keys.primary,
        account=Account(world, options.account),
        authority=authority,
        port=port,
        pretend=options.pretend,
        world=world,
        hosts=hosts,
        start_tasks=start_tasks,
        work=work,
        lifecycle=lifecycle,
        autoscaler=autoscaler,
        pools=pools,
        jobs=jobs,
        schedules=Schedules(world, jobs, work),
        faults=old.faults if old else FaultBook(world.chance),
    )


def _ssh_ports(options: Options) -> "type[SshPorts] | None":
    """What opens the SSH ports of nodes, None when nobody is let in."""
    if options.pretend:
        return None
    try:
        from batchtui.emulator.machines.ssh import SshPorts
    except ModuleNotFoundError as error:
        if error.name != "asyncssh":
            raise
        reason = "Nodes take SSH through asyncssh: pip install 'batchtui[demo]'"
        raise EmulatorError(reason) from error
    return SshPorts


class EmulatorThread:
    """An emulator in a thread and loop of its own, so that it lives while the caller's waits."""

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or Options()
        self._ready: concurrent.futures.Future[RunningEmulator] = concurrent.futures.Future()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> RunningEmulator:
        """Start it and wait until it answers; EmulatorError when it can't."""
        if not self._thread:
            atexit.register(self.stop)
            self._thread = threading.Thread(target=self._main, name="emulator", daemon=True)
            self._thread.start()
        return self._ready.result()

    def stop(self) -> None:
        """End it and all that it runs; may be called twice, and before it is started."""
        if self._loop and self._stop:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread:
            self._thread.join(STOP_SECONDS)
            atexit.unregister(self.stop)

    def __enter__(self) -> RunningEmulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._ready.done():
                log.exception("The emulator ended badly")
            else:
                self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        async with serve(self._options) as info:
            self._ready.set_result(info)
            await self._stop.wait()


def run(options: Options) -> int:
    """Run an emulator in the foreground until SIGINT, SIGTERM or SIGHUP; the exit status.

    One line of JSON on stdout says that it is ready: endpoint, account, key and what else
    RunningEmulator has.
    EmulatorError when it can't start.
    """
    asyncio.run(_until_signalled(options))
    return 0


async def _until_signalled(options: Options) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    async with serve(options) as info:
        sys.stdout.write(json.dumps(info.line()) + "\n")
        sys.stdout.flush()
        await stop.wait()
