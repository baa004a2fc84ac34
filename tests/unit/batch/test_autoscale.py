from conftest import recording

from batchtui.batch import convert
from batchtui.batch.autoscale import (
    AutoscaleDraft,
    body,
    consent,
    costs,
    fault_lines,
    formulas,
    outcome,
    problems,
    targets,
)

POOL = convert.pool({"id": "p", "targetDedicatedNodes": 12, "targetLowPriorityNodes": 3})


def run(name):
    return convert.autoscale_run(recording(name)["response"]["body"])


def test_a_recorded_evaluation_is_read():
    found = run("pool-evaluate-autoscale-200")
    assert outcome(found) == [
        "$TargetDedicatedNodes=3",
        "$TargetLowPriorityNodes=0",
        "$NodeDeallocationOption=requeue",
    ]
    assert targets(found, POOL) == (3, 0)
    assert found.fault is None


def test_a_recorded_failure_which_is_a_200_is_read():
    found = run("pool-evaluate-autoscale-200-formula-error-2020")
    assert fault_lines(found.fault) == [
        "Line 1, Col 1: Undefined symbol: something_useless",
        (
            "The specified auto-scaling formula has evaluation error"
            " (AutoScalingFormulaEvaluationError)"
        ),
    ]


def test_a_run_that_says_nothing_keeps_the_targets():
    assert targets(convert.autoscale_run({"results": "nonsense;x=y"}), POOL) == (12, 3)
    assert convert.autoscale_run({}) is None


def test_without_autoscale_the_formula_begins_as_one_that_resizes_nothing():
    draft = AutoscaleDraft.of(POOL)
    assert draft.formula == "$TargetDedicatedNodes = 12;\n$TargetLowPriorityNodes = 3;\n"
    assert draft.formula in formulas(POOL).values()
    assert body(draft, POOL)["autoScaleEvaluationInterval"] == "PT15M"


def test_with_autoscale_it_begins_with_what_there_is():
    pool = convert.pool(recording("pool-get-autoscale")["response"]["body"])
    assert AutoscaleDraft.of(pool) == AutoscaleDraft("$TargetDedicatedNodes=2", "6")


def test_the_consent_tells_what_nodes_come_and_go():
    def there(dedicated, spot):
        now = {"currentDedicatedNodes": dedicated, "currentLowPriorityNodes": spot}
        return consent(convert.pool({**POOL.raw, **now}))

    assert "Nothing is resized." in there(12, 3)
    assert "allocate those that are missing. Leaving" in there(10, 3)
    # A resize to fewer nodes was stopped.
    assert "8 more are there: those may go, and their tasks be requeued." in there(20, 3)
    assert "Nothing is resized." not in there(11, 4)


def test_each_problem_names_its_field():
    assert problems(AutoscaleDraft(" \n", "4")).keys() == {"formula", "interval"}
    assert problems(AutoscaleDraft("$TargetDedicatedNodes=1", "10080")) == {}


def test_a_formula_that_cannot_be_shown_stays_as_it_is_until_it_is_edited():
    odd = convert.pool({"id": "p", "enableAutoScale": True, "autoScaleFormula": "a\x1b[1m\r\n\tb"})
    draft = AutoscaleDraft.of(odd)
    assert draft.formula == "a␛[1m\n\tb"
    assert body(draft, odd)["autoScaleFormula"] == "a\x1b[1m\r\n\tb"
    assert body(AutoscaleDraft("c"), odd)["autoScaleFormula"] == "c"


def test_the_nodes_of_a_run_are_what_it_costs():
    pool = convert.pool({**POOL.raw, "currentDedicatedNodes": 12})
    found = convert.autoscale_run(
        {"results": "$TargetDedicatedNodes=2;$NodeDeallocationOption=taskcompletion"}
    )
    assert list(costs(found, pool)) == [
        "Nodes that go: 10 of 12 dedicated; wait until their tasks are done.",
        "Nodes that come: 3 spot. They cost money from then on.",
    ]
