"""A node's files beside those of this machine."""

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from batchtui.batch.models import Pool
from batchtui.copies.order import Order
from batchtui.copies.transfers import Transfers
from batchtui.copies.ways import Way, way_to
from batchtui.errors import BatchtuiError, FileError
from batchtui.session import Session
from batchtui.transfer.copying import Copying, Existing
from batchtui.transfer.local import LocalFiles
from batchtui.ui.actions import dangerous
from batchtui.ui.acts.delete_files import DeleteFiles
from batchtui.ui.dialogs.act import ActDialog, Acted
from batchtui.ui.dialogs.ask_text import AskText
from batchtui.ui.dialogs.choose_one import ChooseOne
from batchtui.ui.dialogs.transfers import TransfersDialog
from batchtui.ui.screens.panes import PanesScreen
from batchtui.ui.widgets.pane import Pane
from batchtui.ui.widgets.transfer_line import TransferLine
from batchtui.visible import visible
from batchtui.words import plural, short_node_id

_TICK = 0.25  # s between looks at how far the copying is
_PATIENCE = 5.0  # s in which a second esc stops it
_CHOICES: dict[str, Existing] = {
    "Leave them as they are": "skip",
    "Leave those of the same size and time, replace the others": "resume",
    "Replace them all": "replace",
}


class FilesScreen(PanesScreen):
    """Two panes; what is marked in one is copied to the folder of the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,f5", "copy", "Copy", id="files.copy",
                tooltip="Copy what is marked, or this, to the other side"),
        Binding("t", "transfers", "Copied", id="files.transfers",
                tooltip="What is copied, waits, or failed and why"),
        Binding("n", "new_folder", "New folder", show=False, id="files.new-folder",
                tooltip="Make a folder"),
        Binding("r", "rename", "Rename", show=False, id="files.rename",
                tooltip="Give a file or folder another name"),
        Binding("ctrl+d", "delete", "Delete", show=False, id="files.delete",
                tooltip="Delete what is marked, or this"),
    ]  # fmt: skip

    def __init__(self, session: Session, pool: Pool, node_id: str) -> None:
        super().__init__("Here", "Node", session.now)
        self.session = session
        self.read_only = session.read_only
        self.pool = pool
        self.node_id = node_id
        self.crumbs = (session.account.name, pool.id, short_node_id(node_id), "files")
        self.transfers: Transfers | None = None
        self._stop_asked = 0.0

    # Frame

    def compose_body(self) -> ComposeResult:
        """This machine at the left, the node at the right, and what is on its way between them."""
        yield from super().compose_body()
        yield TransferLine()

    def on_mount(self) -> None:
        """Show this machine at once, and the node when it is reached."""
        self.query_one(TransferLine).display = False
        self.here.store = LocalFiles()
        self.there.wait("Looking for a way …")
        self.run_worker(self.tried(self.here, self.go(self.here, "")), group="here")
        self._visit()
        self.set_interval(_TICK, self._show_progress)

    # Where the panes are

    def _visit(self) -> None:
        self.run_worker(self._stay(), group="node", exclusive=True)

    async def _stay(self) -> None:
        """Have the node's files open as long as this screen is there, or until they are lost."""
        pane = self.there
        try:
            way = await way_to(self.session, self.pool, self.node_id)
            self._take(way)
            async with way.opened(lambda step: pane.wait(f"{visible(step)} …")) as store:
                pane.store = store
                await self.go(pane, pane.folder)
                await asyncio.Event().wait()
        except BatchtuiError as error:
            pane.lose(visible(f"{error} ctrl+r tries again."))
            self.say(error.title, "bad")

    def lost(self, pane: Pane) -> None:
        """Connect again, and be in the same folder."""
        pane.lose("The connection was lost. Connecting again …")
        self._visit()

    def action_refresh(self) -> None:
        """List both folders again; a node that isn't reached is tried again."""
        if self.there.store is None:
            self.there.wait("Looking for a way …")
            self._visit()
        super().action_refresh()

    def _take(self, way: Way) -> None:
        """The way to the node is known: things can be copied over it."""
        if way.why:
            self.say(f"No SSH here. {way.why} What the service shows can be fetched.", "warn")
        if self.transfers is None:
            self.transfers = Transfers(way, self._ask, self._copied)
            self.run_worker(self.transfers.work(), group="transfers")
        self.transfers.way = way

    # Copying

    def action_copy(self) -> None:
        """Copy what is marked, or what is under the cursor, into the other side's folder."""
        source, target = self.active, self.other
        if source.store is None or target.store is None or self.transfers is None:
            self.say("The node isn't reached yet.", "warn")
        elif target.store.refuses:
            self.say(target.store.refuses, "warn")
        elif found := self.targets():
            paths = [source.store.join(source.folder, entry.name) for entry in found]
            order = Order(Copying(paths, target.folder), up=target is self.there)
            self.transfers.add(order)
            source.table.unmark(source.table.marked.copy())
            self.say(f"To copy: {order.title}.")
            self._show_progress()

    async def _ask(self, copying: Copying) -> Existing | None:
        taken = copying.plan.existing
        names = visible(", ".join(item.entry.name for item in taken[:3]))
        more = f" and {len(taken) - 3:,} more" if len(taken) > 3 else ""
        chosen = await self.app.push_screen_wait(
            ChooseOne(
                f"{plural(len(taken), 'file')} of {len(copying.plan.items):,} there already",
                f"In {copying.folder}: {names}{more}. For all of them:",
                list(_CHOICES),
            )
        )
        return _CHOICES[chosen] if chosen else None

    def _copied(self, order: Order) -> None:
        """Something ended: say how, and show what came."""
        self._show_progress()
        more = " t tells of each, r there tries again." if order.may_go_on else ""
        more = more or (" t tells which." if order.copying.plan.passed_by else "")
        self.say(f"{order.outcome}{more}", order.tone)
        pane = self.there if order.up else self.here
        if pane.folder and pane.store is not None:
            # What was said stays.
            going = self.tried(pane, pane.show(pane.folder))
            self.run_worker(going, group=f"list-{pane.id}")

    def _show_progress(self) -> None:
        if self.transfers is not None:
            current = self.transfers.current
            for line in self.query(TransferLine):
                line.show(current, self.transfers.waiting)

    def action_transfers(self) -> None:
        """Tell what is copied, waits or failed."""
        orders = self.transfers.orders if self.transfers else []
        self.app.push_screen(TransfersDialog(orders), self._retry)

    def _retry(self, wanted: bool | None) -> None:  # noqa: FBT001 - a dialog's result
        if wanted and self.transfers is not None and self.transfers.retry():
            self.say("Trying again what is left.")

    def action_give_up(self) -> None:
        """Stop what is copied."""
        if self._is_copying:
            self._stop_in_two_steps()
        else:
            super().action_give_up()

    def action_back(self) -> None:
        """Clear the filter first, then stop what is copied; without either, leave."""
        if not self.active.filter_text and self._is_copying and not self._is_stopping:
            self._stop_in_two_steps()
        else:
            super().action_back()

    @property
    def _is_copying(self) -> bool:
        transfers = self.transfers
        return transfers is not None and (transfers.current is not None or transfers.waiting > 0)

    @property
    def _is_stopping(self) -> bool:
        """Whether it was told to: over a link that hangs that takes its time."""
        current = self.transfers.current if self.transfers else None
        return current is not None and current.copying.stopped

    def _stop_in_two_steps(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._stop_asked < _PATIENCE and self.transfers is not None:
            self.transfers.stop()
            self._stop_asked = 0.0
            self.say("Stopping. What is there of a file is kept, and gone on with.")
        else:
            self._stop_asked = now
            self.say("Something is being copied: esc again stops it.", "warn")

    # Other things

    def _changeable(self) -> Pane | None:
        """The side that has the focus, if something can be changed there."""
        store = self.active.store
        if store is None or not store.refuses:
            return self.active if store else None
        self.say(store.refuses, "warn")
        return None

    @dangerous
    def action_new_folder(self) -> None:
        """Ask for a name and make a folder."""
        if pane := self._changeable():
            dialog = AskText(f"New folder in {pane.folder}", "", lambda name: _problem(pane, name))
            self.app.push_screen(dialog, lambda name: self._make(pane, name))

    def _make(self, pane: Pane, name: str | None) -> None:
        if name:

            async def make() -> None:
                await pane.call(lambda store: store.make_folder(store.join(pane.folder, name)))
                await pane.show(pane.folder, name)

            self.run_worker(self.tried(pane, make()), group="change")

    @dangerous
    def action_rename(self) -> None:
        """Ask for another name."""
        pane = self._changeable()
        entry = pane.table.current if pane else None
        if pane and entry:
            dialog = AskText(
                f"Rename {visible(entry.name)}", entry.name, lambda name: _problem(pane, name)
            )
            self.app.push_screen(dialog, lambda name: self._rename(pane, entry.name, name))

    def _rename(self, pane: Pane, old: str, new: str | None) -> None:
        if new and new != old:

            async def rename() -> None:
                where = pane.folder
                await pane.call(
                    lambda store: store.move(store.join(where, old), store.join(where, new))
                )
                await pane.show(where, new)

            self.run_worker(self.tried(pane, rename()), group="change")

    @dangerous
    def action_delete(self) -> None:
        """Ask whether to delete what is marked, or what is under the cursor."""
        if (pane := self._changeable()) and (found := self.targets()):
            hidden = pane.table.marked - set(pane.table.shown)
            dialog = ActDialog(DeleteFiles(pane, found, hidden))
            self.app.push_screen(dialog, lambda acted: self._deleted(pane, acted))

    def _deleted(self, pane: Pane, acted: Acted | None) -> None:
        if acted is not None:
            pane.table.unmark(acted.done)
            self.open_folder(pane, pane.folder)
            self.say(acted.words, acted.tone)


def _problem(pane: Pane, name: str) -> str:
    """Why nothing in a pane's folder may be called so."""
    if not name:
        return "A name, please."
    if name in pane.table.rows:
        return "Something is called so already."
    try:
        if pane.store:
            pane.store.check_name(name)
    except FileError as error:
        return str(error)
    return ""
