"""The step that shows what will be sent: in words, as JSON, for az, and as Python."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from batchtui.access.threads import in_thread
from batchtui.batch import az, python_code
from batchtui.batch.draft import PoolDraft
from batchtui.batch.fields import FIELDS
from batchtui.batch.in_words import in_words, untold
from batchtui.batch.known import Known
from batchtui.batch.masked import masked
from batchtui.session import Session
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.steps.base import Step
from batchtui.ui.widgets.remark import Remark
from batchtui.visible import visible, visible_lines

_LABEL = 16  # columns, as in the form
_FIELD = "field"  # whose field a line is about, for the mouse


def _words(draft: PoolDraft, _session: Session) -> str:
    return "\n".join(_lines_of(draft))


def _lines_of(draft: PoolDraft) -> Iterator[str]:
    for title, told in (*in_words(draft), ("Also", [*untold(draft)])):
        if not told:
            continue
        yield title
        for label, lines in told:
            yield f"  {label:<{_LABEL}}{lines[0]}"
            yield from (" " * (_LABEL + 2) + line for line in lines[1:])


def _json(draft: PoolDraft, _session: Session) -> str:
    return json.dumps(masked(draft.body), indent=2)


def _az(draft: PoolDraft, _session: Session) -> str:
    return az.create_pool(draft.body)


def _python(draft: PoolDraft, session: Session) -> str:
    account = session.account
    return python_code.create_pool(draft.body, account.endpoint, account.account)


def _lines(mark: str, said: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[Content]:
    """What is said of each field, a line each; the mouse finds whose it is."""
    for name, text in said.items():
        whose = Style.from_meta({_FIELD: name})
        for line in text.split("\n"):
            yield Content.styled(visible(f"{mark}{labels.get(name, '')}{line}"), whose)


Forms = Mapping[str, Callable[[PoolDraft, Session], str]]
# How a pool that is to be made is written, by what that is called; in words and as JSON are any.
OF_NEW_POOLS: Forms = MappingProxyType(
    {"in words": _words, "JSON": _json, "az command": _az, "Python": _python}
)
OF_POOLS: Forms = MappingProxyType({"in words": _words, "JSON": _json})


class ReviewStep(Step, can_focus=True):
    """What is wrong, what may be regretted, and the pool as it will be made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "form(1)", "Next form", id="review.next-form",
                tooltip="Show it as JSON, as an az command, as Python"),
        Binding("left", "form(-1)", "Form before", show=False, id="review.previous-form",
                tooltip="Show it in the form before"),
        Binding("enter", "mend", "Mend", id="review.mend",
                tooltip="Go to the first field with a problem"),
        Binding("down", "scroll_down", "Down", show=False, id="review.down"),
        Binding("up", "scroll_up", "Up", show=False, id="review.up"),
        Binding("c", "copy", "Copy", id="review.copy-form", tooltip="Copy what is shown here"),
    ]  # fmt: skip

    step = "review"

    @dataclass
    class Wrong(Message):
        """Something is said of a field, which is to be gone to."""

        field: str

    def __init__(
        self, session: Session, draft: PoolDraft, known: Known, forms: Forms = OF_NEW_POOLS
    ) -> None:
        super().__init__(session, draft, known)
        self._forms = forms
        self._form = next(iter(forms))
        self._text = ""
        self._first_wrong = ""

    def compose_fields(self) -> Iterable[Widget]:
        """Problems and warnings above the pool."""
        yield Remark(id="review-problems", classes="field-problem -wide")
        yield Remark(id="review-warnings", classes="warning")
        yield Static(id="review-forms", classes="heading", markup=False)
        yield Static(id="review-pool", markup=False)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Show it as it is now."""
        super().follow(draft, known)
        self._show()

    def tell(self, wrong: Mapping[str, str], warned: Mapping[str, str]) -> None:
        """Say what is wrong, and what may be regretted, by field; of no field, by ""."""
        self._first_wrong = min(wrong, key=list(FIELDS).index, default="")
        self.refresh_bindings()
        labels = {name: f"{FIELDS[name].label.strip()}: " for name in wrong}
        self.query_one("#review-problems", Remark).say(_lines("✗ ", wrong, labels))
        self.query_one("#review-warnings", Remark).say(_lines("! ", warned, {}))

    def on_click(self, event: events.Click) -> None:
        """A click on what is said of a field goes there."""
        if name := event.style.meta.get(_FIELD):
            self.post_message(self.Wrong(name))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to mend where nothing is wrong."""
        if action == "mend" and not self._first_wrong:
            return False
        return super().check_action(action, parameters)

    def action_mend(self) -> None:
        """Go to the first field with a problem."""
        self.post_message(self.Wrong(self._first_wrong))

    def first_focus(self) -> Widget | None:
        """The step itself, to scroll it."""
        return self

    # The forms

    def action_form(self, steps: int) -> None:
        """Show the pool in the next form, or in the one before."""
        forms = list(self._forms)
        self._form = forms[(forms.index(self._form) + steps) % len(forms)]
        self._show()

    def _show(self) -> None:
        names = (f"‹{name}›" if name == self._form else f" {name} " for name in self._forms)
        self.query_one("#review-forms", Static).update(" ".join(names))
        self.run_worker(self._write(), group="form", exclusive=True)

    async def _write(self) -> None:
        # In a thread: the SDK, of whose models the Python is made, takes long to import.
        draft, write = self.draft, self._forms[self._form]
        self._text = await in_thread(lambda: write(draft, self.session))
        self.query_one("#review-pool", Static).update(visible_lines(self._text))

    def action_copy(self) -> None:
        """Copy the pool in the form that is shown; no secret is in it."""
        if isinstance(self.screen, HouseScreen):
            self.screen.copy(f"pool: {self._form}", self._text)
