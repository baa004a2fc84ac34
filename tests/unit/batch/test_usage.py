from dataclasses import replace

import pytest
from conftest import recording
from known_service import KNOWN, recorded_sizes

from batchtui.batch import convert
from batchtui.batch.known import Quota, Used
from batchtui.batch.resources import AccountRow, SkuRow, quota_of, sizes_of
from batchtui.batch.usage import Left, left, used_by
from batchtui.batch.wire import read, read_page

SIZES = {size.name: size for size in recorded_sizes()}
D4, D2 = SIZES["Standard_D4s_v3"], SIZES["Standard_D2s_v3"]
FAMILY = "standardDSv3Family"


def account(**changes):
    body = recording("arm-account-get-2025")["response"]["body"]
    return read({**body, "properties": body["properties"] | changes}, AccountRow)


def pool(**more):
    usual = {"id": "p", "vmSize": "standard_d4s_v3", "allocationState": "resizing"}
    return convert.pool(usual | more)


def test_the_recorded_sizes_are_read():
    body = recording("arm-virtual-machine-skus-full")["response"]["body"]
    rows = [read(row, SkuRow) for row in body["value"]]
    assert sizes_of(rows) == list(KNOWN.sizes)
    gpu = next(size for size in sizes_of(rows) if size.name == "Standard_NC4as_T4_v3")
    assert (gpu.cores, gpu.memory_gib, gpu.gpus, gpu.family) == (
        4,
        28.0,
        1,
        "Standard NCASv3_T4 Family",
    )
    assert any(size.end_of_life for size in sizes_of(rows))


def test_the_recorded_account_has_a_quota():
    found = account()
    quota = quota_of(found)
    assert (found.location, found.user_subscription) == ("eastasia", False)
    assert (quota.dedicated, quota.spot, quota.pools) == (500, 500, 100)
    assert quota.by_family[FAMILY] == 500
    assert quota.by_family["standardNCFamily"] == 24


def test_families_count_only_where_that_is_enforced():
    assert quota_of(account(dedicatedCoreQuotaPerVMFamilyEnforced=False)).by_family is None


@pytest.mark.parametrize(
    "changes",
    [
        {"poolAllocationMode": "UserSubscription"},
        {"dedicatedCoreQuota": None},
        {"lowPriorityCoreQuota": "many"},
        {"poolQuota": []},
    ],
)
def test_without_a_quota_of_its_own_there_is_none(changes):
    assert quota_of(account(**changes)) is None


def test_what_is_of_another_type_is_missing():
    body = b"""{"nextLink": 7, "value": [1, null, {"name": 5, "capabilities": []},
        {"name": "no_cores", "capabilities": [{"name": "vCPUs", "value": "many"}]},
        {"name": "good", "familyName": [], "batchSupportEndOfLife": {},
         "capabilities": [3, {"name": "vCPUs", "value": "2"}, {"name": "MemoryGB", "value": "x"},
                          {"name": "GPUs", "value": 9}]}]}"""
    page = read_page(body, SkuRow)
    (size,) = sizes_of(page.rows)
    assert (page.next_link, size.name, size.family) == ("", "good", "")
    assert (size.cores, size.memory_gib, size.gpus, size.end_of_life) == (2, None, 0, None)


def test_pools_that_resize_ask_for_more_than_they_have_and_others_dont():
    pools = [
        pool(currentDedicatedNodes=1, targetDedicatedNodes=3, targetLowPriorityNodes=2),
        pool(currentDedicatedNodes=5, currentLowPriorityNodes=1, vmSize="STANDARD_D2S_V3"),
        pool(targetDedicatedNodes=1, vmSize="Standard_NC4as_T4_v3"),
        pool(targetDedicatedNodes=100, vmSize="of_another_region"),
        pool(targetDedicatedNodes=100, allocationState="steady"),
    ]
    found = used_by(pools, SIZES.values())
    assert found == Used(
        dedicated=12 + 10 + 4,
        spot=8 + 2,
        pools=5,
        by_family={FAMILY: 22, "Standard NCASv3_T4 Family": 4},
    )


def test_what_is_left_is_the_lesser_of_the_family_and_the_total():
    quota = Quota(100, 20, 10, {FAMILY.upper(): 30})
    used = Used(80, 25, 3, {FAMILY: 4})
    known = replace(KNOWN, quota=quota, used=used)
    assert left(D4, known) == Left(dedicated=20, spot=0)
    assert left(D4, replace(known, used=None)) == Left(dedicated=30, spot=20)
    without = replace(known, used=None, quota=replace(quota, by_family=None))
    assert left(D2, without) == Left(dedicated=100, spot=20)


def test_what_is_left_isnt_known_without_a_quota_that_counts():
    assert left(D4, KNOWN) is None
    own = replace(KNOWN, quota=Quota(1, 1, 1), user_subscription=True)
    assert left(D4, own) is None
