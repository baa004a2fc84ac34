"""What formulas get from samples."""

import pytest
from unit.emulator.formulas import run, tasks, value

from batchtui.emulator.autoscale.metrics import METHODS
from batchtui.emulator.autoscale.samples import FIELDS, Sample


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("$ActiveTasks.GetSample(2)", "[4,5]"),
        ("$ActiveTasks.GetSample(99)", "[1,2,3,4,5]"),
        ("$ActiveTasks.GetSample(0)", "[]"),
        ("$ActiveTasks.GetSample(TimeInterval_Minute)", "[4,5]"),
        ("$ActiveTasks.GetSample(TimeInterval_Minute * 10)", "[1,2,3,4,5]"),
        ("$ActiveTasks.GetSample(TimeInterval_Minute, 2 * TimeInterval_Minute)", "[2,3]"),
        ("$ActiveTasks.GetSample(2 * TimeInterval_Minute, TimeInterval_Minute)", "[2,3]"),
        ("$ActiveTasks.GetSample(time() - TimeInterval_Minute, time())", "[4,5]"),
        ("$ActiveTasks.GetSample(TimeInterval_Minute * 5, 50)", "[1,2,3,4,5]"),
        ("$ActiveTasks.GetSample(TimeInterval_Zero, TimeInterval_Minute, 100)", "[4,5]"),
        ("$ActiveTasks.GetSamplePercent(TimeInterval_Minute * 5)", "50"),
        ("$ActiveTasks.GetSamplePercent(TimeInterval_Minute, 2 * TimeInterval_Minute)", "100"),
        ("$ActiveTasks.GetSamplePercent(TimeInterval_Zero)", "0"),
        ("$ActiveTasks.GetSamplePeriod()", "00:00:30"),
        ("$ActiveTasks.Count()", "5"),
        ("$ActiveTasks.HistoryBeginTime()", "2026-01-05T11:58:30.000Z"),
        ("$PendingTasks.GetSample(1)", "[7]"),
        ("$PendingTasks * 2", "14"),
        ("max(0, $RunningTasks)", "2"),
        ("$TaskSlotsPerNode", "4"),
        ("$MemoryBytes.Count()", "0"),
    ],
)
def test_samples(expression, shown):
    assert value(expression, tasks(1, 2, 3, 4, 5, running=2)) == shown


def test_no_method_is_without_a_case_here():
    methods = {"GetSample", "GetSamplePercent", "GetSamplePeriod", "Count", "HistoryBeginTime"}
    assert methods == set(METHODS)


def test_too_few_samples_are_an_error_of_their_own():
    formula = (
        "\n  $TargetDedicatedNodes = avg($RunningTasks.GetSample(TimeInterval_Minute * 5, 70));"
    )
    error = run(formula, tasks(1, 2, 3, 4, 5)).error
    assert error.code == "InsufficientSampleData"
    assert error.message == "Autoscale evaluation failed due to insufficient sample data"
    assert str(error) == (
        "Line 2, Col 45: Insufficient data from data set: $RunningTasks wanted 70%, received 50%"
    )
    missing = run("x = $CPUPercent + 1").error
    assert str(missing).endswith("data set: $CPUPercent wanted 100%, received 0%")


def test_node_counts_are_known_without_samples():
    assert value("$CurrentDedicatedNodes * 10 + $CurrentLowPriorityNodes") == "21"
    assert value("$CurrentDedicated * 1.1 > 2") == "1"
    assert value("$PreemptedNodeCount + $UsableNodeCount + $SampleNodeCount") == "0"


def test_every_metric_has_samples():
    sample = Sample(1, 2, 3, 4, 5, 6, 11, 8, 1, 4)
    wanted = {"$PendingTasks": 3, "$CPUPercent": 0.5, "$ActiveTasks": 1, "$FailedTasks": 4}
    for name in FIELDS:
        found = value(f"val({name}.GetSample(1), 0)", [sample])
        assert float(found) == wanted.get(name, float(found))
        assert float(found) > 0
