"""What a VM size allows. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from batchtui.batch.known import Json, Known, Path, Problem, size_of
from batchtui.batch.places import at
from batchtui.batch.rules.reading import MACHINE, Rule, word

_SLOTS_PER_CORE = 4  # and at most 256 in all, says the schema
_DISKS: Path = (*MACHINE, "dataDisks")
_SOON_DAYS = 90


def in_region(body: Json, known: Known) -> Iterable[Problem]:
    """One of the region's sizes (source: SDK, BatchPoolCreateOptions.vmSize).

    Whether those with premium storage are among them, which the docstring denies, is as
    Resource Manager lists them (recording arm-virtual-machine-skus-full has them).
    """
    name = word(body, "vmSize")
    if name == "standard_a0":
        yield Problem(("vmSize",), "Azure Batch doesn't support this VM size.")
    elif known.sizes and name and not size_of(body, known):
        names = {size.name.lower(): size.name for size in known.sizes}
        close = get_close_matches(name[:64], names, n=1)
        guess = f" Is it {names[close[0]]}?" if close else ""
        yield Problem(("vmSize",), f"The account's region has no such VM size.{guess}")


def slots(body: Json, known: Known) -> Iterable[Problem]:
    """At most 4 for each core (source: SDK, BatchPoolCreateOptions.taskSlotsPerNode)."""
    size = size_of(body, known)
    most = _SLOTS_PER_CORE * size.cores if size else 0
    if size and body.get("taskSlotsPerNode", 1) > most:
        yield Problem(("taskSlotsPerNode",), f"At most {most} with this VM size, 4 for each core.")


def data_disks(body: Json, known: Known) -> Iterable[Problem]:
    """As many disks as the size takes (source: Resource Manager, MaxDataDiskCount)."""
    size, disks = size_of(body, known), at(body, _DISKS) or []
    most = size.capabilities.get("MaxDataDiskCount", "") if size else ""
    if most.isdecimal() and len(disks) > int(most):
        yield Problem(_DISKS, f"The VM size takes at most {most}: these are {len(disks)}.")


def retires(body: Json, known: Known) -> Iterable[Problem]:
    """Its batchSupportEndOfLife is near or past (source: Resource Manager)."""
    size = size_of(body, known)
    if size and size.end_of_life and (size.end_of_life - known.now).days <= _SOON_DAYS:
        when = f"{size.end_of_life:%Y-%m-%d}"
        past = size.end_of_life <= known.now
        text = f"Azure Batch {'retired' if past else 'retires'} this VM size on {when}."
        yield Problem(("vmSize",), text)


RULES: tuple[Rule, ...] = (in_region, slots, data_disks)
WARNINGS: tuple[Rule, ...] = (retires,)
