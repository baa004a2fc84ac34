"""What is to be copied where, looked up before anything is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from batchtui.access.entry import Entry
from batchtui.errors import BatchtuiError, FileError, NoSuchFileError
from batchtui.transfer.parts import part_size
from batchtui.transfer.store import Store

_NEVER_COPIED = {
    "link": "A link isn't followed: it may lead anywhere.",
    "special": "It is no file that could be copied, but a device, a pipe or a socket.",
}
_DEEPEST = 100  # folders in folders: a node may pretend to have them without end


@dataclass(frozen=True, slots=True)
class Item:
    """A file to copy; `there` is what has its place already, `begun` the bytes of a part of it."""

    source: str
    folder: str
    entry: Entry
    there: Entry | None = None
    begun: int = 0


@dataclass(slots=True)
class Plan:
    """Folders to make, in order, then files to copy.

    What can't be copied is `refused`, what never is `passed_by`, each path with the reason.
    """

    folders: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    refused: dict[str, BatchtuiError] = field(default_factory=dict)
    passed_by: dict[str, str] = field(default_factory=dict)

    @property
    def existing(self) -> list[Item]:
        """The files whose places are taken."""
        return [item for item in self.items if item.there is not None]

    @property
    def size(self) -> int:
        """How many bytes the files have."""
        return sum(item.entry.size for item in self.items)


class Planner:
    """Walks what was chosen.

    A link inside a folder isn't followed, as sftp doesn't either: it might lead anywhere. One that
    was chosen itself is.
    """

    def __init__(self, source: Store, target: Store, stopped: Callable[[], bool]) -> None:
        self._source = source
        self._target = target
        self._stopped = stopped
        self._plan = Plan()

    def plan(self, paths: Sequence[str], folder: str) -> Plan:
        """What it takes to have these files and folders in a folder, which is there."""
        there = self._there(folder)
        for path in paths:
            entry = self._source.look(path)
            if entry and entry.kind == "link":
                led = self._source.look(path, follow=True)
                # It keeps its name, whatever it leads to.
                entry = led and Entry(entry.name, led.kind, led.size, led.modified, led.mode)
            if entry is None:
                gone = NoSuchFileError(f"There is no {path} on {self._source.name} any more.")
                self._plan.refused[path] = gone
            else:
                self._take(path, entry, folder, there)
        return self._plan

    def _take(
        self, path: str, entry: Entry, folder: str, there: Mapping[str, Entry], depth: int = 0
    ) -> None:
        try:
            self._target.check_name(entry.name)
            if entry.kind == "file":
                self._file(path, entry, folder, there)
            elif entry.kind == "folder":
                self._folder(path, entry, folder, there.get(entry.name), depth)
            else:
                self._plan.passed_by[path] = _NEVER_COPIED[entry.kind]
        except FileError as error:
            self._plan.refused[path] = error

    def _file(self, path: str, entry: Entry, folder: str, there: Mapping[str, Entry]) -> None:
        before = there.get(entry.name)
        if before and before.kind == "folder":
            raise FileError(f"There is a folder {before.name} in its place.")
        self._plan.items.append(Item(path, folder, entry, before, part_size(entry, there)))

    def _folder(
        self, path: str, entry: Entry, folder: str, before: Entry | None, depth: int
    ) -> None:
        if self._stopped():
            return
        if depth > _DEEPEST:
            raise FileError(f"It has folders in folders, more than {_DEEPEST} deep.")
        target = self._target.join(folder, entry.name)
        there: Mapping[str, Entry] = {}
        if before is None:
            self._plan.folders.append(target)
        elif before.kind == "folder":
            there = self._there(target)
        else:
            # Also a link to a folder: what is written through it would be elsewhere.
            raise FileError(f"There is something else in the place of its folder {target}.")
        for each in sorted(self._source.entries(path), key=lambda each: each.name):
            try:
                self._source.check_name(each.name)
            except FileError as error:
                self._plan.refused[f"{path}: {each.name}"] = error
            else:
                self._take(self._source.join(path, each.name), each, target, there, depth + 1)

    def _there(self, folder: str) -> Mapping[str, Entry]:
        return {entry.name: entry for entry in self._target.entries(folder)}
