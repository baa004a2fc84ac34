"""The app: themes, keys that work everywhere, the command line, and the terminal's hand-over."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, Monochrome

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.errors import BatchtuiError, NotFoundError
from batchtui.ui.handover import HandOver
from batchtui.ui.looks import Looks, WithoutColour, no_colour
from batchtui.ui.palette import KeysProvider
from batchtui.ui.screens.accounts import AccountsScreen
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.sheet import Sheet
from batchtui.ui.themes import house_variables

if TYPE_CHECKING:
    from textual.driver import Driver

    from batchtui.access.terminal import Exit, ShellChannel
    from batchtui.batch.models import Pool
    from batchtui.ui.screens.pools import PoolsScreen

_TERMINAL_SECONDS = 1.0  # how often to see whether the terminal is still there

_WITHOUT_COLOUR = WithoutColour()

# Starts something that comes with an account of its own, and blocks until it is there.
Guest = Callable[[], tuple[Account, str]]


class BatchtuiApp(App[int]):
    """Opens on the accounts; `account` is opened at once, a `guest` when it has started."""

    TITLE = "batchtui"
    CSS_PATH = "styles/app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {KeysProvider}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", id="app.help",
                tooltip="Every key of this screen"),
        Binding("colon", "command", "Command", key_display=":", show=False, id="app.command",
                priority=True,
                tooltip="Command line: pools, nodes POOL, account, theme, q"),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True, tooltip="Leave batchtui"),
        Binding("ctrl+c", "interrupt", "Cancel", show=False, id="app.interrupt", priority=True,
                tooltip="Cancel what runs"),
    ]  # fmt: skip

    def __init__(
        self,
        accounts: Accounts,
        *,
        account: Account | None = None,
        guest: Guest | None = None,
        banner: str = "",
    ) -> None:
        super().__init__(driver_class=_driver_class())
        self._accounts = accounts
        self._account = account
        self._guest = guest
        self._banner = banner
        self._hand_over = HandOver(self)
        self.no_color = no_colour()
        self._looks = Looks(self, accounts)
        self.stylesheet = Sheet(variables=self.get_css_variables())

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
        gc.enable()
        self._looks.complete()
        self.run_worker(asyncio.to_thread(_load_screens))
        if self._guest:
            self.run_worker(self._start_guest(self._guest))
        elif self._account:
            first.open(self._account)

    async def _start_guest(self, guest: Guest) -> None:
        first = self._first_screen()
        try:
            account, key = await asyncio.to_thread(guest)
        except BatchtuiError as error:
            first.arrived()
            first.report(error)
        else:
            self._accounts.welcome(account, key)
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
            self.push_screen(HelpScreen(dict(self.screen.active_bindings)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No command line above a dialog, nor where a colon is a letter."""
        if action in {"help", "command_palette"} and getattr(self.screen, "ALONE", False):
            return False
        if action == "command":
            return isinstance(self.screen, HouseScreen) and not self.screen.typing
        return super().check_action(action, parameters)

    def action_command(self) -> None:
        """The command line of this screen."""
        if isinstance(self.screen, HouseScreen):
            self.screen.action_command()

    def action_interrupt(self) -> None:
        """Cancel what runs here; if nothing does, say how to quit."""
        give_up = getattr(self.screen, "action_give_up", None)
        if give_up is not None:
            give_up()
        elif isinstance(self.screen, HouseScreen):
            self.screen.say("ctrl+q quits.")

    # The command line

    async def on_house_screen_command(self, event: HouseScreen.Command) -> None:
        """`:pools`, `:nodes POOL`, `:account NAME`, `:accounts`, `:theme NAME`, `:q`."""
        word, _space, rest = event.line.partition(" ")
        commands: dict[str, Callable[[str], object]] = {
            "accounts": lambda _rest: self._back_to(self._first_screen()),
            "account": self._go_to_account,
            "pools": lambda _rest: self._back_to(self._pools_screen()),
            "nodes": self._go_to_nodes,
            "theme": self._looks.command,
            "q": lambda _rest: self.exit(),
            "quit": lambda _rest: self.exit(),
        }
        if word in commands:
            commands[word](rest.strip())
        elif word:
            names = ", ".join(commands)
            self._say(f"There is no command {word!r}. There are: {names}.")

    def _say(self, text: str, tone: str = "warn") -> None:
        if isinstance(self.screen, HouseScreen):
            self.screen.say(text, tone)

    def _pools_screen(self) -> "PoolsScreen | None":
        """The pools of the account that is open."""
        from batchtui.ui.screens.pools import PoolsScreen

        return next((each for each in self.screen_stack if isinstance(each, PoolsScreen)), None)

    def _back_to(self, screen: HouseScreen | None) -> bool:
        if screen is None:
            self._say("Open an account first.")
            return False
        while self.screen is not screen:
            self.pop_screen()
        return True

    def _go_to_account(self, name: str) -> None:
        try:
            known = self._accounts.known()
        except BatchtuiError as error:
            self._say(str(error), "bad")
            return
        found = next((each for each in known if each.name.lower() == name.lower()), None)
        if found is None:
            self._say(f"No account is called {name!r}.")
        elif self._back_to(self._first_screen()):
            self._first_screen().open(found)

    def _go_to_nodes(self, name: str) -> None:
        pools = self._pools_screen()
        if pools is None:
            self._say("Open an account first.")
            return
        rows = pools.table.rows.items()
        row = next((row for row_id, row in rows if row_id.lower() == name.lower()), None)
        if row is not None:
            self._show_nodes(pools, row.pool)
        elif name:
            # The list may still be on its way.
            self.run_worker(self._find_pool(pools, name), exclusive=True, group="find")

    async def _find_pool(self, pools: "PoolsScreen", name: str) -> None:
        try:
            pool = await pools.session.pools.get(name)
        except NotFoundError:
            self._say(f"No pool of this account is called {name!r}.")
        except BatchtuiError as error:
            self._say(str(error), "bad")
        else:
            self._show_nodes(pools, pool)

    def _show_nodes(self, pools: "PoolsScreen", pool: "Pool") -> None:
        if self._back_to(pools):
            pools.say("")
            pools.show_nodes(pool)

    # The terminal

    def hand_over(self, channel: "ShellChannel") -> "Exit":
        """Give the whole terminal to a shell, and take it back when it ends. Blocks."""
        return self._hand_over(channel)


def _driver_class() -> "type[Driver] | None":
    """Our driver where there is a terminal as it knows them; else Textual's choice."""
    if sys.platform == "win32":
        return None
    from batchtui.ui.driver import TerminalDriver

    return TerminalDriver


def _load_screens() -> None:
    """Import what comes behind the first screen, while that is looked at."""
    import batchtui.ui.screens.pools  # noqa: F401 - imported for the next one who needs it
