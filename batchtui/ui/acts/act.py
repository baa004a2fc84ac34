"""An act on some targets, as the act dialog shows it and carries it out."""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass

from batchtui.batch.bulk import AT_ONCE, Bulk, Step
from batchtui.words import plural

# What was chosen or typed, by the names of the questions.
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """A row that an act is about; `hidden` by the filter, it is named all the same."""

    id: str
    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Something to choose, from `choices` of (label, value), or else to type.

    What answers a `secret` one is never shown, and forgotten with the dialog. With `when`, the
    name of another question, it is asked only while that has this answer.
    """

    name: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    secret: bool = False
    when: tuple[str, str] | None = None


# Of calls that are mostly waiting, and quickly done by the service: as many as take, together,
# 0.05 times what they take one after the other (tests/benchmarks/users.py).
MANY_AT_ONCE = 72


class Act:
    """Says what it does and costs, as long as it is only a question, and then does it.

    The dialog asks the questions, shows `effect` and `warnings` for the answers as they are, and
    takes the `steps`; `left` are the ids of those targets that it isn't done to yet.
    """

    verb: str = ""  # Reboot
    doing: str = ""  # Rebooting
    done: str = ""  # rebooting: what those are now to which it was done
    noun: str = "node"
    # How many calls at the same time; 1 is one after the other, in order.
    at_once: int = AT_ONCE
    # What must be typed before it is done, for what can't be undone.
    typed: str = ""
    # Whether all targets are to have the same: with other answers it is done to all of them.
    alike: bool = False
    # Whether the az CLI can do it, too.
    in_az: bool = True
    # Shows where the targets are, when it is done.
    onward: Callable[[], object] | None = None
    # Cells that its targets' names need in a table.
    name_width: int = 12

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = list(targets)
        self.by_id = {target.id: target for target in targets}

    @property
    def title(self) -> str:
        """What it is, with how many."""
        return f"{self.verb} {self.who}"

    @property
    def who(self) -> str:
        """The target's name, or how many there are."""
        only = self.targets[0].name if len(self.targets) == 1 else ""
        return f"{self.noun} {only}" if only else plural(len(self.targets), self.noun)

    def questions(self) -> Sequence[Question]:
        """What there is to choose or to type."""
        return ()

    def problems(self, answers: Answers) -> Mapping[str, str]:
        """What is wrong with which answer; nothing is done before there is nothing."""
        del answers
        return {}

    async def prepare(self, answers: Answers) -> Mapping[str, str]:
        """Get what the steps need; what is found to be wrong with which answer."""
        del answers
        return {}

    def effect(self, answers: Answers) -> Sequence[str]:
        """What will happen, and what it costs, in sentences."""
        raise NotImplementedError

    def warnings(self, answers: Answers) -> Sequence[str]:
        """What to know before, such as what the service is likely to refuse."""
        del answers
        return ()

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """The calls that do it to those that are left."""
        raise NotImplementedError

    def arrivals(self, answers: Answers, bulk: Bulk) -> AsyncIterator[Sequence[Step]] | None:
        """The same for targets that become known while it runs, in `find`, if there may be some."""
        del answers, bulk
        return None

    def find(self, targets: Iterable[Target]) -> None:
        """There are more targets."""
        for target in targets:
            self.targets.append(target)
            self.by_id[target.id] = target

    def tells(self, bulk: Bulk) -> bool:
        """Whether what became of the targets is to be read, also when all went well."""
        del bulk
        return False

    def secret(self, bulk: Bulk) -> str:
        """What is shown once to whoever did it, and nowhere else, if there is something."""
        del bulk
        return ""

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """The same as commands of the az CLI, for those that are left."""
        raise NotImplementedError


def a_call_each(ids: Iterable[str], call: Callable[[str], Awaitable[object]]) -> list[Step]:
    """A step for each id, with nothing to tell of it."""

    def step(target: str) -> Step:
        async def done() -> str:
            await call(target)
            return ""

        return Step((target,), done)

    return [step(target) for target in ids]


def named(targets: Sequence[Target], room: int) -> str:
    """As many names as there is room for in cells, one at least, and how many more there are."""
    names: list[str] = []
    for target in targets:
        rest = len(targets) - len(names) - 1
        if names and len(_listed([*names, target.name], rest)) > room:
            break
        names.append(target.name)
    return _listed(names, len(targets) - len(names))


def _listed(names: Sequence[str], more: int) -> str:
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def whom(targets: Sequence[Target], room: int) -> Iterator[str]:
    """The targets in lines, those that the filter hides in one of their own."""
    shown = [target for target in targets if not target.hidden]
    hidden = [target for target in targets if target.hidden]
    if shown:
        yield named(shown, room)
    if hidden:
        yield f"Hidden by the filter: {named(hidden, room)}"
