"""A pool in words: what each field of the form shows of it, step by step. Pure."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from batchtui.batch.fields import FIELDS, TITLES, PoolField
from batchtui.batch.lens import AsJson, Choosing, PoolDraft
from batchtui.batch.masked import masked
from batchtui.batch.places import at


class Told(NamedTuple):
    """A field's label, and the lines of what it shows."""

    label: str
    lines: tuple[str, ...]


def in_words(draft: PoolDraft) -> Iterator[tuple[str, list[Told]]]:
    """The title of each step that says something, with its fields; secrets are masked."""
    shown = replace(draft, body=masked(draft.body))
    for step, title in TITLES.items():
        fields = (field for field in FIELDS.values() if field.step == step)
        told = [_told(field, shown) for field in fields if _says_something(field, shown)]
        if told:
            yield title, told


def _says_something(field: PoolField, draft: PoolDraft) -> bool:
    if not field.when(draft) or () in field.owns:
        return False
    # What is left to the service is told where a choice of the form's is made of it.
    chosen = isinstance(field.lens, Choosing) and field.step != "more"
    return chosen or any(at(draft.body, path) is not None for path in field.owns)


def _told(field: PoolField, draft: PoolDraft) -> Told:
    return Told(field.label.strip(), tuple(_text(field, draft).split("\n")))


def _text(field: PoolField, draft: PoolDraft) -> str:
    if isinstance(field.lens, AsJson):
        return json.dumps(at(draft.body, field.lens.path))
    value = field.lens.show(draft)
    if isinstance(value, bool):
        return "yes" if value else "no"
    choices = field.lens.choices(draft) if isinstance(field.lens, Choosing) else {}
    return choices.get(value, value)
