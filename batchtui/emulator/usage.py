"""Core hours of pools, summed up by half hours as in the service's usage metrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from batchtui.emulator.catalogue import vm_size
from batchtui.emulator.times import read_time

INTERVAL = timedelta(minutes=30)
DELAY = timedelta(hours=2)  # usage is known from this age on (SDK: list_pool_usage_metrics)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Stay:
    """Cores that a pool had for a time."""

    pool_id: str
    vm_size: str
    cores: int
    start: datetime
    end: datetime


@dataclass(frozen=True, order=True)
class Slice:
    """A pool in one half hour, which begins then."""

    start: datetime
    pool_id: str
    vm_size: str


def stay(pool_id: str, vm_size_name: str, since: str, until: datetime, nodes: int = 1) -> Stay:
    """The time that nodes of a pool were there; without cores when their size isn't known."""
    size, start = vm_size(vm_size_name), read_time(since)
    cores = size.cores * nodes if size else 0
    return Stay(pool_id, vm_size_name, cores, start or until, until)


class Usage:
    """Remembers what nodes used that are gone by now."""

    def __init__(self) -> None:
        self._hours: dict[Slice, float] = {}

    def remember(self, past: Stay) -> None:
        """A node is gone."""
        self._add(core_hours([past], past.start, past.end))

    def between(
        self, start: datetime, end: datetime, present: Iterable[Stay]
    ) -> dict[Slice, float]:
        """The core hours of the half hours that begin in this time, with what is still there."""
        hours = core_hours(present, start, end)
        for at, used in self._hours.items():
            if start <= at.start < end:
                hours[at] = hours.get(at, 0.0) + used
        return hours

    def _add(self, more: dict[Slice, float]) -> None:
        for at, used in more.items():
            self._hours[at] = self._hours.get(at, 0.0) + used


def core_hours(stays: Iterable[Stay], start: datetime, end: datetime) -> dict[Slice, float]:
    """The core hours of these stays in each half hour that they touch in this time."""
    hours: dict[Slice, float] = {}
    for stay in stays:
        at, last = floor(max(start, stay.start)), min(end, stay.end)
        while at < last:
            used = min(at + INTERVAL, last) - max(at, stay.start)
            slot = Slice(at, stay.pool_id, stay.vm_size)
            hours[slot] = hours.get(slot, 0.0) + stay.cores * (used / HOUR)
            at += INTERVAL
    return hours


def floor(at: datetime) -> datetime:
    """The beginning of the half hour that a time is in."""
    return at - (at - EPOCH) % INTERVAL


def last_known(now: datetime) -> datetime:
    """The end of the last half hour whose usage is known by now."""
    return floor(now - DELAY)
