"""Times as the service writes and reads them. Pure."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$")


def time(text: object) -> datetime | None:
    """A time as the service writes it, with 0 to 7 digits of a second (source: recordings).

    Those of the first and the last year say that there is none (source: .NET's DateTime, whose
    MinValue and MaxValue they are), and nothing could be counted from them.
    """
    found = _TIME.match(text) if isinstance(text, str) else None
    if not found:
        return None
    day_and_time, fraction, zone = found.groups()
    micros = (fraction or "")[:6].ljust(6, "0")
    try:
        found_time = datetime.fromisoformat(
            f"{day_and_time}.{micros}{(zone or 'Z').replace('Z', '+00:00')}"
        )
    except ValueError:
        return None
    return found_time if MINYEAR < found_time.year < MAXYEAR else None


def stamp(moment: datetime) -> str:
    """A time as the service reads it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
