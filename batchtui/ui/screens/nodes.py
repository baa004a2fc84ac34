"""The nodes of one pool: where an operator lives."""

import shlex
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from batchtui.access.public_keys import own_public_keys
from batchtui.access.threads import in_thread
from batchtui.batch import az
from batchtui.batch.faults import of_node
from batchtui.batch.models import Pool
from batchtui.batch.node import Node
from batchtui.errors import BatchtuiError, NotFoundError
from batchtui.many.outcome import Place
from batchtui.session import Session
from batchtui.tables.nodes import node_columns
from batchtui.ui.actions import dangerous
from batchtui.ui.acts.act import Act
from batchtui.ui.acts.copy_files import CopyFiles
from batchtui.ui.acts.logs import UploadLogs
from batchtui.ui.acts.nodes import NEEDED, Chosen
from batchtui.ui.acts.remove import Remove
from batchtui.ui.acts.restart import Reboot, Reimage
from batchtui.ui.acts.switch import Power, scheduling
from batchtui.ui.acts.users import AddUser
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.dialogs.notice import Notice
from batchtui.ui.dialogs.run_many import some
from batchtui.ui.screens.files import FilesScreen
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.screens.logins import LoginsScreen
from batchtui.ui.screens.node_details import NodeDetailsScreen
from batchtui.ui.screens.raw import RawScreen
from batchtui.ui.screens.running import run_on
from batchtui.ui.shells import ShellOn
from batchtui.ui.views import View
from batchtui.ui.widgets.node_map import NodeMap
from batchtui.ui.widgets.table import Table
from batchtui.words import short_node_id

_ACTS: dict[str, Callable[[Chosen], Act]] = {
    "reboot": Reboot,
    "reimage": Reimage,
    "remove": Remove,
    "power": Power,
    "scheduling": scheduling,
    "logs": UploadLogs,
}


class NodesScreen(ListScreen[Node]):
    """Nodes with their state; `s` is one key to a shell."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "shell", "Shell", id="nodes.shell", priority=True,
                tooltip="A shell on the node"),
        Binding("S", "system_shell", "System's ssh", show=False, id="nodes.system-shell",
                tooltip="A shell by the system's own ssh"),
        Binding("u", "add_user", "User", id="nodes.add-user",
                tooltip="Add a user to the marked nodes, or to this one"),
        Binding("x", "run", "Run", id="nodes.run", priority=True,
                tooltip="Run a command or a script on the marked nodes"),
        Binding("A", "addresses", "Addresses", show=False, id="nodes.addresses",
                tooltip="Where SSH reaches the nodes, to copy and to export"),
        Binding("U", "users", "Users", show=False, id="nodes.users",
                tooltip="The users that this program added to nodes"),
        Binding("b", "act('reboot')", "Reboot", show=False, id="nodes.reboot",
                tooltip="Reboot the marked nodes, or this one"),
        Binding("i", "act('reimage')", "Reimage", show=False, id="nodes.reimage",
                tooltip="Install the marked nodes anew, or this one"),
        Binding("t", "act('scheduling')", "Scheduling", show=False, id="nodes.scheduling",
                tooltip="Let no new task begin on them, or let tasks again"),
        Binding("p", "act('power')", "Deallocate/start", show=False, id="nodes.power",
                tooltip="Deallocate them, or start deallocated ones"),
        Binding("L", "act('logs')", "Upload logs", show=False, id="nodes.logs",
                tooltip="Upload their agents' logs to a storage container"),
        Binding("f", "files", "Files", id="nodes.files",
                tooltip="Its files beside ours; several: the same to all"),
        Binding("m", "map", "Map", id="nodes.map",
                tooltip="All nodes' states as a map, or the table again"),
        Binding("ctrl+d", "act('remove')", "Remove", show=False, id="nodes.remove",
                tooltip="Remove them from the pool"),
    ]  # fmt: skip

    noun = "node"

    def __init__(self, session: Session, pool: Pool, view: View | None = None) -> None:
        columns = node_columns(session.now)
        table = Table(columns, lambda node: node.id, empty="Asking the service …", id="nodes")
        every = session.settings.refresh_seconds
        super().__init__(table, every=every, view=view, now=session.now)
        self.session = session
        self._watch = session.watch(pool.id)
        self.read_only = session.read_only
        self.pool = pool
        self.crumbs = (session.account.name, pool.id, "nodes")
        self.node_map = NodeMap(table)

    def compose_body(self) -> ComposeResult:
        """The map or the table."""
        yield self.node_map
        yield from super().compose_body()

    def on_mount(self) -> None:
        """As it was looked at the last time."""
        self._show_map()

    def _show_map(self) -> None:
        self.node_map.display = self.view.map
        self.table.display = not self.view.map

    def focus_body(self) -> None:
        """The map or the table has the focus unless somebody types."""
        (self.node_map if self.view.map else self.table).focus()

    def action_map(self) -> None:
        """Show the map instead of the table, or the table again, with the cursor in sight."""
        self.view.map = not self.view.map
        self._show_map()
        self.focus_body()
        self.call_after_refresh(self.node_map.on_resize if self.view.map else self.table.on_resize)

    @on(Table.Changed)
    def follow_table(self, event: Table.Changed) -> None:
        """The map shows what the table has."""
        if self.view.map and event.view is self.table:
            self.node_map.follow()

    def on_node_map_fits(self) -> None:
        """There is nothing to zoom into."""
        self.say("Every node has a cell of its own already.")

    async def load(self) -> None:
        """What changed, as it is heard of; all nodes at first."""
        self._watch.ask_for(self._fields_asked)
        async for change in self._watch.refresh():
            await self.take(change.nodes, change.gone)

    def changed_here(self) -> None:
        """Not everything that is done to nodes changes their states."""
        self._watch.doubt()

    def fields_in_use(self) -> frozenset[str]:
        """What the columns are made of, and what actions must know."""
        return super().fields_in_use() | NEEDED

    def copyable(self, row: Node) -> list[Copyable]:
        """The node's id and addresses, and commands that lead to it."""
        command = az.show_node(self.pool.id, row.id)
        choices = [("id", row.id), ("private address", row.private_ip), ("az command", command)]
        if row.ssh:
            user = self.session.entrance.user
            ssh = shlex.join(("ssh", "-p", str(row.ssh.port), f"{user}@{row.ssh.address}"))
            where = f"{row.ssh.address}:{row.ssh.port}"
            choices[1:1] = [("public address", where), ("ssh command", ssh)]
        known = self.session.entrance.known_host(self.pool.id, row.id)
        return [*choices, ("known_hosts line", known)]

    def is_faulty(self, row: Node) -> bool:
        """The node failed, though it may look idle."""
        return bool(of_node(row))

    def loaded(self) -> None:
        """A pool without nodes may be on its way to some."""
        super().loaded()
        if not self.table.rows:
            self.table.set_empty("The pool has no nodes, or none yet.")
        self.node_map.redraw()

    def failed(self, error: BatchtuiError) -> None:
        """The map says what the table says where there are no nodes."""
        super().failed(error)
        self.node_map.redraw()

    def report(self, error: BatchtuiError) -> None:
        """A pool that vanished leaves the screen usable, and says so."""
        if isinstance(error, NotFoundError) and error.code == "PoolNotFound":
            self.say(f"Pool {self.pool.id} is gone. esc goes back to the pools.", "bad")
        else:
            super().report(error)

    def open_row(self, _row_id: str) -> None:
        """`enter` on a node shows its details."""
        self.action_details()

    def action_details(self) -> None:
        """Everything that the service says of the node, errors first."""
        node = self._node()
        if node is None:
            return
        self.app.push_screen(NodeDetailsScreen(self.session, self.pool, node.id))

    def action_raw(self) -> None:
        """The node's JSON."""
        node = self._node()
        if node is None:
            return
        crumbs = (self.session.account.name, self.pool.id, short_node_id(node.id), "JSON")
        ask = partial(self.session.nodes.raw, self.pool.id, node.id)
        self.app.push_screen(RawScreen(crumbs, ask, self.now))

    def _node(self) -> Node | None:
        if self.table.current is None:
            self.say("There is no node under the cursor.", "warn")
        return self.table.current

    @dangerous
    async def action_add_user(self) -> None:
        """Ask for a user to add to the marked nodes, or to the one under the cursor.

        It is done when the dialog is there: the next keys are for it.
        """
        chosen = self._chosen()
        if chosen.nodes:
            keys = await in_thread(own_public_keys)
            act = AddUser(chosen, keys)
            act.onward = lambda: self._show_logins(act.user_name)
            await self.perform(act)

    def action_addresses(self) -> None:
        """Where SSH reaches the pool's nodes."""
        self._show_logins()

    def _show_logins(self, user: str = "") -> None:
        self.app.push_screen(LoginsScreen(self.session, [self.pool], user))

    def action_users(self) -> None:
        """The users that were added to nodes of the pool; esc shows those of all pools."""
        from batchtui.ui.screens.users import UsersScreen

        self.app.push_screen(UsersScreen(self.session, View(filter=f"pool:{self.pool.id}")))

    def _chosen(self) -> Chosen:
        nodes, of = self.targets(), len(self.table.rows)
        return Chosen(self.session, self.pool, nodes, of, self.hidden())

    @dangerous
    async def action_run(self) -> None:
        """Ask for a command and run it on the marked nodes, or on the one under the cursor."""
        await self.caught_up()
        nodes = self.targets()
        if nodes:
            places = [Place(self.pool, node.id) for node in nodes]
            await run_on(self, self.session, some(places, self.hidden()))

    @dangerous
    def action_act(self, name: str) -> None:
        """Ask whether to do one of `_ACTS` to the marked nodes, or to the one under the cursor."""
        chosen = self._chosen()
        if chosen.nodes:
            self.perform(_ACTS[name](chosen))

    async def action_files(self) -> None:
        """The node's files, to look at and to copy; with several marked, the same to all."""
        if len(self.table.marked) > 1:
            await self.run_action("copy_files")
        elif node := self._node():
            self.app.push_screen(FilesScreen(self.session, self.pool, node.id))

    @dangerous
    async def action_copy_files(self) -> None:
        """Ask for what to copy to the marked nodes, or from them."""
        await self.perform(CopyFiles(self._chosen()))

    @dangerous
    def action_shell(self) -> None:
        """One key to a shell."""
        node = self._node()
        if node is None:
            return
        if self.pool.os == "windows" and not node.ssh:
            self._remote_desktop(node)
            return
        ShellOn(self, self.session, self.pool, node.id, self.start_refresh).open()

    @dangerous
    def action_system_shell(self) -> None:
        """The same by the system's ssh."""
        node = self._node()
        if node:
            ShellOn(self, self.session, self.pool, node.id, self.start_refresh, system=True).open()

    def _remote_desktop(self, node: Node) -> None:
        from batchtui.ui.dialogs.remote_desktop import RemoteDesktop

        self.say("")
        dialog = RemoteDesktop(self.session, self.pool, node.id)
        self.app.push_screen(dialog, self._desktop_user_added)

    def _desktop_user_added(self, result: str | None) -> None:
        if result:
            self.app.push_screen(Notice("User added", result))
