"""The fields of the guided form, by step: what each is called, and what it is about. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, get_args

from batchtui.batch.access_rules import NAT_POOLS, AccessLens, SourceLens
from batchtui.batch.identity import IdentityLens
from batchtui.batch.known import Path
from batchtui.batch.lens import (
    Answer,
    AsJson,
    Choice,
    Flag,
    Lens,
    Minutes,
    Mode,
    Pairs,
    PoolDraft,
    Text,
    UnreadableError,
    Whole,
)
from batchtui.batch.pairs import ENVIRONMENT, METADATA

StepName = Literal["name", "image", "size", "scale", "start", "access", "more", "review"]
STEPS: tuple[StepName, ...] = get_args(StepName)
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


def _always(_draft: PoolDraft) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class PoolField:
    """A field: `owns` are the properties that it stands for, whose problems are shown at it.

    `when` says whether it has a meaning for a draft. `placeholder` is shown while it is empty.
    """

    name: str
    step: StepName
    label: str
    lens: Lens
    owns: tuple[Path, ...]
    help: str = ""
    placeholder: str = ""
    when: Callable[[PoolDraft], bool] = _always


_MACHINE = "virtualMachineConfiguration"
_TASK = "startTask"
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


def _at(
    name: str,
    step: StepName,
    label: str,
    kind: Callable[[Path], Lens],
    *path: str,
    help: str,  # noqa: A002 - the field's own name
    placeholder: str = "",
) -> PoolField:
    return PoolField(name, step, label, kind(path), (path,), help, placeholder)


def _fields() -> Iterator[PoolField]:
    yield _at(
        "id",
        "name",
        "Pool id",
        Text,
        "id",
        help="1 to 64 letters, digits, - and _. Unique, whatever the case.",
    )
    yield _at(
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
    yield _at(
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
        _at(
            "dedicated",
            "scale",
            "Dedicated",
            Whole,
            "targetDedicatedNodes",
            placeholder="0",
            help="Nodes that stay. They cost money from the moment they exist.",
        ),
        _at(
            "spot",
            "scale",
            "Spot",
            Whole,
            "targetLowPriorityNodes",
            placeholder="0",
            help="Cheaper nodes that Azure may take away at any time.",
        ),
        _at(
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
        _at(
            "formula",
            "scale",
            "Formula",
            Text,
            "autoScaleFormula",
            help="Sets $TargetDedicatedNodes and $TargetLowPriorityNodes.",
        ),
        _at(
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
    yield _at(
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
    yield _at(
        "start_command",
        "start",
        "Start task",
        Text,
        _TASK,
        "commandLine",
        placeholder="none",
        help="Runs on each node as it joins. No shell: /bin/bash -c '...' for && and |.",
    )
    yield PoolField(
        "start_identity",
        "start",
        "  runs as",
        IdentityLens(),
        ((_TASK, "userIdentity"),),
        help="Installing packages needs an administrator.",
    )
    yield PoolField(
        "wait",
        "start",
        "  nodes wait",
        Flag((_TASK, "waitForSuccess"), default=True),
        ((_TASK, "waitForSuccess"),),
        help="Without it tasks run on a node whose start task isn't done, or fails.",
    )
    yield _at(
        "retries",
        "start",
        "  retries",
        Whole,
        _TASK,
        "maxTaskRetryCount",
        placeholder="0",
        help="How often a start task that fails is tried again; -1 is without end.",
    )
    yield PoolField(
        "environment",
        "start",
        "  environment",
        Pairs((_TASK, "environmentSettings"), ENVIRONMENT),
        ((_TASK, "environmentSettings"),),
        placeholder="none",
        help='Variables, a line each: NAME=value. "a\\nb" in quotes is of two lines.',
    )
    yield PoolField(
        "access",
        "access",
        "SSH",
        AccessLens(),
        (NAT_POOLS,),
        help="Can't be added later, while the pool has nodes.",
    )
    yield PoolField(
        "access_source",
        "access",
        "  allowed from",
        SourceLens(),
        (),
        help="Addresses or ranges such as 203.0.113.0/24, with commas between them.",
        when=lambda draft: AccessLens().show(draft) == "only",
    )
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


def field_of(path: Path) -> str:
    """The field that a place in the pool's JSON belongs to: the nearest that it lies within."""

    def nearness(owned: Path) -> int:
        return len(owned) if path[: len(owned)] == owned else -1

    return max(FIELDS.values(), key=lambda each: max(map(nearness, each.owns), default=-1)).name


def field_of_refusal(code: str, named: str) -> str | None:
    """The field that the service means by its error's code, or by the property that it names."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    for name in reversed(named.split(".")):
        for field in FIELDS.values():
            if any(name in owned for owned in field.owns):
                return field.name
    return None


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
