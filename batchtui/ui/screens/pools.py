"""The pools of one account."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.access.public_keys import own_public_keys
from batchtui.access.threads import in_thread
from batchtui.batch import az
from batchtui.batch.models import NodeCounts, Pool
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.tables.pools import PoolRow, pool_columns
from batchtui.ui.actions import dangerous
from batchtui.ui.acts.act import Target
from batchtui.ui.acts.pools import DeletePools
from batchtui.ui.acts.users import AddUserEverywhere
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.screens.logins import LoginsScreen
from batchtui.ui.screens.make_pool import MakePools
from batchtui.ui.screens.new_pool import NewPoolScreen
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pool_details import PoolDetailsScreen
from batchtui.ui.screens.raw import RawScreen
from batchtui.ui.screens.running import every_node, run_on
from batchtui.ui.views import View
from batchtui.ui.widgets.table import Table


class PoolsScreen(MakePools):
    """Pools with their nodes by state; `enter` goes to the nodes. Owns the session."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "create", "Create", id="pools.create", priority=True,
                tooltip="Create a pool"),
        Binding("N", "create_like", "Create like this", show=False, id="pools.create-like",
                tooltip="Create a pool like this one"),
        Binding("r", "resize", "Resize", id="pools.resize",
                tooltip="Resize the pool, or stop its resize"),
        Binding("a", "autoscale", "Autoscale", show=False, id="pools.autoscale",
                tooltip="Edit the autoscale formula, or switch it off"),
        Binding("e", "edit", "Edit", show=False, id="pools.edit",
                tooltip="Edit what can be changed of the pool"),
        Binding("u", "add_user", "User", show=False, id="pools.add-user",
                tooltip="Add a user to every node of the marked pools"),
        Binding("x", "run", "Run", show=False, id="pools.run", priority=True,
                tooltip="Run a command or a script on every node of the pool"),
        Binding("A", "addresses", "Addresses", show=False, id="pools.addresses",
                tooltip="Where SSH reaches the nodes, to copy and to export"),
        Binding("U", "users", "Users", show=False, id="pools.users",
                tooltip="The users that this program added to nodes"),
        Binding("F", "all_faults", "All faults", show=False, id="pools.faults",
                tooltip="What is wrong in all pools"),
        Binding("ctrl+d", "delete", "Delete", show=False, id="pools.delete",
                tooltip="Delete the pool and its nodes"),
    ]  # fmt: skip

    noun = "pool"

    def __init__(self, session: Session, view: View | None = None) -> None:
        columns = pool_columns(session.now)
        table = Table(columns, lambda row: row.id, empty="Asking the service …", id="pools")
        every = session.settings.refresh_seconds
        super().__init__(table, every=every, view=view, now=session.now)
        self.session = session
        self.read_only = session.read_only
        self.crumbs = (session.account.name, "pools")
        self._counts: dict[str, NodeCounts] = {}
        self._node_views: dict[str, View] = {}
        # The ids of the pools that were made here.
        self._made: set[str] = set()

    async def on_unmount(self) -> None:
        """The account is left: close its connections."""
        await self.session.close()

    async def fetch(self) -> AsyncIterator[list[PoolRow]]:
        """Pools as they arrive, with the node counts of last time."""
        async for page in self.session.pools.pages(self._fields_asked):
            yield [PoolRow(pool, self._counts.get(pool.id)) for pool in page]

    async def complete(self, rows: list[PoolRow]) -> list[PoolRow]:
        """The node counts of all pools come in one call."""
        try:
            self._counts = await self.session.pools.node_counts()
        except BatchtuiError as error:
            # The pools are right all the same.
            self.missed(error)
        return [PoolRow(row.pool, self._counts.get(row.id)) for row in rows]

    def copyable(self, row: PoolRow) -> list[Copyable]:
        """The pool's id, and commands of other tools for it."""
        command = ("az command", az.show_pool(row.id))
        return [("id", row.id), ("image", row.pool.image.full), command]

    def is_faulty(self, row: PoolRow) -> bool:
        """Something about the pool or its nodes is wrong."""
        return row.faulty

    def open_row(self, row_id: str) -> None:
        """Go to the pool's nodes."""
        self.show_nodes(self.table.rows[row_id].pool)

    def show_nodes(self, pool: Pool) -> None:
        """Go to the nodes of a pool, and look at them as the last time."""
        view = self._node_views.setdefault(pool.id, View())
        kind = NewPoolScreen if pool.id in self._made else NodesScreen
        self.app.push_screen(kind(self.session, pool, view), self._left_nodes)

    def _left_nodes(self, pool_id: str | None) -> None:
        """They were left for a form with all that their pool has, if it has an id."""
        if pool_id is not None:
            self.create_like(pool_id)

    @dangerous
    async def action_add_user(self) -> None:
        """Ask for a user to add to every node of the marked pools, or the one under the cursor.

        It is done when the dialog is there: the next keys are for it.
        """
        if rows := self.targets():
            keys = await in_thread(own_public_keys)
            pools = [row.pool for row in rows]
            act = AddUserEverywhere(self.session, pools, keys)
            act.onward = lambda: self._show_logins(pools, act.user_name)
            await self.perform(act)

    def action_addresses(self) -> None:
        """Where SSH reaches the nodes of the marked pools, or of the one under the cursor."""
        if rows := self.targets():
            self._show_logins([row.pool for row in rows])

    def _show_logins(self, pools: Sequence[Pool], user: str = "") -> None:
        self.app.push_screen(LoginsScreen(self.session, pools, user))

    def action_users(self) -> None:
        """The users that were added, as the command line has them."""
        self.post_message(self.Command("users"))

    def chosen_pools(self) -> Sequence[str]:
        """The marked pools, or the one under the cursor."""
        return [row.id for row in self.targets()]

    def action_details(self) -> None:
        """Everything that the service says of the pool."""
        row = self.table.current
        if row is None:
            self.targets()
            return
        self.app.push_screen(PoolDetailsScreen(self.session, row.id))

    def action_raw(self) -> None:
        """The pool's JSON."""
        row = self.table.current
        if row is None:
            self.targets()
            return
        crumbs = (self.session.account.name, row.id, "JSON")
        self.app.push_screen(RawScreen(crumbs, partial(self.session.pools.raw, row.id), self.now))

    @dangerous
    async def action_run(self) -> None:
        """Ask for a command and run it on every node of the marked pools, or of this one."""
        await self.caught_up()
        rows = self.targets()
        if rows:
            hidden = self.hidden()
            targets = [Target(row.id, row.id, row.id in hidden) for row in rows]
            await run_on(
                self, self.session, every_node(self.session, [row.pool for row in rows], targets)
            )

    def action_all_faults(self) -> None:
        """What is wrong in all pools, as the command line has it."""
        self.post_message(self.Command("faults"))

    def made(self, pool_id: str) -> None:
        """Go to the new pool's row, and look at how it comes to nodes."""
        self.table.move_to(pool_id)
        self.start_refresh()
        self._made.add(pool_id)
        self.with_pool(pool_id, self.show_nodes)

    @dangerous
    def action_delete(self) -> None:
        """Delete the marked pools, or the one under the cursor, after its id was typed."""
        rows = self.targets()
        if rows:
            self.perform(DeletePools(self.session, rows, self.hidden()))
