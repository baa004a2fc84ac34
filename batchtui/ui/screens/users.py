"""The users that this program added to nodes: the only list of them that there is."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.batch import az
from batchtui.batch.models import Json
from batchtui.errors import BatchtuiError, NotFoundError
from batchtui.session import Session
from batchtui.tables.users import UserRow, user_columns
from batchtui.ui.actions import dangerous
from batchtui.ui.acts.remove_users import RemoveUsers
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.screens.node_details import NodeDetailsScreen
from batchtui.ui.screens.raw import RawScreen
from batchtui.ui.views import View
from batchtui.ui.widgets.table import Table
from batchtui.words import short_node_id


class UsersScreen(ListScreen[UserRow]):
    """The ledger of an account; it survives nodes and pools that are gone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "remove_expired", "Remove expired", id="users.remove-expired",
                tooltip="Remove all users that are expired"),
        Binding("ctrl+d", "remove", "Remove", id="users.remove",
                tooltip="Remove the marked users, or this one"),
    ]  # fmt: skip

    noun = "user"
    remote = False

    def __init__(self, session: Session, view: View | None = None) -> None:
        columns = user_columns(session.now)
        table = Table(columns, lambda row: row.id, id="users")
        every = session.settings.refresh_seconds
        super().__init__(table, every=every, view=view, now=session.now)
        self.session = session
        self.read_only = session.read_only
        self.crumbs = (session.account.name, "users")

    async def fetch(self) -> AsyncIterator[list[UserRow]]:
        """What the ledger has."""
        now = self.session.now()
        yield [UserRow.of(entry, now) for entry in await self.session.entrance.users.all()]

    def loaded(self) -> None:
        """The service can't be asked for others."""
        super().loaded()
        self.table.set_empty(
            "No user that this program added: u on nodes or on a pool adds one. The service has "
            "no list of others."
        )

    def is_faulty(self, row: UserRow) -> bool:
        """It is expired, or nobody knows whether it is there."""
        return row.faulty

    def copyable(self, row: UserRow) -> list[Copyable]:
        """Names, and the command that removes it."""
        entry = row.entry
        command = az.remove_user(entry.pool, entry.node, entry.user)
        return [
            ("user", entry.user),
            ("node", entry.node),
            ("pool", entry.pool),
            ("az command", command),
        ]

    def open_row(self, _row_id: str) -> None:
        """`enter` leads to the node."""
        self.action_details()

    def action_details(self) -> None:
        """The node, with all users that were added to it."""
        if row := self.table.current:
            self.run_worker(self._show_node(row), exclusive=True, group="details")
        else:
            self.targets()

    async def _show_node(self, row: UserRow) -> None:
        try:
            pool = await self.session.pools.get(row.entry.pool)
        except NotFoundError:
            self.say(f"Pool {row.entry.pool} is gone, and its nodes: ctrl+d forgets the user.")
        except BatchtuiError as error:
            self.report(error)
        else:
            if self.app.screen is self:
                self.app.push_screen(NodeDetailsScreen(self.session, pool, row.entry.node))

    def action_raw(self) -> None:
        """What the ledger has of the user."""
        row = self.table.current
        if row is None:
            self.targets()
            return

        async def ask() -> Json:
            return asdict(row.entry)

        names = (short_node_id(row.entry.node), row.entry.user)
        self.app.push_screen(RawScreen((self.session.account.name, *names, "JSON"), ask, self.now))

    @dangerous
    def action_remove(self) -> None:
        """Ask whether to remove the marked users, or the one under the cursor."""
        if rows := self.targets():
            self.perform(RemoveUsers(self.session, rows, self.hidden()))

    @dangerous
    def action_remove_expired(self) -> None:
        """Ask whether to remove those whose time is over, also those that a filter hides."""
        rows = [row for row in self.table.rows.values() if row.state == "expired"]
        if rows:
            hidden = self.table.rows.keys() - set(self.table.shown)
            self.perform(RemoveUsers(self.session, rows, hidden))
        else:
            self.say("No user is expired.")
