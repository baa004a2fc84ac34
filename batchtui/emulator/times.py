"""Times and durations as the service writes them."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

EPOCH = datetime(1, 1, 1, tzinfo=UTC)
NO_LIMIT = timedelta(days=36500)
DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def service_time(at: datetime, extra: int = 0) -> str:
    """A time as the service writes it: 7 fractional digits, `extra` the last, zeros trimmed."""
    return _written(f"{_microseconds(at)}{extra % 10}")


def full_time(at: datetime) -> str:
    """A time as errors tell it: all 7 fractional digits (recorded in 19 of 19)."""
    return f"{_microseconds(at)}0Z"


def agent_time(at: datetime) -> str:
    """A time as the node's agent writes it: 6 fractional digits, zeros trimmed."""
    return _written(_microseconds(at))


def _microseconds(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")[:26]  # without the zone, which is UTC


def _written(text: str) -> str:
    return text.rstrip("0").rstrip(".") + "Z"


def ticks(at: datetime, extra: int = 0) -> int:
    """.NET ticks: tenths of a microsecond since the year 1."""
    return (at - EPOCH) // timedelta(microseconds=1) * 10 + extra % 10


def etag(at: datetime, extra: int = 0) -> str:
    """The data plane's ETag of something modified then (unquoted; recorded in 38 of 38)."""
    return f"0x{ticks(at, extra):X}"


def http_date(at: datetime) -> str:
    """A time for an HTTP header, to the second."""
    return format_datetime(at, usegmt=True)


def read_http_date(text: str) -> datetime | None:
    """The time in an HTTP header, or None."""
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def read_time(text: str) -> datetime | None:
    """An ISO 8601 time with any number of fractional digits, or None."""
    try:
        at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter at the ends of time, for its zone
        return None


def read_duration(text: str) -> timedelta | None:
    """An ISO 8601 duration of days and less, or None."""
    found = DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    parts = {name: float(value) for name, value in found.groupdict().items() if value}
    try:
        return timedelta(**parts)
    except OverflowError:
        return None


def limit_seconds(text: str | None) -> float | None:
    """A limit in seconds, None when there is none: the service's longest duration means that."""
    length = read_duration(text) if text else None
    return None if length is None or length >= NO_LIMIT else length.total_seconds()


def write_duration(length: timedelta) -> str:
    """A duration as the service writes it back: PT06M00S becomes PT6M."""
    minutes, seconds = divmod(length.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    days, hours = divmod(hours, 24)
    parts = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    parts += f"{seconds:g}S" if seconds else ""
    day = f"{days}D" if days else ""
    return f"P{day}T{parts}" if parts else f"P{day}" if day else "PT0S"
