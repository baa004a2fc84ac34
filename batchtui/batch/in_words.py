"""A pool in words: what each field of the form shows of it, step by step. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from batchtui.batch.access_rules import DOOR, OTHER
from batchtui.batch.fields import FIELDS, TITLES, PoolField
from batchtui.batch.known import Path
from batchtui.batch.lens import AsJson, Choosing, Minutes, PoolDraft
from batchtui.batch.masked import masked
from batchtui.batch.places import at, dotted, without


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


def untold(draft: PoolDraft) -> Iterator[Told]:
    """What no field says anything of, by its place: the words are the same without it."""
    words = list(in_words(draft))
    for path, value in _leaves(masked(draft.body)):
        lacking = replace(draft, body=without(draft.body, path))
        if list(in_words(lacking)) == words:
            text = value if isinstance(value, str) else json.dumps(value)
            yield Told(f"{dotted(path)} = ", tuple(text.split("\n")))


def _leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _leaves(part, (*path, name))
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            yield from _leaves(part, (*path, index))
    else:
        yield path, value


def _says_something(field: PoolField, draft: PoolDraft) -> bool:
    if not field.when(draft) or () in field.owns:
        return False
    if field.step == "start" and "startTask" not in draft.body:
        return False
    if not field.owns or any({DOOR, OTHER} & {*path} for path in field.owns):
        # It stands for a part of what another field owns.
        return bool(field.lens.show(draft))
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
    if isinstance(field.lens, Minutes) and value.isdigit():
        return f"{value} minutes"
    choices = field.lens.choices(draft) if isinstance(field.lens, Choosing) else {}
    return choices.get(value, value)
