"""The step that shows what will be sent: in words, as JSON, for az, and as Python."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from batchtui.access.threads import in_thread
from batchtui.batch import az, python_code
from batchtui.batch.draft import PoolDraft, problems, warnings
from batchtui.batch.fields import FIELDS
from batchtui.batch.in_words import in_words
from batchtui.batch.known import Known
from batchtui.batch.masked import masked
from batchtui.session import Session
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.steps.base import Step
from batchtui.visible import visible, visible_lines

_LABEL = 16  # columns, as in the form


def _words(draft: PoolDraft, _session: Session) -> str:
    return "\n".join(_lines_of(draft))


def _lines_of(draft: PoolDraft) -> Iterator[str]:
    for title, told in in_words(draft):
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


# How a pool is written, by what that is called.
_FORMS: Mapping[str, Callable[[PoolDraft, Session], str]] = MappingProxyType(
    {"in words": _words, "JSON": _json, "az command": _az, "Python": _python}
)


class ReviewStep(Step, can_focus=True):
    """What is wrong, what may be regretted, and the pool as it will be made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "form(1)", "Words, JSON, az, Python", id="review.next-form",
                tooltip="Show it as JSON, as an az command, as Python"),
        Binding("left", "form(-1)", "Form before", show=False, id="review.previous-form",
                tooltip="Show it in the form before"),
        Binding("c", "copy", "Copy", id="review.copy-form", tooltip="Copy what is shown here"),
    ]  # fmt: skip

    step = "review"

    def __init__(self, session: Session, draft: PoolDraft, known: Known) -> None:
        super().__init__(session, draft, known)
        self._form = next(iter(_FORMS))
        self._text = ""

    def compose_fields(self) -> Iterable[Widget]:
        """Problems and warnings above the pool."""
        yield Static(id="review-problems", classes="field-problem -wide", markup=False)
        yield Static(id="review-warnings", classes="warning", markup=False)
        yield Static(id="review-forms", classes="heading", markup=False)
        yield Static(id="review-pool", markup=False)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Show it as it is now."""
        super().follow(draft, known)
        here = self.session.runs_here
        warned = [*([here] if here else []), *warnings(draft, known).values()]
        wrong = [
            f"✗ {FIELDS[name].label.strip()}: {text}"
            for name, text in problems(draft, known).items()
        ]
        self._say("#review-problems", wrong)
        self._say("#review-warnings", [f"! {line}" for text in warned for line in text.split("\n")])
        self._show()

    def _say(self, where: str, lines: list[str]) -> None:
        shown = self.query_one(where, Static)
        shown.update("\n".join(map(visible, lines)))
        shown.display = bool(lines)

    def first_focus(self) -> Widget | None:
        """The step itself, to scroll it."""
        return self

    # The forms

    def action_form(self, steps: int) -> None:
        """Show the pool in the next form, or in the one before."""
        forms = list(_FORMS)
        self._form = forms[(forms.index(self._form) + steps) % len(forms)]
        self._show()

    def _show(self) -> None:
        names = (f"‹{name}›" if name == self._form else f" {name} " for name in _FORMS)
        self.query_one("#review-forms", Static).update(" ".join(names))
        self.run_worker(self._write(), group="form", exclusive=True)

    async def _write(self) -> None:
        # In a thread: the SDK, of whose models the Python is made, takes long to import.
        draft, write = self.draft, _FORMS[self._form]
        self._text = await in_thread(lambda: write(draft, self.session))
        self.query_one("#review-pool", Static).update(visible_lines(self._text))

    def action_copy(self) -> None:
        """Copy the pool in the form that is shown; no secret is in it."""
        if isinstance(self.screen, HouseScreen):
            self.screen.copy(f"pool: {self._form}", self._text)
