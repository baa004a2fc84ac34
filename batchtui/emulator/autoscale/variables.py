"""The variables of a formula: those of the service, and those that it makes itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from batchtui.emulator.autoscale.problems import WrongValueError
from batchtui.emulator.autoscale.values import Interval, Metric, Value, number, written
from batchtui.emulator.nodes import DEALLOCATION_OPTIONS

MOST_NODES = 1_000_000
DEDICATED, SPOT, OPTION = (
    "$TargetDedicatedNodes",
    "$TargetLowPriorityNodes",
    "$NodeDeallocationOption",
)
ALIASES = {"$TargetDedicated": DEDICATED, "$TargetLowPriority": SPOT}
INTERVALS = {
    "Zero": 0.0, "100ns": 1e-7, "Microsecond": 1e-6, "Millisecond": 1e-3, "Second": 1.0,
    "Minute": 60.0, "Hour": 3600.0, "Day": 86400.0, "Week": 604800.0, "Year": 31536000.0,
}  # fmt: skip
CONSTANTS: dict[str, Value] = {
    **{option: option for option in DEALLOCATION_OPTIONS},
    **{f"TimeInterval_{name}": Interval(seconds) for name, seconds in INTERVALS.items()},
}


@dataclass(frozen=True)
class Surroundings:
    """What a formula finds: the pool's targets and metrics, the time, and chance."""

    dedicated: int
    spot: int
    metric: Callable[[str], Metric | None]
    now: datetime
    chance: Random


class Variables:
    """What variables are worth while a formula runs."""

    def __init__(self, around: Surroundings) -> None:
        self._metric = around.metric
        self._targets = {DEDICATED: float(around.dedicated), SPOT: float(around.spot)}
        self._named: set[str] = set()
        self.option = DEALLOCATION_OPTIONS[0]
        self._own: dict[str, tuple[str, Value]] = {}

    @property
    def dedicated(self) -> int:
        """The dedicated nodes that are asked for."""
        return node_count(self._targets[DEDICATED])

    @property
    def spot(self) -> int:
        """The spot nodes that are asked for."""
        return node_count(self._targets[SPOT])

    def results(self) -> str:
        """The service's own, then the formula's by name (recorded: pool-evaluate-autoscale)."""
        found = [f"{DEDICATED}={self.dedicated}", f"{SPOT}={self.spot}", f"{OPTION}={self.option}"]
        own = sorted(self._own.items(), key=lambda item: item[0])
        return ";".join(found + [f"{name}={written(value)}" for _, (name, value) in own])

    def read(self, name: str) -> Value:
        """The value of a variable; the dollar sign belongs to the names of the service only.

        WrongValueError for an unknown one, which is said without its sign (recorded).
        """
        full = ALIASES.get(name, name)
        if full in self._targets:
            return self._targets[full]
        if name == OPTION:
            return self.option
        if name.startswith("$") and (metric := self._metric(name)):
            return metric
        symbol = name.removeprefix("$")
        if symbol in self._own:
            return self._own[symbol][1]
        if name in CONSTANTS:
            return CONSTANTS[name]
        raise WrongValueError(f"Undefined symbol: {symbol}")

    def assign(self, name: str, value: Value) -> None:
        """Give a variable a value; WrongValueError when it can't have that."""
        if ALIASES.get(name, name) in self._targets:
            self._aim(name, value)
        elif name == OPTION:
            if value not in DEALLOCATION_OPTIONS:
                raise WrongValueError(f"Invalid value of {OPTION}")
            self.option = str(value)
        elif name.startswith("$") and self._metric(name):
            raise WrongValueError(f"Variable is read-only: {name[1:]}")
        else:
            self._own[name.removeprefix("$")] = name, value

    def _aim(self, name: str, value: Value) -> None:
        """Set a target; the full name takes precedence over its alias (docs)."""
        full = ALIASES.get(name, name)
        wanted = number(value)
        if wanted != wanted:  # noqa: PLR0124 - only NaN differs from itself
            raise WrongValueError(f"The value of {name} is not a number")
        if name == full:
            self._named.add(full)
        elif full in self._named:
            return
        self._targets[full] = wanted


def node_count(value: float) -> int:
    """A target as a number of nodes: the fraction is cut off, below 0 is 0.

    Neither is documented; the documentation's `(n + 3) / 4` for a quarter rounded up needs the
    cut.
    """
    return int(max(0.0, min(value, MOST_NODES)))
