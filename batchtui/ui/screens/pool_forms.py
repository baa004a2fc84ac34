"""The keys that open a form about a pool, on screens that show one or many."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from batchtui.batch.models import Pool
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.ui.actions import dangerous
from batchtui.ui.acts.pools import StopResize
from batchtui.ui.screens.autoscale import AutoscaleScreen
from batchtui.ui.screens.edit_pool import EditPoolScreen, LikeThis
from batchtui.ui.screens.listing import ListScreen
from batchtui.ui.screens.resize_pool import ResizePoolScreen

Row = TypeVar("Row")


class PoolForms(ListScreen[Row]):
    """Each reads the whole pool before, so that what is edited is what there is."""

    session: Session

    def chosen_pools(self) -> Sequence[str]:
        """The ids of the pools that a key is about; where there is none, that was said."""
        raise NotImplementedError

    @dangerous
    def action_resize(self) -> None:
        """Resize the pool, or stop that while it is being done."""
        self._with_pool("Resizing", self._resize)

    @dangerous
    def action_edit(self) -> None:
        """Edit what can be changed of the pool."""

        def edit(pool: Pool) -> None:
            def left(said: str | LikeThis | None) -> None:
                if isinstance(said, LikeThis):
                    self.create_like(pool.id)
                else:
                    self._asked(said)

            self.app.push_screen(EditPoolScreen(self.session, pool), left)

        self._with_pool("Editing", edit)

    def create_like(self, pool_id: str) -> None:
        """Open the form of a new pool with all that a pool has."""
        raise NotImplementedError

    @dangerous
    def action_autoscale(self) -> None:
        """Edit the pool's autoscale, or switch it off."""

        def autoscale(pool: Pool) -> None:
            self.app.push_screen(AutoscaleScreen(self.session, pool), self._asked)

        self._with_pool("Autoscale", autoscale)

    def _with_pool(self, deed: str, go_on: Callable[[Pool], None]) -> None:
        pools = self.chosen_pools()
        if len(pools) > 1:
            self.say(f"{deed} is for one pool at a time, and {len(pools)} are marked.", "warn")
        elif pools:
            self.with_pool(pools[0], go_on)

    def with_pool(self, pool_id: str, go_on: Callable[[Pool], None]) -> None:
        """Read a whole pool and go on with it, unless that fails or it is being deleted."""
        self.say(f"Asking how {pool_id} is now …")
        self.run_worker(self._read(pool_id, go_on), exclusive=True, group="form")

    async def _read(self, pool_id: str, go_on: Callable[[Pool], None]) -> None:
        try:
            pool = await self.session.pools.get(pool_id)
        except BatchtuiError as error:
            self.report(error)
            return
        # Whoever went elsewhere meanwhile isn't brought back by a form.
        if self.app.screen is not self:
            return
        self.say("")
        if pool.state == "deleting":
            self.say(f"{pool.id} is being deleted.", "warn")
        else:
            go_on(pool)

    def _resize(self, pool: Pool) -> None:
        if pool.autoscale:
            self.say(
                f"Autoscale sets the size of {pool.id}: a changes its formula or switches it off.",
                "warn",
            )
        elif pool.allocation_state == "resizing":
            self.perform(StopResize(self.session, pool))
        elif pool.allocation_state == "stopping":
            self.say(f"The resize of {pool.id} is being stopped: wait until it is steady.", "warn")
        else:
            self.app.push_screen(ResizePoolScreen(self.session, pool), self._asked)

    def _asked(self, said: str | None) -> None:
        if said is not None:
            self.say(said, "good")
            self.start_refresh()
