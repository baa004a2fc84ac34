"""The accounts: where the program opens."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.errors import AuthError, BatchtuiError
from batchtui.tables.accounts import account_columns
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.views import View
from batchtui.ui.widgets.table import Table

if TYPE_CHECKING:
    from batchtui.session import Session
    from batchtui.ui.dialogs.copy import Copyable


class AccountsScreen(ListScreen[Account]):
    """Known accounts; `enter` opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", "Add", id="accounts.add", tooltip="Add an account and its key"),
        Binding("F", "all_faults", "All faults", id="accounts.faults",
                tooltip="What is wrong in all accounts"),
        Binding("ctrl+d", "forget", "Forget", id="accounts.forget",
                tooltip="Forget the account and its key"),
    ]  # fmt: skip

    noun = "account"
    remote = False
    crumbs = ("batchtui", "accounts")

    def __init__(self, accounts: Accounts, *, waiting: str = "", banner: str = "") -> None:
        """`waiting` is said while an account of this run is on its way, `banner` always."""
        table = Table(account_columns(), _row_id, id="accounts")
        super().__init__(table, every=0)
        self._banner = banner
        self._accounts = accounts
        self._waiting = waiting
        self._pool_views: dict[str, View] = {}

    def compose_body(self) -> ComposeResult:
        """What everybody should know comes first."""
        if self._banner:
            yield Static(self._banner, id="banner", markup=False)
        yield from super().compose_body()

    async def fetch(self) -> AsyncIterator[list[Account]]:
        """What is known now; guests also when the file is broken."""
        if not self.table.rows:
            yield self._accounts.guests
        yield self._accounts.known()

    def loaded(self) -> None:
        """Say what there is to do where there is nothing."""
        super().loaded()
        if self._waiting:
            self.table.set_empty(self._waiting)
        else:
            self.table.set_empty("No account yet: n adds one. `batchtui demo` needs none.")

    def copyable(self, row: Account) -> "list[Copyable]":
        """The account's names and its endpoint."""
        return [("name", row.name), ("Batch account", row.account), ("endpoint", row.endpoint)]

    def action_details(self) -> None:
        """There are none but those in the row."""
        self.say("All that is known of an account stands in its row: w shows every column.", "warn")

    def action_raw(self) -> None:
        """There is none."""
        self.say("There is no JSON of an account.", "warn")

    def action_faults(self) -> None:
        """No account is known to be wrong before it is opened."""
        self.say("F tells what is wrong in all accounts.", "warn")

    def arrived(self) -> None:
        """What was waited for is there, or isn't coming."""
        self._waiting = ""
        self.start_refresh()

    def open_row(self, row_id: str) -> None:
        """Open the account."""
        self.open(self.table.rows[row_id])

    def open(self, account: Account) -> None:
        """Go to the pools of an account, asking for its key if it isn't known."""
        self.run_worker(self._open(account), exclusive=True, group="open")

    async def _open(self, account: Account) -> None:
        try:
            session = await self._accounts.open(account)
        except AuthError as error:
            if error.code != "NoKey":
                self.report(error)
                return
            self._ask(account, self._after_key)
        except BatchtuiError as error:
            self.report(error)
        else:
            self._show_pools(session)

    def _show_pools(self, session: "Session") -> None:
        from batchtui.ui.screens.pools import PoolsScreen

        self.say("")
        view = self._pool_views.setdefault(session.account.name, View())
        self.app.push_screen(PoolsScreen(session, view))

    def _after_key(self, account: Account | None) -> None:
        if account is not None:
            self.open(account)

    def action_add(self) -> None:
        """Ask for a new account."""
        self._ask(None, self._after_add)

    def _ask(self, account: Account | None, then: Callable[[Account | None], None]) -> None:
        """Ask for a new account, or for the key of a known one."""
        from batchtui.ui.dialogs.add_account import AddAccount

        self.app.push_screen(AddAccount(self._accounts, account), then)

    def _after_add(self, account: Account | None) -> None:
        if account is not None:
            self.say(f"{account.name} was added.", "good")
            self.start_refresh()

    def action_all_faults(self) -> None:
        """What is wrong in all accounts, as the command line has it."""
        self.post_message(self.Command("faults all"))

    def action_forget(self) -> None:
        """Forget the account under the cursor, after asking."""
        account = self.table.current
        if account is None:
            self.say("There is no account under the cursor.", "warn")
            return

        def decided(yes: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
            if yes:
                self.run_worker(self._forget(account))

        from batchtui.ui.dialogs.confirm import Confirm

        text = f"Forget {account.name} and its key? Nothing changes in Azure."
        self.app.push_screen(Confirm("Forget an account", text, yes="Forget"), decided)

    async def _forget(self, account: Account) -> None:
        try:
            await self._accounts.forget(account)
        except BatchtuiError as error:
            self.report(error)
        else:
            self.say(f"{account.name} is forgotten.")
            self.start_refresh()

    def action_back(self) -> None:
        """This is the first screen: there is nowhere to go back to."""
        if self.filtered:
            super().action_back()
        else:
            self.say("This is the first screen: ctrl+q quits.")


def _row_id(account: Account) -> str:
    # One of this run may be called as one in the file is.
    return f"{account.source}:{account.name}"
