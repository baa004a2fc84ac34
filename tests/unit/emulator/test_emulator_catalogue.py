"""VM sizes and quotas, as recorded."""

import pytest
from conftest import recording

from batchtui.emulator.catalogue import family_quota, family_quotas, vm_size, vm_sizes

SKUS = recording("arm-virtual-machine-skus-full")["response"]["body"]["value"]


def test_the_table_has_the_recorded_sizes_with_all_that_they_can():
    found = [
        {
            "name": size.name,
            "familyName": size.family,
            "capabilities": [{"name": k, "value": v} for k, v in size.capabilities.items()],
        }
        | ({"batchSupportEndOfLife": size.end_of_life} if size.end_of_life else {})
        for size in vm_sizes().values()
    ]
    assert found == SKUS


@pytest.mark.parametrize(
    ("name", "cores", "family"),
    [
        ("Standard_D2_v2", 2, "standardDv2Family"),
        ("standard_hb120rs_v3", 120, "standardHBv3Family"),
        ("STANDARD_F8S_V2", 8, "standardFSv2Family"),
        ("standard_d4s_v6", 4, "standardDsv6Family"),
        ("standard_x12-4zz_v9", 12, "standardXzzv9Family"),
    ],
)
def test_sizes_have_cores_and_a_family(name, cores, family):
    size = vm_size(name)
    assert size.cores == cores
    assert size.family.lower() == family.lower()


@pytest.mark.parametrize("name", ["huge", "", "standard_d0_v2", "standard_", "small", "d2"])
def test_other_words_are_no_sizes(name):
    assert vm_size(name) is None


def test_families_have_the_recorded_quotas_or_all_that_the_account_has():
    assert list(family_quotas())[:2] == ["standardAv2Family", "standardDv2Family"]
    assert len(family_quotas()) == 100
    assert family_quota("STANDARDDV2FAMILY") == 250
    assert family_quota("standardHBv3Family") == 500
    assert family_quota("nobody's") == 500
