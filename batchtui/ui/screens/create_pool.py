"""The form that makes a pool: it owns one draft, and never loses what was typed."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.batch.draft import PoolDraft
from batchtui.session import Session
from batchtui.ui.screens.pool_steps import PoolStepsScreen


class CreatePoolScreen(PoolStepsScreen):
    """Ends with the id of the pool that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "Create", id="create.review",
                tooltip="Create the pool, once nothing is wrong"),
    ]  # fmt: skip

    def __init__(self, session: Session, taken: frozenset[str], draft: PoolDraft) -> None:
        """`taken` are the ids of the pools that are there, `draft` what was typed before."""
        super().__init__(session, draft, taken)
        self.crumbs = (session.account.name, "create a pool")

    async def send(self, draft: PoolDraft) -> str:
        """Create it."""
        await self.session.pools.create(draft.body)
        return str(draft.body["id"])

    def edited(self) -> bool:
        """Whether anything was typed, other than the address that was found."""
        return bool(self._touched)

    def action_back(self) -> None:
        """Leave without a question: what was typed is kept for the next time."""
        self.leave()
