"""Core hours of pools, summed up by half hours as in the service's usage metrics."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from batchtui.emulator.catalogue import vm_size
from batchtui.emulator.times import read_time

INTERVAL = timedelta(minutes=30)
DELAY = timedelta(hours=2)  # usage is known from this age on (SDK: list_pool_usage_metrics)
KEPT = timedelta(days=30)  # the service's own time isn't documented
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


def stays(pool_id: str, size: str, since: Iterable[str], until: datetime) -> list[Stay]:
    """The times of a pool's nodes from when each was allocated; those of one age are counted.

    A size that isn't known has no cores.
    """
    known = vm_size(size)
    cores = known.cores if known else 0
    return [
        Stay(pool_id, size, cores * nodes, read_time(text) or until, until)
        for text, nodes in Counter(since).items()
    ]


class Usage:
    """Remembers what nodes used that are gone by now, for as long as the service may be asked."""

    def __init__(self) -> None:
        self._hours: dict[Slice, float] = {}

    def remember(self, past: Iterable[Stay], now: datetime) -> None:
        """Nodes are gone."""
        oldest = now - KEPT
        for slot in [slot for slot in self._hours if slot.start < oldest]:
            del self._hours[slot]
        for slot, used in core_hours(past, oldest, now).items():
            self._hours[slot] = self._hours.get(slot, 0.0) + used

    def between(
        self, start: datetime, end: datetime, present: Iterable[Stay]
    ) -> dict[Slice, float]:
        """The core hours of the half hours that begin in this time, with what is still there."""
        hours = core_hours(present, start, end)
        for at, used in self._hours.items():
            if start <= at.start < end:
                hours[at] = hours.get(at, 0.0) + used
        return hours


def core_hours(nodes: Iterable[Stay], start: datetime, end: datetime) -> dict[Slice, float]:
    """The core hours of these stays in each half hour that they touch in this time."""
    hours: dict[Slice, float] = {}
    for each in nodes:
        at, last = floor(max(start, each.start)), min(end, each.end)
        while at < last:
            used = min(at + INTERVAL, last) - max(at, each.start)
            slot = Slice(at, each.pool_id, each.vm_size)
            hours[slot] = hours.get(slot, 0.0) + each.cores * (used / HOUR)
            at += INTERVAL
    return hours


def floor(at: datetime) -> datetime:
    """The beginning of the half hour that a time is in."""
    return at - (at - EPOCH) % INTERVAL


def last_known(now: datetime) -> datetime:
    """The end of the last half hour whose usage is known by now."""
    return floor(now - DELAY)
