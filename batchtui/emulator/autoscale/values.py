"""The values of formulas: their types, how one is taken for another, and how results show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from batchtui.emulator.autoscale.problems import NoDataError, WrongValueError

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A length of time in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Metric:
    """A variable of the service that has samples, oldest first.

    The last was taken just before `now`, and the others PERIOD seconds apart. `current` is the
    value without a sample, of what is always known.
    """

    name: str
    samples: Sequence[float]
    now: datetime
    current: float | None = None


Value = float | str | Vector | datetime | Interval | Metric
NAMES: dict[type, str] = {
    float: "double",
    str: "string",
    tuple: "doubleVec",
    datetime: "timestamp",
    Interval: "timeinterval",
    Metric: "metric",
}
PERIOD = 30.0


def plain(value: Value) -> Value:
    """A value as operators see it: a metric is its last sample, a vector of one is a double.

    The documentation's examples compute with both (`$CurrentDedicatedNodes * 1.1`), and say
    nothing of a metric without samples: here that is a lack of data.
    """
    if isinstance(value, Metric):
        return latest(value)
    if isinstance(value, tuple) and len(value) == 1:
        return value[0]
    return value


def latest(metric: Metric) -> float:
    """A metric as a number; NoDataError when it has none."""
    if metric.current is not None:
        return metric.current
    if not metric.samples:
        raise no_data(metric, 100, 0)
    return metric.samples[-1]


def no_data(metric: Metric, wanted: float, received: float) -> NoDataError:
    """The complaint about missing samples, in the service's words."""
    return NoDataError(
        f"Insufficient data from data set: {metric.name} "
        f"wanted {wanted:.0f}%, received {received:.0f}%"
    )


def number(value: Value) -> float:
    """A value that has to be a double; WrongValueError for another."""
    found = plain(value)
    if isinstance(found, float):
        return found
    raise WrongValueError(f"A double was expected, not a {name_of(value)}")


def numbers(values: Sequence[Value]) -> Vector:
    """A doubleVecList as one vector; WrongValueError for anything but doubles and vectors."""
    return tuple(_each(values))


def _each(values: Sequence[Value]) -> Iterator[float]:
    for value in values:
        if isinstance(value, tuple):
            yield from value
        else:
            yield number(value)


def name_of(value: Value) -> str:
    """The language's name of a value's type."""
    return NAMES[type(value)]


def written(value: Value) -> str:
    """A value as results show it (docs: times to the millisecond, vectors in brackets)."""
    if isinstance(value, tuple):
        return f"[{','.join(map(_digits, value))}]"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
    if isinstance(value, Interval):
        return _clock_time(value.seconds)
    if isinstance(value, Metric):
        return "" if value.current is None and not value.samples else _digits(latest(value))
    return value if isinstance(value, str) else _digits(value)


def _digits(value: float) -> str:
    return f"{value:.15g}"


def _clock_time(seconds: float) -> str:
    """An interval as .NET writes a TimeSpan: [-][d.]hh:mm:ss[.fffffff]."""
    if not abs(seconds) < 1e12:
        return _digits(seconds)
    ticks = round(abs(seconds) * 10_000_000)
    whole, fraction = divmod(ticks, 10_000_000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    sign = "-" if seconds < 0 and ticks else ""
    day = f"{days}." if days else ""
    tail = f".{fraction:07d}" if fraction else ""
    return f"{sign}{day}{hour:02d}:{minute:02d}:{second:02d}{tail}"
