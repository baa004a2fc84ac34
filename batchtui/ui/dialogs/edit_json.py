"""Edit a part of a pool as JSON, with what is wrong in it and what it means below."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from batchtui.batch.json_places import json_words, offset_of, path_at, value_of
from batchtui.batch.json_text import JsonTextError, read_json
from batchtui.batch.known import Path, Problem
from batchtui.batch.schema import description_of
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.dialogs.confirm import Confirm
from batchtui.ui.widgets.code import Code
from batchtui.visible import visible

Check = Callable[[object], Sequence[Problem]]


class EditJson(Dialog[str]):
    """Ends with the text, which is JSON or empty; `esc` leaves it as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "take", "Take it", id="edit-json.take", tooltip="Take it into the form"),
        Binding("ctrl+g", "go", "Next problem", id="edit-json.go",
                tooltip="Go to the next place where something is wrong"),
    ]  # fmt: skip

    def __init__(self, title: str, path: Path, text: str, check: Check, place: Path = ()) -> None:
        """`path` is where the part is in the pool; `check` finds what is wrong in its value.

        The cursor begins at a `place` in it.
        """
        super().__init__()
        self.title_text = title
        self._path = path
        self._before = text
        self._check = check
        self._place = place
        self._accepted = ""  # what is to be taken, whatever is wrong with it

    def compose_body(self) -> ComposeResult:
        """The text."""
        yield Code(self._before, json_words, id="json")

    def compose_foot(self) -> ComposeResult:
        """What the place of the cursor means."""
        yield Static(id="json-help", markup=False)

    @property
    def area(self) -> TextArea:
        """Where it is edited."""
        return self.query_one("#json", TextArea)

    def on_mount(self) -> None:
        """Begin where it was asked for."""
        self.add_class("-tall")
        self.area.show_line_numbers = True
        self.area.focus()
        if self._place:
            self._move_to(offset_of(self._before, self._place))
        # Behind the dialog's own handler, which says that nothing is wrong.
        self.call_later(self._begin)

    def _begin(self) -> None:
        self._tell()
        self._explain()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Say what is wrong by now."""
        event.stop()
        self._tell()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Say what the place means."""
        event.stop()
        self._explain()

    def _explain(self) -> None:
        place = (*self._path, *path_at(self.area.text, self._cursor()))
        name = next((step for step in reversed(place) if isinstance(step, str)), "")
        meaning = next(
            (text for end in range(len(place), 0, -1) if (text := description_of(place[:end]))), ""
        )
        self.query_one("#json-help", Static).update(visible(f"{name}: {meaning}" if name else ""))

    def action_take(self) -> None:
        """Take JSON; what the service would refuse only when told again."""
        wrong, text = self._wrong(), self.area.text
        if wrong and (self._not_json() or text != self._accepted):
            self._move_to(wrong[0][0])
            self._accepted = text
            self._tell()
        else:
            self.dismiss(text)

    def action_go(self) -> None:
        """Go to the next problem behind the cursor, or to the first."""
        wrong, here = self._wrong(), self._cursor()
        offsets = sorted(offset for offset, _text in wrong)
        if offsets:
            self._move_to(next((each for each in offsets if each > here), offsets[0]))

    def action_give_up(self) -> None:
        """Leave it as it was; ask before, if something was typed."""
        if self.area.text == self._before:
            self.dismiss(None)
            return

        def decided(yes: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
            if yes:
                self.dismiss(None)

        text = "What you typed here is lost."
        self.app.push_screen(Confirm("Give up the changes?", text, yes="Give up"), decided)

    # What is wrong

    def _not_json(self) -> list[tuple[int, str]]:
        text = self.area.text
        try:
            if text.strip():
                read_json(text)
        except JsonTextError as error:
            return [(error.offset, str(error))]
        return []

    def _wrong(self) -> list[tuple[int, str]]:
        """Where something is wrong, and what."""
        text = self.area.text
        if not text.strip():
            return []
        return self._not_json() or [
            (value_of(text, problem.path), self._said(text, problem))
            for problem in self._check(read_json(text))
        ]

    def _said(self, text: str, problem: Problem) -> str:
        line, _column = self._location(offset_of(text, problem.path))
        return f"Line {line + 1}: {problem.text}"

    def _tell(self) -> None:
        wrong = self._wrong()
        said = wrong[0][1] if wrong else ""
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        anyway = self._accepted == self.area.text and not self._not_json()
        again = " ctrl+s again takes it all the same." if wrong and anyway else ""
        self.complain(f"✗ {said}{more}{again}" if wrong else "")

    # The cursor

    def _cursor(self) -> int:
        row, column = self.area.cursor_location
        lines = self.area.text.split("\n")
        return sum(len(line) + 1 for line in lines[:row]) + column

    def _location(self, offset: int) -> tuple[int, int]:
        before = self.area.text[:offset]
        return before.count("\n"), offset - before.rfind("\n") - 1

    def _move_to(self, offset: int) -> None:
        self.area.move_cursor(self._location(offset))
