"""The margin of the form: its steps, which of them is shown, and what is wrong in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget


class StepList(Widget):
    """A line a step: `✗2` for two problems, `!1` for a warning, `✓` for none."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "step-list--here",
        "step-list--bad",
        "step-list--warn",
    }

    @dataclass
    class Chosen(Message):
        """A step was clicked."""

        step: str

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__(id="steps")
        self._titles = titles
        self._here = next(iter(titles))
        self._wrong: Mapping[str, int] = {}
        self._warned: Mapping[str, int] = {}

    def show(self, here: str, wrong: Mapping[str, int], warned: Mapping[str, int]) -> None:
        """Show another state."""
        self._here, self._wrong, self._warned = here, wrong, warned
        self.refresh()

    def render(self) -> Text:
        """A line a step."""
        lines = [self._line(step) for step in self._titles]
        return Text("\n").join(lines)

    def _line(self, step: str) -> Text:
        mark = "›" if step == self._here else " "
        line = Text(f"{mark} {self._titles[step]:<11}")
        if step == self._here:
            line.stylize(self._look("here"))
        if count := self._wrong.get(step):
            line.append(
                f"✗{count}", style=self.get_component_rich_style("step-list--bad", partial=True)
            )
        elif count := self._warned.get(step):
            line.append(
                f"!{count}", style=self.get_component_rich_style("step-list--warn", partial=True)
            )
        return line

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"step-list--{name}", partial=True)

    def on_click(self, event: events.Click) -> None:
        """Go to the step that was clicked."""
        steps: Sequence[str] = list(self._titles)
        if event.y < len(steps):
            self.post_message(self.Chosen(steps[event.y]))
