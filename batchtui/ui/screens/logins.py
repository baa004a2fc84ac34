"""Where SSH reaches the nodes of pools: to read, to copy, and for other programs."""

import shlex
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.batch.logins import FIELDS, Login, login_of
from batchtui.batch.models import Pool
from batchtui.session import Session
from batchtui.tables.logins import login_columns
from batchtui.ui.acts.export_logins import ExportLogins
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.screens.node_details import NodeDetailsScreen
from batchtui.ui.screens.raw import RawScreen
from batchtui.ui.views import View
from batchtui.ui.widgets.table import Table
from batchtui.words import plural, short_node_id


class LoginsScreen(ListScreen[Login]):
    """Node, state, address and port; `user` is who logs in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", id="logins.export",
                tooltip="Export the marked ones, or all that are shown"),
    ]  # fmt: skip

    noun = "node"

    def __init__(
        self, session: Session, pools: Sequence[Pool], user: str = "", view: View | None = None
    ) -> None:
        columns = login_columns(of_pools=len(pools) > 1)
        table = Table(columns, lambda row: row.id, empty="Asking the service …", id="logins")
        every = session.settings.refresh_seconds
        super().__init__(table, every=every, view=view, now=session.now)
        self.session = session
        self.read_only = session.read_only
        self._pools = {pool.id: pool for pool in pools}
        self._user = user or session.entrance.user
        where = pools[0].id if len(pools) == 1 else plural(len(pools), "pool")
        self.crumbs = (session.account.name, where, "logins")

    async def fetch(self) -> AsyncIterator[list[Login]]:
        """The nodes of each pool, as they arrive."""
        jump = self.session.entrance.jump
        for pool in self._pools.values():
            async for page in self.session.nodes.pages(pool.id, FIELDS):
                yield [login_of(pool, node, self._user, jump) for node in page]

    def is_faulty(self, row: Login) -> bool:
        """SSH doesn't reach it."""
        return not row.address

    def copyable(self, row: Login) -> list[Copyable]:
        """Address and port, and what leads there."""
        port = str(row.port or "")
        jump = ("-J", row.jump) if row.jump else ()
        ssh = shlex.join(("ssh", *jump, "-p", port, f"{self._user}@{row.address}"))
        return [
            ("address and port", row.place),
            ("ssh command", ssh if row.address else ""),
            ("node", row.node),
        ]

    def open_row(self, _row_id: str) -> None:
        """`enter` leads to the node."""
        self.action_details()

    def action_details(self) -> None:
        """Everything that the service says of the node."""
        if row := self._current():
            pool = self._pools[row.pool]
            self.app.push_screen(NodeDetailsScreen(self.session, pool, row.node))

    def action_raw(self) -> None:
        """The node's JSON."""
        if row := self._current():
            crumbs = (self.session.account.name, row.pool, short_node_id(row.node), "JSON")
            ask = partial(self.session.nodes.raw, row.pool, row.node)
            self.app.push_screen(RawScreen(crumbs, ask, self.now))

    def _current(self) -> Login | None:
        if self.table.current is None:
            self.targets()
        return self.table.current

    def action_export(self) -> None:
        """Ask what for, and export the marked ones or all that are shown."""
        rows = [self.table.rows[row_id] for row_id in self.table.shown]
        if self.table.marked:
            rows = self.targets()
        if rows:
            self.perform(ExportLogins(rows, self.app.copy_to_clipboard))
        else:
            self.targets()
