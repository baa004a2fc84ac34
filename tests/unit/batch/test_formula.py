"""Formulas as text: their words, and what is wrong before the service says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.batch.autoscale import READY_MADE
from batchtui.batch.formula import (
    CONSTANTS,
    FUNCTIONS,
    MEMBERS,
    METHODS,
    VARIABLES,
    formula_doubts,
    formula_problem,
    words,
)
from batchtui.emulator.autoscale.evaluate import MEMBERS as EMULATED_MEMBERS
from batchtui.emulator.autoscale.functions import NAMES as EMULATED_FUNCTIONS
from batchtui.emulator.autoscale.metrics import METHODS as EMULATED_METHODS
from batchtui.emulator.autoscale.parser import parse
from batchtui.emulator.autoscale.problems import FormulaSyntaxError
from batchtui.emulator.autoscale.samples import FIELDS
from batchtui.emulator.autoscale.variables import CONSTANTS as EMULATED_CONSTANTS

SET = "$TargetDedicatedNodes = 0;\n"


def test_what_is_known_is_what_the_emulator_knows():
    assert FUNCTIONS == EMULATED_FUNCTIONS
    assert EMULATED_METHODS.keys() == METHODS
    assert EMULATED_MEMBERS.keys() == MEMBERS
    assert EMULATED_CONSTANTS.keys() == CONSTANTS
    assert FIELDS.keys() <= VARIABLES


def test_words_are_told_by_what_they_are():
    text = 'x = min($CPUPercent, 1.5); // so\ny = TimeInterval_Day; time("now") %'
    kinds = [(word.kind, word.text) for word in words(text)]
    for expected in (
        ("name", "x"),
        ("function", "min"),
        ("variable", "$CPUPercent"),
        ("number", "1.5"),
        ("comment", "// so"),
        ("constant", "TimeInterval_Day"),
        ("text", '"now"'),
        ("wrong", "%"),
    ):
        assert expected in kinds
    assert all(text[word.start : word.end] == word.text for word in words(text))


@pytest.mark.parametrize("name", READY_MADE)
def test_what_is_ready_made_has_nothing_wrong(name):
    assert formula_problem(READY_MADE[name]) == ""
    assert list(formula_doubts(READY_MADE[name])) == []


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (f"{SET}x = (1;", "Line 2, column 5: this ( isn't closed."),
        (f"{SET}x = min((1, 2);", "Line 2, column 8: this ( isn't closed."),
        ("x = 1);", "Line 1, column 6: this ) closes nothing."),
        (SET * 101, "A formula has at most 100 statements."),
        (f"{SET}{' ' * 8192}", "A formula has at most 8 KB"),
        (f"{SET}// a ) in a comment", ""),
        (f"{SET}x = %;)", ""),
    ],
)
def test_what_the_service_would_refuse_is_said_with_its_place(formula, said):
    assert formula_problem(formula).startswith(said)
    assert bool(formula_problem(formula)) == bool(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x = $PendingTask;", "Line 2, column 5: there is no variable $PendingTask. Is it $Pend"),
        ("x = mx(1, 2);", "there is no function mx. Is it max?"),
        ("x = $CPUPercent.GetSampl(1);", "there is no method GetSampl. Is it GetSample?"),
        ("x = time().hours;", "there is no part hours. Is it hour?"),
        ("limit = 1; x = limt;", "there is no variable or constant limt. Is it limit?"),
        ("x = $DiskBytes;", "there are no samples of $DiskBytes since March 2024."),
        ("x = 7 % 2;", "% has no meaning in formulas that is known."),
        ("$own = 1; x = own + $own;", ""),
    ],
)  # fmt: skip
def test_a_name_that_nobody_knows_is_doubted_with_the_closest(line, said):
    doubts = list(formula_doubts(SET + line))
    assert len(doubts) == bool(said)
    assert all(said in doubt for doubt in doubts)


def test_a_formula_that_sets_no_target_is_doubted():
    assert "sets neither" in next(formula_doubts("x = 1;"))
    assert list(formula_doubts("$TargetLowPriority = 1;")) == []
    assert list(formula_doubts("// nothing yet")) == []


@given(st.text(st.sampled_from('$TaskName(); =1,?:."x\n/%'), max_size=40) | st.text(max_size=20))
def test_what_is_found_wrong_cannot_be_read_by_the_emulator_either(formula):
    if formula_problem(formula):
        with pytest.raises(FormulaSyntaxError):
            parse(formula)
    assert all(list(formula_doubts(formula)))
