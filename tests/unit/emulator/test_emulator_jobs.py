"""Parts of jobs that need no server: core hours, durations and what tasks are made of."""

from datetime import UTC, datetime, timedelta

import pytest

from batchtui.emulator.bodies import command
from batchtui.emulator.bodies.task import new_task
from batchtui.emulator.errors import BatchError
from batchtui.emulator.usage import KEPT, Stay, Usage, core_hours, last_known, stays

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HALF = timedelta(minutes=30)
JOB = {
    "usesTaskDependencies": False,
    "onTaskFailure": "noaction",
    "constraints": {"maxTaskRetryCount": 2},
}


def minutes(number):
    return NOON + timedelta(minutes=number)


def test_core_hours_are_split_by_half_hours():
    stay = Stay("p", "size", 4, minutes(15), minutes(75))
    used = core_hours([stay], NOON, minutes(120))
    assert {slot.start: hours for slot, hours in used.items()} == {
        NOON: pytest.approx(1.0), minutes(30): pytest.approx(2.0), minutes(60): pytest.approx(1.0),
    }  # fmt: skip


def test_core_hours_outside_the_time_asked_for_are_left_out():
    stay = Stay("p", "size", 2, NOON - timedelta(days=9), NOON + timedelta(days=9))
    (one,) = core_hours([stay], NOON, minutes(30)).items()
    assert (one[0].start, one[1]) == (NOON, 1.0)
    assert core_hours([Stay("p", "size", 2, NOON, NOON)], NOON, minutes(60)) == {}


def test_nodes_of_one_age_are_one_stay_and_unknown_sizes_have_no_cores():
    text = "2026-01-01T12:00:00.1234567Z"
    found = stays("p", "standard_d2_v2", [text] * 3 + ["2026-01-01T13:00:00Z"], minutes(90))
    assert [(stay.cores, stay.start.hour) for stay in found] == [(6, 12), (2, 13)]
    assert stays("p", "tiny", [text], minutes(90))[0].cores == 0


def test_usage_of_gone_nodes_adds_to_that_of_those_there_and_is_forgotten_in_time():
    usage, later = Usage(), NOON + KEPT + HALF
    usage.remember([Stay("p", "size", 1, NOON, minutes(30))], minutes(30))
    there = [Stay("p", "size", 3, NOON, minutes(30))]
    assert list(usage.between(NOON, minutes(30), there).values()) == [2.0]
    usage.remember([], later)
    assert usage.between(NOON, minutes(30), []) == {}


def test_usage_is_known_after_two_hours_by_whole_half_hours():
    assert last_known(minutes(44)) == minutes(-90)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, "P7D"),
        ("PT0060M", "PT1H"),
        ("P1DT0H", "P1D"),
        ("P10675199DT2H48M5.477581S", command.NO_LIMIT),
        ("P20000000D", command.NO_LIMIT),
    ],
)
def test_durations_are_written_as_the_service_does(given, shown):
    assert command.span({"retentionTime": given}, "retentionTime", "P7D") == shown


@pytest.mark.parametrize("text", ["", "P", "-P1D", "1", "P1Y", f"P{'9' * 30}D"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(BatchError) as refused:
        command.span({"retentionTime": text}, "retentionTime", "P7D")
    assert refused.value.code == "InvalidPropertyValue"


def test_what_a_task_was_sent_is_not_what_is_kept():
    sent = {"id": "t", "commandLine": "true", "environmentSettings": [{"name": "A", "value": "B"}]}
    kept = new_task(sent, JOB)
    kept["environmentSettings"][0]["value"] = "C"
    assert sent["environmentSettings"] == [{"name": "A", "value": "B"}]
    assert kept["constraints"]["maxTaskRetryCount"] == 2


def test_a_registry_s_password_is_not_shown():
    registry = {"username": "u", "password": "secret", "registryServer": "r"}
    container = {"imageName": "i", "registry": registry}
    task = new_task({"id": "t", "commandLine": "true", "containerSettings": container}, JOB)
    assert task["containerSettings"]["registry"] == {"username": "u", "registryServer": "r"}
