"""The cores and pools that the account may have, before and after a pool is made. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from batchtui.batch.known import Json, Known, Quota, Used, VmSize, size_of

DEDICATED, SPOT = "targetDedicatedNodes", "targetLowPriorityNodes"


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """How much of a quota is used, and how much would be; None where that can't be told.

    `counts` is the property of the pool that it is about, empty for the pool itself.
    """

    name: str
    used: int
    after: int | None
    limit: int
    counts: str = ""

    @property
    def needed(self) -> int:
        """What the pool adds."""
        return (self.after or self.used) - self.used

    @property
    def free(self) -> int:
        """What is left without the pool."""
        return max(self.limit - self.used, 0)

    @property
    def too_much(self) -> bool:
        """Whether the pool asks for more than is left."""
        return self.needed > self.free


def quota_rows(body: Json, known: Known) -> list[QuotaRow]:
    """What the pool's JSON comes to against each quota; nothing where none is known.

    Dedicated cores count by family and in total, spot ones in total; pools that are allocated in
    the user's subscription count against that one's quota (source: SERVICE.md, 20).
    """
    if known.quota is None:
        return []
    used = known.used or Used(0, 0, 0)
    cores = () if known.user_subscription else _cores(body, known, known.quota, used)
    return [*cores, _pools(known.quota, used)]


def _cores(body: Json, known: Known, quota: Quota, used: Used) -> Iterator[QuotaRow]:
    size = size_of(body, known)
    dedicated, spot = (_asked(body, name, size) for name in (DEDICATED, SPOT))
    yield _row("dedicated cores", used.dedicated, dedicated, quota.dedicated, DEDICATED)
    families = {name.lower(): limit for name, limit in (quota.by_family or {}).items()}
    taken = {name.lower(): cores for name, cores in used.by_family.items()}
    family = size.family.lower() if size else ""
    if size and family in families:
        name = f"cores of {size.family}"
        yield _row(name, taken.get(family, 0), dedicated, families[family], DEDICATED)
    yield _row("spot cores", used.spot, spot, quota.spot, SPOT)


def _pools(quota: Quota, used: Used) -> QuotaRow:
    return QuotaRow("pools", used.pools, used.pools + 1, quota.pools)


def _row(name: str, used: int, asked: int | None, limit: int, counts: str) -> QuotaRow:
    return QuotaRow(name, used, None if asked is None else used + asked, limit, counts)


def _asked(body: Json, name: str, size: VmSize | None) -> int | None:
    """The cores that a pool asks for; None if a formula decides, or the size isn't known."""
    count = body.get(name, 0)
    if body.get("enableAutoScale") or size is None or not isinstance(count, int):
        return None
    return size.cores * count
