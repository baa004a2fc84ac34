"""Forms about one pool, which somebody else may change while the form is open."""

from typing import TYPE_CHECKING, ClassVar, TypeVar

from batchtui.batch.merge import merged
from batchtui.batch.models import Pool
from batchtui.errors import ChangedError
from batchtui.session import Session
from batchtui.ui.screens.form import FormScreen

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Draft = TypeVar("Draft", bound="DataclassInstance")
_TRIES = 3


class PoolForm(FormScreen[Draft]):
    """Begins with what the pool is, and sends only to the pool that it was read from.

    A pool gets another eTag for many reasons. Only a change of what the form `rests_on` (wire
    names) is for whoever fills it in to see; after any other the same is sent again.
    """

    name_of_form: ClassVar[str] = ""
    rests_on: ClassVar[tuple[str, ...]] = ()

    def __init__(self, session: Session, pool: Pool) -> None:
        """`pool` is whole and just read."""
        super().__init__(session, self.draft_of(pool))
        self.pool = pool
        self.crumbs = (session.account.name, pool.id, self.name_of_form)

    def draft_of(self, pool: Pool) -> Draft:
        """What the form shows of a pool before anything is typed."""
        raise NotImplementedError

    async def ask(self, draft: Draft) -> str:
        """Send a draft, with `match`; the form ends with what is returned."""
        raise NotImplementedError

    @property
    def match(self) -> str:
        """The eTag of the pool as it was read."""
        return str(self.pool.raw.get("eTag") or "")

    def edited(self) -> bool:
        """Whether anything differs from what the pool has."""
        return self.draft != self.draft_of(self.pool)

    async def send(self, draft: Draft) -> str:
        """Send it; if the pool changed meanwhile, look whether that matters here."""
        for _ in range(_TRIES):
            try:
                return await self.ask(draft)
            except ChangedError as error:
                changed = error
                now = await self.session.pools.get(self.pool.id)
                if any(now.raw.get(name) != self.pool.raw.get(name) for name in self.rests_on):
                    raise self.adopt(now) from None
                self.pool = now
        raise changed

    def adopt(self, now: Pool) -> ChangedError:
        """Go on from the pool as somebody else left it; what to say of that."""
        before, theirs = self.draft_of(self.pool), self.draft_of(now)
        draft, both = merged(self.draft, before, theirs)
        self.pool = now
        self.fill(draft)
        said = "What you typed is kept, and the rest is as it is now."
        if both:
            names = ", ".join(both).replace("_", " ")
            said = f"Yours is kept where both of you changed the same: {names}."
        return ChangedError(
            f"Somebody else changed {now.id} meanwhile, so nothing was sent. {said}",
            advice="ctrl+s shows what would be sent now.",
        )
