"""Durations as the service writes them (ISO 8601) and as people type them. Pure."""

import re
from datetime import timedelta

# Years and months have no fixed length, and the service writes none (source: recordings).
_ISO = re.compile(
    r"P(?=.)(?:(?P<days>\d{1,8})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,7})?)S)?)?"
)


def read_duration(text: str) -> timedelta | None:
    """The length of an ISO 8601 duration, such as `PT15M`; None if it is none."""
    found = _ISO.fullmatch(text)
    if not found:
        return None
    return timedelta(**{unit: float(count) for unit, count in found.groupdict(default="0").items()})


def as_minutes(iso: str) -> str:
    """A duration for a field to edit: whole minutes as a number, any other as it was written."""
    length = read_duration(iso)
    if length is None or length % timedelta(minutes=1):
        return iso
    return str(length // timedelta(minutes=1))


def from_minutes(text: str) -> str:
    """What such a field means for the service: `15` is `PT15M`, any other stays as it is."""
    return f"PT{int(text)}M" if _is_number(text) else text


def minutes_problem(text: str, least: int, most: int) -> str:
    """What is wrong with such a field's text; `least` and `most` are minutes."""
    length = read_duration(from_minutes(text))
    if length is None:
        return "A number of minutes, or a duration such as PT1H30M."
    if not timedelta(minutes=least) <= length <= timedelta(minutes=most):
        return f"The service takes {least} to {most} minutes."
    return ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6
