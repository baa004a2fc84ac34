"""The step of what runs on each node as it joins."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from batchtui.batch.draft import PoolDraft, answered, shown
from batchtui.batch.known import Known
from batchtui.batch.rules import lacks_admin, lacks_shell
from batchtui.batch.start_lenses import as_administrator
from batchtui.ui.steps.base import Step
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.tick import Tick

_SHELL = "start_shell"


class StartStep(Step):
    """The command, whom it runs as, and what it has; one key each mends its classic failures."""

    step = "start"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "shell", "Shell", id="start.shell",
                tooltip="Let a shell run the start task, or no longer"),
        Binding("ctrl+l", "administrator", "Admin", id="start.administrator",
                tooltip="Let an administrator run the start task"),
    ]  # fmt: skip

    def compose_fields(self) -> Iterable[Widget]:
        """Below the command is what mends it."""
        command, *others = super().compose_fields()
        yield command
        yield Static(id="start-mending", classes="field-warning", markup=False)
        yield from others

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to mend without a start task."""
        if action in {"shell", "administrator"} and "startTask" not in self.draft.body:
            return False
        return super().check_action(action, parameters)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """The box follows the command, in which a shell may be typed, too."""
        super().follow(draft, known)
        self.refresh_bindings()
        for box in self.query(f"#{_SHELL}").results(Tick):
            with self.prevent(Tick.Changed):
                box.value = bool(shown(draft, _SHELL))
        keys = {"ctrl+t: in a shell": lacks_shell, "ctrl+l: as administrator": lacks_admin}
        said = ", ".join(text for text, lacks in keys.items() if lacks(draft.body))
        # Nothing is there while the step is being made.
        for line in self.query("#start-mending").results(Static):
            line.update(said)
            line.display = bool(said) and not self.query_one("#field-start-command", Field).disabled

    def on_checkbox_changed(self, event: Tick.Changed) -> None:
        """A shell changes the command: the form shows both."""
        if event.checkbox.id == _SHELL:
            event.stop()
            # Else it only follows the command, maybe one of a moment ago.
            if event.value == event.checkbox.value != shown(self.draft, _SHELL):
                self._let_shell(event.value)

    def action_shell(self) -> None:
        """With a shell, or without."""
        self._let_shell(not shown(self.draft, _SHELL))

    def action_administrator(self) -> None:
        """As the auto user that is an administrator."""
        self.post_message(self.Edited("start_identity", as_administrator))

    def _let_shell(self, wanted: bool) -> None:  # noqa: FBT001 - what the box says
        self.post_message(self.Edited(_SHELL, lambda draft: answered(draft, _SHELL, wanted)))
