"""What all benchmarks share: lines of the table, and sides that are measured in turn."""

import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

HEADER = "| what | against | measured | goal | met | of |\n| --- | --- | --- | --- | --- | --- |"


@dataclass(frozen=True)
class Line:
    """One line of the table: something measured and what it should be.

    `unit` stands behind both numbers; `of` says what the number was made of.
    """

    what: str
    against: str
    measured: float
    goal: float
    unit: str = "x"
    at_least: bool = False
    of: str = ""

    @property
    def met(self) -> bool:
        if self.at_least:
            return self.measured >= self.goal
        return self.measured <= self.goal

    def __str__(self) -> str:
        goal = f"at {'least' if self.at_least else 'most'} {self.goal:g}{self.unit}"
        measured = f"{_digits(self.measured)}{self.unit}"
        met = "yes" if self.met else "**no**"
        return f"| {self.what} | {self.against} | {measured} | {goal} | {met} | {self.of} |"


def _digits(number: float) -> str:
    """Three digits that count, and no exponent."""
    places = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 0.1 else 3
    return f"{number:.{places}f}"


def tell(*lines: Line) -> None:
    """Print lines as soon as they are known."""
    for line in lines:
        print(line, flush=True)


def cannot(what: str, why: str) -> None:
    """Say that something can't be measured here."""
    print(f"| {what} | | not measured: {why} | | | |", flush=True)


def in_turn(sides: Mapping[str, Callable[[], T]], runs: int) -> dict[str, list[T]]:
    """What each side measured: first one run for nothing, then all sides in turn, so many times.

    What else the machine does meanwhile slows down all sides alike.
    """
    found: dict[str, list[T]] = {name: [] for name in sides}
    for run in range(runs + 1):
        for name, measure in sides.items():
            measured = measure()
            if run:
                found[name].append(measured)
    return found


def medians(found: Mapping[str, list[float]]) -> dict[str, float]:
    """The median of each side."""
    return {name: statistics.median(numbers) for name, numbers in found.items()}


def percentile(numbers: Iterable[float], share: float) -> float:
    """The number that so many (0 to 1) of them don't exceed; 0 of none."""
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.{0 if seconds >= 0.02 else 1}f} ms"
