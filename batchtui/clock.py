"""What time it is."""

from collections.abc import Callable
from datetime import UTC, datetime

# The time in UTC; a parameter, so that pictures and tests can hold it still.
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)
