"""The fields of the guided form, by step: what each is called, and what it is about. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from batchtui.batch.access_fields import access_fields
from batchtui.batch.access_rules import placed
from batchtui.batch.field import STEPS, PoolField, StepName, field_at
from batchtui.batch.image_fields import image_fields
from batchtui.batch.known import Path
from batchtui.batch.lens import (
    Answer,
    Pairs,
    PoolDraft,
    Text,
    UnreadableError,
)
from batchtui.batch.more_fields import more_fields
from batchtui.batch.pairs import METADATA
from batchtui.batch.scale_fields import scale_fields
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
    yield from image_fields()
    yield field_at(
        "vm_size",
        "size",
        "VM size",
        Text,
        "vmSize",
        help="Type to find one, as d4s or cores:64; enter takes the row and goes on.",
    )
    yield from scale_fields()
    yield from start_fields()
    yield from access_fields()
    yield from more_fields()


FIELDS: Mapping[str, PoolField] = MappingProxyType({field.name: field for field in _fields()})

# Refusals that name no property (source: SERVICE.md, errors).
_BY_CODE = MappingProxyType(
    {
        "PoolExists": "id",
        "InvalidApplicationPackageReferences": "packages",
        "AutoScalingFormulaSyntaxError": "formula",
        "AutoScaleFormulaTooLong": "formula",
    }
)


def field_of(path: Path, draft: PoolDraft | None = None) -> str:
    """The field that a place in the pool's JSON belongs to: the nearest that the draft has."""
    place = path if draft is None else placed(draft.body, path)

    def nearness(field: PoolField) -> int:
        within = (len(owned) for owned in field.owns if place[: len(owned)] == owned)
        return max(within, default=-1)

    return max(_meant(draft), key=nearness).name


def field_of_refusal(code: str, named: str, draft: PoolDraft | None = None) -> str | None:
    """The field that the service means by its error's code, or by the property that it names."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    for name in reversed(named.split(".")):
        for field in _meant(draft):
            if any(name in owned for owned in field.owns):
                return field.name
    return None


def _meant(draft: PoolDraft | None) -> list[PoolField]:
    """The fields that a draft has; all of them without a draft."""
    return [field for field in FIELDS.values() if draft is None or field.when(draft)]


def shown(draft: PoolDraft, name: str) -> Answer:
    """What a field shows: what was typed, else what the pool's JSON has."""
    return draft.typed[name] if name in draft.typed else FIELDS[name].lens.show(draft)


def answered(draft: PoolDraft, name: str, answer: Answer) -> PoolDraft:
    """The draft with a field's answer; one that is no value of its property (yet) is kept."""
    lens = FIELDS[name].lens
    others = {other: text for other, text in draft.typed.items() if other != name}
    before = replace(draft, typed=others)
    if answer == lens.show(before):
        return before
    try:
        return lens.put(before, answer)
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
