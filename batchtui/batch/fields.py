"""The fields of the guided form, by step: what each is called, and what it is about. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from batchtui.batch.access_fields import access_fields
from batchtui.batch.access_rules import placed
from batchtui.batch.field import STEPS, PoolField, StepName, field_at
from batchtui.batch.known import Path
from batchtui.batch.lens import (
    Answer,
    AsJson,
    Choice,
    Flag,
    Minutes,
    Mode,
    Pairs,
    PoolDraft,
    Text,
    UnreadableError,
    Whole,
)
from batchtui.batch.pairs import METADATA
from batchtui.batch.start_fields import start_fields

__all__ = [
    "FIELDS",
    "STEPS",
    "TITLES",
    "PoolField",
    "StepName",
    "answered",
    "field_of",
    "field_of_refusal",
    "shown",
    "unreadable",
]

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "image": "Image",
        "size": "Size",
        "scale": "Scale",
        "start": "Start task",
        "access": "Access",
        "more": "More",
        "review": "Review",
    }
)

_MACHINE = "virtualMachineConfiguration"
_SCALE = Mode(
    "scale",
    {"fixed": "as many as are asked for", "formula": "as many as a formula says"},
    ways={
        "fixed": (("targetDedicatedNodes",), ("targetLowPriorityNodes",), ("resizeTimeout",)),
        "formula": (("autoScaleFormula",), ("autoScaleEvaluationInterval",)),
    },
    marks={"formula": {("enableAutoScale",): True}},
)
_POLICY = "taskSchedulingPolicy"


def _fields() -> Iterator[PoolField]:
    yield field_at(
        "id",
        "name",
        "Pool id",
        Text,
        "id",
        help="1 to 64 letters, digits, - and _. Unique, whatever the case.",
    )
    yield field_at(
        "display_name",
        "name",
        "Display name",
        Text,
        "displayName",
        placeholder="none",
        help="For people only; any characters, up to 1,024.",
    )
    yield PoolField(
        "metadata",
        "name",
        "Metadata",
        Pairs(("metadata",), METADATA),
        (("metadata",),),
        placeholder="none",
        help="A line each: name=value. They are for your own tools.",
    )
    yield PoolField(
        "image",
        "image",
        "Image",
        Text((_MACHINE, "imageReference", "offer")),
        ((_MACHINE, "imageReference"), (_MACHINE, "nodeAgentSKUId"), (_MACHINE,)),
        help="enter chooses among the images that the service supports now.",
    )
    yield field_at(
        "vm_size",
        "size",
        "VM size",
        Text,
        "vmSize",
        help="As Azure names it, such as standard_d2s_v3.",
    )
    yield PoolField(
        "scale",
        "scale",
        "Nodes",
        _SCALE,
        (("enableAutoScale",),),
        help="As many as are asked for, or as many as a formula says.",
    )
    fixed, formula = _going(_SCALE, "fixed"), _going(_SCALE, "formula")
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
            Text,
            "autoScaleFormula",
            help="Sets $TargetDedicatedNodes and $TargetLowPriorityNodes.",
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
    yield from start_fields()
    yield from access_fields()
    yield PoolField(
        "everything",
        "more",
        "Whole pool",
        AsJson(()),
        ((),),
        help="The whole pool as JSON; what no field shows can be edited here.",
    )


def _going(mode: Mode, way: str) -> Callable[[PoolDraft], bool]:
    return lambda draft: mode.show(draft) == way


FIELDS: Mapping[str, PoolField] = MappingProxyType({field.name: field for field in _fields()})

# Refusals that name no property (source: SERVICE.md, errors).
_BY_CODE = MappingProxyType(
    {
        "PoolExists": "id",
        "InvalidApplicationPackageReferences": "everything",
        "AutoScalingFormulaSyntaxError": "formula",
        "AutoScaleFormulaTooLong": "formula",
    }
)


def field_of(path: Path, draft: PoolDraft | None = None) -> str:
    """The field that a place in the pool's JSON belongs to: the nearest that the draft has."""
    fields = list(FIELDS.values()) if draft is None else _meant(draft)
    place = path if draft is None else placed(draft.body, path)

    def nearness(field: PoolField) -> int:
        within = (len(owned) for owned in field.owns if place[: len(owned)] == owned)
        return max(within, default=-1)

    return max(fields, key=nearness).name


def field_of_refusal(code: str, named: str, draft: PoolDraft) -> str | None:
    """The field that the service means by its error's code, or by the property that it names."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    for name in reversed(named.split(".")):
        for field in _meant(draft):
            if any(name in owned for owned in field.owns):
                return field.name
    return None


def _meant(draft: PoolDraft) -> list[PoolField]:
    return [field for field in FIELDS.values() if field.when(draft)]


def shown(draft: PoolDraft, name: str) -> Answer:
    """What a field shows: what was typed, else what the pool's JSON has."""
    return draft.typed[name] if name in draft.typed else FIELDS[name].lens.show(draft)


def answered(draft: PoolDraft, name: str, answer: Answer) -> PoolDraft:
    """The draft with a field's answer; one that is no value of its property (yet) is kept."""
    others = {other: text for other, text in draft.typed.items() if other != name}
    try:
        return FIELDS[name].lens.put(replace(draft, typed=others), answer)
    except UnreadableError:
        return replace(draft, typed={**others, name: answer})


def unreadable(draft: PoolDraft) -> dict[str, str]:
    """What is wrong with the answers that are no values, by field."""
    found = {}
    for name, answer in draft.typed.items():
        field = FIELDS.get(name)
        if field is None or not field.when(draft):
            continue
        try:
            field.lens.put(draft, answer)
        except UnreadableError as error:
            found[name] = str(error)
    return found
