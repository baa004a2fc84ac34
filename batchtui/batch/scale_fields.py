"""The fields of how many nodes there are, and what each of them does at once. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from batchtui.batch.field import PoolField, field_at
from batchtui.batch.lens import Answer, Choice, Flag, Minutes, Mode, PoolDraft, Text, Whole

SCALE = Mode(
    "scale",
    {"fixed": "as many as are asked for", "formula": "as many as a formula says"},
    ways={
        "fixed": (("targetDedicatedNodes",), ("targetLowPriorityNodes",), ("resizeTimeout",)),
        "formula": (("autoScaleFormula",), ("autoScaleEvaluationInterval",)),
    },
    marks={"formula": {("enableAutoScale",): True}},
)
_POLICY = "taskSchedulingPolicy"


@dataclass(frozen=True, slots=True)
class FormulaText(Text):
    """A formula as it is typed, blanks and all."""

    def value(self, answer: Answer, before: object) -> object:
        """The formula, None if it is empty."""
        kept = super(FormulaText, self).value(answer, before)
        return str(answer) if kept is not None and kept is not before else kept


def scale_fields() -> Iterator[PoolField]:
    """In the order of the step."""
    yield PoolField(
        "scale",
        "scale",
        "Nodes",
        SCALE,
        (("enableAutoScale",),),
        help="As many as are asked for, or as many as a formula says.",
    )
    fixed, formula = _going(SCALE, "fixed"), _going(SCALE, "formula")
    for field in (
        field_at(
            "dedicated",
            "scale",
            "Dedicated",
            Whole,
            "targetDedicatedNodes",
            placeholder="0",
            help="Nodes that stay. They cost money from the moment they exist.",
        ),
        field_at(
            "spot",
            "scale",
            "Spot",
            Whole,
            "targetLowPriorityNodes",
            placeholder="0",
            help="Cheaper nodes that Azure may take away at any time.",
        ),
        field_at(
            "resize_timeout",
            "scale",
            "Resize timeout",
            Minutes,
            "resizeTimeout",
            placeholder="15 minutes",
            help="Minutes until the allocation is given up: 5 at least, 15 by default.",
        ),
    ):
        yield replace(field, when=fixed)
    for field in (
        field_at(
            "formula",
            "scale",
            "Formula",
            FormulaText,
            "autoScaleFormula",
            help="ctrl+r evaluates it on a pool that autoscales. ctrl+z takes back, tab goes on.",
        ),
        field_at(
            "interval",
            "scale",
            "Every minutes",
            Minutes,
            "autoScaleEvaluationInterval",
            placeholder="15",
            help="How often the formula runs: 5 minutes to 168 hours.",
        ),
    ):
        yield replace(field, when=formula)
    yield field_at(
        "slots",
        "scale",
        "Task slots",
        Whole,
        "taskSlotsPerNode",
        placeholder="1",
        help="Tasks that run at once on a node: at most 4 for each core, and 256.",
    )
    yield PoolField(
        "fill",
        "scale",
        "Tasks go to",
        Choice(
            (_POLICY, "nodeFillType"),
            {"Spread": "all nodes alike", "Pack": "one node until it is full"},
        ),
        ((_POLICY, "nodeFillType"), (_POLICY,)),
        help="Packing lets nodes fall idle, so that a formula can remove them.",
    )
    yield PoolField(
        "inter_node",
        "scale",
        "Inter-node",
        Flag(("enableInterNodeCommunication",)),
        (("enableInterNodeCommunication",),),
        help="For MPI: one kind of nodes only, and it limits how many can be had.",
    )


def _going(mode: Mode, way: str) -> Callable[[PoolDraft], bool]:
    return lambda draft: mode.show(draft) == way
