"""Copies what is planned, one file after the other; told of, stopped and tried again."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Literal

from batchtui.errors import BatchtuiError, DiskFullError, FileError
from batchtui.transfer.parts import part_name
from batchtui.transfer.plan import Item, Plan, Planner
from batchtui.transfer.store import Store

# What to do about files whose places are taken: leave them as they are, put the others in their
# place, or leave those that are the same already.
Existing = Literal["skip", "replace", "resume"]


class StoppedError(Exception):
    """Whoever copies was told to stop."""


class Copying:
    """Some files and folders on their way into a folder; to be looked at from another thread."""

    def __init__(self, paths: Sequence[str], folder: str) -> None:
        self.paths = paths
        self.folder = folder
        self.plan = Plan()
        # Bytes that are there, of how many; the part of them that was there before.
        self.done = self.total = self.begun = 0
        self.files_done = 0
        self.left_as_they_were = 0
        self.here = ""
        self.failed: dict[str, BatchtuiError] = {}
        self.broke_off: BatchtuiError | None = None
        self._stopped = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped.is_set()

    @property
    def files_left(self) -> int:
        """How many files weren't tried."""
        failed = len(self.failed) - len(self.plan.refused)
        return len(self.plan.items) - self.files_done - self.left_as_they_were - failed

    @property
    def complete(self) -> bool:
        """Whether all of it is there, but for what is passed by."""
        return not self.files_left and not self.failed

    def stop(self) -> None:
        """End soon; what is there of a file is kept."""
        self._stopped.set()

    def look(self, source: Store, target: Store) -> Plan:
        """Find out what there is to copy, and what has its place already."""
        self._stopped.clear()
        self.plan = Planner(source, target, self._stopped.is_set).plan(self.paths, self.folder)
        self.failed, self.broke_off = dict(self.plan.refused), None
        self.files_done = self.left_as_they_were = 0
        return self.plan

    def run(self, source: Store, target: Store, existing: Existing) -> None:
        """Copy it all. A file that can't be copied hinders no other; a lost connection does."""
        items = [item for item in self.plan.items if not _is_left(item, existing)]
        self.left_as_they_were = len(self.plan.items) - len(items)
        self.total = sum(item.entry.size for item in items)
        self.done = self.begun = 0
        try:
            for folder in self.plan.folders:
                target.make_folder(folder)
            for item in items:
                self._copy(item, source, target)
        except StoppedError:
            return
        except BatchtuiError as error:
            # A full disk, a lost connection: it would be the same with every other file.
            self.broke_off = error
        finally:
            self.here = ""

    def _copy(self, item: Item, source: Store, target: Store) -> None:
        if self.stopped:
            raise StoppedError
        self.here = item.entry.name
        before = self.done
        try:
            self._bring(item, source, target)
        except DiskFullError:
            raise
        except FileError as error:
            self.failed[item.source] = error
            self.done = before + item.entry.size
        else:
            self.files_done += 1
            self.done = before + item.entry.size

    def _bring(self, item: Item, source: Store, target: Store) -> None:
        part = target.join(item.folder, part_name(item.entry))
        size = item.begun
        self.done += item.begun
        self.begun += item.begun

        def told(count: int) -> None:
            nonlocal size
            size += count
            self.done += count

        # What the system makes up as it is read, as in /proc, has no size.
        most = item.entry.size - item.begun if item.entry.size else None
        with closing(source.read(item.source, item.begun, most)) as chunks:
            target.write(part, self._watched(chunks), item.begun, told)
        if size < item.entry.size:
            target.remove(part)
            raise FileError("It became shorter while it was copied.", advice="Copy it again.")
        target.finish(part, item.entry, target.join(item.folder, item.entry.name))

    def _watched(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            if self.stopped:
                raise StoppedError
            yield chunk


def _is_left(item: Item, existing: Existing) -> bool:
    """Whether a file stays as it is."""
    if item.there is None or existing == "replace":
        return False
    return existing == "skip" or item.there.same_as(item.entry)
