"""Inbound NAT pools: which ports of the public address lead to which of the nodes. Pure.

Source, unless said otherwise: SDK, BatchInboundNatPool and BatchPoolEndpointConfiguration, and
SERVICE.md, trap 3.
"""

from collections.abc import Iterable

from batchtui.batch.access_rules import NAT_POOLS
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.places import at
from batchtui.batch.rules.reading import Rule, again, items, word

_START, _END = "frontendPortRangeStart", "frontendPortRangeEnd"
_LEAST_PORTS = 40
_RESERVED = range(50000, 55001)
_PROVISION: Path = ("networkConfiguration", "publicIPAddressConfiguration", "provision")


def names_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each name once in a pool."""
    pools = items(body, NAT_POOLS)
    for path in again(
        ((*path, "name"), word(each, "name")) for path, each in pools if "name" in each
    ):
        yield Problem(path, "Another endpoint has this name: each needs its own.")


def backends_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each port of the nodes once in a pool."""
    name = "backendPort"
    pools = items(body, NAT_POOLS)
    for path in again(((*path, name), each[name]) for path, each in pools if name in each):
        yield Problem(path, "Another endpoint leads to this port: each needs its own.")


def wide_enough(body: Json, _known: Known) -> Iterable[Problem]:
    """At least 40 ports outside."""
    for path, start, end in _ranges(body):
        if end - start + 1 < _LEAST_PORTS:
            least = start + _LEAST_PORTS - 1
            text = f"At least {_LEAST_PORTS} ports: from {start} to {least} or more."
            yield Problem((*path, _END), text)


def not_reserved(body: Json, _known: Known) -> Iterable[Problem]:
    """None of the ports 50000 to 55000 outside."""
    for path, start, end in _ranges(body):
        if start < _RESERVED.stop and end >= _RESERVED.start:
            name = _END if end in _RESERVED and start not in _RESERVED else _START
            text = "Batch keeps the ports 50000 to 55000: choose others."
            yield Problem((*path, name), text)


def apart(body: Json, _known: Known) -> Iterable[Problem]:
    """Each port outside in one range only."""
    before: list[tuple[int, int]] = []
    for path, start, end in _ranges(body):
        for other_start, other_end in before:
            if start <= other_end and other_start <= end:
                text = f"Another endpoint has {other_start} to {other_end}: choose other ports."
                yield Problem((*path, _START), text)
        before.append((start, end))


def not_without_addresses(body: Json, _known: Known) -> Iterable[Problem]:
    """No NAT pools without public addresses."""
    if at(body, NAT_POOLS) and str(at(body, _PROVISION)).lower() == "nopublicipaddresses":
        text = "Without public addresses nodes can't be reached so: take the endpoints away."
        yield Problem(NAT_POOLS, text)


def _ranges(body: Json) -> Iterable[tuple[Path, int, int]]:
    for path, pool in items(body, NAT_POOLS):
        if _START in pool and _END in pool:
            yield path, pool[_START], pool[_END]


RULES: tuple[Rule, ...] = (
    names_once,
    backends_once,
    wide_enough,
    not_reserved,
    apart,
    not_without_addresses,
)
