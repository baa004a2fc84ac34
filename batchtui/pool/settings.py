"""`--set NAME=VALUE`: a field of the form by its name, or a place in the pool's JSON. Pure."""

from collections.abc import Mapping
from typing import Any

from batchtui.batch.draft import PoolDraft, answered
from batchtui.batch.fields import FIELDS, PoolField
from batchtui.batch.json_text import JsonTextError, read_json
from batchtui.batch.known import Json, Path
from batchtui.batch.lens import UnreadableError
from batchtui.batch.places import at, put, without
from batchtui.batch.schema import subschema
from batchtui.batch.secrets import is_secret, without_secrets
from batchtui.batch.spelling import spelled_path
from batchtui.errors import UsageError
from batchtui.pool.given import STANDARD_INPUT, Given

_LONGEST_NUMBER, _LONGEST_SHOWN = 9, 40
_YES_AND_NO = {"true": True, "yes": True, "false": False, "no": False}


def with_setting(draft: PoolDraft, setting: str, given: Given) -> PoolDraft:
    """The draft with what one `--set` says; UsageError if it can't be.

    A secret isn't taken from the command line: every user of the machine can list that.
    """
    name, equals, said = setting.partition("=")
    if not equals or not name:
        raise UsageError("--set wants NAME=VALUE, with the name of a field or of a property.")
    field = FIELDS.get(name)
    path = spelled_path(_path(name))
    secret = is_secret(path) if field is None else any(map(is_secret, field.owns))
    text, hidden = _value(name, said, given, secret=secret)
    structure = _structure(text) if subschema(path) else None
    if field is None or structure is not None:
        after = _at_path(draft, path, text)
    else:
        after = _in_field(draft, field, text)
    if not hidden and _more_secrets(draft.body, after.body):
        raise UsageError(
            f"--set {name}: this is a secret, and every user of this machine can read what "
            "commands are given.",
            advice=f"Write it to a file and say --set {name}=@FILE, "
            f"or say --set {name}=- to type it."
            if secret
            else f"Write it to a file and say --set {name}=@FILE.",
        )
    return after


def _value(name: str, said: str, given: Given, *, secret: bool) -> tuple[str, bool]:
    """The value, and whether it didn't stand on the command line."""
    if said.startswith("@"):
        return given.file(said.removeprefix("@")), True
    if secret and said == STANDARD_INPUT:
        return given.secret(name), True
    return said, False


def _path(name: str) -> Path:
    steps = name.split(".")
    if not all(steps):
        raise UsageError(f"--set {name}: a place is names with dots between, such as a.0.b.")
    if any(step.isdecimal() and len(step) > _LONGEST_NUMBER for step in steps):
        raise UsageError(f"--set {name[:_LONGEST_SHOWN]}…: no list is as long as that.")
    return tuple(int(step) if step.isascii() and step.isdigit() else step for step in steps)


def _check_steps(body: Json, path: Path) -> None:
    """UsageError where an object would be replaced by a list on the way, or a list by an object."""
    for end, step in enumerate(path):
        there, said = at(body, path[:end]), ".".join(map(str, path))
        if isinstance(there, list) and not isinstance(step, int):
            raise UsageError(
                f"--set {said}: there is a list, whose first item is 0 and not {step}."
            )
        if isinstance(there, Mapping) and isinstance(step, int):
            raise UsageError(f"--set {said}: there is no list for the number {step} to be of.")


def _at_path(draft: PoolDraft, path: Path, text: str) -> PoolDraft:
    _check_steps(draft.body, path)
    value = _json(text, path)
    if value is None:
        return PoolDraft(without(draft.body, path), draft.typed, draft.aside)
    return PoolDraft(put(draft.body, path, value), draft.typed, draft.aside)


def _json(text: str, path: Path) -> Any:  # noqa: ANN401 - JSON
    """JSON where it is some, else the text; where a text is wanted, digits are one too."""
    try:
        value = read_json(text)
    except JsonTextError:
        return text
    wants_text = subschema(path).get("type") == "string"
    return text if wants_text and not isinstance(value, str | None) else value


def _structure(text: str) -> Any:  # noqa: ANN401 - JSON
    """An object or list, which is a property's value and not a field's text."""
    try:
        value = read_json(text)
    except JsonTextError:
        return None
    return value if isinstance(value, dict | list) else None


def _in_field(draft: PoolDraft, field: PoolField, text: str) -> PoolDraft:
    answer: str | bool = text
    if isinstance(field.lens.show(draft), bool):
        if text.lower() not in _YES_AND_NO:
            raise UsageError(f"--set {field.name}: true or false.")
        answer = _YES_AND_NO[text.lower()]
    try:
        field.lens.put(draft, answer)
    except UnreadableError as error:
        raise UsageError(f"--set {field.name}: {error}") from None
    return answered(draft, field.name, answer)


def _more_secrets(before: Json, after: Json) -> bool:
    return any(at(before, place) != at(after, place) for place in without_secrets(after).places)
