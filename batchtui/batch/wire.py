"""Bodies of answers -> rows, forgivingly: what is of another type than it should be is missing.

A body that is as it should be is decoded in one go; only one that isn't is looked at field by
field.
"""

import functools
import json
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar, get_args, get_origin

import msgspec

Row = TypeVar("Row")


class NotJsonError(Exception):
    """A body that isn't a JSON object."""


class Page(msgspec.Struct, Generic[Row], frozen=True):
    """The rows of one answer to a listing, and where the next page is: empty on the last.

    Resource Manager calls the latter otherwise than the service.
    """

    rows: Sequence[Row] = msgspec.field(name="value", default=())
    service_link: str = msgspec.field(name="odata.nextLink", default="")
    management_link: str = msgspec.field(name="nextLink", default="")

    @property
    def next_link(self) -> str:
        """Where the next page is."""
        return self.service_link or self.management_link


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; NotJsonError if it is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotJsonError from None
    if not isinstance(found, dict):
        raise NotJsonError
    return found


def read_page(body: bytes, kind: type[Row]) -> Page[Row]:
    """A page of rows of one kind, a Struct or dict; NotJsonError if it isn't a JSON object."""
    try:
        # What isn't looked into isn't checked to be UTF-8 otherwise.
        text = body.decode() if kind is msgspec.Raw else body
        return _decoder(kind).decode(text)  # type: ignore[arg-type] # classes are hashable
    except (msgspec.DecodeError, UnicodeDecodeError):
        raw = read_object(body)
        found = raw.get("value")
        rows = _items(found, kind) if isinstance(found, list) else ()
        return Page(rows, *(_text(raw.get(name)) for name in ("odata.nextLink", "nextLink")))


def read_row(body: bytes | msgspec.Raw, kind: type[Row]) -> Row:
    """One row from its JSON as text; NotJsonError if it isn't a JSON object."""
    try:
        return _row_decoder(kind).decode(body)  # type: ignore[arg-type, no-any-return]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return read(read_object(bytes(body)), kind)


def read(raw: object, kind: type[Row]) -> Row:
    """One row from its JSON; ValidationError only if it isn't an object at all."""
    if kind is msgspec.Raw:
        return _written(raw)  # type: ignore[return-value] # it is a Raw
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        if isinstance(raw, dict) and issubclass(kind, msgspec.Struct):
            return kind(**_fields(raw, kind))
        raise


def compact(row: msgspec.Raw) -> bytes:
    """The JSON of a row in one line, its texts and numbers as they were sent."""
    try:
        return msgspec.json.format(row, indent=-1)
    except msgspec.DecodeError:  # half of a surrogate pair, which only Python takes
        return _line(read_object(bytes(row)))


def narrowed(row: msgspec.Raw, fields: Iterable[str]) -> bytes:
    """The JSON of a row with these fields only, as far as it has them, in one line."""
    try:
        found = _parts().decode(row)
        kept = {name: found[name] for name in fields if name in found}
        return compact(msgspec.Raw(msgspec.json.encode(kept)))
    except msgspec.DecodeError:
        whole = read_object(bytes(row))
        return _line({name: whole[name] for name in fields if name in whole})


def is_object(row: msgspec.Raw) -> bool:
    """Whether a row is an object, as it should be."""
    return bytes(memoryview(row)[:1]) == b"{"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _written(raw: object) -> msgspec.Raw:
    """JSON written anew; ValidationError for what JSON can't say, such as NaN."""
    try:
        return msgspec.Raw(_line(raw))
    except (ValueError, RecursionError):
        raise msgspec.ValidationError from None


def _line(value: object) -> bytes:
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


@functools.cache
def _parts() -> "msgspec.json.Decoder[dict[str, msgspec.Raw]]":
    return msgspec.json.Decoder(dict[str, msgspec.Raw])


@functools.cache
def _row_decoder(kind: type) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(kind)


@functools.cache
def _decoder(kind: type) -> "msgspec.json.Decoder[Page[Any]]":
    return msgspec.json.Decoder(Page[kind])  # type: ignore[valid-type]


def _fields(raw: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    good = {}
    for each in msgspec.structs.fields(kind):
        if each.encode_name in raw:
            try:
                good[each.name] = _value(raw[each.encode_name], each.type)
            except msgspec.ValidationError:
                continue
    return good


def _value(raw: object, kind: Any) -> Any:  # noqa: ANN401 - whatever the field is declared as
    nested = [each for each in get_args(kind) if isinstance(each, type)]
    if get_origin(kind) is tuple:
        return _items(raw, nested[0]) if isinstance(raw, list) else msgspec.convert(raw, kind)
    if isinstance(raw, dict) and isinstance(kind, type):
        return read(raw, kind)
    struct = next((each for each in nested if issubclass(each, msgspec.Struct)), None)
    if isinstance(raw, dict) and struct is not None:
        return read(raw, struct)
    return msgspec.convert(raw, kind)


def _items(raw: list[object], kind: type[Row]) -> tuple[Row, ...]:
    good = []
    for each in raw:
        try:
            good.append(read(each, kind))
        except msgspec.ValidationError:
            continue
    return tuple(good)
