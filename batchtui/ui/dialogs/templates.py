"""Save a pool as a template, and open one: by its name, by a path, or among the last ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from batchtui.access.threads import in_thread
from batchtui.batch.known import Json
from batchtui.batch.template import Template
from batchtui.errors import BatchtuiError
from batchtui.templates import RecentTemplate, Saved, Templates
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.field import Field
from batchtui.visible import visible


class Opened(NamedTuple):
    """A template, and the file that it is from."""

    path: Path
    template: Template


class SaveTemplate(Dialog[Saved]):
    """Secrets aren't saved; an older template of the name is replaced by a second `enter` only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "Save", id="save-template.save", priority=True,
                tooltip="Write the file"),
    ]  # fmt: skip
    title_text = "Save as a template"

    def __init__(self, templates: Templates, body: Json) -> None:
        super().__init__()
        self._templates = templates
        self._body = body
        self._replaces = ""  # the name whose template there is already, once that was said

    def compose_body(self) -> ComposeResult:
        """Its name."""
        name = str(self._body.get("id", ""))
        yield Field("name", "Name or path", Input(visible(name), id="name", compact=True))

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()

    def action_save(self) -> None:
        """Write it."""
        self.run_worker(self._save(self.query_one(Input).value), exclusive=True)

    async def _save(self, name: str) -> None:
        replace = name == self._replaces
        try:
            path = self._templates.path_of(name)
            if not replace and await in_thread(path.exists):
                self._replaces = name
                self.complain(f"There is {path} already. enter again replaces it.")
                return
            saved = await in_thread(lambda: self._templates.save(name, self._body, replace=replace))
        except BatchtuiError as error:
            self.report(error)
        else:
            await self.finish(saved)


class OpenTemplate(Dialog[Opened]):
    """Ends with the template that was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="open-template.open", priority=True,
                tooltip="Open this one"),
        Binding("down", "move('down')", "Next", show=False, id="open-template.next",
                priority=True),
        Binding("up", "move('up')", "Previous", show=False, id="open-template.previous",
                priority=True),
    ]  # fmt: skip
    title_text = "Open a template"

    def __init__(self, templates: Templates) -> None:
        super().__init__()
        self._templates = templates
        self._recent: Sequence[RecentTemplate] = ()

    def compose_body(self) -> ComposeResult:
        """A name or path to type, above the last ones."""
        yield Field("name", "Name or path", Input(id="name", compact=True))
        yield Static(id="recent-note", classes="muted", markup=False)
        yield OptionList(compact=True, markup=False)

    def on_mount(self) -> None:
        """Look for the last ones meanwhile."""
        self.query_one(Input).focus()
        self.run_worker(self._list())

    async def _list(self) -> None:
        try:
            self._recent = await in_thread(self._templates.recent)
        except BatchtuiError as error:
            self.report(error)
            self._recent = await in_thread(self._templates.saved)
        note = "The last ones, or type another:" if self._recent else "None was used yet."
        self.query_one("#recent-note", Static).update(f"\n{note}")
        width = max((len(each.name) for each in self._recent), default=0)
        self.query_one(OptionList).add_options(
            Option(Content(f"{visible(each.name):<{width}}  {visible(str(each.path.parent))}"))
            for each in self._recent
        )

    def on_input_changed(self) -> None:
        """What is typed is what is meant, and not what the cursor of the list is at."""
        self.query_one(OptionList).highlighted = None

    def on_option_list_option_selected(self) -> None:
        """A click opens it."""
        self.action_open()

    def action_move(self, way: str) -> None:
        """Go to another of the last ones."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if way == "down" else options.action_cursor_up)()

    def action_open(self) -> None:
        """Open the one under the cursor, or the one that was typed."""
        place = self.query_one(OptionList).highlighted
        typed = self.query_one(Input).value
        if place is None and not typed.strip():
            self.complain("Type its name or its path.")
            return
        self.run_worker(self._open(typed, place), exclusive=True)

    async def _open(self, typed: str, place: int | None) -> None:
        try:
            path = self._recent[place].path if place is not None else self._templates.path_of(typed)
            template = await in_thread(lambda: self._templates.open(path))
        except BatchtuiError as error:
            self.report(error)
        else:
            await self.finish(Opened(path, template))
