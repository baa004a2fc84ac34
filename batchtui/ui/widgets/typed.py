"""Texts that are typed into, in which keys are done in the order in which they were typed."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input


def editing(bindings: Iterable[BindingType]) -> Mapping[str, str]:
    """The actions of a widget's own keys."""
    return {
        key: binding.action
        for binding in bindings
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }


class InOrder(Widget):
    """Does the keys that edit when their turn comes.

    Textual inserts a letter at once, but lets a binding's key go up to the application before
    (`App._on_key`): over a slow line, where keys come in one burst, `backspace` took away a letter
    that was typed behind it. It stands behind the widget's own base, which takes the letters.
    """

    edits: ClassVar[Mapping[str, str]]

    async def on_key(self, event: events.Key) -> None:
        """Edit, if that is what the key is for."""
        action = None if event.is_printable else self.edits.get(event.key)
        if action is not None:
            event.stop()
            await self.run_action(action)


class TextLine(Input, InOrder):
    """One line of text."""

    edits = editing(Input.BINDINGS)
