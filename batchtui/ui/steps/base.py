"""A step of the form: its fields, made of what the fields are, and what it says of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Select

from batchtui.batch import lens
from batchtui.batch.draft import PoolDraft, shown
from batchtui.batch.fields import FIELDS, PoolField, StepName
from batchtui.batch.known import Known
from batchtui.session import Session
from batchtui.ui.ending import EndsWork
from batchtui.ui.widgets.drop_down import DropDown
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.fields import Fields
from batchtui.ui.widgets.lines import Lines
from batchtui.ui.widgets.tick import Tick
from batchtui.ui.widgets.typed import TextLine
from batchtui.visible import visible


class Step(Fields, EndsWork):
    """Shows a part of a draft, which it never changes itself: the form does.

    A field's widget has the field's name as its id; the form hears of its changes by itself.
    """

    step: ClassVar[StepName]

    @dataclass
    class Edited(Message):
        """The draft is to become another, in a way that isn't one field's text.

        `field` is the one that was touched. The form then goes on to the next step, if `done`.
        """

        field: str
        change: Callable[[PoolDraft], PoolDraft]
        done: bool = False

    def __init__(self, session: Session, draft: PoolDraft, known: Known) -> None:
        super().__init__(id=f"step-{self.step}", classes="step")
        self.session = session
        self.draft = draft
        self.known = known
        self._offered: dict[str, Mapping[str, str]] = {}

    def compose(self) -> ComposeResult:
        """The fields of the step, one below the other."""
        yield from self.compose_fields()

    def compose_fields(self) -> Iterable[Widget]:
        """A line a field, as the table of fields has them."""
        for field in FIELDS.values():
            if field.step == self.step:
                yield Field(field.name, field.label, control(field, self.draft))

    def on_mount(self) -> None:
        """Show what has a meaning."""
        self.follow(self.draft, self.known)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Show what the draft is by now, as far as the fields don't show it themselves."""
        self.draft, self.known = draft, known
        for each in self.query(Field):
            if each.field in FIELDS:
                each.display = FIELDS[each.field].when(draft)
        for choice in self.query(Select):
            if (name := choice.id or "") in FIELDS:
                self._offer(choice, FIELDS[name])

    def _offer(self, choice: Select[str], field: PoolField) -> None:
        """Let a choice have what there is to choose by now."""
        options = _options(field, self.draft)
        # Without its label it isn't composed yet, and has what it was made with.
        if choice.query("#label") and options != self._offered.get(field.name):
            self._offered[field.name] = options
            with self.prevent(Select.Changed):
                choice.set_options(_as_options(options))
                choice.value = str(shown(self.draft, field.name))

    def first_focus(self) -> Widget | None:
        """Where the focus goes when the step is opened."""
        for each in self.query(Field):
            if each.display and not each.disabled:
                return each.query_one(f"#{each.field}")
        return None


def control(field: PoolField, draft: PoolDraft) -> Widget:
    """The widget that a field is answered in, with what the draft has."""
    value = shown(draft, field.name)
    if options := _options(field, draft):
        return DropDown(
            _as_options(options), value=str(value), allow_blank=False, compact=True, id=field.name
        )
    if isinstance(value, bool):
        return Tick("on", value, id=field.name)
    if isinstance(field.lens, lens.OfLines):
        return Lines(str(value), id=field.name, placeholder=field.placeholder)
    secret = isinstance(field.lens, lens.Secret)
    return TextLine(
        str(value), id=field.name, placeholder=field.placeholder, password=secret, compact=True
    )


def _options(field: PoolField, draft: PoolDraft) -> Mapping[str, str]:
    """What there is to choose, and what is chosen whatever that is; nothing for other fields."""
    if not isinstance(field.lens, lens.Choosing):
        return {}
    choices, value = field.lens.choices(draft), str(shown(draft, field.name))
    return choices if value in choices else {**choices, value: value}


def _as_options(choices: Mapping[str, str]) -> list[tuple[Content, str]]:
    return [(Content(visible(text)), word) for word, text in choices.items()]
