"""Two folders side by side, through which one goes by keys."""

from collections.abc import Awaitable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from batchtui.access.entry import Entry
from batchtui.clock import Clock
from batchtui.errors import BatchtuiError, ConnectionLostError, FileError
from batchtui.tables.filter import FilterError, parse
from batchtui.ui.dialogs.ask_text import AskText
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.screens.view_file import ViewFileScreen
from batchtui.ui.widgets.pane import Pane
from batchtui.ui.widgets.prompt import Prompt
from batchtui.ui.widgets.table import Table
from batchtui.words import plural

_BOTH_FIT = 60  # columns that two panes need side by side


class PanesScreen(HouseScreen):
    """A pane for what is `here`, one for what is `there`; one of them has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,shift+tab", "other", "Other side", key_display="tab", priority=True,
                id="files.other", tooltip="Go to the other side"),
        Binding("v", "view", "View", id="files.view",
                tooltip="Read a file; of a long one its beginning and end"),
        Binding("slash", "filter", "Filter", key_display="/", id="files.filter", priority=True,
                tooltip="Show only names that contain a text"),
        Binding("p", "go_to", "Path", id="files.path", tooltip="Go to a folder by its path"),
        Binding("full_stop", "hidden", "Hidden", key_display=".", show=False, id="files.hidden",
                tooltip="Show names that begin with a dot, or hide them"),
        Binding("ctrl+r", "refresh", "Refresh", show=False, id="files.refresh",
                tooltip="List both folders again, now"),
    ]  # fmt: skip

    def __init__(self, here: str, there: str, now: Clock) -> None:
        """What the two sides are called; ages are counted from `now`."""
        super().__init__()
        self.now = now
        self.here = Pane(here, now, id="here")
        self.there = Pane(there, now, id="there")
        self.active = self.there

    # What subclasses say

    def lost(self, pane: Pane) -> None:
        """The connection to what a pane shows is lost."""
        raise NotImplementedError

    # Frame

    def compose_body(self) -> ComposeResult:
        """One side at the left, one at the right."""
        with Horizontal(id="panes"):
            yield self.here
            yield self.there
        yield Prompt("/", "text, /regex/, !not, column:value", id="filter")

    def on_mount(self) -> None:
        """Nothing is filtered yet."""
        self._activate(self.active)

    def on_resize(self, event: events.Resize) -> None:
        """Where both have no room, one is shown at a time."""
        self.set_class(event.size.width < _BOTH_FIT, "-single")

    def focus_body(self) -> None:
        """The table of one side has the focus unless somebody types."""
        self.active.table.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click goes to a side, too."""
        for pane in (self.here, self.there):
            if event.widget is pane.table and pane is not self.active:
                self._activate(pane)

    def _activate(self, pane: Pane) -> None:
        self.active = pane
        for each in (self.here, self.there):
            each.set_class(each is pane, "-active")
        prompt = self.query_one("#filter", Prompt)
        prompt.text, prompt.display = pane.filter_text, bool(pane.filter_text)
        pane.table.focus()
        self._show_counts()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While somebody types, `tab` is for what is typed."""
        if action == "other" and self.typing:
            return False
        return super().check_action(action, parameters)

    @property
    def other(self) -> Pane:
        """The side that hasn't the focus."""
        return self.here if self.active is self.there else self.there

    def on_rows_view_changed(self) -> None:
        """Counts follow marks and filter."""
        self._show_counts()

    def _show_counts(self) -> None:
        table = self.active.table
        marked = f" · {len(table.marked):,} marked" if table.marked else ""
        self.note(f"{plural(len(table.data), 'thing')}{marked}")

    # Where the panes are

    async def go(self, pane: Pane, folder: str, cursor: str = "") -> None:
        """Show a folder, or the store's home; raises what can't be done."""
        wanted = folder or await pane.call(lambda store: store.home())
        await pane.show(wanted, cursor)

    async def tried(self, pane: Pane, doing: Awaitable[object]) -> bool:
        """Whether something worked out; a connection that is lost is made anew."""
        try:
            await doing
        except ConnectionLostError as error:
            self.report(error)
            self.lost(pane)
            return False
        except BatchtuiError as error:
            self.report(error)
            return False
        return True

    def open_folder(self, pane: Pane, folder: str, cursor: str = "") -> None:
        """Go to a folder, if there is anything to go to already."""
        if pane.store is not None:
            self.say("")
            going = self.tried(pane, self.go(pane, folder, cursor))
            self.run_worker(going, group=f"list-{pane.id}")

    def on_rows_view_opened(self, event: Table.Opened) -> None:
        """`enter` opens a folder, and reads a file."""
        pane = self.active
        entry = pane.table.rows.get(event.row_id)
        if entry is None or pane.store is None or self.app.screen is not self:
            return
        path = pane.store.join(pane.folder, entry.name)
        if entry.kind == "folder":
            self.open_folder(pane, path)
        elif entry.kind == "link":
            self.run_worker(self.tried(pane, self._follow(pane, path)), group="follow")
        else:
            self.action_view()

    async def _follow(self, pane: Pane, path: str) -> None:
        led = await pane.call(lambda store: store.look(path, follow=True))
        if led is None:
            raise FileError(f"{path} is a link that leads nowhere.")
        if led.kind == "folder":
            await pane.show(path)
        else:
            self.action_view()

    def action_up(self) -> None:
        """Go to the folder above, with the cursor on the one that was left."""
        pane = self.active
        if pane.store is None:
            return
        above = pane.store.parent(pane.folder)
        if above != pane.folder:
            left = pane.folder.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
            self.open_folder(pane, above, left)

    def action_go_to(self) -> None:
        """Ask for the path of a folder."""
        pane = self.active
        dialog = AskText(f"{pane.title}: go to the folder", pane.folder, lambda _path: "")
        self.app.push_screen(dialog, lambda path: self.open_folder(pane, path) if path else None)

    def action_other(self) -> None:
        """Go to the other side."""
        self._activate(self.other)

    def action_refresh(self) -> None:
        """List both folders again."""
        for pane in (self.here, self.there):
            if pane.folder:
                self.open_folder(pane, pane.folder)

    # Filter

    def action_filter(self) -> None:
        """Filter the side that has the focus."""
        prompt = self.query_one("#filter", Prompt)
        prompt.open()

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """The filter works as it is typed."""
        if event.prompt.id == "filter":
            self._apply_filter(event.text)

    def on_prompt_entered(self, event: Prompt.Entered) -> None:
        """Keep the filter and go back to the files."""
        if event.prompt.id == "filter":
            if not event.text.strip():
                event.prompt.close()
            self.focus_body()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Clear the filter and go back to the files."""
        if event.prompt.id == "filter":
            self._clear_filter()

    def _clear_filter(self) -> None:
        prompt = self.query_one("#filter", Prompt)
        prompt.text = ""
        prompt.close()
        self._apply_filter("")
        self.focus_body()

    def _apply_filter(self, text: str) -> None:
        titles = {column.name: column.title for column in self.active.table.columns}
        try:
            self.active.set_filter(text, parse(text, titles))
        except FilterError as error:
            self.say(str(error), "warn")

    def action_hidden(self) -> None:
        """Show names that begin with a dot, or hide them."""
        self.active.toggle_hidden()
        self.say("Hidden files are shown." if self.active.hidden else "Hidden files are hidden.")

    # What is under the cursor

    def targets(self) -> list[Entry]:
        """What is marked, or else what is under the cursor."""
        found = self.active.table.targets()
        if not found:
            self.say("There is nothing under the cursor.", "warn")
        return found

    def action_view(self) -> None:
        """Read the file under the cursor."""
        pane, entry = self.active, self.active.table.current
        if pane.store is None or entry is None:
            self.targets()
            return
        path = pane.store.join(pane.folder, entry.name)
        crumbs = (*self.crumbs[:-1], entry.name)
        self.app.push_screen(ViewFileScreen(crumbs, pane, path, self.now))

    def action_back(self) -> None:
        """Clear the filter first; without one, leave."""
        if self.active.filter_text:
            self._clear_filter()
        else:
            super().action_back()
