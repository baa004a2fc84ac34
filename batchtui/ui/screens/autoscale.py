"""Edit a pool's autoscale: a formula is evaluated, and that is seen, before it counts."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Select, Static, TextArea

from batchtui.batch import az
from batchtui.batch.autoscale import (
    AutoscaleDraft,
    body,
    costs,
    fault_lines,
    formulas,
    last_run,
    outcome,
    problems,
    wanted,
)
from batchtui.batch.formula import words
from batchtui.batch.service import segment
from batchtui.errors import ServiceError
from batchtui.ui.acts.pools import DisableAutoscale
from batchtui.ui.dialogs.act import ActDialog, Acted
from batchtui.ui.dialogs.review import Request, Review
from batchtui.ui.screens.evaluating import Evaluating
from batchtui.ui.widgets.code import Code
from batchtui.ui.widgets.drop_down import DropDown
from batchtui.ui.widgets.field import Field
from batchtui.visible import visible
from batchtui.words import age

# Where a service error belongs, by its code or the property that it names.
_FIELD_OF = {
    "AutoScalingFormulaSyntaxError": "formula",
    "AutoScaleFormulaTooLong": "formula",
    "autoScaleFormula": "formula",
    "autoScaleEvaluationInterval": "interval",
}

_HELP = {
    "formula": "ctrl+r evaluates it and changes nothing. tab goes on, ctrl+z takes back.",
    "interval": "How often the formula runs. 5 minutes at least.",
    "start": "Puts a formula in the place of this one. ctrl+z there brings it back.",
}

# The service takes one change of autoscale in 30 s (source: the SDK's enable_pool_auto_scale).
_TOO_SOON = "TooManyEnableAutoScaleRequests"


class AutoscaleScreen(Evaluating):
    """Nothing is enabled whose outcome wasn't shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "evaluate", "Evaluate", id="autoscale.evaluate",
                tooltip="Let the service evaluate it; nothing changes"),
        Binding("ctrl+s", "review", "Review and enable", id="autoscale.review",
                tooltip="Evaluate it, look at the outcome, then enable it"),
        Binding("ctrl+o", "switch_off", "Switch off", id="autoscale.off",
                tooltip="Switch autoscale off; the pool keeps its nodes"),
    ]  # fmt: skip

    name_of_form = "autoscale"
    field_of = _FIELD_OF
    helps = _HELP
    verbatim = frozenset({"formula"})
    again_after = 10  # s until a change that came too soon is tried again

    def compose_fields(self) -> Iterable[Widget]:
        """What is, the formula, and formulas to start from."""
        yield Static(id="status", markup=False)
        draft = self.draft
        yield Field("formula", "Formula", Code(draft.formula, words, id="formula"))
        yield Field("interval", "Every minutes", Input(draft.interval, id="interval", compact=True))
        start = DropDown(
            [(name, name) for name in formulas(self.pool)],
            prompt="one of the ready-made",
            compact=True,
            id="start",
        )
        yield Field("start", "Start from", start)

    def on_select_changed(self, event: Select.Changed) -> None:
        """Put a ready-made formula in; the one before can be brought back."""
        if isinstance(event.value, str):
            area = self.query_one("#formula", TextArea)
            area.replace(formulas(self.pool)[event.value], (0, 0), area.document.end)
            event.select.clear()
            area.focus()

    def problems(self) -> Mapping[str, str]:
        """What the service would refuse."""
        return problems(self.draft)

    def check(self) -> Mapping[str, str]:
        """Say what is now, too."""
        status = "\n".join(visible(line) for line in self._status())
        self.query_one("#status", Static).update(status)
        return super().check()

    def _status(self) -> Iterable[str]:
        pool = self.pool
        if self.held:
            yield "Autoscale is on for evaluating, with a formula that keeps the nodes."
            yield "Leaving the form switches it off again."
        elif pool.autoscale:
            run = pool.autoscale_run
            when = f" {age(run.at, self.session.now())} ago" if run and run.at else ""
            yield f"Autoscale is on. {last_run(run, when) if run else 'It has not run yet.'}"
        else:
            yield f"Autoscale is off: {wanted(pool)} are wanted until somebody resizes."

    def effects(self) -> Iterable[str]:
        """What the formula comes to, if that was asked for."""
        run = self.outcome()
        if run is None:
            yield "Not evaluated as it stands: ctrl+r asks the service, ctrl+s does so, too."
            return
        yield f"It comes to: {', '.join(outcome(run))}"
        yield from costs(run, self.pool)

    def warnings(self) -> Iterable[str]:
        """What went wrong at the last run, and what doesn't allow a change now."""
        run = self.pool.autoscale_run
        if run and run.fault and not self.held:
            yield f"The last run failed: {' – '.join(fault_lines(run.fault))}"
        if self.pool.allocation_state != "steady":
            state = self.pool.allocation_state
            yield f"The pool is {state}: autoscale can be changed only when it is steady."

    # Enabling

    def review(self) -> Review | None:
        """What the formula comes to, and what is sent; evaluated first, if it wasn't."""
        if self.outcome() is None:
            self.evaluate(then_review=True)
            return None
        sent, pool_id = body(self.draft, self.pool), self.pool.id
        on = self.pool.autoscale and not self.held
        return Review(
            f"Change the autoscale of pool {pool_id}?" if on else f"Autoscale pool {pool_id}?",
            Request(f"POST /pools/{segment(pool_id)}/enableautoscale", sent),
            words=list(self.effects()),
            warnings=list(self.warnings()),
            az=az.enable_autoscale(pool_id, sent),
        )

    async def ask(self, draft: AutoscaleDraft) -> str:
        """Enable it, or change it; again in a while if there was a change just before."""
        sent = body(draft, self.pool)
        while True:
            try:
                await self.session.pools.enable_autoscale(self.pool.id, sent, match=self.match)
            except ServiceError as error:
                if error.code != _TOO_SOON:
                    raise
            else:
                self.holding = ""
                return f"Autoscale of pool {self.pool.id} is on, with this formula."
            for left in range(self.again_after, 0, -1):
                self.say(f"The service takes one change in 30 s: again in {left} s.", "warn")
                await asyncio.sleep(1)

    # Switching off

    def action_switch_off(self) -> None:
        """Ask whether to switch autoscale off."""
        if self.held or not self.pool.autoscale:
            self.say("Autoscale is off, or will be when the form is left.")
        else:
            dialog = ActDialog(DisableAutoscale(self.session, self.pool))
            self.app.push_screen(dialog, self._switched_off)

    def _switched_off(self, acted: Acted | None) -> None:
        if acted is not None and acted.done:
            self.dismiss(acted.words)
