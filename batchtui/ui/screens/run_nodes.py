"""Every node of a run, and what became of it."""

from collections.abc import AsyncIterator

from batchtui.many import ManyRun
from batchtui.many.groups import Group
from batchtui.tables.many import OutcomeRow, outcome_columns
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.screens.run_output import OutputScreen
from batchtui.ui.widgets.table import Table

_MOST_NAME = 36  # cells: a name has its pool in front where there are several
_LOOK = 0.5  # s between looks at how far they are


class RunNodesScreen(ListScreen[OutcomeRow]):
    """A node a row, as long as it runs also how much it wrote; `enter` reads that."""

    noun = "node"
    remote = False

    def __init__(self, crumbs: tuple[str, ...], many: ManyRun) -> None:
        longest = max(len(outcome.name) for outcome in many.outcomes)
        columns = outcome_columns(max(12, min(longest, _MOST_NAME)))
        table = Table(columns, lambda row: row.id, id="run-nodes")
        super().__init__(table, every=0)
        self.crumbs = (*crumbs, "nodes")
        self.many = many
        self._seen = -1

    def on_mount(self) -> None:
        """Follow it."""
        self.set_interval(_LOOK, self._look)

    def _look(self) -> None:
        new = self.many.under_way or self._seen != self.many.version
        if new and self.app.screen is self:
            self.start_refresh()

    async def fetch(self) -> AsyncIterator[list[OutcomeRow]]:
        """All of them, as they are now."""
        self._seen = self.many.version
        yield [OutcomeRow.of(outcome) for outcome in self.many.outcomes]

    def is_faulty(self, row: OutcomeRow) -> bool:
        """It didn't end well."""
        return row.outcome.done and not row.outcome.ok

    def open_row(self, row_id: str) -> None:
        """What it wrote."""
        outcome = self.table.rows[row_id].outcome
        self.app.push_screen(OutputScreen((*self.crumbs[:-1], outcome.name), Group([outcome])))

    def action_details(self) -> None:
        """What it wrote."""
        if self.targets():
            self.table.action_open()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What nodes wrote isn't the service's: there is no JSON of it."""
        return False if action == "raw" else super().check_action(action, parameters)

    def copyable(self, row: OutcomeRow) -> list[Copyable]:
        """The node's id, and what it wrote."""
        outcome = row.outcome
        return [("id", outcome.place.node), ("output", "\n".join(outcome.lines()))]
