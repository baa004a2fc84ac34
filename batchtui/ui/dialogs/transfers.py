"""What is copied, waits or was copied, and each file that wasn't, with the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from batchtui.copies.order import Order
from batchtui.tables import Cell, Column, natural
from batchtui.transfer.copying import Copying
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.table import Table
from batchtui.visible import visible, visible_lines

_TICK = 0.5  # s between looks at how far it is
_STATES = {
    "waiting": Cell("· waiting", "muted"),
    "looking": Cell("◔ looking", "busy"),
    "copying": Cell("▶ copying", "busy"),
}
_ENDED = {
    "good": Cell("✓ copied", "good"),
    "warn": Cell("! in part", "warn"),
    "bad": Cell("✗ failed", "bad"),
}
_NOT_COPIED = Cell("✗ not this", "bad")
_PASSED_BY = Cell("· not this", "muted")


@dataclass(frozen=True, slots=True)
class _Line:
    """An order, or a file of the one before it that wasn't copied."""

    place: tuple[int, int]
    state: Cell
    what: str
    words: str

    @property
    def id(self) -> str:
        """Which of all."""
        return "{:06}.{:06}".format(*self.place)


class TransfersDialog(Dialog[bool]):
    """True if what failed is to be tried again."""

    title_text = "What is copied"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "retry", "Retry", id="transfers.retry",
                tooltip="Try again what failed or was stopped"),
        Binding("escape", "give_up", "Close", id="dialog.cancel", tooltip="Close this"),
    ]  # fmt: skip

    def __init__(self, orders: Sequence[Order]) -> None:
        super().__init__()
        self._orders = orders
        columns: list[Column[_Line]] = [
            Column("state", "State", 10, lambda line: line.state, lambda line: line.place),
            Column(
                "what", "What", 22, lambda line: Cell(visible(line.what)),
                lambda line: natural(line.what), grow=1,
            ),
            Column(
                "words", "What was said", 20, lambda line: Cell(visible(line.words)),
                lambda line: natural(line.words), grow=2,
            ),
        ]  # fmt: skip
        self._table: Table[_Line] = Table(columns, lambda line: line.id)

    def compose_body(self) -> ComposeResult:
        """The table, and below it what doesn't fit into a row."""
        yield self._table
        yield Static(classes="in-full", markup=False)

    def on_mount(self) -> None:
        """As things are now, and as they go on."""
        self.add_class("-tall")
        self._table.set_empty("Nothing was copied yet.")
        self._tell()
        self._table.focus()
        self.set_interval(_TICK, self._tell)

    def _tell(self) -> None:
        self._table.set_rows(self._lines())
        self.refresh_bindings()

    def _lines(self) -> Iterator[_Line]:
        for number, order in enumerate(self._orders):
            ended = order.state == "ended"
            state = _ENDED[order.tone] if ended else _STATES[order.state]
            yield _Line((number, 0), state, order.title, order.outcome if ended else order.now())
            if ended:
                yield from _files(number, order.copying)

    def on_rows_view_changed(self, event: Table.Changed) -> None:
        """Say all of what the row under the cursor has no room for."""
        event.stop()
        row = self._table.current
        text = f"{row.what}\n{row.words}" if row else ""
        self.query_one(".in-full", Static).update(Content(visible_lines(text)))

    def on_rows_view_opened(self, event: Table.Opened) -> None:
        """All of it is told below the table."""
        event.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to try again."""
        if action == "retry":
            return any(order.may_go_on for order in self._orders)
        return super().check_action(action, parameters)

    def action_retry(self) -> None:
        """Try again what failed and what wasn't reached."""
        self.dismiss(result=True)


def _files(number: int, copying: Copying) -> Iterator[_Line]:
    """What an order didn't copy."""
    told = [(path, _NOT_COPIED, str(error)) for path, error in copying.failed.items()]
    told += [(path, _PASSED_BY, why) for path, why in copying.plan.passed_by.items()]
    for place, (path, state, words) in enumerate(told, 1):
        yield _Line((number, place), state, path, words)
