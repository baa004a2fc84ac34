"""The step of how many nodes there are."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Select, Static, TextArea

from batchtui.batch.autoscale import READY_MADE
from batchtui.batch.draft import PoolDraft
from batchtui.batch.fields import FIELDS
from batchtui.batch.formula import words
from batchtui.batch.known import Known, size_of
from batchtui.batch.quota import quota_rows
from batchtui.batch.scale_fields import SCALE
from batchtui.ui.steps.base import Step, control
from batchtui.ui.steps.evaluation import Evaluation
from batchtui.ui.widgets.code import Code
from batchtui.ui.widgets.drop_down import DropDown
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.quota_bars import QuotaBars
from batchtui.ui.widgets.remark import Remark

_READY_MADE = "ready_made"
_TALKING = (
    "Nodes that talk to each other are all dedicated or all spot. They have to be placed close to "
    "each other: the pool may get fewer nodes than it asks for."
)
_SLOTS_PER_CORE, _MOST_SLOTS = 4, 256


class ScaleStep(Step):
    """Numbers or a formula, what it comes to against the quota, and what each node does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "evaluate", "Evaluate", id="scale.evaluate",
                tooltip="Let a pool with autoscale evaluate the formula"),
    ]  # fmt: skip
    step = "scale"

    def compose_fields(self) -> Iterable[Widget]:
        """The fields, then what they mean for nodes and quota."""
        for field in FIELDS.values():
            if field.step == self.step and field.name != "formula":
                yield Field(field.name, field.label, control(field, self.draft))
            elif field.step == self.step:
                text = str(field.lens.show(self.draft))
                yield Field(field.name, field.label, Code(text, words, id=field.name))
                yield Field(_READY_MADE, "Start from", self._ready_made())
                yield Evaluation(self.session, id="evaluation")
        yield Remark(id="slots-note", classes="muted")
        yield Static(_TALKING, id="talking", classes="warning", markup=False)
        yield QuotaBars(id="quota")

    def _ready_made(self) -> DropDown:
        return DropDown(
            [(name, name) for name in READY_MADE],
            prompt="one of the ready-made",
            compact=True,
            id=_READY_MADE,
        )

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Say what it comes to by now."""
        super().follow(draft, known)
        fixed = self.query_one("#field-dedicated").disabled  # as those of a living pool are
        for shown in self.query(f"#field-{_READY_MADE.replace('_', '-')}, #evaluation"):
            shown.display = self._by_formula and not fixed
        self.query_one(QuotaBars).display = not fixed
        for evaluation in self.query(Evaluation):
            evaluation.forget(str(draft.body.get("autoScaleFormula", "")))
        for talking in self.query("#talking"):
            talking.display = draft.body.get("enableInterNodeCommunication") is True
        self._show_slots()
        for bars in self.query(QuotaBars):
            bars.show(
                quota_rows(draft.body, known), known.untold.get("quota", "Asking for the quota …")
            )

    @property
    def _by_formula(self) -> bool:
        return SCALE.show(self.draft) == "formula"

    def _show_slots(self) -> None:
        size = size_of(self.draft.body, self.known)
        most = min(_SLOTS_PER_CORE * size.cores, _MOST_SLOTS) if size else 0
        said = [f"{size.name} has {size.cores} cores: at most {most} task slots."] if size else []
        self.query_one("#slots-note", Remark).say(said)

    # Formulas

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to evaluate only where a formula decides."""
        if action == "evaluate" and not self._by_formula:
            return False
        return super().check_action(action, parameters)

    def on_select_changed(self, event: Select.Changed) -> None:
        """Put a ready-made formula in; ctrl+z there brings the one before back."""
        if event.select.id == _READY_MADE and isinstance(event.value, str):
            event.stop()
            area = self.query_one("#formula", TextArea)
            # In its own turn: what it posts in ours would go no further than here.
            area.call_later(area.replace, READY_MADE[event.value], (0, 0), area.document.end)
            event.select.clear()
            area.focus()

    def action_evaluate(self) -> None:
        """Ask the service what the formula comes to."""
        self.query_one(Evaluation).evaluate(str(self.draft.body.get("autoScaleFormula", "")))
