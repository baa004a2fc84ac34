"""Forms that ask something of the service: what was typed stays typed, whatever it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Input, Select, Static, TextArea

from batchtui.errors import BatchtuiError, ServiceError
from batchtui.session import Session
from batchtui.ui.dialogs.confirm import Confirm
from batchtui.ui.dialogs.review import Review
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.fields import Fields
from batchtui.ui.widgets.remark import Remark
from batchtui.ui.widgets.tick import Tick

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Draft = TypeVar("Draft", bound="DataclassInstance")


class FormScreen(HouseScreen, Generic[Draft]):
    """Owns one draft; its fields and their widgets are called as those of the draft are.

    Subclasses say which fields there are, what is wrong with them, and what is sent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "Review and send", id="form.review",
                tooltip="Look at what will be sent, then send it"),
        # An arrow is told of an input's own, which does nothing: the help names it beside tab.
        Binding("tab,down", "app.focus_next", "Next field", show=False, id="form.next",
                tooltip="Next field, as ↓; shift+tab and ↑ the one before"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="form.previous",
                tooltip="Go to the field before"),
    ]  # fmt: skip

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012 - as Textual has it

    # What a field means, and where a service error belongs by its code or what it names.
    helps: ClassVar[Mapping[str, str]] = {}
    field_of: ClassVar[Mapping[str, str]] = {}
    # Fields in which blanks at the edges count.
    verbatim: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, session: Session, draft: Draft) -> None:
        super().__init__()
        self.session = session
        self.read_only = session.read_only
        self.draft = draft
        self.sending = False  # whether the service is being asked
        self._touched: set[str] = set()
        self._told: set[str] = set()  # fields that weren't touched, and complain all the same
        self._refused: dict[str, str] = {}

    # What subclasses say

    def compose_fields(self) -> Iterable[Widget]:
        """The fields, each with a widget that has the field's name as its id, and what is said."""
        raise NotImplementedError

    def problems(self) -> Mapping[str, str]:
        """What must be mended before anything is sent, by field."""
        raise NotImplementedError

    def effects(self) -> Iterable[str]:
        """What it would do, in sentences; asked for only when there are no problems."""
        return ()

    def warnings(self) -> Iterable[str]:
        """What may be regretted."""
        return ()

    def edited(self) -> bool:
        """Whether leaving the form would lose something."""
        raise NotImplementedError

    def review(self) -> Review | None:
        """What will be sent, or None if that can't be shown yet."""
        raise NotImplementedError

    async def send(self, draft: Draft) -> str:
        """Send what was reviewed, whatever is typed since; the form ends with what is returned."""
        raise NotImplementedError

    # Frame

    def compose_body(self) -> ComposeResult:
        """The fields, and what is said of them."""
        with Fields(id="form"):
            yield from self.compose_fields()
            yield Remark(id="effects")
            yield Remark(id="warnings")
        yield Static(id="field-help", markup=False)

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.focus_body()
        self.check()

    def focus_body(self) -> None:
        """The first field."""
        self.query_one(f"#{self.query(Field).first().field}").focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field means."""
        name = next((each.field for each in event.widget.ancestors if isinstance(each, Field)), "")
        self.query_one("#field-help", Static).update(self.help_of(name))

    def help_of(self, field: str) -> str:
        """What a field means."""
        return self.helps.get(field, "")

    # The draft follows the fields, by what they have now: what an event tells may be of before
    # the form itself filled them with something else.

    def on_input_changed(self, event: Input.Changed) -> None:
        """A text was typed."""
        name, text = event.input.id or "", event.input.value
        self.set(name, text if name in self.verbatim else text.strip())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A text of several lines was typed."""
        self.set(event.text_area.id or "", event.text_area.text)

    def on_select_changed(self, event: Select.Changed) -> None:
        """Something else was chosen."""
        self.set(event.select.id or "", event.select.value)

    def on_checkbox_changed(self, event: Tick.Changed) -> None:
        """Something was switched on or off."""
        self.set(event.checkbox.id or "", event.checkbox.value)

    def on_input_submitted(self) -> None:
        """`enter` goes on to the next field."""
        self.focus_next()

    def set(self, field: str, value: object) -> None:
        """Let the draft have a new value."""
        if self.has(field) and self.shown(field) != value:
            self.edit(field, self.answered(field, value))

    def edit(self, field: str, draft: Draft) -> None:
        """Take another draft, which a field's answer made of this one."""
        self.draft = draft
        self._refused.pop(field, None)
        self.say("")
        self._touched.add(field)
        self.check()

    def has(self, field: str) -> bool:
        """Whether the draft has such a field."""
        return hasattr(self.draft, field)

    def shown(self, field: str) -> object:
        """What a field shows of the draft."""
        return getattr(self.draft, field)

    def answered(self, field: str, value: object) -> Draft:
        """The draft with another answer."""
        changed: dict[str, Any] = {field: value}
        return replace(self.draft, **changed)

    def fill(self, draft: Draft) -> None:
        """Let the fields show another draft, as far as it differs.

        Others may have been typed into just now, without the draft knowing it yet.
        """
        names = [field.field for field in self.query(Field) if self.has(field.field)]
        before = {name: self.shown(name) for name in names}
        self.draft = draft
        for name in names:
            if self.shown(name) != before[name]:
                self._refill(name)
        self.check()

    def _refill(self, name: str) -> None:
        value: Any = self.shown(name)
        for widget in self.query(f"#{name}"):
            if isinstance(widget, TextArea):
                if widget.text != value:
                    widget.text = value
            elif isinstance(widget, Input | Select | Tick) and widget.value != value:
                widget.value = value

    def check(self) -> Mapping[str, str]:
        """Name each problem at its field, and say what sending it would do."""
        wrong = {**self.problems(), **self._refused}
        for field in self.query(Field):
            field.complain(wrong.get(field.field, "") if self.is_told(field.field) else "")
        self.tell(wrong)
        return wrong

    def is_told(self, field: str) -> bool:
        """Whether a field says what is wrong with it: one that nobody came to yet doesn't."""
        return field in self._touched or field in self._told

    def tell(self, wrong: Mapping[str, str]) -> None:
        """Say what sending it would do, and what may be regretted of that."""
        self.query_one("#effects", Remark).say(() if wrong else self.effects())
        self.query_one("#warnings", Remark).say(f"! {note}" for note in self.warnings())

    # Sending it

    def action_review(self) -> None:
        """Show what will be sent, if nothing is wrong; else go to what is."""
        if self.busy():
            return
        review = None if self.stopped_by_problems() else self.review()
        if review is not None:
            self.app.push_screen(review, self.decided)

    def busy(self) -> bool:
        """Whether the service is being asked; then that is said."""
        if self.sending:
            self.say("Still sending what was reviewed before. ctrl+c gives that up.", "warn")
        return self.sending

    def stopped_by_problems(self) -> bool:
        """Whether there are any; then all of them are named, and the first has the focus.

        What the service refused it may take by now: only asking it again can tell.
        """
        self._refused.clear()
        wrong = self.check()
        if not wrong:
            return False
        self._told.update(wrong)
        self.check()
        self.go_to(self.first_of(wrong))
        self.say("Some fields need mending.", "warn")
        return True

    def first_of(self, wrong: Mapping[str, str]) -> str:
        """The first field, in the order of the form, with which something is wrong."""
        return next(field.field for field in self.query(Field) if field.field in wrong)

    def go_to(self, field: str) -> None:
        """Put the focus on a field."""
        self.query_one(f"#{field}").focus()

    def decided(self, yes: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
        """Send what was reviewed, if the answer was yes."""
        if yes:
            self.start_sending()

    def start_sending(self) -> None:
        """Send the draft as it is now, unless one is being sent."""
        if not self.sending:
            self.sending = True
            self.say("Sending …")
            self.run_worker(self._send(self.draft), group="send")

    async def _send(self, draft: Draft) -> None:
        try:
            result = await self.send(draft)
        except ServiceError as error:
            self.refuse(error)
        except BatchtuiError as error:
            self.report(error)
        else:
            await self.finish(result)
        finally:
            self.sending = False

    def refuse(self, error: ServiceError) -> None:
        """Show a refusal at the field that it is about, or in full if it is about none."""
        field = self.refused_field(error)
        if field is None:
            self.explain(error)
            return
        self.report(error)
        self.refuse_field(field, error.values.get("Message") or error.message)

    def refused_field(self, error: ServiceError) -> str | None:
        """The field that a refusal is about, if it is about one."""
        names = (error.code, *error.values.get("PropertyName", "").split("."))
        field = next((self.field_of[name] for name in names if name in self.field_of), None)
        return field if field and self.query(f"#{field}") else None

    def refuse_field(self, field: str, text: str) -> None:
        """Say what is wrong with a field until it is edited or sent again, and go there."""
        self._refused[field] = text
        self._touched.add(field)
        self.check()
        self.go_to(field)

    # Leaving it

    @property
    def would_lose(self) -> bool:
        """Whether whoever goes elsewhere without a question would lose something."""
        return self.sending or self.edited()

    def action_back(self) -> None:
        """Leave; ask before, if something would be lost."""
        self.leave_for(None)

    def leave_for(self, result: object) -> None:
        """End with a result that isn't about what was typed; ask before, if that would be lost."""
        if not self.would_lose:
            self.leave(result)
            return

        def decided(yes: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
            if yes:
                self.leave(result)

        text = "Nothing was sent. What you typed is lost."
        if self.sending:
            text = "It is being sent: whether the service does it won't be told."
        self.app.push_screen(Confirm("Leave the form?", text, yes="Leave"), decided)

    def action_give_up(self) -> None:
        """Don't wait for the service any longer; what was typed stays."""
        if self.sending:
            self.workers.cancel_group(self, "send")
            self.say("Given up. Whether the service did it isn't known.", "warn")
        else:
            super().action_give_up()

    def leave(self, result: object = None) -> None:
        """End, without a result if there is none."""
        self.dismiss(result)
