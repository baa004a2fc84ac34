"""Every key of the screen that is below, read from its bindings."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from batchtui.ui.commands import Command
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.keybar import generality

_KEY_WIDTH = 18


class HelpScreen(Dialog[None]):
    """Made from what was active when it was asked for."""

    title_text = "Keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,enter,q", "give_up", "Close", key_display="?", id="help.close"),
    ]

    def __init__(self, bindings: dict[str, ActiveBinding], commands: Sequence[Command]) -> None:
        super().__init__()
        self._active = bindings
        self._commands = commands

    def on_mount(self) -> None:
        """Tall, since the keys are many."""
        self.add_class("-tall")

    def compose_body(self) -> ComposeResult:
        """A line a key, those of the screen before those of the table and of everywhere.

        Then a line a command.
        """
        yield Static(Content("\n").join(list(self._lines())), markup=False)
        yield Static("\nCommands", classes="heading")
        lines = (_line(f":{each.usage}", each.help) for each in self._commands)
        yield Static(Content("\n").join(list(lines)), markup=False)
        yield Static(
            "\nFilter: text is fuzzy on every column · /regex/ or ~regex · ! in front inverts\n"
            "        column:value looks at one column (state:idle)",
            classes="muted",
        )

    def _lines(self) -> Iterator[Content]:
        keys: dict[str, list[str]] = {}
        words: dict[str, Binding] = {}
        for active in sorted(self._active.values(), key=generality):
            binding = active.binding
            # Bindings without an id are Textual's own, for its own widgets.
            if binding.id and not binding.key.startswith("shift+"):
                keys.setdefault(binding.action, []).append(self.app.get_key_display(binding))
                words[binding.action] = binding
        for action, shown in keys.items():
            binding = words[action]
            text = binding.tooltip or binding.description
            names = " ".join(dict.fromkeys(shown))
            yield _line(names, text)


def _line(names: str, text: str) -> Content:
    return Content.assemble((f"{names:<{_KEY_WIDTH}} ", "bold"), text)
