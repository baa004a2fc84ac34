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
# Words that tell of a key, command or filter fit beside it in 80 columns.
WORDS_WIDTH = 51
_FILTER = (
    ("text", "What has these letters; words must all pass"),
    ("/regex/ ~regex", "What has such a text"),
    ("column:value", "Looks at one column, as state:idle"),
    ("!", "In front of any of these: what has it not"),
)


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

        Then a line a command, and what may be typed as a filter.
        """
        yield Static(Content("\n").join(list(self._lines())), markup=False)
        yield Static("\nCommands", classes="heading")
        lines = (_line(f":{each.usage}", each.help) for each in self._commands)
        yield Static(Content("\n").join(list(lines)), markup=False)
        yield Static("\nFilter", classes="heading")
        yield Static(Content("\n").join([_line(*each) for each in _FILTER]), markup=False)

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
