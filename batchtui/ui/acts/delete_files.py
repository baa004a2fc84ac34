"""Files and folders that are deleted, here or on a node."""

import asyncio
import threading
from collections.abc import Sequence

from batchtui.access.entry import Entry
from batchtui.batch.bulk import Step
from batchtui.transfer.removing import remove
from batchtui.transfer.store import Store
from batchtui.ui.acts.act import Act, Answers, Target
from batchtui.ui.widgets.pane import Pane
from batchtui.words import plural


class DeleteFiles(Act):
    """Delete what is chosen in a pane, folders with all that is in them."""

    verb, doing, done, noun = "Delete", "Deleting", "deleted", "file"
    at_once = 1
    in_az = False

    def __init__(self, pane: Pane, entries: Sequence[Entry], hidden: set[str]) -> None:
        super().__init__(
            [
                Target(each.name, each.name + "/" * (each.kind == "folder"), each.name in hidden)
                for each in entries
            ]
        )
        self._pane = pane
        self._folder = pane.folder
        self._entries = {each.name: each for each in entries}
        self._stopped = threading.Event()

    def effect(self, answers: Answers) -> Sequence[str]:
        """Where, and that it is for good."""
        del answers
        folders = sum(each.kind == "folder" for each in self._entries.values())
        whole = f", {plural(folders, 'folder')} of them with all that is in them" * bool(folders)
        where = self._pane.store.name if self._pane.store else ""
        return (f"Gone for good from {self._folder} on {where}{whole}.",)

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """One after the other."""
        del answers

        def step(name: str) -> Step:
            async def call() -> str:
                def work_on(store: Store) -> int:
                    path = store.join(self._folder, name)
                    return remove(store, path, self._entries[name], self._stopped.is_set)

                try:
                    count = await self._pane.call(work_on)
                except asyncio.CancelledError:
                    self._stopped.set()
                    raise
                return plural(count, "file") if count > 1 else ""

            return Step((name,), call)

        self._stopped.clear()
        return [step(name) for name in left]
