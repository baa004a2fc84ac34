"""The step of everything that no other step has."""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from textual.widget import Widget
from textual.widgets import Static

from batchtui.batch import rules
from batchtui.batch.draft import PoolDraft, answered, shown
from batchtui.batch.fields import FIELDS, PoolField
from batchtui.batch.in_short import in_short
from batchtui.batch.known import Known, Path, Problem
from batchtui.batch.lens import AsJson
from batchtui.batch.places import at, put, without
from batchtui.batch.skeleton import skeleton, unknown_places
from batchtui.ui.dialogs.edit_json import EditJson
from batchtui.ui.steps.base import Step, control
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.field import Field

# What stands above the first field of each group.
_HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "packages": "What each node gets",
        "containers": "Containers",
        "data_disks": "Disks",
        "security_type": "Security",
        "placement": "Where nodes are, and how they change",
        "everything": "All of it",
    }
)
_EVERYTHING = "everything"
_UNKNOWN = "unknown"


class MoreStep(Step):
    """The common ones are fields; the rare ones say what they have, and are edited as JSON."""

    step = "more"

    def compose_fields(self) -> Iterable[Widget]:
        """In groups."""
        for field in FIELDS.values():
            if field.step != self.step:
                continue
            if heading := _HEADINGS.get(field.name):
                yield Static(heading, classes="heading", markup=False)
            if field.name == _EVERYTHING:
                yield Field(_UNKNOWN, "Not known", Choice("", id=_UNKNOWN))
            yield Field(field.name, field.label, self._control(field))

    def _control(self, field: PoolField) -> Widget:
        if isinstance(field.lens, AsJson):
            return Choice("", id=field.name)
        return control(field, self.draft)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Say what the parts have by now that are edited as JSON."""
        super().follow(draft, known)
        unknown = unknown_places(draft.body)
        for choice in self.query(Choice):
            field = FIELDS.get(choice.id or "")
            if field and isinstance(field.lens, AsJson):
                value = at(draft.body, field.lens.path)
                choice.show(in_short(value) or "none")
        for field_shown in self.query(f"#field-{_UNKNOWN}"):
            field_shown.display = bool(unknown)
        names = ", ".join(".".join(map(str, place)) for place in unknown)
        for choice in self.query(f"#{_UNKNOWN}").results(Choice):
            choice.show(f"{len(unknown):,} · {names}")

    def on_choice_asked(self, event: Choice.Asked) -> None:
        """Edit it as JSON; for what isn't known, the whole pool at that place."""
        event.stop()
        name = event.choice.id or ""
        if name == _UNKNOWN:
            self._edit(FIELDS[_EVERYTHING], next(iter(unknown_places(self.draft.body)), ()))
        elif name in FIELDS:
            self._edit(FIELDS[name])

    def _edit(self, field: PoolField, place: Path = ()) -> None:
        path = field.lens.path if isinstance(field.lens, AsJson) else ()
        text = str(shown(self.draft, field.name))

        def edited(answer: str | None) -> None:
            if answer is not None:
                self.post_message(
                    self.Edited(field.name, lambda draft: answered(draft, field.name, answer))
                )

        self.app.push_screen(
            EditJson(
                f"{field.label.strip()}: {'.'.join(map(str, path)) or 'as it is sent'}",
                path,
                text or json.dumps(skeleton(path), indent=2),
                lambda value: self._wrong(path, value),
                place,
            ),
            edited,
        )

    def _wrong(self, path: Path, value: object) -> list[Problem]:
        """What is wrong in a part of the pool, if it were this."""
        body = self.draft.body
        whole = without(body, path) if value is None else put(body, path, value)
        return [
            Problem(problem.path[len(path) :], problem.text)
            for problem in rules.problems(whole, self.known)
            if problem.path[: len(path)] == path
        ]
