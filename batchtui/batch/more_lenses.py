"""Choices that are rare: of parts that a pool may be without, and of what Azure decides. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from batchtui.batch.lens import Answer, Choice, PoolDraft
from batchtui.batch.places import at, put, without

_ON_OFF: Mapping[str, str] = MappingProxyType(
    {"": "as Azure Batch decides", "yes": "on", "no": "off"}
)
_VALUES: Mapping[str, bool] = MappingProxyType({"yes": True, "no": False})


@dataclass(frozen=True, slots=True)
class OnOff(Choice):
    """On or off, or nothing said, where nothing says what the service does then."""

    words: Mapping[str, str] = field(default_factory=lambda: _ON_OFF)

    def text(self, value: object) -> Answer:
        """The word."""
        return next((word for word, meant in _VALUES.items() if meant is value), "")

    def value(self, answer: Answer, _before: object) -> object:
        """Whether it is on, None for nothing said."""
        return _VALUES.get(str(answer))


@dataclass(frozen=True, slots=True)
class PartChoice(Choice):
    """A choice without which there is no such part: that is set aside as a whole, and comes back.

    The part is the object that the property is in.
    """

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Another choice, or none."""
        part = self.path[:-1]
        name = f"part:{'.'.join(map(str, part))}"
        if not answer:
            aside = {**draft.aside, name: at(draft.body, part)}
            return replace(draft, body=without(draft.body, part), aside=aside)
        body = draft.body
        if at(body, part) is None and isinstance(draft.aside.get(name), Mapping):
            body = put(body, part, draft.aside[name])
        return replace(draft, body=put(body, self.path, self.value(answer, None)))
