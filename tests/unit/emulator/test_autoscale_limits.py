"""No formula, whatever its text, takes long or much."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.emulator.formulas import run, tasks, value

from batchtui.emulator.autoscale.problems import FormulaError, FormulaSyntaxError


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
