"""Where the command line leads: to accounts, pools, nodes, users that were added, and faults."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from batchtui.errors import BatchtuiError, NotFoundError
from batchtui.ui.commands import Command
from batchtui.ui.screens.base import HouseScreen, say_on
from batchtui.ui.views import View

if TYPE_CHECKING:
    from textual.app import App

    from batchtui.accounts import Accounts
    from batchtui.batch.models import Pool
    from batchtui.session import Session
    from batchtui.ui.screens.accounts import AccountsScreen
    from batchtui.ui.screens.pools import PoolsScreen

_ALL = "all"
_NO_ACCOUNT = "Open an account first."


class Places:
    """Goes back to a screen that is open already, or opens one above those that are.

    Screens are imported when somebody goes there: the first frame doesn't wait for them.
    """

    def __init__(self, app: "App[Any]", accounts: "Accounts") -> None:
        self._app = app
        self._accounts = accounts
        # How the faults or users of an account were looked at, or with `_ALL` the faults of all.
        self._views: dict[str, View] = {}

    def commands(self) -> list[Command]:
        """The commands that lead to places."""
        return [
            Command("pools", "The pools of the open account", self._leaving(self._pools)),
            Command("nodes", "The nodes of a pool", self._leaving(self._nodes), "POOL",
                    self._pool_ids),
            Command("faults", "What is wrong in the open account, or in them all",
                    self._leaving(self._faults), f"[{_ALL}]", lambda: (_ALL,)),
            Command("users", "The users that this program added to nodes",
                    self._leaving(self._users)),
            Command("account", "Open an account", self._leaving(self._account), "NAME",
                    self._names),
            Command("accounts", "The accounts",
                    self._leaving(lambda _rest: self._back_to(self._first()))),
        ]  # fmt: skip

    def _leaving(self, go: Callable[[str], None]) -> Callable[[str], None]:
        """Go, unless what was typed somewhere would be lost by it."""

        def go_if_nothing_is_lost(rest: str) -> None:
            if any(getattr(each, "would_lose", False) for each in self._app.screen_stack):
                self._say("What was typed would be lost: esc leaves the form, and asks before.")
            else:
                go(rest)

        return go_if_nothing_is_lost

    def _say(self, text: str, tone: str = "warn") -> None:
        say_on(self._app, text, tone)

    def _first(self) -> "AccountsScreen":
        return cast("AccountsScreen", self._app.screen_stack[0])

    def _pools_screen(self) -> "PoolsScreen | None":
        """The pools of the account that is open."""
        from batchtui.ui.screens.pools import PoolsScreen

        stack = self._app.screen_stack
        return next((each for each in stack if isinstance(each, PoolsScreen)), None)

    def open_session(self) -> "Session | None":
        """That of the account that is open."""
        pools = self._pools_screen()
        return pools.session if pools else None

    def _back_to(self, screen: HouseScreen) -> None:
        while self._app.screen is not screen:
            self._app.pop_screen()

    # Accounts and pools

    def _pools(self, _rest: str) -> None:
        if pools := self._pools_screen():
            self._back_to(pools)
        else:
            self._say(_NO_ACCOUNT)

    def _names(self) -> Iterable[str]:
        try:
            return [each.name for each in self._accounts.known()]
        except BatchtuiError:
            return [each.name for each in self._accounts.guests]

    def _account(self, name: str) -> None:
        try:
            known = self._accounts.known()
        except BatchtuiError as error:
            self._say(str(error), "bad")
            return
        found = next((each for each in known if each.name.lower() == name.lower()), None)
        if found is None:
            self._say(f"No account is called {name!r}.")
        else:
            self._back_to(self._first())
            self._first().open(found)

    # Nodes

    def _pool_ids(self) -> Iterable[str]:
        pools = self._pools_screen()
        return sorted(pools.table.rows) if pools else ()

    def _nodes(self, name: str) -> None:
        pools = self._pools_screen()
        if pools is None:
            self._say(_NO_ACCOUNT)
            return
        rows = pools.table.rows.items()
        row = next((row for row_id, row in rows if row_id.lower() == name.lower()), None)
        if row is not None:
            self._show_nodes(pools, row.pool)
        else:
            # The list may still be on its way.
            self._app.run_worker(self._find_pool(pools, name), exclusive=True, group="find")

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
        if pools in self._app.screen_stack:
            self._back_to(pools)
            pools.say("")
            pools.show_nodes(pool)

    # Users

    def _users(self, _rest: str) -> None:
        from batchtui.ui.screens.users import UsersScreen

        if pools := self._pools_screen():
            session = pools.session
            self._go_to(UsersScreen(session, self._view(f"users of {session.account.name}")))
        else:
            self._say(_NO_ACCOUNT)

    # Faults

    def _faults(self, which: str) -> None:
        from batchtui.ui.screens.faults import AllFaultsScreen, FaultsScreen

        if which.lower() == _ALL:
            self._go_to(AllFaultsScreen(self._accounts, self._view(_ALL)))
        elif which:
            self._say(f"It goes :faults or :faults {_ALL}")
        elif pools := self._pools_screen():
            session = pools.session
            self._go_to(FaultsScreen(session, self._view(f"in {session.account.name}")))
        else:
            self._say(f"{_NO_ACCOUNT} :faults {_ALL} looks into every account.")

    def _view(self, which: str) -> View:
        return self._views.setdefault(which, View())

    def _go_to(self, screen: HouseScreen) -> None:
        stack = self._app.screen_stack
        if there := next((each for each in stack if type(each) is type(screen)), None):
            self._back_to(there)
        else:
            self._app.push_screen(screen)
