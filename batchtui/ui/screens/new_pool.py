"""A pool that was just made: what it waits for, its nodes as they come, and one key to a shell."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from batchtui.batch.models import Pool
from batchtui.batch.node import Node
from batchtui.batch.progress import Progress, progress
from batchtui.batch.resize_errors import Deed
from batchtui.errors import BatchtuiError, NotFoundError
from batchtui.session import Session
from batchtui.ui.actions import dangerous
from batchtui.ui.acts.nodes import ON_THE_WAY
from batchtui.ui.details.output import read_output
from batchtui.ui.details.progress import help_lines, sentence_cell, step_lines
from batchtui.ui.details.section import Line, labelled, whole_line
from batchtui.ui.lines import TextLine
from batchtui.ui.screens.nodes import NodesScreen
from batchtui.ui.screens.pool_details import PoolDetailsScreen
from batchtui.ui.screens.pool_forms import PoolForms
from batchtui.ui.views import View
from batchtui.ui.widgets.told import Told
from batchtui.words import short_node_id

_MOST_LINES = 3  # of what a failed start task wrote
# What this screen does about what went wrong, by the action that has the key.
_ACTIONS: Mapping[Deed, str] = {
    "resize": "resize",
    "make again": "create_like",
    "autoscale": "autoscale",
    "edit": "edit",
    "shell": "shell",
    "reboot": "act('reboot')",
}


class NewPoolScreen(PoolForms[Node], NodesScreen):
    """The nodes of a pool, below how far it is; leaving it stops nothing.

    It ends with the pool's id where another one like it is to be made.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "resize", "Resize", id="new-pool.resize",
                tooltip="Resize the pool, or stop its resize"),
        Binding("N", "create_like", "Create like this", show=False, id="new-pool.create-like",
                tooltip="Create a pool like this one, with other answers"),
        Binding("a", "autoscale", "Autoscale", show=False, id="new-pool.autoscale",
                tooltip="Edit the autoscale formula, or switch it off"),
        Binding("e", "edit", "Edit", show=False, id="new-pool.edit",
                tooltip="Edit what can be changed of the pool"),
    ]  # fmt: skip

    def __init__(self, session: Session, pool: Pool, view: View | None = None) -> None:
        super().__init__(session, pool, view)
        self._told = Told(id="progress")
        self._output: Sequence[Line] = ()
        # Which run of which node's start task that is the output of.
        self._output_of: object = None
        # The node that a shell is to open on as soon as it lets one in; any, if it is empty.
        self._shell_on: str | None = None

    def compose_body(self) -> ComposeResult:
        """How far the pool is, above its nodes."""
        yield self._told
        yield from super().compose_body()

    def on_mount(self) -> None:
        """What the service said of the pool just now."""
        if self.pool.allocation_state != "steady":
            self.say(f"Pool {self.pool.id} is being made.", "good")
        self._tell()

    def chosen_pools(self) -> Sequence[str]:
        """The one that was made."""
        return [self.pool.id]

    @dangerous
    def action_create_like(self) -> None:
        """Leave for the form with all that the pool has."""
        self.create_like(self.pool.id)

    def create_like(self, pool_id: str) -> None:
        """The list of pools opens it."""
        self.dismiss(pool_id)

    # How far it is

    async def load(self) -> None:
        """The pool, its nodes, and what the first start task that failed wrote."""
        self.pool = await self.session.pools.get(self.pool.id)
        self._tell()
        await super().load()
        if failed := self._tell().failed:
            await self._read_output(failed)

    def _tell(self) -> Progress:
        nodes = list(self.table.rows.values())
        states = Counter(node.state for node in nodes)
        found = progress(self.pool, states, self.now(), nodes)
        self._told.show(list(self._lines(found)))
        return found

    def _lines(self, found: Progress) -> Iterator[TextLine]:
        # Where there is no room for all of it, the end of what it wrote says more than the steps.
        yield whole_line(sentence_cell(found))
        yield from labelled(self._output if found.failed else ())
        yield from labelled(step_lines(found))
        yield from labelled(help_lines(found, self._keys()))

    def _keys(self) -> Mapping[Deed, str]:
        shown = {
            active.binding.action: self.app.get_key_display(active.binding)
            for active in self.active_bindings.values()
        }
        return {deed: shown[action] for deed, action in _ACTIONS.items() if action in shown}

    async def _read_output(self, node: Node) -> None:
        run = node.start_task_run
        which = (node.id, run.end_time if run else "")
        if which == self._output_of:
            return
        if not self._output and not self.table.data.cursor_place:
            self.table.move_to(node.id)  # nobody chose another one yet
        output = await read_output(
            self.session.files,
            self.pool.id,
            node.id,
            windows=self.pool.os == "windows",
            most=_MOST_LINES,
        )
        self._output = output.lines
        self._output_of = which if output.read else None
        if output.throttled:
            self.missed(output.throttled)
        self._tell()

    def failed(self, error: BatchtuiError) -> None:
        """What was told stays, unless there is no such pool any more."""
        super().failed(error)
        if isinstance(error, NotFoundError) and error.code == "PoolNotFound":
            gone = Progress("The pool is gone. esc goes back to the pools.", "failed")
            self._told.show([whole_line(sentence_cell(gone))])

    def action_details(self) -> None:
        """Everything that the service says of the node or, before there is one, of the pool."""
        if self.table.current is None:
            self.app.push_screen(PoolDetailsScreen(self.session, self.pool.id))
        else:
            super().action_details()

    # A shell

    @dangerous
    def action_shell(self) -> None:
        """One key to a shell, now or as soon as there is a node that lets one in."""
        node = self.table.current
        if node is None or node.state in ON_THE_WAY:
            self._shell_on = node.id if node else ""
            what = f"node {short_node_id(node.id)}" if node else "the first node"
            self.say(f"A shell opens on {what} once it is up; ctrl+c gives that up.")
        else:
            self._shell_on = None
            super().action_shell()

    def loaded(self) -> None:
        """The shell that was asked for may open now."""
        super().loaded()
        if self._shell_on is not None and self.app.screen is self:
            self._open_shell()

    def _open_shell(self) -> None:
        for node_id in [self._shell_on] if self._shell_on else self.table.shown:
            node = self.table.rows.get(node_id)
            if node is not None and node.state not in ON_THE_WAY:
                self.table.move_to(node_id)
                self.action_shell()
                return

    def action_give_up(self) -> None:
        """No shell opens any more, or no answer is waited for."""
        if self._shell_on is None:
            super().action_give_up()
        else:
            self._shell_on = None
            self.say("Given up: no shell opens by itself.", "warn")
