"""Fields of the form over a pool's JSON: what each shows of it, and what an answer makes of it.

A field that isn't answered leaves the JSON as it is, to the letter. Pure.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from batchtui.batch.durations import as_minutes, from_minutes, read_duration
from batchtui.batch.json_text import JsonTextError, read_json
from batchtui.batch.known import Json, Path
from batchtui.batch.pairs import PairsError, Rules, as_lines, from_lines
from batchtui.batch.places import at, put, without
from batchtui.visible import editable

Answer = str | bool


class UnreadableError(ValueError):
    """An answer that isn't a value of its property; its text says what would be."""


@dataclass(frozen=True, slots=True)
class PoolDraft:
    """A pool that doesn't exist yet, as the JSON that would create it.

    `typed` are answers that are no values of their properties (yet), by the field's name: a draft
    with any isn't sent. `aside` is what belongs to choices that aren't made now, such as the
    formula of a pool of fixed size: it is kept, and not sent.
    """

    body: Json = field(default_factory=dict)
    typed: Mapping[str, Answer] = field(default_factory=dict)
    aside: Mapping[str, Any] = field(default_factory=dict)


class Lens(Protocol):
    """What a field shows of a draft, and what becomes of the draft by an answer."""

    def show(self, draft: PoolDraft) -> Answer:
        """The field's text, or whether it is ticked."""
        ...

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """The draft with an answer; UnreadableError if that is no value."""
        ...


@runtime_checkable
class Choosing(Lens, Protocol):
    """A lens whose answer is one of some words."""

    def choices(self, draft: PoolDraft) -> Mapping[str, str]:
        """The words, and what is said of each."""
        ...


class OfLines:
    """A lens whose text is of several lines."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class AtPath:
    """A property by its path; an answer that is no value at all takes it away."""

    path: Path

    def show(self, draft: PoolDraft) -> Answer:
        """The property as the field's text."""
        return self.text(at(draft.body, self.path))

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """The draft with what the answer means."""
        value = self.value(answer, at(draft.body, self.path))
        if value is None:
            return replace(draft, body=without(draft.body, self.path))
        return replace(draft, body=put(draft.body, self.path, value))

    def text(self, value: object) -> Answer:
        """A value as text, or whether it is ticked."""
        raise NotImplementedError

    def value(self, answer: Answer, before: object) -> object:
        """The value of an answer, None for no value at all; UnreadableError if it has none."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Text(AtPath):
    """A text as it is typed, blanks at its edges aside; empty for none."""

    def text(self, value: object) -> Answer:
        """The text."""
        return editable(value) if isinstance(value, str) else ""

    def value(self, answer: Answer, before: object) -> object:
        """The text, None if it is empty."""
        if isinstance(before, str) and answer == editable(before):
            return before
        return str(answer).strip() or None


@dataclass(frozen=True, slots=True)
class Secret(AtPath):
    """A text that is sent to the letter, and shown to nobody."""

    def text(self, value: object) -> Answer:
        """The text."""
        return value if isinstance(value, str) else ""

    def value(self, answer: Answer, _before: object) -> object:
        """The text, blanks and all."""
        return str(answer) or None


@dataclass(frozen=True, slots=True)
class Whole(AtPath):
    """A whole number; empty is the service's default."""

    def text(self, value: object) -> Answer:
        """Its digits."""
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""

    def value(self, answer: Answer, _before: object) -> object:
        """The number."""
        text = str(answer).strip()
        digits = text.removeprefix("-")
        if text and not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
            raise UnreadableError("A whole number.")
        return int(text) if text else None


@dataclass(frozen=True, slots=True)
class Minutes(AtPath):
    """A duration in minutes, or as the service writes one; empty is the service's default."""

    def text(self, value: object) -> Answer:
        """Minutes if they are whole, else ISO 8601."""
        return as_minutes(value) if isinstance(value, str) else ""

    def value(self, answer: Answer, before: object) -> object:
        """ISO 8601; as it was, if it means the same."""
        text = str(answer).strip()
        if isinstance(before, str) and text == as_minutes(before):
            return before
        wanted = from_minutes(text)
        if text and read_duration(wanted) is None:
            raise UnreadableError("A number of minutes, or a duration such as PT1H30M.")
        return wanted or None


@dataclass(frozen=True, slots=True)
class Pairs(AtPath, OfLines):
    """Names and values, a line each (see `pairs`)."""

    rules: Rules = field(default_factory=Rules)

    def text(self, value: object) -> Answer:
        """The lines."""
        return as_lines(_objects(value))

    def value(self, answer: Answer, before: object) -> object:
        """The entries; those that weren't edited as they were."""
        try:
            return from_lines(str(answer), self.rules, _objects(before)) or None
        except PairsError as error:
            raise UnreadableError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Texts(AtPath, OfLines):
    """A list of texts, a line each."""

    def text(self, value: object) -> Answer:
        """The lines."""
        return "\n".join(editable(each) for each in _texts(value))

    def value(self, answer: Answer, before: object) -> object:
        """The list, without lines that are empty; texts that weren't edited as they were."""
        known = {editable(each): each for each in _texts(before)}
        lines = str(answer).split("\n")
        return [known.get(line, line.strip()) for line in lines if line.strip()] or None


@dataclass(frozen=True, slots=True)
class Flag(AtPath):
    """Yes or no; `default` is what the service takes where nothing is said."""

    default: bool = False

    def text(self, value: object) -> Answer:
        """Whether it is so."""
        return value if isinstance(value, bool) else self.default

    def value(self, answer: Answer, _before: object) -> object:
        """The same."""
        return bool(answer)


@dataclass(frozen=True, slots=True)
class Choice(AtPath):
    """One of some words, whose case doesn't count; the first is the service's default.

    `words` are what is said of each. An empty word takes the property away.
    """

    words: Mapping[str, str] = field(default_factory=dict)

    def text(self, value: object) -> Answer:
        """The word as it is spelt here, or as it came."""
        given = value if isinstance(value, str) else next(iter(self.words), "")
        return next((word for word in self.words if word.lower() == given.lower()), given)

    def value(self, answer: Answer, _before: object) -> object:
        """The word."""
        return str(answer) or None

    def choices(self, _draft: PoolDraft) -> Mapping[str, str]:
        """The words."""
        return self.words


@dataclass(frozen=True, slots=True)
class AsJson(AtPath, OfLines):
    """Whatever JSON is there, as text to edit; empty for none."""

    def text(self, value: object) -> Answer:
        """The JSON, indented."""
        return "" if value is None else json.dumps(value, indent=2)

    def value(self, answer: Answer, _before: object) -> object:
        """The JSON; the line and column of what isn't."""
        text = str(answer)
        if not text.strip():
            return None
        try:
            found = read_json(text)
        except JsonTextError as error:
            raise UnreadableError(f"No JSON: {error}.") from None
        if not self.path and not isinstance(found, dict):
            raise UnreadableError("A pool is an object: { ... }.")
        return found


@dataclass(frozen=True, slots=True)
class Mode:
    """Which of some ways a pool is given something, such as its size; the others are set aside.

    `ways` are the paths of each, and `words` what is said of it; `marks` are the values that tell
    a way, whatever else is there.
    """

    name: str
    words: Mapping[str, str]
    ways: Mapping[str, Sequence[Path]]
    marks: Mapping[str, Mapping[Path, object]] = field(default_factory=dict)

    def show(self, draft: PoolDraft) -> Answer:
        """The way that the JSON goes; the first one, if it goes none."""
        for way in self.ways:
            marked = self.marks.get(way)
            if marked and all(at(draft.body, path) == value for path, value in marked.items()):
                return way
        unmarked = [way for way in self.ways if way not in self.marks]
        taken = [
            way
            for way in unmarked
            if any(at(draft.body, path) is not None for path in self.ways[way])
        ]
        return next(iter(taken or unmarked))

    def choices(self, _draft: PoolDraft) -> Mapping[str, str]:
        """The ways."""
        return self.words

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Go another way; the properties of this one are set aside."""
        now, wanted = str(self.show(draft)), str(answer)
        if wanted not in self.ways:
            raise UnreadableError(f"One of {', '.join(self.ways)}.")
        if now == wanted:
            return draft
        body, kept = dict(draft.body), dict[str, Any]()
        for path in self.ways[now]:
            if (value := at(body, path)) is not None:
                kept = put(kept, path, value)
                body = without(body, path)
        for path in self.marks.get(now, {}):
            body = without(body, path)
        back = draft.aside.get(f"{self.name}:{wanted}", {})
        for path in self.ways[wanted]:
            if (value := at(back, path)) is not None:
                body = put(body, path, value)
        for path, value in self.marks.get(wanted, {}).items():
            body = put(body, path, value)
        aside = {**draft.aside, f"{self.name}:{now}": kept}
        return replace(draft, body=body, aside=aside)


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _objects(value: object) -> list[Any]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
