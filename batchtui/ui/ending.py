"""How work that a widget began ends with it."""

from textual import messages, on
from textual.widget import Widget


class EndsWork(Widget):
    """A widget whose workers are stopped before its children are gone.

    Textual stops a widget's workers after its children were removed (`Widget._on_unmount`); a
    worker that goes on in between looks for a child that is no longer there, and the whole
    application ends with its error.

    It stands behind the widget's own base: Textual takes CSS from the first one only.
    """

    @on(messages.Prune)
    def _end_work(self) -> None:
        """Removal begins here, before any child is told."""
        self.workers.cancel_node(self)
