"""The margin of the form: its steps, which of them is shown, and how each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Standing:
    """How a step stands: problems that were told, others that are still to do, warnings."""

    told: int = 0
    to_do: int = 0
    warned: int = 0
    visited: bool = False

    @property
    def mark(self) -> tuple[str, str]:
        """A glyph with a number, and how it looks."""
        if self.told:
            return f"✗{self.told + self.to_do}", "bad"
        if self.to_do:
            return "·", "quiet"
        if self.warned:
            return f"!{self.warned}", "warn"
        return ("✓", "good") if self.visited else ("", "quiet")


_BESIDE = 4  # columns: of the key or `›`, and of the mark


class StepList(Widget):
    """A line a step: `✗2` for two problems, `·` for what is to do, `!1` for a warning, `✓`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "step-list--here",
        "step-list--key",
        "step-list--bad",
        "step-list--warn",
        "step-list--good",
        "step-list--quiet",
    }

    @dataclass
    class Chosen(Message):
        """A step was clicked."""

        step: str

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__(id="steps")
        self._titles = titles
        self._here = next(iter(titles))
        self._standings: Mapping[str, Standing] = {}
        self._keys: Mapping[str, str] = {}

    def show(self, here: str, standings: Mapping[str, Standing]) -> None:
        """Show another state."""
        self._here, self._standings = here, standings
        self.refresh()

    def show_keys(self, keys: Mapping[str, str]) -> None:
        """Show beside each step the key that goes there, or none."""
        self._keys = keys
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme: draw all again."""
        super().notify_style_update()
        self.refresh()

    def render(self) -> Text:
        """A line a step."""
        return Text("\n").join(map(self._line, self._titles))

    def _line(self, step: str) -> Text:
        here = step == self._here
        key = self._keys.get(step)
        line = Text(key or ("›" if here else " "), self._look("key") if key else "")
        room = max(self.size.width - _BESIDE, 1)
        line.append(
            f" {self._titles[step][: room - 1]:<{room}}", self._look("here") if here else ""
        )
        mark, look = self._standings.get(step, Standing()).mark
        return line.append(mark, self._look(look))

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"step-list--{name}", partial=True)

    def on_click(self, event: events.Click) -> None:
        """Go to the step that was clicked."""
        steps: Sequence[str] = list(self._titles)
        if event.y < len(steps):
            self.post_message(self.Chosen(steps[event.y]))
