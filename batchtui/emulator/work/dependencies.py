"""Which tasks wait for which others of their job."""

from collections.abc import Iterator

from batchtui.emulator.store import Json, Task


class Dependencies:
    """The dependencies between the tasks of one job."""

    def __init__(self) -> None:
        self._satisfied: set[str] = set()
        self._missing: dict[Task, int] = {}
        self._by_id: dict[str, list[Task]] = {}
        self._by_range: list[tuple[int, int, Task]] = []

    def add(self, task: Task) -> bool:
        """Take note of a new task; whether it can run now. Ids compare without case."""
        wanted = task.body.get("dependsOn") or {}
        missing = 0
        for name in {name.lower() for name in wanted.get("taskIds") or ()}:
            if name not in self._satisfied:
                self._by_id.setdefault(name, []).append(task)
                missing += 1
        for first, last in ranges(wanted):
            there = sum(first <= number <= last for number in self._numbers())
            if last - first + 1 > there:
                self._by_range.append((first, last, task))
                missing += last - first + 1 - there
        if missing:
            self._missing[task] = missing
        return not missing

    def satisfy(self, task: Task) -> list[Task]:
        """A task ended well enough for those that wait for it; which of them can run now."""
        name = task.id.lower()
        if name in self._satisfied:
            return []
        self._satisfied.add(name)
        waiting = self._by_id.pop(name, [])
        number = number_of(name)
        if number is not None:
            waiting += [task for first, last, task in self._by_range if first <= number <= last]
        return [task for task in waiting if self._is_last(task)]

    def forget(self, task: Task) -> None:
        """A task is gone; what waits for it waits for ever, unless it ended before."""
        if self._missing.pop(task, None):
            self._by_range = [entry for entry in self._by_range if entry[2] is not task]

    def waits(self, task: Task) -> bool:
        """Whether a task still waits for others."""
        return task in self._missing

    def _is_last(self, task: Task) -> bool:
        if task not in self._missing:
            return False
        self._missing[task] -= 1
        if self._missing[task]:
            return False
        self.forget(task)
        return True

    def _numbers(self) -> Iterator[int]:
        return (number for name in self._satisfied if (number := number_of(name)) is not None)


def ranges(wanted: Json) -> Iterator[tuple[int, int]]:
    """The ranges of ids that a task depends on, both ends included."""
    for each in wanted.get("taskIdRanges") or ():
        yield each["start"], each["end"]


def number_of(name: str) -> int | None:
    """The number that an id is, None if it isn't one: leading zeros don't count as one."""
    return int(name) if name.isascii() and name.isdigit() and str(int(name[:20])) == name else None
