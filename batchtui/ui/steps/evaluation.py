"""What a formula comes to on one of the account's pools, before there is the pool it is for.

The service evaluates only on a pool whose autoscale is on, and changes nothing there (source:
the SDK's evaluate_pool_auto_scale).
"""

from collections.abc import Iterable

from textual.widgets import Static

from batchtui.batch.autoscale import fault_lines, outcome
from batchtui.batch.models import AutoscaleRun
from batchtui.errors import BatchtuiError, ServiceError
from batchtui.session import Session
from batchtui.ui.dialogs.choose_one import ChooseOne
from batchtui.visible import visible

_NO_POOL = (
    "The service evaluates formulas only on a pool whose autoscale is on, and the account has "
    "none. Once this pool is there, a on the list of pools evaluates its formula."
)
_CHOOSE = "The service evaluates it with what this pool has now, and changes nothing there."


class Evaluation(Static):
    """Asks on which pool, then the service, and says what it answers."""

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, markup=False)
        self._session = session
        self._asked = ""  # the formula that is told about

    def evaluate(self, formula: str) -> None:
        """Ask what a formula comes to."""
        self._asked = formula
        if not formula.strip():
            self._say(["There is no formula to evaluate yet."])
        else:
            self._say(["Looking for a pool whose autoscale is on …"])
            self.run_worker(self._evaluate(formula), exclusive=True)

    def forget(self, formula: str) -> None:
        """Say nothing any more, if the formula is another one by now."""
        if formula != self._asked:
            self._asked = formula
            self.workers.cancel_node(self)
            self._say([])

    async def _evaluate(self, formula: str) -> None:
        try:
            pool_id = await self._chosen()
            if pool_id:
                self._say([f"Evaluating on {pool_id} …"])
                run = await self._session.pools.evaluate_autoscale(pool_id, formula)
                self._say(_told(run, pool_id))
        except ServiceError as error:
            # A formula that can't be read is refused with its place.
            self._say([f"✗ {error.title}: {error.values.get('Message') or error}"])
        except BatchtuiError as error:
            self._say([f"✗ {error.title}: {error}"])

    async def _chosen(self) -> str:
        """The pool to evaluate on, empty for none."""
        found = [
            pool.id
            async for page in self._session.pools.pages(("enableAutoScale",))
            for pool in page
            if pool.autoscale
        ]
        if len(found) < 2:
            self._say([] if found else [_NO_POOL])
            return next(iter(found), "")
        dialog = ChooseOne("Evaluate the formula on which pool?", _CHOOSE, found)
        chosen = await self.app.push_screen_wait(dialog)
        self._say([])
        return chosen or ""

    def _say(self, lines: Iterable[str]) -> None:
        self.update("\n".join(map(visible, lines)))


def _told(run: AutoscaleRun, pool_id: str) -> list[str]:
    if run.fault is not None:
        return [f"✗ On {pool_id}: {' – '.join(fault_lines(run.fault))}"]
    return [f"✓ On {pool_id} it comes to: {', '.join(outcome(run))}"]
