"""The documentation's example formulas (batch-automatic-scaling)."""

from datetime import UTC, datetime

import pytest
from unit.emulator.formulas import run, tasks

from batchtui.emulator.autoscale.samples import Sample

PENDING = """startingNumberOfVMs = 1;
maxNumberofVMs = 25;
pendingTaskSamplePercent = $PendingTasks.GetSamplePercent(180 * TimeInterval_Second);
pendingTaskSamples = pendingTaskSamplePercent < 70 ? startingNumberOfVMs
    : avg($PendingTasks.GetSample(180 * TimeInterval_Second));
$TargetDedicatedNodes=min(maxNumberofVMs, pendingTaskSamples);
$NodeDeallocationOption = taskcompletion;"""
WORKING_HOURS = """$curTime = time();
$workHours = $curTime.hour >= 8 && $curTime.hour < 18;
$isWeekday = $curTime.weekday >= 1 && $curTime.weekday <= 5;
$isWorkingWeekdayHour = $workHours && $isWeekday;
$TargetDedicatedNodes = $isWorkingWeekdayHour ? 20:10;
$NodeDeallocationOption = taskcompletion;"""
TASK_BASED = """// Get pending tasks for the past 15 minutes.
$samples = $ActiveTasks.GetSamplePercent(TimeInterval_Minute * 15);
// If we have fewer than 70 percent data points, we use the last sample point.
$tasks = $samples < 70 ? max(0,$ActiveTasks.GetSample(1)) :
    max( $ActiveTasks.GetSample(1), avg($ActiveTasks.GetSample(TimeInterval_Minute * 15)));
$targetVMs = $tasks > 0? $tasks:max(0, $TargetDedicatedNodes/2);
cappedPoolSize = 20;
$TargetDedicatedNodes = max(0, min($targetVMs, cappedPoolSize));
$NodeDeallocationOption = taskcompletion;"""
PARALLEL = """$samples = $ActiveTasks.GetSamplePercent(TimeInterval_Minute * 15);
$tasks = $samples < 70 ? max(0,$ActiveTasks.GetSample(1)) :
    max( $ActiveTasks.GetSample(1),avg($ActiveTasks.GetSample(TimeInterval_Minute * 15)));
$cores = $TargetDedicatedNodes * 4;
$extraVMs = (($tasks - $cores) + 3) / 4;
$targetVMs = ($TargetDedicatedNodes + $extraVMs);
$TargetDedicatedNodes = max(0,min($targetVMs,3));
$NodeDeallocationOption = taskcompletion;"""
INITIAL_SIZE = """$TargetDedicatedNodes = 4;
lifespan = time() - time("Mon, 05 Jan 2026 11:30:00 GMT");
span = TimeInterval_Minute * 60;
startup = TimeInterval_Minute * 10;
ratio = 50;
$TargetDedicatedNodes = (lifespan > startup ?
    (max($RunningTasks.GetSample(span, ratio), $ActiveTasks.GetSample(span, ratio)) == 0 ? 0
    : $TargetDedicatedNodes) : 4);"""
PREEMPTED = """maxNumberofVMs = 25;
$TargetDedicatedNodes = min(maxNumberofVMs,
    $PreemptedNodeCount.GetSample(180 * TimeInterval_Second));
$TargetLowPriorityNodes = min(maxNumberofVMs , maxNumberofVMs - $TargetDedicatedNodes);
$NodeDeallocationOption = taskcompletion;"""
CPU = """$totalDedicatedNodes =
    (min($CPUPercent.GetSample(TimeInterval_Minute * 10)) > 0.7) ?
    ($CurrentDedicatedNodes * 1.1) : $CurrentDedicatedNodes;
$totalDedicatedNodes =
    (avg($CPUPercent.GetSample(TimeInterval_Minute * 60)) < 0.2) ?
    ($CurrentDedicatedNodes * 0.9) : $totalDedicatedNodes;
$TargetDedicatedNodes = min(400, $totalDedicatedNodes)"""


@pytest.mark.parametrize(
    ("formula", "samples", "nodes"),
    [
        (PENDING, [], 1),
        (PENDING, tasks(1, 1, 1), 1),
        (PENDING, tasks(*[9] * 6), 9),
        (PENDING, tasks(*[90] * 6), 25),
        (WORKING_HOURS, [], 20),
        (TASK_BASED, [], 1),
        (TASK_BASED, tasks(4, 6), 6),
        (TASK_BASED, tasks(*[8] * 29, 2), 7),
        (PARALLEL, tasks(8), 2),
        (PARALLEL, tasks(9), 3),
        (INITIAL_SIZE, tasks(*[0] * 60), 0),
        (INITIAL_SIZE, tasks(*[0] * 60, 1), 4),
        (PREEMPTED, [Sample(preempted=3)] * 10, 3),
        (CPU, [Sample(dedicated=10, usable=4, busy=4)] * 120, 11),
        (CPU, [Sample(dedicated=10, usable=4, busy=0)] * 120, 9),
    ],
)
def test_the_documentations_examples(formula, samples, nodes):
    outcome = run(formula, samples)
    assert (outcome.dedicated, outcome.error) == (nodes, None)
    wanted = "requeue" if formula in {INITIAL_SIZE, CPU} else "taskcompletion"
    assert outcome.option == wanted


def test_a_week_has_a_weekend_and_nights():
    night = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
    sunday = datetime(2026, 1, 4, 12, 0, tzinfo=UTC)
    assert run(WORKING_HOURS, now=night).dedicated == 10
    assert run(WORKING_HOURS, now=sunday).dedicated == 10
