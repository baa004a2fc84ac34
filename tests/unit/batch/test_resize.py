from dataclasses import replace

import pytest

from batchtui.batch import convert
from batchtui.batch.resize import ResizeDraft, body, costs, problems

POOL = convert.pool(
    {
        "id": "p",
        "currentDedicatedNodes": 100,
        "targetDedicatedNodes": 100,
        "currentLowPriorityNodes": 8,
        "targetLowPriorityNodes": 10,
        "resizeTimeout": "PT20M",
    }
)
DRAFT = ResizeDraft.of(POOL)


def test_the_form_begins_with_the_targets_of_now():
    assert ResizeDraft("100", "10", "requeue", "20") == DRAFT
    assert body(DRAFT) == {
        "targetDedicatedNodes": 100,
        "targetLowPriorityNodes": 10,
        "resizeTimeout": "PT20M",
        "nodeDeallocationOption": "requeue",
    }


@pytest.mark.parametrize(
    ("field", "text"),
    [("dedicated", ""), ("dedicated", "-1"), ("spot", "some"), ("timeout", "4"), ("timeout", "x")],
)
def test_each_problem_names_its_field(field, text):
    assert problems(replace(DRAFT, **{field: text}), POOL).keys() == {field}


def test_nodes_that_communicate_are_of_one_kind():
    talking = convert.pool({**POOL.raw, "enableInterNodeCommunication": True})
    assert problems(DRAFT, talking).keys() == {"spot"}
    assert problems(replace(DRAFT, spot="0"), talking) == {}


def test_it_says_what_it_costs():
    draft = replace(DRAFT, dedicated="58", spot="0", deallocation="terminate")
    (said,) = costs(draft, POOL, "12 tasks run on the pool.")
    assert said == (
        "Nodes that go: 42 of 100 dedicated, 8 of 8 spot; stop tasks for good. "
        "12 tasks run on the pool."
    )
    assert list(costs(replace(DRAFT, dedicated="101"), POOL, "")) == [
        "Nodes that come: 1 dedicated, 2 spot. They cost money from then on."
    ]
    assert list(costs(replace(DRAFT, spot="8"), POOL, "")) == ["As many nodes as there are now."]
