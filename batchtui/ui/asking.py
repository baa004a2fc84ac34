"""The operator in front of the screens."""

import asyncio
from typing import Any

from textual.app import App

from batchtui.access.attempt import GivenUpError
from batchtui.access.operator import Question
from batchtui.visible import visible

_NOTICE = 15  # seconds that what is told stays


class AskOnScreen:
    """Asks in a dialog above whatever is open, one question at a time; an Operator."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._one = asyncio.Lock()

    async def ask(self, question: Question) -> list[str]:
        """An answer for each prompt; `esc` gives up."""
        # Imported here: nothing is asked before the first frame.
        from batchtui.ui.dialogs.answer import Answer

        async with self._one:
            answered: asyncio.Future[list[str] | None] = asyncio.get_running_loop().create_future()
            dialog = Answer(question, answered)

            def show() -> None:
                self._app.push_screen(dialog)

            # By the app itself: whoever asks may stand outside of what Textual knows as running.
            self._app.call_later(show)
            try:
                answers = await answered
            except asyncio.CancelledError:
                self._app.call_later(dialog.finish, None)
                raise
        if answers is None:
            raise GivenUpError("Nothing was answered.")
        return answers

    def tell(self, text: str) -> None:
        """A notice that goes away by itself."""
        self._app.notify(visible(text), severity="warning", timeout=_NOTICE, markup=False)
