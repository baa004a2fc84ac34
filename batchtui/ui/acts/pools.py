"""Acts on pools."""

from collections.abc import Collection, Sequence

from batchtui.batch import az
from batchtui.batch.bulk import Step
from batchtui.batch.models import Pool
from batchtui.session import Session
from batchtui.tables.pools import PoolRow
from batchtui.ui.acts.act import Act, Answers, Target, a_call_each
from batchtui.words import plural


class DeletePools(Act):
    """Delete pools with their nodes, once the id of one, or how many there are, is typed."""

    verb, doing, done, noun = "Delete", "Deleting", "on the way out", "pool"

    def __init__(
        self, session: Session, rows: Sequence[PoolRow], hidden: Collection[str] = ()
    ) -> None:
        super().__init__([Target(row.id, row.id, row.id in hidden) for row in rows])
        self.typed = rows[0].id if len(rows) == 1 else plural(len(rows), "pool")
        self._pools = session.pools
        self._nodes = sum(row.pool.dedicated + row.pool.spot for row in rows)

    def effect(self, answers: Answers) -> Sequence[str]:
        """Their nodes go with them."""
        del answers
        return (
            f"With {plural(self._nodes, 'node')} and all that is on them.",
            "Tasks that run there are requeued, and wait for another pool.",
        )

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a pool."""
        del answers
        return a_call_each(left, self._pools.delete)

    def az(self, answers: Answers) -> str:
        """A line a pool."""
        del answers
        return az.delete_pools([target.id for target in self.targets])


class StopResize(Act):
    """Stop the resize of a pool."""

    verb, doing, noun = "Stop resizing", "Stopping", "pool"
    done = "the resize is being stopped"

    def __init__(self, session: Session, pool: Pool) -> None:
        super().__init__([Target(pool.id, pool.id)])
        self._pools = session.pools
        self._pool = pool

    def effect(self, answers: Answers) -> Sequence[str]:
        """What there is by now, and that it stays."""
        del answers
        pool = self._pool
        dedicated = f"{pool.dedicated:,} of {pool.dedicated_target:,} dedicated nodes"
        return (
            f"{dedicated} are there, and {pool.spot:,} of {pool.spot_target:,} spot nodes.",
            "That is no roll-back: what came stays, and what went doesn't come back.",
            "The targets stay as they are.",
        )

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """One call."""
        del answers
        return a_call_each(left, self._pools.stop_resize)

    def az(self, answers: Answers) -> str:
        """One line."""
        del answers
        return az.stop_resize(self._pool.id)


class DisableAutoscale(Act):
    """Switch the autoscale of a pool off."""

    verb, doing, noun = "Switch off the autoscale of", "Switching off", "pool"
    done = "autoscale is off"

    def __init__(self, session: Session, pool: Pool) -> None:
        super().__init__([Target(pool.id, pool.id)])
        self._pools = session.pools
        self._pool = pool

    def effect(self, answers: Answers) -> Sequence[str]:
        """The size stays as the formula last wanted it, and the formula goes."""
        del answers
        dedicated, spot = self._pool.dedicated_target, self._pool.spot_target
        return (
            f"The pool keeps to {dedicated:,} dedicated and {spot:,} spot nodes.",
            "The service forgets the formula.",
        )

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """One call."""
        del answers
        return a_call_each(left, self._pools.disable_autoscale)

    def az(self, answers: Answers) -> str:
        """One line."""
        del answers
        return az.disable_autoscale(self._pool.id)
