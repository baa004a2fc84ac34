"""Ports of this machine that lead through nodes."""

from collections.abc import AsyncIterator
from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.entrance.forwards import Forward
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.tables.forwards import forward_columns
from batchtui.ui.dialogs.copy import Copyable
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.widgets.table import Table
from batchtui.words import plural

_SECONDS = 1.0  # nobody else is asked


class ForwardsScreen(ListScreen[Forward]):
    """What is forwarded while the account is open; to be ended here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "Reconnect", id="forwards.again",
                tooltip="Connect to the node again, if that was lost"),
        Binding("ctrl+d", "end", "End", id="forwards.end",
                tooltip="End the marked ones, or this one"),
    ]  # fmt: skip

    noun = "forward"
    remote = False
    live = False

    def __init__(self, session: Session) -> None:
        columns = forward_columns()
        empty = "No port is forwarded: on a node, :forward 8080:localhost:80 begins."
        table = Table(columns, lambda forward: forward.id, empty=empty, id="forwards")
        super().__init__(table, every=_SECONDS, now=session.now)
        self.session = session
        self.crumbs = (session.account.name, "forwards")

    async def fetch(self) -> AsyncIterator[list[Forward]]:
        """What there is now."""
        yield list(self.session.entrance.forwards.all)

    def loaded(self) -> None:
        """Say how one begins where there is none."""
        super().loaded()
        self.table.set_empty("No port is forwarded: on a node, :forward 8080:localhost:80 does it.")

    def is_faulty(self, row: Forward) -> bool:
        """It is lost, or a client got no further."""
        return row.forwarding.lost or bool(row.forwarding.failure)

    def copyable(self, row: Forward) -> list[Copyable]:
        """Where to connect to."""
        spec = row.forwarding.spec
        return [
            ("address", f"{spec.bind}:{spec.port}"),
            ("URL", f"http://{spec.bind}:{spec.port}/"),
        ]

    def open_row(self, row_id: str) -> None:
        """Tell the last failure in full."""
        forward = self.table.rows[row_id]
        self.say(forward.forwarding.failure or "No client failed.", "plain")

    def action_details(self) -> None:
        """There are none but those in the row."""
        if self.table.current is not None:
            self.open_row(self.table.current.id)

    def action_raw(self) -> None:
        """There is none."""
        self.say("There is no JSON of a forward.", "warn")

    def action_end(self) -> None:
        """End them; nothing is lost that can't be begun again."""
        if forwards := self.targets():
            self.run_worker(self._end(forwards))

    async def _end(self, forwards: list[Forward]) -> None:
        for forward in forwards:
            await self.session.entrance.forwards.end(forward)
        self.table.unmark([forward.id for forward in forwards])
        self.say(f"{plural(len(forwards), 'forward')} ended.", "good")
        self.start_refresh()

    def action_again(self) -> None:
        """Reconnect the one under the cursor."""
        forward = self.table.current
        if forward is None:
            self.targets()
        elif not forward.forwarding.lost:
            self.say("Its connection is there.")
        else:
            self.run_worker(self._again(forward), exclusive=True, group="again")

    async def _again(self, forward: Forward) -> None:
        entrance, doorway = self.session.entrance, forward.doorway
        try:
            fresh = await entrance.doorway(doorway.pool, doorway.node.id)
            await entrance.forwards.end(forward)
            await entrance.forward(fresh, forward.forwarding.spec, self.say)
        except BatchtuiError as error:
            self.report(error)
        else:
            self.say("Connected again.", "good")
        self.start_refresh()
