"""The app: themes, keys that work everywhere, the command line, and the terminal's hand-over."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, Monochrome
from textual.reactive import reactive

from batchtui.access.accounts import Account
from batchtui.access.threads import in_thread
from batchtui.accounts import Accounts
from batchtui.errors import BatchtuiError
from batchtui.ui.asking import AskOnScreen
from batchtui.ui.commands import Command, Commands
from batchtui.ui.forwarding import ForwardCommands
from batchtui.ui.handover import HandOver
from batchtui.ui.looks import Looks, WithoutColour, no_colour
from batchtui.ui.palette import KeysProvider
from batchtui.ui.places import Places
from batchtui.ui.screens.accounts import AccountsScreen
from batchtui.ui.screens.base import HouseScreen, say_on
from batchtui.ui.setting import SettingCommand
from batchtui.ui.sheet import Sheet
from batchtui.ui.themes import house_variables

if TYPE_CHECKING:
    from textual.driver import Driver

    from batchtui.access.identity import Identity
    from batchtui.access.terminal import Exit, ShellChannel

_STYLES = Path(__file__).parent / "styles"
_TERMINAL_SECONDS = 1.0  # how often to see whether the terminal is still there

_WITHOUT_COLOUR = WithoutColour()

# Starts something that comes with an account of its own, and blocks until it is there.
Guest = Callable[[], "tuple[Account, str, Identity]"]


class BatchtuiApp(App[int]):
    """Opens on the accounts; `account` is opened at once, a `guest` when it has started."""

    TITLE = "batchtui"
    CSS_PATH = _STYLES / "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {KeysProvider}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", id="app.help",
                tooltip="Every key of this screen"),
        Binding("colon", "command", "Command", key_display=":", show=False, id="app.command",
                priority=True,
                tooltip="The command line: tab completes, up recalls"),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True, tooltip="Leave batchtui"),
        Binding("ctrl+c", "interrupt", "Cancel", show=False, id="app.interrupt", priority=True,
                tooltip="Cancel what runs"),
    ]  # fmt: skip

    # What lives beside the screens, in words.
    beside: reactive[str] = reactive("", layout=False, repaint=False)

    def __init__(
        self,
        accounts: Accounts,
        *,
        account: Account | None = None,
        guest: Guest | None = None,
        banner: str = "",
        loaded: Callable[[], None] | None = None,
    ) -> None:
        """`loaded` is called, in a thread, when what comes behind the first frame is imported."""
        super().__init__(driver_class=_driver_class())
        self._accounts = accounts
        accounts.operator = AskOnScreen(self)
        self._account = account
        self._guest = guest
        self._banner = banner
        self._loaded = loaded
        self._hand_over = HandOver(self)
        self.no_color = no_colour()
        self._looks = Looks(self, accounts)
        self.stylesheet = Sheet(variables=self.get_css_variables())
        places = Places(self, accounts)
        forwarding = ForwardCommands(self, places.open_session, self._show_beside)
        self.commands = Commands([
            *places.commands(),
            *forwarding.commands(),
            SettingCommand(self, accounts, places.open_session).command(),
            Command("theme", "What the program looks like", self._looks.command, "[NAME]",
                    lambda: self._looks.names),
            Command("q", "Leave batchtui", lambda _rest: self.exit(), other_name="quit"),
        ])  # fmt: skip

    def _show_beside(self, words: str) -> None:
        self.beside = words

    def get_css_variables(self) -> dict[str, str]:
        """Textual's, and ours, which any theme has."""
        self.theme_variables = {
            **super().get_css_variables(),
            **house_variables(self.current_theme),
        }
        return self.theme_variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With NO_COLOR no colour at all, instead of Textual's greys."""
        if self.no_color:
            return [_WITHOUT_COLOUR]
        return [each for each in super().get_line_filters() if not isinstance(each, Monochrome)]

    def get_default_screen(self) -> AccountsScreen:
        """The accounts, empty at first: nothing is waited for before something is seen."""
        waiting = "The demo is starting …" if self._guest else ""
        return AccountsScreen(self._accounts, waiting=waiting, banner=self._banner)

    def on_mount(self) -> None:
        """Signals end the app as `ctrl+q` does, with the terminal restored."""
        for signum in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(signum, self.end_by_signal, signum)
        if not self.is_headless and sys.__stdin__ and sys.__stdin__.isatty():
            self.set_interval(_TERMINAL_SECONDS, self._check_terminal)
        self.theme_changed_signal.subscribe(self, self._looks.redraw)
        self.call_after_refresh(self._begin)

    def _check_terminal(self) -> None:
        """A terminal that vanished sends no signal to those that it doesn't control."""
        if sys.__stdin__ is None or not sys.__stdin__.isatty():
            self.end_by_signal(signal.SIGHUP)

    def end_by_signal(self, signum: int) -> None:
        """Leave with the exit status that a shell gives a program which a signal ended."""
        self.exit(return_code=128 + signum)

    def _begin(self) -> None:
        first = self._first_screen()
        self.stylesheet.read(_STYLES / "behind.tcss")
        self.refresh_css(animate=False)
        self._looks.complete()
        self.run_worker(in_thread(self._load))
        if self._guest:
            self.run_worker(self._start_guest(self._guest))
        elif self._account:
            first.open(self._account)

    def _load(self) -> None:
        """Import what comes behind the first screen, while that is looked at."""
        import batchtui.ui.screens.pools  # noqa: F401 - imported for the next one who needs it
        from batchtui.batch.service import import_azure

        import_azure()
        if self._loaded:
            self._loaded()

    async def _start_guest(self, guest: Guest) -> None:
        first = self._first_screen()
        try:
            welcomed = await asyncio.to_thread(guest)
        except BatchtuiError as error:
            first.arrived()
            first.report(error)
        else:
            self._accounts.welcome(*welcomed)
            first.arrived()

    def _first_screen(self) -> AccountsScreen:
        first = self.screen_stack[0]
        assert isinstance(first, AccountsScreen)  # noqa: S101 - get_default_screen made it
        return first

    def _fatal_error(self) -> None:
        """A bug ends the app visibly; without local variables, since those may hold secrets."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(
            Segments(self.console.render(traceback, self.console.options))
        )
        self._close_messages_no_wait()

    # Keys that work everywhere

    def action_help(self) -> None:
        """Every key of this screen."""
        from batchtui.ui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            keys = dict(self.screen.active_bindings)
            self.push_screen(HelpScreen(keys, self.commands.all))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No command line above a dialog, nor where a colon is a letter."""
        if action in {"help", "command_palette"} and getattr(self.screen, "ALONE", False):
            return False
        if action == "command":
            return isinstance(self.screen, HouseScreen) and not self.screen.typing
        return super().check_action(action, parameters)

    def action_interrupt(self) -> None:
        """Cancel what runs here; if nothing does, say how to quit."""
        give_up = getattr(self.screen, "action_give_up", None)
        if give_up is not None:
            give_up()

    # The command line

    def action_command(self) -> None:
        """The command line of this screen."""
        self.open_command_line()

    def open_command_line(self, text: str = "") -> None:
        """The command line, with a line that was begun."""
        if isinstance(self.screen, HouseScreen):
            self.screen.ask_for_command(self.commands, text)

    def on_house_screen_command(self, event: HouseScreen.Command) -> None:
        """A line was typed."""
        if problem := self.commands.run(event.line):
            say_on(self, problem, "warn")

    # The terminal

    def hand_over(self, channel: "ShellChannel") -> "Exit":
        """Give the whole terminal to a shell, and take it back when it ends. Blocks."""
        return self._hand_over(channel, clipboard=self._accounts.settings.remote_clipboard)

    def hand_over_to(self, argv: Sequence[str]) -> "Exit":
        """The same for a program of this machine."""
        return self._hand_over.run(argv)


def _driver_class() -> "type[Driver] | None":
    """Our driver where there is a terminal as it knows them; else Textual's choice."""
    if sys.platform == "win32":
        return None
    from batchtui.ui.driver import TerminalDriver

    return TerminalDriver
