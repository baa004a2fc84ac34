"""What a formula may ask a metric: its samples, and how many of them there are.

A sample is there as soon as it is taken; the service takes about a minute for that.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from batchtui.emulator.autoscale.problems import WrongValueError
from batchtui.emulator.autoscale.values import (
    PERIOD,
    Interval,
    Metric,
    Value,
    Vector,
    no_data,
    number,
)


def get_sample(metric: Metric, arguments: Sequence[Value]) -> Vector:
    """`GetSample(count)`, or `GetSample(start [, end] [, samplePercent])`; NoDataError."""
    bounds = _bounds(arguments)
    rest = arguments[len(bounds) :]
    if not bounds:
        _count(arguments, 1, 1)
        count = max(0.0, min(number(arguments[0]), len(metric.samples)))
        return tuple(metric.samples[len(metric.samples) - int(count) :])
    _count(rest, 0, 1)
    samples, percent = _within(metric, bounds)
    wanted = number(rest[0]) if rest else 0.0
    if percent < wanted:
        raise no_data(metric, wanted, percent)
    return samples


def get_sample_percent(metric: Metric, arguments: Sequence[Value]) -> float:
    """`GetSamplePercent(start [, end])`: how much of the time there are samples of, 0 to 100."""
    bounds = _bounds(arguments)
    if not bounds or len(bounds) != len(arguments):
        raise WrongValueError("One or two times or intervals were expected")
    return _within(metric, bounds)[1]


def get_sample_period(_: Metric, arguments: Sequence[Value]) -> Interval:
    """`GetSamplePeriod()`: 30 seconds."""
    _count(arguments, 0, 0)
    return Interval(PERIOD)


def count(metric: Metric, arguments: Sequence[Value]) -> float:
    """`Count()`: the number of samples."""
    _count(arguments, 0, 0)
    return float(len(metric.samples))


def history_begin_time(metric: Metric, arguments: Sequence[Value]) -> datetime:
    """`HistoryBeginTime()`: when the oldest sample was taken, now when there is none."""
    _count(arguments, 0, 0)
    return metric.now - timedelta(seconds=PERIOD * max(0, len(metric.samples) - 1))


METHODS: dict[str, Callable[[Metric, Sequence[Value]], Value]] = {
    "GetSample": get_sample,
    "GetSamplePercent": get_sample_percent,
    "GetSamplePeriod": get_sample_period,
    "Count": count,
    "HistoryBeginTime": history_begin_time,
}


def _count(arguments: Sequence[Value], least: int, most: int) -> None:
    if not least <= len(arguments) <= most:
        raise WrongValueError(f"Unexpected number of arguments: {len(arguments)}")


def _bounds(arguments: Sequence[Value]) -> list[datetime | Interval]:
    """The one or two times that the arguments begin with."""
    found: list[datetime | Interval] = []
    for value in arguments[:2]:
        if not isinstance(value, datetime | Interval):
            break
        found.append(value)
    return found


def _within(metric: Metric, bounds: Sequence[datetime | Interval]) -> tuple[Vector, float]:
    """The samples between two times, in any order, or since one; and their percentage."""
    ages = sorted(_age(metric, bound) for bound in bounds)
    newest, oldest = (ages[0], ages[1]) if len(ages) == 2 else (0.0, ages[0])
    first = _samples_in(newest, len(metric.samples))
    last = _samples_in(oldest, len(metric.samples))
    possible = (oldest - newest) / PERIOD
    found = tuple(metric.samples[len(metric.samples) - last : len(metric.samples) - first])
    return found, min(100.0, 100.0 * len(found) / max(1.0, possible))


def _age(metric: Metric, bound: datetime | Interval) -> float:
    """How many seconds ago something was, 0 for what is to come; WrongValueError."""
    seconds = bound.seconds if isinstance(bound, Interval) else (metric.now - bound).total_seconds()
    if math.isnan(seconds):
        raise WrongValueError("The interval is not a number")
    return max(0.0, seconds)


def _samples_in(seconds: float, most: int) -> int:
    """How many of the last samples were taken in so many seconds."""
    return int(min(math.ceil(seconds / PERIOD), most))
