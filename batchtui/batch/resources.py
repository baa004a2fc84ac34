"""What Resource Manager answers -> what is known of sizes and quotas. Pure.

Names and values are those of the recordings arm-account-get-2025 and
arm-virtual-machine-skus-full; reading is as forgiving as that of the service's answers.
"""

from collections.abc import Iterable

from msgspec import Struct, field

from batchtui.batch.known import Quota, VmSize
from batchtui.batch.times import time


class FamilyRow(Struct, frozen=True, rename="camel"):
    """How many dedicated cores a VM family may have."""

    name: str = ""
    core_quota: int = 0


class PropertiesRow(Struct, frozen=True, rename="camel"):
    """What is said of an account; its quotas are null where the subscription's count."""

    pool_allocation_mode: str = ""
    pool_quota: int | None = None
    dedicated_core_quota: int | None = None
    low_priority_core_quota: int | None = None
    families: tuple[FamilyRow, ...] | None = field(
        name="dedicatedCoreQuotaPerVMFamily", default=None
    )
    families_count: bool = field(name="dedicatedCoreQuotaPerVMFamilyEnforced", default=False)


class AccountRow(Struct, frozen=True):
    """A Batch account as a resource."""

    location: str = ""
    properties: PropertiesRow = PropertiesRow()

    @property
    def user_subscription(self) -> bool:
        """Whether pools are allocated in the account's own subscription, by its quota."""
        return self.properties.pool_allocation_mode.lower() == "usersubscription"


class CapabilityRow(Struct, frozen=True):
    """One thing that a VM size has, or how much of it."""

    name: str = ""
    value: str = ""


class SkuRow(Struct, frozen=True):
    """A VM size as it is listed."""

    name: str = ""
    family: str = field(name="familyName", default="")
    capabilities: tuple[CapabilityRow, ...] = ()
    end_of_life: str = field(name="batchSupportEndOfLife", default="")


def quota_of(account: AccountRow) -> Quota | None:
    """What the account may have; None where the subscription's quota counts, or it isn't told."""
    said = account.properties
    dedicated, spot = said.dedicated_core_quota, said.low_priority_core_quota
    pools = said.pool_quota
    if account.user_subscription or dedicated is None or spot is None or pools is None:
        return None
    families = {row.name: row.core_quota for row in said.families or ()}
    # Only where that is enforced do families count (source: the property's own documentation).
    return Quota(dedicated, spot, pools, families if said.families_count else None)


def sizes_of(rows: Iterable[SkuRow]) -> list[VmSize]:
    """VM sizes, without those that say neither their name nor their cores."""
    return [size for row in rows if (size := vm_size(row)).name and size.cores]


def vm_size(row: SkuRow) -> VmSize:
    """A VM size, with 0 cores if it doesn't say how many it has."""
    said = {each.name: each.value for each in row.capabilities}
    return VmSize(
        name=row.name,
        family=row.family,
        cores=_count(said.get("vCPUs", "")),
        memory_gib=_number(said.get("MemoryGB", "")),
        gpus=_count(said.get("GPUs", "")),
        capabilities=said,
        end_of_life=time(row.end_of_life),
    )


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 9 else 0


def _number(text: str) -> float | None:
    try:
        return float(text[:20])
    except ValueError:
        return None
