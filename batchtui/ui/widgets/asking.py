"""What an act asks before it is done: whom it is about, what it costs, and how it is to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Select, Static

from batchtui.ui.acts.act import Act, Answers, Question, whom
from batchtui.ui.widgets.field import Field
from batchtui.visible import visible

_ROOM = 130  # cells for the names of targets: two lines of a dialog
_TYPED = "typed"


class Asking(Vertical):
    """The question of an act; what it says of the effect follows what is chosen and typed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"asking--warn"}

    @dataclass
    class Finished(Message):
        """`enter` was pressed where nothing is left to type."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self._act = act
        self._questions = act.questions()
        self._complained = False

    def compose(self) -> ComposeResult:
        """Targets, effect, questions, and where to type what confirms it."""
        if self._act.targets:
            names = "\n".join(visible(line) for line in whom(self._act.targets, _ROOM))
            yield Static(Content(names), classes="whom")
        yield Static(id="effect", markup=False)
        for question in self._questions:
            yield Field(question.name, question.label, _control(question))
        if self._act.typed:
            yield Static(Content(f"\nType {visible(self._act.typed)} to confirm:"), classes="whom")
            yield Field(_TYPED, "", Input(compact=True))

    def on_mount(self) -> None:
        """Say what it costs as things are."""
        self._show_asked()
        self._say_effect()

    def _show_asked(self) -> None:
        """Show the questions that the answers of others ask for."""
        answers = self.answers
        for question in self._questions:
            if question.when:
                other, answer = question.when
                self._field(question.name).display = answers[other] == answer

    def show(self, *, whole: bool, questions: bool) -> None:
        """Show all of it, or only the questions, or nothing."""
        self.display = whole or (questions and bool(self._questions))
        for part in self.query(".whom, #effect, #field-typed"):
            part.display = whole

    @property
    def answers(self) -> Answers:
        """What is chosen and typed now."""
        return {question.name: self._value(question.name) for question in self._questions}

    def find_problems(self) -> bool:
        """Say beside each answer what is wrong with it; true if anything is."""
        wrong = dict(self._act.problems(self.answers))
        if self._act.typed and self._value(_TYPED) != self._act.typed:
            wrong[_TYPED] = f"That isn't {self._act.typed}."
        self.complain(wrong)
        return bool(wrong)

    def complain(self, wrong: Mapping[str, str]) -> None:
        """Say beside each answer what is wrong with it, or nothing."""
        for field in self.query(Field):
            field.complain(wrong.get(field.field, ""))
        self._complained = bool(wrong)

    @property
    def types(self) -> bool:
        """Whether there is something to type."""
        return bool(self.query(Input))

    @property
    def has_options(self) -> bool:
        """Whether there is something to choose now, other than to type."""
        return self.display and bool(self.query(Select))

    def next_option(self) -> None:
        """Choose the next option of the first choice."""
        choice = self.query(Select).first()
        values = [value for _label, value in self._question(choice).choices]
        choice.value = values[(values.index(str(choice.value)) + 1) % len(values)]

    def on_select_changed(self) -> None:
        """Another option costs something else, and may ask for more."""
        self._show_asked()
        self._say_effect()

    def on_input_changed(self) -> None:
        """What was wrong may be right now."""
        self._say_effect()
        if self._complained:
            self.find_problems()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """`enter` goes on to the next field; after the last one it is as good as the button."""
        event.stop()
        shown = [each for each in self.query(Input) if each.query_ancestor(Field).display]
        if shown[-1] is event.input:
            self.post_message(self.Finished())
        else:
            self.screen.focus_next()

    def _question(self, control: Select[str]) -> Question:
        field = control.query_ancestor(Field)
        return next(question for question in self._questions if question.name == field.field)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)

    def _value(self, name: str) -> str:
        control = self._field(name).query_one("Input, Select")
        return str(control.value) if isinstance(control, Input | Select) else ""

    def _say_effect(self) -> None:
        answers = self.answers
        lines = [Content(visible(line)) for line in self._act.effect(answers)]
        lines += [
            Content.styled(f"! {visible(line)}", ".asking--warn")
            for line in self._act.warnings(answers)
        ]
        self.query_one("#effect", Static).update(Content("\n").join(lines))


def _control(question: Question) -> Input | Select[str]:
    if question.choices:
        return Select(question.choices, allow_blank=False, value=question.value, compact=True)
    return Input(question.value, placeholder=question.hint, password=question.secret, compact=True)
