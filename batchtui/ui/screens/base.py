"""What all screens have in common: their frame, how they speak, and how they fail."""

import logging
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from batchtui.errors import BatchtuiError
from batchtui.ui.commands import Commands
from batchtui.ui.ending import EndsWork
from batchtui.ui.widgets.command_line import CommandLine
from batchtui.ui.widgets.keybar import KeyBar
from batchtui.ui.widgets.prompt import Prompt
from batchtui.ui.widgets.status import StatusLine
from batchtui.ui.widgets.title import TitleBar

log = logging.getLogger("batchtui")


class HouseScreen(Screen[Any], EndsWork):
    """A full screen: title, body, command line, status line, keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="screen.back", tooltip="Go back"),
    ]

    @dataclass
    class Command(Message):
        """A line typed at `:`; the app knows what it means."""

        line: str

    # Actions whose bindings have priority.
    URGENT: ClassVar[frozenset[str]] = frozenset({"filter", "search", "shell", "create", "run"})

    crumbs: tuple[str, ...] = ()
    read_only = False

    def compose(self) -> ComposeResult:
        """The frame around what the screen shows."""
        yield TitleBar()
        yield from self.compose_body()
        yield CommandLine()
        yield StatusLine()
        yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """What the screen shows."""
        yield from ()

    def on_mount(self) -> None:
        """Prompts come when they are asked for."""
        self.query_one(TitleBar).crumbs = self.crumbs
        self.query_one(CommandLine).close()

    def say(self, text: str, tone: str = "plain") -> None:
        """Say something on the status line, if it is still there."""
        for line in self.query(StatusLine):
            line.say(text, tone)

    def report(self, error: BatchtuiError) -> None:
        """The one place where an expected failure is logged and shown."""
        log.warning("%s: %s", error.title, error)
        self.say(f"{error.title}: {error}", "bad")

    def explain(self, error: BatchtuiError) -> None:
        """The same for a failure that needs more room than the status line has."""
        log.warning("%s: %s", error.title, error)
        self.say(error.title, "bad")
        from batchtui.ui.dialogs.notice import Notice

        self.app.push_screen(Notice.of(error))

    def copy(self, what: str, text: str) -> None:
        """Put a text onto the clipboard, and say so."""
        self.app.copy_to_clipboard(text)
        self.say(f"Copied the {what}, if this terminal allows it (OSC 52).")

    def note(self, text: str) -> None:
        """Show a note at the right of the title."""
        self.query_one(TitleBar).note = text

    async def finish(self, result: object) -> None:
        """End with a result, also where something was opened above meanwhile."""
        if self in self.app.screen_stack:
            # With the screens above it, which pop_until_active() would only begin to take away.
            while self.app.screen is not self:
                await self.app.pop_screen()
            self.dismiss(result)

    @property
    def typing(self) -> bool:
        """Whether a letter would be typed into something."""
        return self.focused is not None and self.focused.check_consume_key("colon", ":")

    def action_give_up(self) -> None:
        """Nothing runs here that could be given up."""
        self.say("ctrl+q quits.")

    def action_back(self) -> None:
        """Leave this screen."""
        self.dismiss()

    def ask_for_command(self, commands: Commands, text: str = "") -> None:
        """Open the command line, with a line that was begun."""
        self.query_one(CommandLine).ask(commands, text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Actions that can't wait come before the focus sees their key, but not while typing.

        They change the focus: the next key, which may be read already, must go to the new one.
        """
        if action in self.URGENT and self.typing:
            return False
        return super().check_action(action, parameters)

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """The command line is given up."""
        if event.prompt.id == "command":
            event.prompt.text = ""
            event.prompt.close()
            self.focus_body()

    def on_prompt_entered(self, event: Prompt.Entered) -> None:
        """A command was typed."""
        if event.prompt.id == "command":
            event.prompt.text = ""
            event.prompt.close()
            self.focus_body()
            self.post_message(self.Command(event.text.strip()))

    def on_beside_asked(self) -> None:
        """Ports that lead through nodes were clicked."""
        self.post_message(self.Command("forwards"))

    def focus_body(self) -> None:
        """Put the focus back to what the screen shows."""
        self.focus_next()


def say_on(app: App[Any], text: str, tone: str = "plain") -> None:
    """Say something on the status line of the screen that is seen, if it has one."""
    if isinstance(app.screen, HouseScreen):
        app.screen.say(text, tone)
