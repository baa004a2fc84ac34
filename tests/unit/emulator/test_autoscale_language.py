"""Autoscale formulas: what their language means, and what is wrong with a wrong one."""

import contextlib
import time
from datetime import UTC, datetime
from random import Random

import pytest
from conftest import recording
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.emulator.autoscale.evaluate import evaluate
from batchtui.emulator.autoscale.formula import read_formula
from batchtui.emulator.autoscale.functions import NAMES
from batchtui.emulator.autoscale.metrics import METHODS
from batchtui.emulator.autoscale.parser import parse
from batchtui.emulator.autoscale.problems import FormulaError, FormulaSyntaxError
from batchtui.emulator.autoscale.samples import FIELDS, Sample, metric_of
from batchtui.emulator.autoscale.variables import Surroundings
from batchtui.emulator.errors import BatchError

MONDAY_NOON = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)
SERVICE = "$TargetDedicatedNodes=2;$TargetLowPriorityNodes=1;$NodeDeallocationOption=requeue"


def run(formula, samples=(), now=MONDAY_NOON, targets=(2, 1)):
    here = samples[-1] if samples else Sample(dedicated=2, spot=1)
    around = Surroundings(
        *targets, lambda name: metric_of(name, samples, here, 4, now), now, Random(1)
    )
    return evaluate(parse(formula), around)


def value(expression, samples=(), **more):
    """What results show of an expression."""
    outcome = run(f"x = {expression}", samples, **more)
    assert outcome.error is None, outcome.error
    return outcome.results.removeprefix(f"{SERVICE};x=")


def complaint(formula, samples=(), **more):
    try:
        return str(run(formula, samples, **more).error)
    except FormulaSyntaxError as error:
        return str(error)


def tasks(*active, running=0):
    return [Sample(active=count, running=running) for count in active]


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 - 2 - 1", "4"),
        ("8 / 4 / 2", "1"),
        ("1 / 4", "0.25"),
        ("-2 * -3", "6"),
        ("!0 + !3", "1"),
        ("!!7", "1"),
        ("1 + 1 == 2", "1"),
        ("1 < 2 == 1", "1"),
        ("2 >= 2 && 2 <= 2 && 3 > 2 && 2 < 3 && 1 != 2", "1"),
        ("0 || 1 && 0", "0"),
        ("1 || 0 && 0", "1"),
        ("5 && 3", "1"),
        ("0 ? 1 : 0 ? 2 : 3", "3"),
        ("1 ? 0 ? 4 : 5 : 6", "5"),
        ("1 > 2 || 3 ? 10 : 20", "10"),
        (".5 + 1e3 + 2.", "1002.5"),
        ('"abc" < "abd"', "1"),
        ('"abc" == "abc"', "1"),
        ('"a text"', "a text"),
        ("vec(1, 2) + vec(3, 4)", "[4,6]"),
        ("vec(1, 2) * 2 - 1", "[1,3]"),
        ("12 / vec(3, 4)", "[4,3]"),
        ("vec(3) + 1", "4"),
        ("taskcompletion", "taskcompletion"),
        ("0 && 1 / 0", "0"),
        ("1 || 1 / 0", "1"),
        ("1 ? 1 : 1 / 0", "1"),
    ],
)
def test_operators_and_their_order(expression, shown):
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("3 * TimeInterval_Second", "00:00:03"),
        ("TimeInterval_Minute * 90", "01:30:00"),
        ("TimeInterval_Week / 7 == TimeInterval_Day", "1"),
        ("TimeInterval_Hour - TimeInterval_Minute", "00:59:00"),
        ("-TimeInterval_Day - TimeInterval_Hour", "-1.01:00:00"),
        ("TimeInterval_100ns * 5", "00:00:00.0000005"),
        ("TimeInterval_Microsecond + TimeInterval_Zero", "00:00:00.0000010"),
        ("TimeInterval_Millisecond", "00:00:00.0010000"),
        ("TimeInterval_Year / TimeInterval_Day.day", None),
        ("time()", "2026-01-05T12:00:30.000Z"),
        ("time() + 7 * TimeInterval_Hour", "2026-01-05T19:00:30.000Z"),
        ("-6 * TimeInterval_Hour + time()", "2026-01-05T06:00:30.000Z"),
        ("time() - TimeInterval_Day", "2026-01-04T12:00:30.000Z"),
        ('time() - time("2026-01-05T11:00:30Z") == TimeInterval_Hour', "1"),
        ('time("2026-01-05T14:00:00.1234567+02:00")', "2026-01-05T12:00:00.123Z"),
        ('time("2026-01-05T14:00Z").hour', "14"),
        ('time("2026-01")', "2026-01-01T00:00:00.000Z"),
        ('time("Mon, 05 Jan 2026 10:20:30 GMT").second', "30"),
        ('time("") == time()', "1"),
        ("vec(time().year, time().month, time().day, time().weekday)", "[2026,1,5,1]"),
        ("vec(time().hour, time().minute, time().second)", "[12,0,30]"),
        ('time("2026-01-04").weekday', "0"),
    ],
)
def test_times_and_intervals(expression, shown):
    if shown is None:
        assert complaint(f"x = {expression}") == "Line 1, Col 42: Undefined member: day"
    else:
        assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("avg(1, 2, 3, 6)", "3"),
        ("avg(vec(1, 2, 3), 7) == avg(1, 2, 3, 7)", "1"),
        ("len(vec(1, 2), 3)", "3"),
        ("len(vec())", "0"),
        ("lg(8)", "3"),
        ("lg(vec(8))", "[3]"),
        ("lg(2, vec(4, 8))", "[1,2,3]"),
        ("round(ln(10) * 1000)", "2303"),
        ("log(1000)", "3"),
        ("max(1, vec(5, 2)) - min(4, vec(3), 9)", "2"),
        ("norm(3, 4)", "5"),
        ("percentile(vec(15, 20, 35, 40, 50), 40)", "20"),
        ("percentile(vec(15, 20, 35, 40, 50), 0)", "15"),
        ("percentile(vec(15, 20, 35, 40, 50), 100)", "50"),
        ("range(4, 9, 2)", "7"),
        ("std(2, 4, 4, 4, 5, 5, 7, 9) * std(2, 4, 4, 4, 5, 5, 7, 9) * 7", "32"),
        ("std(3)", "0"),
        ("sum(1, vec(2, 3))", "6"),
        ("val(vec(5, 6, 7), 1)", "6"),
        ("ceil(1.2) + floor(1.8)", "3"),
        ("ceil(vec(1.2, -1.2))", "[2,-1]"),
        ("round(vec(0.5, 1.4, -2.5))", "[1,1,-3]"),
        ("rand() >= 0 && rand() < 1", "1"),
    ],
)
def test_functions(expression, shown):
    assert value(expression) == shown


def test_no_function_is_without_a_case_here():
    cases = {"avg", "ceil", "floor", "len", "lg", "ln", "log", "max", "min", "norm", "percentile"}
    assert cases | {"rand", "range", "round", "std", "stop", "sum", "time", "val", "vec"} == NAMES


def test_stop_ends_a_formula_with_what_it_has():
    outcome = run("$TargetDedicatedNodes = 5; stop(); $TargetDedicatedNodes = 6;")
    assert (outcome.dedicated, outcome.error) == (5, None)


def test_results_are_the_services_variables_and_the_others_by_name():
    formula = "$b = 1;\n\nc = 2.5; // a comment; with = signs\n$a = $c;"
    formula += "$NodeDeallocationOption = terminate"
    expected = "$TargetDedicatedNodes=2;$TargetLowPriorityNodes=1;$NodeDeallocationOption=terminate"
    assert run(formula).results == f"{expected};$a=2.5;$b=1;c=2.5"


def test_targets_have_aliases_that_yield_to_the_full_names():
    outcome = run("$TargetDedicated = 3; $TargetLowPriority = 4;")
    assert (outcome.dedicated, outcome.spot) == (3, 4)
    assert run("$TargetDedicatedNodes = 5; $TargetDedicated = 3").dedicated == 5
    assert run("$TargetDedicated = 3; $TargetDedicatedNodes = 5").dedicated == 5
    assert value("$TargetDedicated + $TargetLowPriorityNodes") == "3"


@pytest.mark.parametrize(
    ("expression", "count"),
    [("2.9", 2), ("-4", 0), ("3e9", 1_000_000), ("vec(7)", 7), ("(5 + 3) / 4", 2)],
)
def test_targets_are_whole_numbers_of_nodes(expression, count):
    outcome = run(f"$TargetDedicatedNodes = {expression};")
    assert (outcome.dedicated, outcome.error) == (count, None)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("x = ;", "Line 1, Col 5: Unexpected symbol: ;"),
        ("x = (1 + 2;", "Line 1, Col 11: Unexpected symbol: ;"),
        ("x = 1\ny = 2", "Line 2, Col 1: Unexpected symbol: y"),
        ("x = 1 +", "Line 1, Col 8: Unexpected end of formula"),
        ("x = 1;\n  y = #", "Line 2, Col 7: Unexpected character: #"),
        ('x = "abc', 'Line 1, Col 5: Unexpected character: "'),
        ("x = 1 ? 2;", "Line 1, Col 10: Unexpected symbol: ;"),
        ("x = a.1", "Line 1, Col 6: Unexpected symbol: .1"),
        ("x = a. 1", "Line 1, Col 8: Unexpected symbol: 1"),
        ("1 = 2", "Line 1, Col 3: Unexpected symbol: ="),
        ("", "Line 1, Col 1: The formula has no statement"),
        (" ; // nothing", "Line 1, Col 14: The formula has no statement"),
        ("x = 1;" * 101, "Line 1, Col 601: More than 100 statements"),
        ("x = " + "(" * 100, "Line 1, Col 30: The expression is nested too deeply"),
        ("x = " + "-" * 100, "Line 1, Col 29: The expression is nested too deeply"),
        ("x = a" + ".b" * 100, "Line 1, Col 56: The expression is nested too deeply"),
    ],
)
def test_text_that_is_no_formula(formula, said):
    assert complaint(formula) == said
    with pytest.raises(BatchError) as caught:
        read_formula(formula)
    assert (caught.value.code, caught.value.status) == ("AutoScalingFormulaSyntaxError", 400)
    assert caught.value.values == (("Message", said),)


def test_a_formula_of_more_than_8_kb_is_too_long():
    read_formula("x = 1;" + " " * (8192 - 6))
    with pytest.raises(BatchError) as caught:
        read_formula("x = 1;" + " " * (8192 - 5))
    assert (caught.value.code, caught.value.status) == ("AutoScaleFormulaTooLong", 400)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("$something_useless", "Line 1, Col 1: Undefined symbol: something_useless"),
        ("x = 1;\ny = x + $z", "Line 2, Col 9: Undefined symbol: z"),
        ("x = foo(1)", "Line 1, Col 5: Undefined function: foo"),
        ("x = $PendingTasks.Foo(1)", "Line 1, Col 19: Undefined method: Foo"),
        ("x = time().century", "Line 1, Col 12: Undefined member: century"),
        ("x = 1; y = x.GetSample(1)", "Line 1, Col 14: Undefined method: GetSample"),
        ("x = 1 / 0", "Line 1, Col 7: Division by zero"),
        ("x = ln(0)", "Line 1, Col 5: The value is out of range"),
        ("x = round(1e400)", "Line 1, Col 5: The value is out of range"),
        ("x = time() + 1e9 * TimeInterval_Year", "Line 1, Col 12: The value is out of range"),
        (
            'x = 1 + "a"',
            "Line 1, Col 7: Operator + can't be applied to a double and a string",
        ),
        (
            "x = time() < 5",
            "Line 1, Col 12: Operator < can't be applied to a timestamp and a double",
        ),
        ("x = -time()", "Line 1, Col 5: Operator - can't be applied to a timestamp"),
        ('x = max("a")', "Line 1, Col 5: A double was expected, not a string"),
        ('x = "a" ? 1 : 2', "Line 1, Col 5: A double was expected, not a string"),
        ("x = avg(vec())", "Line 1, Col 5: There are no values"),
        ("x = val(vec(1), 1)", "Line 1, Col 5: There is no element 1 of 1"),
        ("x = vec(1, 2) + vec(1, 2, 3)", "Line 1, Col 15: Vectors of lengths 2 and 3 don't match"),
        ('x = time("soon")', "Line 1, Col 5: Invalid time: soon"),
        (
            'x = time("2023-04-14T09:32:41.123456789Z")',
            "Line 1, Col 5: Invalid time: 2023-04-14T09:32:41.123456789Z",
        ),
        ("x = rand(1)", "Line 1, Col 5: 0 arguments were expected, not 1"),
        ("x = val(1)", "Line 1, Col 5: 2 arguments were expected, not 1"),
        ("$PendingTasks = 1", "Line 1, Col 1: Variable is read-only: PendingTasks"),
        ("$TargetDedicatedNodes = time()", "Line 1, Col 1: A double was expected, not a timestamp"),
        (
            "$TargetDedicatedNodes = 1e999 - 1e999",
            "Line 1, Col 1: The value of $TargetDedicatedNodes is not a number",
        ),
        (
            "$NodeDeallocationOption = 3",
            "Line 1, Col 1: Invalid value of $NodeDeallocationOption",
        ),
    ],
)
def test_formulas_that_fail_leave_the_targets_alone(formula, said):
    outcome = run(formula)
    assert str(outcome.error) == said
    assert outcome.results.startswith(SERVICE)
    assert outcome.error.code == "AutoScalingFormulaEvaluationError"


def test_an_evaluation_error_is_said_as_recorded():
    error = recording("pool-evaluate-autoscale-200-formula-error-2020")["response"]["body"]["error"]
    found = run("$something_useless").error
    assert (found.code, found.message) == (error["code"], error["message"])
    assert str(found) == error["values"][0]["value"]


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


# The documentation's examples (batch-automatic-scaling).
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


def test_a_ladder_of_choices_and_a_long_sum_are_not_deep():
    ladder = "".join(f"time().hour == {hour} ? {hour * 2} : " for hour in range(100))
    assert value(f"{ladder} 0") == "24"
    assert value("1+" * 4000 + "1") == "4001"


@pytest.mark.parametrize(
    "formula",
    [
        "v = vec(1, 2);" + "v = vec(v, v);" * 98,
        "v = $ActiveTasks.GetSample(1e9);" + "a = v;" * 98,
        "v = $ActiveTasks.GetSample(TimeInterval_Year);" + "x = sum(v, v, v, v, v, v, v);" * 98,
    ],
)
def test_a_formula_that_eats_is_stopped(formula):
    outcome = run(formula, tasks(*range(2880)))
    assert "takes too many steps" in str(outcome.error)
    assert len(outcome.results) < 1_000_000


def test_operators_of_every_rank_in_the_deepest_nest():
    nest = "1"
    for _ in range(24):
        nest = f"(0 || 1 && 1 == 1 < 2 + 3 * {nest})"
    assert value(nest) == "1"


WORDS = """x y $x $TargetDedicatedNodes $TargetLowPriorityNodes $NodeDeallocationOption requeue
$PendingTasks $CPUPercent $CurrentDedicatedNodes .GetSample( .GetSamplePercent( .hour .weekday
time() time("2026-01-05") TimeInterval_Minute TimeInterval_Year rand() stop() vec( max( avg( lg(
val( percentile( std( round( time( ( ) ( ) , , ; ; = = ? : + - * / < <= == != && || ! 0 1 2 1e308
0.5 "a" """
FORMULAS = st.text(max_size=200) | st.lists(st.sampled_from(WORDS.split()), max_size=60).map(
    " ".join
)


@settings(max_examples=600, deadline=None)
@given(FORMULAS, st.sampled_from(["", "x = vec(1, 2, 3); y = 1e308;"]))
def test_whatever_the_text_it_ends_soon_and_with_a_word(text, before):
    start = time.process_time()
    with contextlib.suppress(FormulaSyntaxError):
        outcome = run(before + text, tasks(1, 2, 3))
        assert 0 <= outcome.dedicated <= 1_000_000
        assert outcome.results.startswith("$TargetDedicatedNodes=")
        assert outcome.error is None or isinstance(outcome.error, FormulaError)
    assert time.process_time() - start < 2
