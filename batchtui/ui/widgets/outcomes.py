"""What became of each target of an act: failures first, each of them readable in full."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from batchtui.batch.bulk import Bulk
from batchtui.errors import BatchtuiError
from batchtui.tables import Cell, Column, natural
from batchtui.ui.acts.act import Act, Target
from batchtui.ui.widgets.table import Table
from batchtui.visible import visible, visible_lines

_STATES = (Cell("✗ failed", "bad"), Cell("· not done", "warn"), Cell("✓ done", "good"))
_FAILED, _LEFT, _DONE = range(len(_STATES))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one target."""

    target: Target
    state: int
    words: str
    error: BatchtuiError | None = None


class Outcomes(Vertical):
    """A table of targets, and all that is said of the one under the cursor."""

    @dataclass
    class Opened(Message):
        """A failure is to be shown with all its details."""

        error: BatchtuiError

    def __init__(self, act: Act) -> None:
        super().__init__()
        self._act = act
        columns: list[Column[Outcome]] = [
            Column("state", "State", 10, lambda o: _STATES[o.state], lambda o: o.state),
            Column(
                "target",
                act.noun.capitalize(),
                act.name_width,
                lambda o: Cell(visible(o.target.name)),
                lambda o: natural(o.target.name),
            ),
            Column(
                "words",
                "What was said",
                20,
                lambda o: Cell(visible(o.words)),
                lambda o: natural(o.words),
                grow=1,
            ),
        ]
        self._table: Table[Outcome] = Table(columns, lambda outcome: outcome.target.id)

    def compose(self) -> ComposeResult:
        """The table, and below it what doesn't fit into a row."""
        yield self._table
        yield Static(classes="in-full", markup=False)

    def tell(self, bulk: Bulk) -> None:
        """Show how things stand now."""
        self._table.set_rows(self._outcomes(bulk))
        self._table.action_edge(0)

    def _outcomes(self, bulk: Bulk) -> Iterator[Outcome]:
        for target in self._act.targets:
            if target.id in bulk.done:
                yield Outcome(target, _DONE, bulk.done[target.id] or self._act.done)
            elif target.id in bulk.failed:
                error = bulk.failed[target.id]
                yield Outcome(target, _FAILED, f"{error.title}: {error}", error)
            else:
                yield Outcome(target, _LEFT, "not started")

    def on_rows_view_changed(self, event: Table.Changed) -> None:
        """Say all of what the row under the cursor has no room for."""
        event.stop()
        row = self._table.current
        text = f"{row.target.id}\n{row.words}" if row else ""
        self.query_one(".in-full", Static).update(Content(visible_lines(text)))

    def on_rows_view_opened(self, event: Table.Opened) -> None:
        """A failure has details that stand nowhere else."""
        event.stop()
        row = self._table.current
        if row and row.error:
            self.post_message(self.Opened(row.error))
