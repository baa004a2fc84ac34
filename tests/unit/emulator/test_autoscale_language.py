"""Autoscale formulas: what their language means, and what is wrong with a wrong one."""

import pytest
from conftest import recording
from unit.emulator.formulas import SERVICE, complaint, run, value

from batchtui.emulator.autoscale.formula import read_formula
from batchtui.emulator.autoscale.functions import NAMES
from batchtui.emulator.errors import BatchError


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
