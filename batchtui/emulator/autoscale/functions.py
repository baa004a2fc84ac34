"""The functions of formulas (docs: batch-automatic-scaling, Functions)."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random

from batchtui.emulator.autoscale.problems import WrongValueError
from batchtui.emulator.autoscale.values import Value, Vector, number, numbers
from batchtui.emulator.times import read_http_date, read_time

W3C_TIME = re.compile(r"\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[-+]\d\d:\d\d))?)?")


def _some(values: Vector) -> Vector:
    if not values:
        raise WrongValueError("There are no values")
    return values


def average(values: Vector) -> float:
    """The mean of at least one value."""
    return sum(_some(values)) / len(values)


def norm(values: Vector) -> float:
    """The two-norm."""
    return math.sqrt(sum(value * value for value in values))


def spread(values: Vector) -> float:
    """The difference between the largest and the smallest value."""
    return max(_some(values)) - min(values)


def deviation(values: Vector) -> float:
    """The sample standard deviation, 0 of a single value."""
    mean = average(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1))


def rounded(value: float) -> float:
    """The nearest whole number, halves away from zero."""
    return math.copysign(math.floor(abs(value) + 0.5), value)


OF_ALL: dict[str, Callable[[Vector], float]] = {
    "avg": average,
    "len": lambda values: float(len(values)),
    "max": lambda values: max(_some(values)),
    "min": lambda values: min(_some(values)),
    "norm": norm,
    "range": spread,
    "std": deviation,
    "sum": lambda values: float(sum(values)),
}
OF_EACH: dict[str, Callable[[float], float]] = {
    "ceil": lambda value: float(math.ceil(value)),
    "floor": lambda value: float(math.floor(value)),
    "lg": math.log2,
    "ln": math.log,
    "log": math.log10,
    "round": rounded,
}
NAMES = frozenset({*OF_ALL, *OF_EACH, "percentile", "rand", "stop", "time", "val", "vec"})


class Stop(Exception):  # noqa: N818 - an end, not an error
    """The formula asked for its end."""


def call(name: str, arguments: Sequence[Value], now: datetime, chance: Random) -> Value:
    """What a function of NAMES makes of its arguments; WrongValueError, ArithmeticError or Stop."""
    if name in OF_ALL:
        return OF_ALL[name](numbers(arguments))
    if name in OF_EACH:
        return _of_each(OF_EACH[name], arguments)
    if name == "vec":
        return numbers(arguments)
    if name == "time":
        return _time(arguments, now)
    if name in {"val", "percentile"}:
        return _element(name, arguments)
    _expect(arguments, 0)
    if name == "stop":
        raise Stop
    return chance.random()


def _of_each(function: Callable[[float], float], arguments: Sequence[Value]) -> Value:
    """A double of one double, else a vector of all that is given."""
    if len(arguments) == 1 and not isinstance(arguments[0], tuple):
        return function(number(arguments[0]))
    return tuple(function(value) for value in numbers(arguments))


def _element(name: str, arguments: Sequence[Value]) -> float:
    """`val(v, i)` counts from 0; `percentile(v, p)` is the nearest rank, p from 0 to 100."""
    _expect(arguments, 2)
    values, at = numbers(arguments[:1]), number(arguments[1])
    if name == "percentile":
        values = tuple(sorted(_some(values)))
        at = max(0, math.ceil(at / 100 * len(values)) - 1)
    if not 0 <= at < len(values):
        raise WrongValueError(f"There is no element {at:g} of {len(values)}")
    return values[int(at)]


def _time(arguments: Sequence[Value], now: datetime) -> datetime:
    """`time()` is now, `time("...")` a time as W3C-DTF or RFC 1123 write it."""
    if not arguments or (len(arguments) == 1 and arguments[0] == ""):
        return now
    _expect(arguments, 1)
    text = arguments[0]
    if not isinstance(text, str):
        raise WrongValueError("A string was expected")
    at = read_w3c(text) if text[:1].isdigit() else read_http_date(text)
    if at is None:
        raise WrongValueError(f"Invalid time: {text}")
    return at.astimezone(UTC)


def read_w3c(text: str) -> datetime | None:
    """A W3C-DTF time of days or finer, to 7 digits of a second as .NET reads them, or None."""
    if not W3C_TIME.fullmatch(text):
        return None
    return read_time(text if len(text) > 7 else f"{text}-01")


def _expect(arguments: Sequence[Value], count: int) -> None:
    if len(arguments) != count:
        raise WrongValueError(f"{count} arguments were expected, not {len(arguments)}")
