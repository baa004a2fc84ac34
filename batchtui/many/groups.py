"""Which nodes ended the same way and wrote the same, and what differs between two such groups."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice

from batchtui.many.outcome import Outcome
from batchtui.words import plural

# Of each side: what compares them takes ever longer, and nobody reads more.
_MOST_LINES = 5_000
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes with one outcome in common; there is one at least."""

    outcomes: Sequence[Outcome]

    @property
    def id(self) -> str:
        """What it is known by."""
        return self.first.likeness

    @property
    def first(self) -> Outcome:
        """One that stands for all of them."""
        return self.outcomes[0]

    @property
    def names(self) -> str:
        """Some of the nodes, and how many more there are."""
        names = ", ".join(outcome.name for outcome in self.outcomes[:_NAMES])
        more = len(self.outcomes) - _NAMES
        return f"{names} and {more:,} more" if more > 0 else names

    @property
    def title(self) -> str:
        """`97 nodes: exit status 0`."""
        return f"{plural(len(self.outcomes), 'node')}: {self.first.words}"

    def lines(self) -> Iterator[str]:
        """What they wrote; where nodes weren't reached, what each has to say of it."""
        errors: dict[str, list[str]] = {}
        for outcome in self.outcomes:
            if outcome.error:
                errors.setdefault(str(outcome.error), []).append(outcome.name)
        if len(errors) < 2:
            yield from self.first.lines()
            return
        for text, names in errors.items():
            yield f"{', '.join(names)}:"
            yield from (f"  {line}" for line in text.split("\n"))


def grouped(outcomes: Iterable[Outcome]) -> list[Group]:
    """Those that are done, the largest group first."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.done:
            found.setdefault(outcome.likeness, []).append(outcome)
    return sorted(map(Group, found.values()), key=lambda group: -len(group.outcomes))


def difference(one: Group, other: Group) -> list[str]:
    """What differs between what two groups wrote, as `diff -u` has it; nothing if nothing does."""
    before, after = (list(islice(group.lines(), _MOST_LINES)) for group in (one, other))
    return list(unified_diff(before, after, one.title, other.title, lineterm=""))
