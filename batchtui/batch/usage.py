"""What of a quota the account's pools ask for, and what is left for a VM size. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from batchtui.batch.known import Known, Used, VmSize
from batchtui.batch.models import Pool
from batchtui.batch.quota import DEDICATED, SPOT, quota_rows


@dataclass(frozen=True, slots=True)
class Left:
    """Cores of each kind that nodes of a size may still have."""

    dedicated: int
    spot: int


def used_by(pools: Iterable[Pool], sizes: Iterable[VmSize]) -> Used:
    """Cores that pools have now, or are about to have where those that resize ask for more.

    A steady pool whose target is higher asks for no more: its resize failed (source: SERVICE.md,
    trap 17). Dedicated cores count in total and by family, spot ones in total (trap 20).
    """
    by_name = {size.name.lower(): size for size in sizes}
    count, spot = 0, 0
    families: Counter[str] = Counter()
    for pool in pools:
        count += 1
        if size := by_name.get(pool.vm_size.lower()):
            resizing = pool.allocation_state == "resizing"
            dedicated = max(pool.dedicated, pool.dedicated_target * resizing)
            families[size.family] += size.cores * dedicated
            spot += size.cores * max(pool.spot, pool.spot_target * resizing)
    return Used(families.total(), spot, count, dict(families))


def left(size: VmSize, known: Known) -> Left | None:
    """What nodes of a size may still have; None if it isn't known."""
    rows = quota_rows({"vmSize": size.name}, replace(known, sizes=(size,)))
    free: dict[str, int] = {}
    for row in rows:
        free[row.counts] = min(row.free, free.get(row.counts, row.free))
    return Left(free[DEDICATED], free[SPOT]) if DEDICATED in free else None
