"""What is wrong now, in all pools of an account or of every account."""

from collections.abc import AsyncIterator, Collection, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.batch import az
from batchtui.batch.faults import NODE_STATES, Fault
from batchtui.batch.models import Pool
from batchtui.clock import Clock
from batchtui.errors import ConfigError
from batchtui.everywhere import Everywhere
from batchtui.session import Session
from batchtui.tables.faults import FaultRow, fault_columns
from batchtui.tables.states import look
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.dialogs.notice import Notice
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.screens.node_details import NodeDetailsScreen
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pool_details import PoolDetailsScreen
from batchtui.ui.screens.raw import RawScreen
from batchtui.ui.views import View
from batchtui.ui.widgets.table import Table
from batchtui.visible import visible
from batchtui.words import short_node_id

# s between two looks, at least: each asks for every pool and every faulty node.
_SELDOM = 30.0


class _Faults(ListScreen[FaultRow]):
    """A fault a row, the worst first; `enter` leads to what has it."""

    noun = "fault"
    live = False

    def __init__(self, view: View | None, now: Clock, every: float, *, of_accounts: bool) -> None:
        columns = fault_columns(now, of_accounts=of_accounts)
        table = Table(columns, lambda found: found.id, empty="Asking the service …", id="faults")
        super().__init__(table, every=max(_SELDOM, every) if every else 0, view=view, now=now)
        self._came_back = bool(self.view.cursor)

    def compose_body(self) -> ComposeResult:
        """The table and, below it, what it may have no room for."""
        yield from super().compose_body()
        yield Static(id="fault", markup=False)

    def on_rows_view_changed(self) -> None:
        """Tell the fault under the cursor in full."""
        super().on_rows_view_changed()
        row = self.table.current
        self.query_one("#fault", Static).update(Content(_in_full(row) if row else ""))

    def session_of(self, account: Account) -> Session:
        """The session on an account in which a fault was found."""
        raise NotImplementedError

    async def take(self, rows: Sequence[FaultRow], gone: Collection[str] = ()) -> None:
        """The worst comes to the top, and so does the cursor unless somebody moved it."""
        at_top = not self._came_back and self.table.data.cursor_place == 0
        await super().take(rows, gone)
        if at_top:
            self.table.action_edge(0)

    def loaded(self) -> None:
        """Nothing wrong is good news."""
        super().loaded()
        self.table.set_empty("Nothing is wrong, as far as the service tells.")

    def is_faulty(self, row: FaultRow) -> bool:  # noqa: ARG002 - as its base
        """Every row is a fault."""
        return True

    def action_faults(self) -> None:
        """There is nothing else to leave out."""
        self.say("There is nothing but faults here.", "warn")

    def open_row(self, row_id: str) -> None:
        """Go to the nodes that have the fault, to the one that has it, or to the pool."""
        found = self.table.rows[row_id]
        fault, pool = found.fault, found.fault.pool
        if pool is None:
            self.post_message(self.Command(f"account {found.account.name}"))
        elif fault.nodes and not fault.node:
            session = self.session_of(found.account)
            self.app.push_screen(NodesScreen(session, pool, _view_of(fault)))
        else:
            self._show_details(found, pool)

    def action_details(self) -> None:
        """Everything that is known of the node or the pool."""
        found = self._current()
        if found and found.fault.pool:
            self._show_details(found, found.fault.pool)
        elif found:
            self.app.push_screen(Notice(found.account.name, found.fault.message))

    def _show_details(self, found: FaultRow, pool: Pool) -> None:
        session, node = self.session_of(found.account), found.fault.node
        screen = (
            NodeDetailsScreen(session, pool, node) if node else PoolDetailsScreen(session, pool.id)
        )
        self.app.push_screen(screen)

    def action_raw(self) -> None:
        """The node or the pool as JSON."""
        found = self._current()
        if found is None:
            return
        pool, node = found.fault.pool, found.fault.node
        if pool is None:
            self.say("There is no JSON of an account that doesn't answer.", "warn")
            return
        session = self.session_of(found.account)

        ask = partial(session.pools.raw, pool.id)
        if node:
            ask = partial(session.nodes.raw, pool.id, node)
        names = (pool.id, short_node_id(node)) if node else (pool.id,)
        self.app.push_screen(RawScreen((found.account.name, *names, "JSON"), ask))

    def copyable(self, row: FaultRow) -> list[Copyable]:
        """The message, ids, and a command of another tool that tells more."""
        fault, choices = row.fault, [("message", row.fault.message)]
        if fault.pool:
            choices.append(("pool", fault.pool.id))
        if fault.pool and fault.node:
            choices.append(("node", fault.node))
            choices.append(("az command", az.show_node(fault.pool.id, fault.node)))
        elif fault.pool:
            choices.append(("az command", az.show_pool(fault.pool.id)))
        return choices

    def _current(self) -> FaultRow | None:
        if self.table.current is None:
            self.targets()
        return self.table.current


class FaultsScreen(_Faults):
    """The faults of the open account."""

    def __init__(self, session: Session, view: View | None = None) -> None:
        every = session.settings.refresh_seconds
        super().__init__(view, session.now, every, of_accounts=False)
        self.session = session
        self.crumbs = (session.account.name, "faults")

    async def fetch(self) -> AsyncIterator[list[FaultRow]]:
        """The faults as they are found."""
        async for faults in self.session.survey.faults(self.now()):
            yield [FaultRow(self.session.account, fault) for fault in faults]

    def session_of(self, account: Account) -> Session:  # noqa: ARG002 - as its base
        """The one that is open."""
        return self.session


class AllFaultsScreen(_Faults):
    """The faults of every known account. Owns the sessions that it opens."""

    crumbs = ("batchtui", "faults")

    def __init__(self, accounts: Accounts, view: View | None = None) -> None:
        super().__init__(view, accounts.now, accounts.settings.refresh_seconds, of_accounts=True)
        self._accounts = accounts
        self._everywhere = Everywhere(accounts)

    async def on_unmount(self) -> None:
        """Leave every account."""
        await self._everywhere.close()

    async def fetch(self) -> AsyncIterator[list[FaultRow]]:
        """The faults of each account when it answered."""
        async for account, faults in self._everywhere.faults(self._wanted()):
            yield [FaultRow(account, fault) for fault in faults]

    def _wanted(self) -> list[Account]:
        try:
            return self._accounts.known()
        except ConfigError as error:
            self.report(error)
            return self._accounts.guests

    def action_refresh(self) -> None:
        """Ask again now, also where there was no key."""
        self._everywhere.try_again()
        super().action_refresh()

    def session_of(self, account: Account) -> Session:
        """The one that the fault was found with."""
        return self._everywhere.session(account)


def _in_full(row: FaultRow) -> str:
    fault = row.fault
    names = [fault.pool.id] if fault.pool else [row.account.name]
    if fault.node:
        names.append(short_node_id(fault.node))
    return visible(f"{' › '.join(names)}: {fault.message}")


def _view_of(fault: Fault) -> View:
    """The nodes' table with nothing but the nodes that have a fault."""
    if fault.kind in NODE_STATES:
        return View(filter=f"state:{look(fault.kind).word.split()[-1]}")
    return View(faults_only=True)
