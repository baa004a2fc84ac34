"""How work that a widget began ends with it."""

from inspect import CORO_CREATED, getcoroutinestate, iscoroutine

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
        for worker in self.workers.cancel_node(self):
            work = worker._work  # noqa: SLF001 - nothing else tells what never began
            if iscoroutine(work) and getcoroutinestate(work) == CORO_CREATED:
                # Python warns of what is never awaited.
                work.close()
