"""The machine behind a node: its directory and its SSH listener, made when first needed."""

import asyncio
import itertools
import logging
import os
import shutil
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from batchtui.emulator.errors import BatchError
from batchtui.emulator.machines.guardian import (
    NODE,
    Base,
    below,
    end_below,
    kill_all,
    remove,
    sweep,
)
from batchtui.emulator.store import Node, World

LAYOUT = ("startup/wd", "shared", "workitems", "applications", "fsmounts", "volatile/startup")
SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
log = logging.getLogger(__name__)


class Listener(Protocol):
    """An open SSH port of a node."""

    async def close(self) -> None:
        """Close the port and end every session on it."""


class Logins(Protocol):
    """Opens SSH ports of nodes."""

    async def listen(self, node: Node) -> Listener | None:
        """Open a node's port, None when it has none or can't."""


@dataclass(frozen=True)
class Directory:
    """A node's files: `tasks` is its AZ_BATCH_NODE_ROOT_DIR, `home` holds its users' homes."""

    root: Path

    @property
    def tasks(self) -> Path:
        """Where Batch keeps a node's files."""
        return self.root / "mnt" / "batch" / "tasks"

    @property
    def home(self) -> Path:
        """Where its users are at home."""
        return self.root / "home"

    def make(self) -> None:
        """Make it, laid out as Batch does."""
        for name in LAYOUT:
            (self.tasks / name).mkdir(parents=True, exist_ok=True)
        self.home.mkdir(exist_ok=True)
        (self.root / "tmp").mkdir(exist_ok=True)


class NodeHosts:
    """The nodes' directories and SSH ports; all below one private temporary directory."""

    def __init__(self, world: World, account: str, *, pretend: bool) -> None:
        self._world = world
        self._account = account
        self._pretend = pretend
        sweep()
        self._base = Base()
        self._directories: dict[Node, Directory] = {}
        self._opening: dict[Node, asyncio.Task[Listener | None]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._logins: Logins | None = None
        self._count = itertools.count()
        self._closed = False

    def take_logins(self, logins: Logins) -> None:
        """Open SSH ports from now on."""
        self._logins = logins

    def directory(self, node: Node) -> Directory:
        """A node's directory, made at the first call; 404 NodeNotFound once all is closed."""
        if self._closed:
            raise BatchError("NodeNotFound")
        found = self._directories.get(node)
        if not found:
            self._base.guard()
            # A reimaged node's old directory may still be on its way out.
            found = Directory(self._base.path / str(next(self._count)) / node.id)
            found.make()
            for name, text in (node.seed_files or {}).items():
                write(found.tasks, name, text)
            self._directories[node] = found
        return found

    def put(self, node: Node, name: str, text: str) -> None:
        """Put a file, or `a/directory/`, into a node's directory, at once or when that is made."""
        if found := self._directories.get(node):
            write(found.tasks, name, text)
        else:
            # Not changed in place: nodes of a large seed share theirs.
            node.seed_files = {**(node.seed_files or {}), name: text}

    def remove(self, node: Node, name: str) -> None:
        """Remove a directory of a node, if it is there: at once, though its files go later."""
        if found := self._directories.get(node):
            trash = found.root / f"trash-{next(self._count)}"
            with suppress(OSError):
                (found.tasks / name).rename(trash)
                loop = asyncio.get_running_loop()
                loop.run_in_executor(None, remove, trash)
        elif files := node.seed_files:
            node.seed_files = {n: t for n, t in files.items() if not n.startswith(f"{name}/")}

    def environment(self, node: Node, *, task: bool = False) -> dict[str, str]:
        """What a process on a node finds in its environment, and nothing of this machine's."""
        tasks = self.directory(node).tasks
        startup = tasks / "startup"
        settings = {
            "PATH": SEARCH,
            "LANG": "C.UTF-8",
            "USER": "_azbatch",
            "HOME": str(startup / "wd"),
            "TMPDIR": str(self.directory(node).root / "tmp"),
            "AZ_BATCH_ACCOUNT_NAME": self._account,
            "AZ_BATCH_ACCOUNT_URL": f"{self._world.endpoint}/",
            "AZ_BATCH_POOL_ID": node.pool.id,
            "AZ_BATCH_NODE_ID": node.id,
            "AZ_BATCH_NODE_IS_DEDICATED": "true" if node.dedicated else "false",
            "AZ_BATCH_NODE_ROOT_DIR": str(tasks),
            "AZ_BATCH_NODE_SHARED_DIR": str(tasks / "shared"),
            "AZ_BATCH_NODE_STARTUP_DIR": str(startup),
            "AZ_BATCH_NODE_STARTUP_WORKING_DIR": str(startup / "wd"),
            "AZ_BATCH_NODE_MOUNTS_DIR": str(tasks / "fsmounts"),
        }
        if task:
            settings |= {
                "AZ_BATCH_TASK_DIR": str(startup),
                "AZ_BATCH_TASK_WORKING_DIR": str(startup / "wd"),
            }
        return settings

    def open_login(self, node: Node) -> None:
        """See to it that the node's SSH port is open, if it has one."""
        runs = not (self._closed or self._pretend or node.pool.windows or node.gone or node.away)
        if runs and self._logins and node not in self._opening:
            self._opening[node] = asyncio.create_task(self._listen(self._logins, node))

    async def _listen(self, logins: Logins, node: Node) -> Listener | None:
        """Open a port once no node that is on its way out can still have it."""
        if self._closing:
            await asyncio.wait(list(self._closing))
        return await logins.listen(node)

    async def login_opened(self, node: Node) -> None:
        """Open the node's SSH port and wait until it answers."""
        self.open_login(node)
        if task := self._opening.get(node):
            await asyncio.shield(task)

    def halt(self, node: Node, then: Callable[[], None], *, wipe: bool) -> None:
        """End the node's sessions, port and processes, and with `wipe` its files; then go on."""
        if not (node in self._opening or node in self._directories):
            then()
            return
        directory = self._directories.get(node)
        if wipe:
            self._directories.pop(node, None)
        self._in_background(self._end(node, directory, wipe=wipe), then)

    def close(self, node: Node) -> None:
        """Begin to end all that the node has: sessions, port, processes, directory."""
        self.halt(node, lambda: None, wipe=True)

    def _in_background(self, work: Coroutine[None, None, None], then: Callable[[], None]) -> None:
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        task.add_done_callback(lambda _: then())

    async def _end(self, node: Node, directory: Directory | None, *, wipe: bool) -> None:
        await self._close_login(node)
        if directory and wipe:
            await asyncio.to_thread(end_below, [directory.root.parent])
        elif directory:
            await asyncio.to_thread(kill_all, [directory.root], NODE)

    async def _close_login(self, node: Node) -> None:
        if opening := self._opening.pop(node, None):
            listener = await opening
            if listener:
                await listener.close()

    def processes(self) -> int:
        """How many processes run on all nodes (on Linux), which takes some milliseconds."""
        return sum(1 for _ in below([self._base.path], NODE, 0.0))

    async def close_all(self) -> None:
        """End every node's sessions, ports, processes and files, and the directory of all.

        A request that is still about the world that ends so makes nothing anew.
        """
        self._closed = True
        await asyncio.gather(*list(self._closing), return_exceptions=True)
        await asyncio.gather(*(self._close_login(node) for node in list(self._opening)))
        try:
            await asyncio.to_thread(self._base.close)  # many files take long
        except RuntimeError:  # at the interpreter's end there are no new threads
            self._base.close()
        self._directories.clear()


def write(root: Path, name: str, text: str) -> None:
    """Write a file below a root, and make its directory before; `wd/` is a directory itself."""
    path = root / name
    if name.endswith("/"):
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def default_shell() -> str:
    """Bash where there is one, else sh."""
    return shutil.which("bash", path=SEARCH) or os.fspath("/bin/sh")
