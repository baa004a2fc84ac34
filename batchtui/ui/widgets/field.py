"""A labelled field of a form, with what is wrong with it, or may be regretted, below."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from batchtui.ui.widgets.remark import Remark


class Field(Vertical):
    """A label, a widget to fill in, and a line that is there when something is wrong."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--key"}

    def __init__(self, name: str, label: str, control: Widget, help_text: str = "") -> None:
        super().__init__(id=f"field-{name.replace('_', '-')}")
        self.field = name
        self.help_text = help_text
        self._label = label
        self._control = control
        self._labelled = Label(label, classes="field-label", markup=False)
        self._problem = Remark(classes="field-problem")
        self._warning = Remark(classes="field-warning")

    def compose(self) -> ComposeResult:
        """Label and control side by side."""
        with Horizontal(classes="field-row"):
            yield self._labelled
            yield self._control
        yield self._problem
        yield self._warning

    def relabel(self, label: str) -> None:
        """Give it another label."""
        if label != self._label:
            self._label = label
            self._labelled.update(label)

    def show_key(self, key: str) -> None:
        """Show at the label's start the key that goes to the field, or none."""
        label = Content(self._label)
        if key:
            rest = self._label.removeprefix("  ")
            label = Content.assemble((key, self.get_visual_style("field--key")), " ", rest)
        self._labelled.update(label)

    def complain(self, text: str) -> None:
        """Say what is wrong, or nothing."""
        self._problem.say(text.split("\n"))

    def warn(self, text: str) -> None:
        """Say what may be regretted, or nothing."""
        self._warning.say(f"! {line}" for line in text.split("\n") if line)
