"""A command that runs on many nodes: how far it is, and which nodes wrote the same."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from batchtui.many import ManyRun
from batchtui.many.groups import Group, grouped
from batchtui.many.saving import save
from batchtui.session import Session
from batchtui.tables.many import counted, group_columns
from batchtui.ui.actions import dangerous
from batchtui.ui.dialogs.confirm import Confirm
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.dialogs.run_many import Chosen
from batchtui.ui.dialogs.save_run import SaveRun
from batchtui.ui.lines import Span, TextLine
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.screens.run_nodes import RunNodesScreen
from batchtui.ui.screens.run_output import DiffScreen, OutputScreen
from batchtui.ui.widgets.table import Table
from batchtui.ui.widgets.told import Told
from batchtui.visible import visible
from batchtui.words import plural

_LOOK = 0.2  # s between looks at how far it is
_SETTLED = 3.0  # s that nodes have to end what runs when the screen is left
_SURE = 5.0  # s in which the second step of a stop must come


class RunScreen(ListScreen[Group]):
    """Groups of nodes that ended alike and wrote the same; the run goes on while it is there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "nodes", "Nodes", id="run.nodes",
                tooltip="Every node, and what became of it"),
        Binding("equals_sign", "compare", "Diff", key_display="=", id="run.compare",
                tooltip="What differs between two groups"),
        Binding("r", "retry", "Retry", id="run.retry",
                tooltip="Run it again where it failed, or didn't begin"),
        Binding("ctrl+o", "save", "Save", id="run.save",
                tooltip="Save what each node wrote as a file"),
    ]  # fmt: skip

    noun = "group"
    remote = False

    def __init__(self, session: Session, chosen: Chosen) -> None:
        table = Table(group_columns(), lambda group: group.id, id="groups")
        super().__init__(table, every=0, now=session.now)
        self.session = session
        self.read_only = session.read_only
        pools = {place.pool.id for place in chosen.places}
        where = next(iter(pools)) if len(pools) == 1 else plural(len(pools), "pool")
        self.crumbs = (session.account.name, where, "run")
        self.many = ManyRun(session.entrance, chosen.places, chosen.order, at_once=chosen.at_once)
        self._begun_at = session.now()
        self._seen = -1
        self._sure = False

    # Frame

    def compose_body(self) -> ComposeResult:
        """What runs and how far it is, above the groups."""
        yield Told(id="run-told")
        yield from super().compose_body()

    def on_mount(self) -> None:
        """Begin."""
        self.table.set_empty("No node is done yet.")
        self.set_interval(_LOOK, self._look)
        self._begin()

    async def on_unmount(self) -> None:
        """What runs ends with its screen, while there are connections to tell nodes so."""
        await self.many.settled(_SETTLED)

    def _begin(self) -> None:
        self.run_worker(self._run_all(), group="run")
        self._look()

    async def _run_all(self) -> None:
        await self.many.run()
        self._look()
        failed = len(self.many.failed)
        if failed:
            self.say(f"It didn't end well on {plural(failed, 'node')}; r tries again.", "warn")
        else:
            self.say(f"Done on {plural(len(self.many.outcomes), 'node')}.", "good")

    def _look(self) -> None:
        """Show what is new."""
        if self.app.screen is not self or self._seen == self.many.version:
            return
        self.query_one(Told).show([self._what(), self._how_far()])
        self.refresh_bindings()
        self.start_refresh()

    def on_screen_resume(self) -> None:
        """What was covered may be old."""
        self._look()

    def _what(self) -> TextLine:
        text = visible(f"$ {self.many.order.words}".replace("\n", " "))
        return TextLine(text, [Span(0, 2, "muted")])

    def _how_far(self) -> TextLine:
        text, spans = plural(len(self.many.outcomes), "node") + ": ", []
        parts = counted(self.many.outcomes, under_way=self.many.under_way)
        for place, (words, tone) in enumerate(parts):
            text += ", " * bool(place)
            spans.append(Span(len(text), len(text) + len(words), tone))
            text += words
        if self.many.note:
            text += f" · {visible(self.many.note)}"
        return TextLine(text, spans)

    # The groups

    async def fetch(self) -> AsyncIterator[list[Group]]:
        """As they are now."""
        self._seen = self.many.version
        yield grouped(self.many.outcomes)

    async def load(self) -> None:
        """The largest comes to the top, and so does the cursor unless somebody moved it."""
        at_top = self.table.data.cursor_place == 0
        await super().load()
        if at_top:
            self.table.action_edge(0)

    def loaded(self) -> None:
        """There may be none yet."""
        super().loaded()
        self.table.set_empty("No node is done yet.")

    def is_faulty(self, row: Group) -> bool:
        """Its nodes didn't end well."""
        return not row.first.ok

    def open_row(self, row_id: str) -> None:
        """What its nodes wrote."""
        group = self.table.rows[row_id]
        self.app.push_screen(OutputScreen((*self.crumbs, group.title), group))

    def action_details(self) -> None:
        """What its nodes wrote."""
        if self.targets():
            self.table.action_open()

    def copyable(self, row: Group) -> list[Copyable]:
        """The nodes of the group, and what they wrote."""
        ids = ",".join(outcome.place.node for outcome in row.outcomes)
        return [("output", "\n".join(row.lines())), ("node ids", ids)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What nodes wrote isn't the service's: there is no JSON of it."""
        if action == "raw":
            return False
        if action == "retry" and self.many.under_way:
            return None
        return super().check_action(action, parameters)

    # Actions

    def action_nodes(self) -> None:
        """Every node."""
        self.app.push_screen(RunNodesScreen(self.crumbs, self.many))

    def action_compare(self) -> None:
        """Compare two groups."""
        sides = self.table.targets()
        if len(sides) == 1:
            sides.insert(0, grouped(self.many.outcomes)[0])
        if len(sides) != 2 or sides[0] == sides[1]:
            self.say("Mark two groups, or go to one that isn't the largest.", "warn")
            return
        self.app.push_screen(DiffScreen(self.crumbs, *sides))

    @dangerous
    def action_retry(self) -> None:
        """Ask, and run it again where it didn't end well."""
        failed = self.many.failed
        if self.many.under_way or not failed:
            self.say("Nothing failed." if not failed else "It runs still.", "warn")
        elif len(failed) == 1:
            self._begin()
        else:
            count = plural(len(failed), "node")
            text = f"On {count} of {self.crumbs[1]}:\n\n{self.many.order.words}"
            again = Confirm(f"Run again on {count}", text, yes=f"Run on {len(failed):,}")
            self.app.push_screen(again, lambda yes: self._begin() if yes else None)

    def action_save(self) -> None:
        """Ask where to, and write a file a node."""
        proposed = f"~/batchtui-{self.crumbs[1]}-{self._begun_at:%Y%m%d-%H%M%S}"
        many, when = self.many, self._begun_at

        def write(path: str) -> Path:
            return save(path, many.order, many.outcomes, when)

        def saved(path: Path | None) -> None:
            if path:
                self.say(f"Saved in {path}.", "good")

        self.app.push_screen(SaveRun(proposed.replace(" ", "-"), write), saved)

    # Stopping

    def action_back(self) -> None:
        """Clear the filter first; then stop what runs; then leave."""
        if self.many.under_way and not self.filtered:
            self.action_give_up()
        else:
            super().action_back()

    def action_give_up(self) -> None:
        """Stop it, in two steps."""
        if not self.many.under_way:
            super().action_give_up()
        elif self._sure and not self.many.stopped:
            self.many.stop()
            self.say("Stopping: what runs is ended.", "warn")
        elif self.many.stopped:
            self.say("Stopping already.", "warn")
        else:
            self._sure = True
            self.set_timer(_SURE, self._unsure)
            counts = self.many.counts
            begun = plural(counts["running"] + counts["entering"], "node")
            self.say(
                f"Once more, and it is ended on {begun}, and doesn't begin on "
                f"{counts['waiting']:,} others.",
                "warn",
            )

    def _unsure(self) -> None:
        self._sure = False
