"""What a pool comes to against the account's quotas."""

from dataclasses import replace

from known_service import KNOWN, NOW

from batchtui.batch.known import Known, Quota, Used
from batchtui.batch.quota import quota_rows
from batchtui.tables.meter import meter

QUOTA = Quota(100, 50, pools=10, by_family={"standardddsv3family": 20, "STANDARDDSV3FAMILY": 20})
USED = Used(12, 4, pools=3, by_family={"standardDSv3Family": 8})
FULL = replace(KNOWN, quota=QUOTA, used=USED)
BODY = {"vmSize": "standard_d4s_v3", "targetDedicatedNodes": 4, "targetLowPriorityNodes": 1}


def rows(body, known=FULL):
    return [(row.name, row.used, row.after, row.limit) for row in quota_rows(body, known)]


def test_cores_count_in_total_and_by_family_and_spot_apart():
    assert rows(BODY) == [
        ("dedicated cores", 12, 28, 100),
        ("cores of standardDSv3Family", 8, 24, 20),
        ("spot cores", 4, 8, 50),
        ("pools", 3, 4, 10),
    ]
    assert [row.name for row in quota_rows(BODY, FULL) if row.too_much] == [
        "cores of standardDSv3Family"
    ]


def test_what_a_formula_or_an_unknown_size_comes_to_is_not_told():
    for change in ({"enableAutoScale": True}, {"vmSize": "standard_unheard"}):
        told = {name: after for name, _used, after, _limit in rows(BODY | change)}
        assert told["dedicated cores"] is None
        assert told["pools"] == 4


def test_cores_of_the_users_own_subscription_are_not_counted_here():
    assert rows(BODY, replace(FULL, user_subscription=True)) == [("pools", 3, 4, 10)]


def test_nothing_is_told_where_no_quota_is_known():
    assert rows(BODY, Known(NOW)) == []


def test_a_meter_is_as_wide_as_it_should_be_and_shows_what_comes():
    assert meter(12, 28, 100, 10).text == "█▓▓░░░░░░░"
    assert meter(0, 0, 0, 10).text == "░" * 10
    assert meter(100, 101, 100, 4).text == "████"
    assert meter(1, 2, 1000, 5).text == "█▓░░░"
    full = meter(50, 200, 100, 8)
    assert full.text == "██▓▓▓▓▓▓"
    assert [area.tone for area in full.areas] == ["plain", "bad", "muted"]
    assert sum(area.length for area in full.areas) == 8
