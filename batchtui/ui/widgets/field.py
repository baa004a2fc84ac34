"""A labelled field of a form, with what is wrong with it, or may be regretted, below."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label, Static

from batchtui.visible import visible, visible_lines


class Field(Vertical):
    """A label, a widget to fill in, and a line that is there when something is wrong."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--key"}

    def __init__(self, name: str, label: str, control: Widget, help_text: str = "") -> None:
        super().__init__(id=f"field-{name.replace('_', '-')}")
        self.field = name
        self.help_text = help_text
        self._label = label
        self._control = control
        self._complaint = ""
        self._warning = ""

    def compose(self) -> ComposeResult:
        """Label and control side by side."""
        with Horizontal(classes="field-row"):
            yield Label(self._label, classes="field-label", markup=False)
            yield self._control
        yield Static(classes="field-problem", markup=False)
        yield Static(classes="field-warning", markup=False)

    def on_mount(self) -> None:
        """Say what was wrong before there was a line to say it in."""
        self.complain(self._complaint)
        self.warn(self._warning)

    def relabel(self, label: str) -> None:
        """Give it another label."""
        self._label = label
        for shown in self.query(Label):
            shown.update(label)

    def show_key(self, key: str) -> None:
        """Show at the label's start the key that goes to the field, or none."""
        label = Content(self._label)
        if key:
            rest = self._label.removeprefix("  ")
            label = Content.assemble((key, self.get_visual_style("field--key")), " ", rest)
        for shown in self.query(".field-label").results(Label):
            shown.update(label)

    def complain(self, text: str) -> None:
        """Say what is wrong, or nothing."""
        self._complaint = text
        for line in self.query(".field-problem").results(Static):
            line.update(visible_lines(text))
            line.display = bool(text)

    def warn(self, text: str) -> None:
        """Say what may be regretted, or nothing."""
        self._warning = text
        for line in self.query(".field-warning").results(Static):
            line.update("\n".join(f"! {visible(each)}" for each in text.split("\n")))
            line.display = bool(text)
