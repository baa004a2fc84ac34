"""A formula is evaluated on a pool, whose autoscale may be off.

The service evaluates only on a pool whose autoscale is on (source: the SDK's
evaluate_pool_auto_scale). Where it is off it is switched on for that, once somebody agreed, with
a formula that asks for the nodes that the pool has, and off again when the form is left.
"""

import asyncio
from contextlib import suppress

from batchtui.batch.autoscale import AutoscaleDraft, body, consent, fault_lines, formula, keeping
from batchtui.batch.models import AutoscaleRun, Pool
from batchtui.errors import BatchtuiError, ConflictError, ServiceError, UnreachableError
from batchtui.session import Session
from batchtui.ui.dialogs.confirm import Confirm
from batchtui.ui.screens.pool_form import PoolForm

_PARTING = 3.0  # s that quitting may take to switch autoscale off again


class Evaluating(PoolForm[AutoscaleDraft]):
    """A form that knows what its formula comes to, once the service was asked."""

    rests_on = ("enableAutoScale", "autoScaleFormula", "autoScaleEvaluationInterval")

    def __init__(self, session: Session, pool: Pool) -> None:
        super().__init__(session, pool)
        self._evaluated: tuple[str, AutoscaleRun] | None = None
        # The formula with which autoscale is on only for evaluating: it keeps the pool's nodes.
        self.holding = ""
        self._parting = False

    def draft_of(self, pool: Pool) -> AutoscaleDraft:
        """The pool's formula, or one that keeps it as it is."""
        return AutoscaleDraft.of(pool)

    @property
    def held(self) -> bool:
        """Whether autoscale is on only for evaluating."""
        return bool(self.holding)

    def outcome(self) -> AutoscaleRun | None:
        """What the service said of the formula as it stands."""
        typed, run = self._evaluated or ("", None)
        return run if typed == self.draft.formula else None

    def action_evaluate(self) -> None:
        """Ask the service what the formula comes to."""
        self.evaluate(then_review=False)

    def evaluate(self, *, then_review: bool) -> None:
        """Ask, also whether autoscale may be switched on for it; then show the review, perhaps."""
        if self.stopped_by_problems():
            return

        def decided(yes: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
            if yes:
                self.say("Evaluating …")
                work = self._ask_what_comes(then_review=then_review)
                self.run_worker(work, exclusive=True, group="evaluate")

        if self.pool.autoscale:
            decided(True)
            return
        question = Confirm("Switch autoscale on to evaluate?", consent(self.pool), yes="On")
        self.app.push_screen(question, decided)

    async def _ask_what_comes(self, *, then_review: bool) -> None:
        draft, pools = self.draft, self.session.pools
        try:
            if not self.pool.autoscale:
                await self._hold()
            asked = formula(draft, self.pool)
            run = await pools.evaluate_autoscale(self.pool.id, asked)
        except ConflictError as error:
            # It isn't as it was read: somebody switched autoscale off, or it is resizing.
            await self._look_again()
            self.explain(error)
        except ServiceError as error:
            self.refuse(error)
        except BatchtuiError as error:
            self.report(error)
        else:
            self._show(draft.formula, run, then_review=then_review)

    async def _look_again(self) -> None:
        with suppress(BatchtuiError):
            self.pool = await self.session.pools.get(self.pool.id)
        self.check()

    async def _hold(self) -> None:
        """Switch autoscale on with what the pool has at this moment."""
        pools, now = self.session.pools, await self.session.pools.get(self.pool.id)
        if now.autoscale and not self._is_held(now):
            self.holding = ""
            raise self.adopt(now)
        self.pool = now
        if not now.autoscale:
            # Whoever doesn't hear the answer must take it for done.
            self.holding = keeping(now)
            try:
                sent = body(AutoscaleDraft(self.holding), now)
                await pools.enable_autoscale(now.id, sent, match=self.match)
            except ServiceError as error:
                if not isinstance(error, UnreachableError):
                    self.holding = ""
                raise
            self.pool = await pools.get(now.id)
        self.check()

    def _is_held(self, now: Pool) -> bool:
        return now.autoscale_formula.strip() == self.holding.strip()

    def _show(self, typed: str, run: AutoscaleRun, *, then_review: bool) -> None:
        self.say("")
        if run.fault is not None:
            self.refuse_field("formula", " – ".join(fault_lines(run.fault)))
            return
        self._evaluated = (typed, run)
        self.check()
        self.query_one("#effects").scroll_visible(animate=False)
        if then_review and self.app.screen is self and self.draft.formula == typed:
            self.action_review()

    def leave(self, result: object = None) -> None:
        """Switch off what is on only for evaluating, then leave."""
        self.workers.cancel_node(self)
        if self._parting:
            self.holding = ""
            self.dismiss(f"Autoscale of pool {self.pool.id} may still be on: a looks.")
        elif self.held:
            self._parting = True
            self.say("Switching autoscale off again … esc doesn't wait for that.")
            self.run_worker(self._let_go())
        else:
            super().leave(result)

    async def _let_go(self) -> None:
        try:
            said = await self._switch_off_again()
        except BatchtuiError as error:
            self.holding = ""
            self.explain(error)
            self.say("Autoscale is still on, and keeps the nodes: ctrl+o switches it off.", "bad")
        else:
            await self.finish(said)

    async def _switch_off_again(self) -> str:
        """Unless somebody gave the pool another formula meanwhile; what to say of it."""
        pools, now = self.session.pools, await self.session.pools.get(self.pool.id)
        if now.autoscale and not self._is_held(now):
            self.holding = ""
            return f"Pool {now.id} has another formula by now: its autoscale stays on."
        if now.autoscale:
            await pools.disable_autoscale(now.id)
        self.holding = ""
        return f"Autoscale of pool {now.id} is off again."

    async def on_unmount(self) -> None:
        """The same for whoever leaves by a command, or quits: as far as there is time."""
        if self.held:
            with suppress(BatchtuiError, TimeoutError):
                async with asyncio.timeout(_PARTING):
                    await self._switch_off_again()
