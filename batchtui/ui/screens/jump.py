"""One key goes to a step or a field of the form: which one, stands beside each."""

import string
from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from batchtui.batch.fields import STEPS, StepName
from batchtui.ui.steps.base import Step
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.step_list import StepList

# The keys of steps are their numbers, whatever is shown; those of fields begin at the home row.
_LETTERS = "asdfghjkl" + "".join(sorted(set(string.ascii_lowercase) - set("asdfghjkl")))
_NUMBERS: Mapping[str, StepName] = {str(number): name for number, name in enumerate(STEPS, 1)}


class Jump(ModalScreen[Field | StepName]):
    """Ends with the step or field of the key that is pressed, or with nothing."""

    # With priority: it has ended before the next key is looked at, which is for where it led to.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"go('{key}')", show=False, priority=True)
        for key in (*_NUMBERS, *_LETTERS, "escape")
    ]

    def __init__(self, steps: StepList, step: Step | None) -> None:
        super().__init__()
        self._steps = steps
        self._fields = dict(zip(_LETTERS, _fields(step), strict=False))

    def on_mount(self) -> None:
        """Show the keys."""
        self._steps.show_keys({name: number for number, name in _NUMBERS.items()})
        for letter, field in self._fields.items():
            field.show_key(letter)

    def on_unmount(self) -> None:
        """Show them no more."""
        self._steps.show_keys({})
        for field in self._fields.values():
            field.show_key("")

    def action_go(self, key: str) -> None:
        """A key that is somebody's, or could be."""
        self._end(self._fields.get(key) or _NUMBERS.get(key))

    def on_key(self, event: events.Key) -> None:
        """Any other key ends it."""
        event.stop()
        event.prevent_default()
        self._end(None)

    def on_click(self) -> None:
        """So does the mouse."""
        self._end(None)

    def _end(self, target: Field | StepName | None) -> None:
        """End once: keys that come in one burst are all sent here before the first has its way."""
        if self.is_current:
            self.dismiss(target)


def _fields(step: Step | None) -> Iterator[Field]:
    """Those that can be answered now."""
    if step is not None:
        yield from (each for each in step.query(Field) if each.display and not each.disabled)
