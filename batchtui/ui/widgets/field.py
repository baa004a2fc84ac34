"""A labelled field of a form, with what is wrong with it below."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Label, Static

from batchtui.visible import visible


class Field(Vertical):
    """A label, a widget to fill in, and a line that is there when something is wrong."""

    def __init__(self, name: str, label: str, control: Widget, help_text: str = "") -> None:
        super().__init__(id=f"field-{name.replace('_', '-')}")
        self.field = name
        self.help_text = help_text
        self._label = label
        self._control = control

    def compose(self) -> ComposeResult:
        """Label and control side by side."""
        with Horizontal(classes="field-row"):
            yield Label(self._label, classes="field-label", markup=False)
            yield self._control
        yield Static(classes="field-problem", markup=False)

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.complain("")

    def relabel(self, label: str) -> None:
        """Give it another label."""
        self.query_one(Label).update(label)

    def complain(self, text: str) -> None:
        """Say what is wrong, or nothing."""
        line = self.query_one(".field-problem", Static)
        line.update(visible(text))
        line.display = bool(text)
