"""Whether the account's quota has room for the pool. Pure.

The service takes a pool whose cores are too many, and its resize fails (source: SERVICE.md,
traps 17 and 20): that is a warning. It refuses a pool too many (documentation, PoolQuotaReached).
"""

from collections.abc import Iterable

from batchtui.batch.known import Json, Known, Problem
from batchtui.batch.quota import quota_rows
from batchtui.batch.rules.reading import Rule


def pools(_body: Json, known: Known) -> Iterable[Problem]:
    """A pool too many (source: the documentation's PoolQuotaReached, 409)."""
    if known.quota and known.used and known.used.pools >= known.quota.pools:
        text = f"The account has as many pools as it may, {known.quota.pools}: delete one first."
        yield Problem((), text)


def cores(body: Json, known: Known) -> Iterable[Problem]:
    """Cores too many: dedicated ones in total and by family, spot ones in total."""
    for row in quota_rows(body, known):
        if row.counts and row.too_much:
            text = (
                f"Needs {row.needed} {row.name}, and {row.free} of {row.limit} are free: "
                "not all nodes will come."
            )
            yield Problem((row.counts,), text)


RULES: tuple[Rule, ...] = (pools,)
WARNINGS: tuple[Rule, ...] = (cores,)
