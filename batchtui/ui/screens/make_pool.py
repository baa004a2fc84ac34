"""The keys that open the form of a new pool: an empty one, one like another, one begun before."""

from textual.worker import Worker

from batchtui.access.threads import in_thread
from batchtui.batch.draft import PoolDraft, new_draft
from batchtui.batch.models import Pool
from batchtui.batch.template import clone
from batchtui.drafts import KeptDraft
from batchtui.errors import ConfigError
from batchtui.tables.pools import PoolRow
from batchtui.ui.actions import dangerous
from batchtui.ui.screens.create_pool import Beginning, CreatePoolScreen, secrets_note
from batchtui.ui.screens.pool_forms import PoolForms

_EMPTY = "create"


class MakePools(PoolForms[PoolRow]):
    """What was typed and not sent is there again, also in the next run of the program."""

    _recalling: Worker[None]

    def on_mount(self) -> None:
        """Read what was begun before, so that `n` opens at once."""
        self._recalling = self.run_worker(self._recall(), group="recall")

    async def _recall(self) -> None:
        await self._kept(_EMPTY)

    async def _kept(self, kind: str) -> KeptDraft | None:
        try:
            return await in_thread(lambda: self.session.drafts.kept(kind))
        except ConfigError as error:
            self.report(error)
            return None

    @dangerous
    async def action_create(self) -> None:
        """Open the form, and be done when it is there: the next keys are for it."""
        if self._recalling.is_finished:
            kept = self.session.drafts.remembered(_EMPTY)
            await self._open(Beginning(_EMPTY, new_draft(), kept=kept))
        else:
            self.say("Reading what was begun before …")

    @dangerous
    def action_create_like(self) -> None:
        """Open the form with all that the pool under the cursor has."""
        self._with_pool("Creating one like it", self._like)

    def create_like(self, pool_id: str) -> None:
        """Open the form with all that a pool has."""
        self.with_pool(pool_id, self._like)

    def _like(self, pool: Pool) -> None:
        self.run_worker(self._open_like(pool), exclusive=True, group="form")

    async def _open_like(self, pool: Pool) -> None:
        kind = f"like-{pool.id.lower()}"
        template = clone(pool.raw, {each.lower() for each in self.table.rows})
        notes = (*template.dropped, *secrets_note(template.secrets))
        kept = await self._kept(kind)
        if self.app.screen is self:
            await self._open(Beginning(kind, PoolDraft(template.body), notes, kept))

    async def _open(self, beginning: Beginning) -> None:
        form = CreatePoolScreen(self.session, frozenset(self.table.rows), beginning)

        def left(pool_id: str | None) -> None:
            if pool_id is not None:
                self.made(pool_id)
                return
            key = "n" if beginning.kind == _EMPTY else "N on this pool"
            kept = f"What was typed is kept for the next {key}."
            if form.unsure:
                asked = ", ".join(sorted(form.unsure))
                self.say(f"Whether {asked} is made isn't known: it is here then. {kept}", "warn")
            elif form.edited():
                self.say(kept)

        await self.app.push_screen(form, left)

    def made(self, pool_id: str) -> None:
        """A pool was made."""
        raise NotImplementedError
