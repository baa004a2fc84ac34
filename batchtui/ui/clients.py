"""What a shell on a node is opened with: our own SSH, the system's, or that in a window of tmux."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from batchtui.access.environment import locale, terminal_type
from batchtui.access.threads import in_thread
from batchtui.entrance import Doorway, Entrance, Progress

if TYPE_CHECKING:
    from textual.app import App

    from batchtui.access.terminal import Exit

# Blocks while the shell has the terminal; a sentence where it has another one.
Shell = Callable[[], Awaitable["Exit | str"]]
# Goes through a doorway, with what it opens on the stack, up to where the shell can begin.
Client = Callable[[AsyncExitStack, Doorway, Progress], Awaitable[Shell]]


def client_of(app: "App[Any]", entrance: Entrance, setting: str, *, system: bool) -> Client:
    """The client that a setting means for `s` or, with `system`, for `S`."""
    clients = {"builtin": builtin, "system": system_client, "tmux": tmux}
    usual = "system" if sys.platform == "win32" else "builtin"
    wanted = setting or usual
    if system and wanted == "builtin":
        wanted = "system"
    return clients[wanted](app, entrance)


def builtin(app: "App[Any]", entrance: Entrance) -> Client:
    """Ours."""

    async def enter(stack: AsyncExitStack, doorway: Doorway, progress: Progress) -> Shell:
        connection = await stack.enter_async_context(entrance.connected(doorway, progress))

        async def shell() -> "Exit":
            term, env = terminal_type(os.environ), locale(os.environ)
            channel = await asyncio.to_thread(connection.shell, term, *app.size, env)
            # From here on nothing is awaited: the terminal isn't Textual's.
            ended: Exit = app.hand_over(channel)  # type: ignore[attr-defined]
            return ended

        return shell

    return enter


def system_client(app: "App[Any]", entrance: Entrance) -> Client:
    """The system's, which has the operator's own configuration."""

    async def enter(stack: AsyncExitStack, doorway: Doorway, progress: Progress) -> Shell:
        prepared = await stack.enter_async_context(entrance.system_ssh(doorway, progress))

        async def shell() -> "Exit":
            ended: Exit = app.hand_over_to(prepared.argv)  # type: ignore[attr-defined]
            return ended

        return shell

    return enter


def tmux(_app: "App[Any]", entrance: Entrance) -> Client:
    """The system's, in a window of its own: several run beside the program."""

    async def enter(_stack: AsyncExitStack, doorway: Doorway, progress: Progress) -> Shell:
        prepared = await entrance.lasting_ssh(doorway, progress)

        async def shell() -> str:
            from batchtui.access.tmux import open_window

            name = doorway.node.id
            await in_thread(lambda: open_window(name, prepared.argv))
            return "The shell is in a window of its own (tmux)."

        return shell

    return enter
