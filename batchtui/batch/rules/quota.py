"""Whether the account's quota has room for the pool. Pure.

The service takes a pool whose cores are too many, and its resize fails (source: SERVICE.md,
traps 17 and 20): that is a warning. It refuses a pool too many (documentation, PoolQuotaReached).
"""

from collections.abc import Iterable

from batchtui.batch.known import Json, Known, Problem, Quota, Used, VmSize
from batchtui.batch.rules.reading import Rule, size_of

_DEDICATED, _SPOT = "targetDedicatedNodes", "targetLowPriorityNodes"


def pools(_body: Json, known: Known) -> Iterable[Problem]:
    """A pool too many (source: the documentation's PoolQuotaReached, 409)."""
    if known.quota and known.used and known.used.pools >= known.quota.pools:
        text = f"The account has as many pools as it may, {known.quota.pools}: delete one first."
        yield Problem((), text)


def cores(body: Json, known: Known) -> Iterable[Problem]:
    """Cores too many: dedicated ones in total and by family, spot ones in total.

    Pools that are allocated in the user's subscription count against that one's quota.
    """
    size = size_of(body, known)
    if body.get("enableAutoScale") or known.user_subscription or not size or not known.quota:
        return
    for name, what, most, used in _limits(known.quota, known.used or Used(0, 0, 0), size):
        needed, free = size.cores * body.get(name, 0), max(most - used, 0)
        if needed > free:
            text = f"Needs {needed} {what}, and {free} of {most} are free: not all nodes will come."
            yield Problem((name,), text)


def _limits(quota: Quota, used: Used, size: VmSize) -> Iterable[tuple[str, str, int, int]]:
    """Which nodes count against what, how much of it there may be, and how much there is."""
    yield _DEDICATED, "dedicated cores", quota.dedicated, used.dedicated
    families = {name.lower(): most for name, most in (quota.by_family or {}).items()}
    taken = {name.lower(): most for name, most in used.by_family.items()}
    family = size.family.lower()
    if family in families:
        yield _DEDICATED, f"cores of {size.family}", families[family], taken.get(family, 0)
    yield _SPOT, "spot cores", quota.spot, used.spot


RULES: tuple[Rule, ...] = (pools,)
WARNINGS: tuple[Rule, ...] = (cores,)
