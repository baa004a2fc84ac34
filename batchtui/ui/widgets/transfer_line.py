"""How far what is being copied is, in one line; not there while nothing is."""

from textual.content import Content
from textual.widgets import Static

from batchtui.copies.order import Order
from batchtui.ui.widgets.grid import fit
from batchtui.visible import visible

_BAR = 10


class TransferLine(Static):
    """A bar, how much, how fast, how long still, and how many wait."""

    def __init__(self) -> None:
        super().__init__(id="transfer", markup=False)

    def show(self, order: Order | None, waiting: int) -> None:
        """Show how far an order is, and that so many wait behind it."""
        self.display = order is not None
        if order is None:
            return
        copying = order.copying
        filled = _BAR * copying.done // copying.total if copying.total else 0
        bar = "█" * filled + "░" * (_BAR - filled)
        more = f" +{waiting}" if waiting else ""
        text = f"{'→' if order.up else '←'} {bar}{more} {visible(order.now())}"
        self.update(Content(fit(text, max(1, self.size.width), right=False)))
