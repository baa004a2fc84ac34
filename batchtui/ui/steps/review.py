"""The step that shows what will be sent."""

import json
from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from batchtui.batch.draft import PoolDraft, problems, warnings
from batchtui.batch.fields import FIELDS
from batchtui.batch.known import Known
from batchtui.batch.masked import masked
from batchtui.ui.steps.base import Step
from batchtui.visible import visible, visible_lines


class ReviewStep(Step, can_focus=True):
    """What is wrong, what may be regretted, and the pool as it will be made."""

    step = "review"

    def compose_fields(self) -> Iterable[Widget]:
        """Problems and warnings above the pool."""
        yield Static(id="review-problems", classes="field-problem -wide", markup=False)
        yield Static(id="review-warnings", classes="warning", markup=False)
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
        text = json.dumps(masked(draft.body), indent=2)
        self.query_one("#review-pool", Static).update(visible_lines(text))

    def _say(self, where: str, lines: list[str]) -> None:
        shown = self.query_one(where, Static)
        shown.update("\n".join(map(visible, lines)))
        shown.display = bool(lines)

    def first_focus(self) -> Widget | None:
        """The step itself, to scroll it."""
        return self
