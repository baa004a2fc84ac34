"""What a resize ended with, in words, and what helps."""

import pytest

from batchtui.batch import convert
from batchtui.batch.parts import ServiceFault
from batchtui.batch.resize_errors import QUOTAS, helps, meaning

REASONS = [
    ("Allocation failed as subnet has delegation to external resources.", "network"),
    ("insufficient capacity for the requested VM size in the region", "no capacity"),
    ("The selected VM size cannot boot Hypervisor Generation '2'.", "image doesn't fit size"),
    ("ScopeLocked: the scope cannot perform write operation", "resources locked"),
    ("RequestDisallowedByPolicy", "forbidden by policy"),
    ("Subnet has not enough free addresses", "subnet is full"),
    ("PublicIPCountLimitReached", "public IP"),
    ("exceeding approved Total Regional Cores quota", "subscription quota"),
    ("The platform image is not available", "image"),
]


def failed(reason):
    return ServiceFault(
        "AllocationFailed", "Desired number of nodes could not be allocated", (("Reason", reason),)
    )


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("AccountCoreQuotaReached", "core quota"),
        ("AccountLowPriorityCoreQuotaReached", "spot core quota"),
        ("AccountSpotCoreQuotaReached", "spot core quota"),
        ("AccountVMSeriesCoreQuotaReached", "family core quota"),
        ("AllocationTimedOut", "allocation timed out"),
        ("AllocationTimedout", "allocation timed out"),
        ("ALLOCATIONFAILED", "allocation failed"),
        ("UnsupportedVMSize", "unsupported VM size"),
        ("CommunicationEnabledPoolReachedMaxVMCount", "too many to communicate"),
        ("ResizeStopped", "resize stopped"),
        ("RemoveNodesFailed", "removal failed"),
        ("SomethingNew", "SomethingNew"),
        ("", "error"),
    ],
)
def test_a_code_has_a_word_whatever_its_case(code, word):
    for written in (code, code.lower() if word != code else code):
        found = meaning(ServiceFault(written, ""))
        assert found.word == word
        assert found.sentence.endswith(".")
        assert found.helps


@pytest.mark.parametrize(("reason", "word"), REASONS)
def test_what_an_allocation_failed_for_is_told_by_its_reason(reason, word):
    assert meaning(failed(reason)).word == word


def test_a_reason_that_is_not_known_is_said_as_the_service_says_it():
    assert meaning(failed("The server encountered an internal error.")).sentence == (
        "The server encountered an internal error."
    )
    assert meaning(ServiceFault("Odd", "All is odd.")).sentence == "All is odd."


def test_a_quota_of_a_name_that_is_not_known_leads_to_the_page_on_quotas():
    found = meaning(ServiceFault("AccountGpuQuotaReached", "No more."))
    assert QUOTAS in found.helps[0].text


def test_all_helps_are_named_once_and_what_came_is_what_there_is_room_for():
    pool = convert.pool(
        {
            "id": "p",
            "currentDedicatedNodes": 3,
            "currentLowPriorityNodes": 1,
            "resizeErrors": [
                {"code": "AccountCoreQuotaReached"},
                {"code": "AccountLowPriorityCoreQuotaReached"},
            ],
        }
    )
    found = [each.text for each in helps(pool)]
    assert len(found) == len(set(found)) == 3
    assert found[1] == "Resize to 3 dedicated and 1 spot, what there is room for"
