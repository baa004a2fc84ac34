"""Acts on pools."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

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
    name_width = 24

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

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a pool."""
        del answers
        return az.delete_pools(left)


class PoolAct(Act):
    """Something that is one call for one pool, with nothing to choose."""

    noun = "pool"
    name_width = 24

    def __init__(
        self,
        pool: Pool,
        call: Callable[[str], Awaitable[None]],
        command: Callable[[str], str],
    ) -> None:
        """`call` does it to the pool of an id, `command` is the same for the az CLI."""
        super().__init__([Target(pool.id, pool.id)])
        self.pool = pool
        self._call = call
        self._command = command

    def effect(self, answers: Answers) -> Sequence[str]:
        """The same for all answers, as there are none."""
        del answers
        return tuple(self.effects())

    def effects(self) -> Iterable[str]:
        """What will happen."""
        raise NotImplementedError

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """One call."""
        del answers
        return a_call_each(left, self._call)

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """One line."""
        del answers, left
        return self._command(self.pool.id)


class StopResize(PoolAct):
    """Stop the resize of a pool."""

    verb, doing, done = "Stop resizing", "Stopping", "the resize is being stopped"

    def __init__(self, session: Session, pool: Pool) -> None:
        super().__init__(pool, session.pools.stop_resize, az.stop_resize)

    def effects(self) -> Iterable[str]:
        """What there is by now, and that it stays."""
        pool = self.pool
        dedicated = f"{pool.dedicated:,} of {pool.dedicated_target:,} dedicated nodes"
        yield f"{dedicated} are there, and {pool.spot:,} of {pool.spot_target:,} spot nodes."
        yield "That is no roll-back: what came stays, and what went doesn't come back."
        yield "The targets stay as they are."


class DisableAutoscale(PoolAct):
    """Switch the autoscale of a pool off."""

    verb, doing, done = "Switch off the autoscale of", "Switching off", "autoscale is off"

    def __init__(self, session: Session, pool: Pool) -> None:
        super().__init__(pool, session.pools.disable_autoscale, az.disable_autoscale)

    def effects(self) -> Iterable[str]:
        """The size stays as the formula last wanted it, and the formula goes."""
        dedicated, spot = self.pool.dedicated_target, self.pool.spot_target
        yield f"The pool keeps to {dedicated:,} dedicated and {spot:,} spot nodes."
        yield "The service forgets the formula."
