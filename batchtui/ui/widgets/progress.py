"""How far something with many parts is: a bar, counts in words, and what is being waited for."""

from textual.content import Content
from textual.widgets import Static

from batchtui.batch.bulk import Bulk
from batchtui.visible import visible

_BAR = 40


class Progress(Static):
    """Shows a run of steps as it is now."""

    def __init__(self, doing: str) -> None:
        super().__init__(markup=False)
        self._doing = doing

    def show(self, bulk: Bulk) -> None:
        """Show how far it is."""
        total, done = len(bulk.targets), len(bulk.done)
        filled = _BAR * done // max(total, 1)
        counts = [f"{done:,} of {total:,} done"]
        for count, word in (
            (len(bulk.failed), "failed"),
            (len(bulk.under_way), "under way"),
            (bulk.waiting, "not started" if bulk.stopped else "waiting"),
        ):
            if count:
                counts.append(f"{count:,} {word}")
        lines = [f"{'█' * filled}{'░' * (_BAR - filled)}", ", ".join(counts)]
        if bulk.note:
            lines.append(visible(bulk.note))
        self.update(Content("\n".join(lines)))
