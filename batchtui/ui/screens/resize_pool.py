"""Resize a pool."""

from collections.abc import Iterable, Mapping

from textual.widgets import Input

from batchtui.batch import az
from batchtui.batch.models import Pool
from batchtui.batch.resize import DEALLOCATIONS, ResizeDraft, body, costs, problems
from batchtui.batch.service import segment
from batchtui.errors import BatchtuiError
from batchtui.ui.dialogs.review import Request, Review
from batchtui.ui.screens.pool_form import PoolForm
from batchtui.ui.widgets.drop_down import DropDown
from batchtui.ui.widgets.field import Field
from batchtui.words import plural

# Where a service error belongs, by the property that it names.
_FIELD_OF = {
    "targetDedicatedNodes": "dedicated",
    "targetLowPriorityNodes": "spot",
    "resizeTimeout": "timeout",
    "nodeDeallocationOption": "deallocation",
}
_HELP = {
    "dedicated": "Nodes that stay. They cost money from the moment they exist.",
    "spot": "Cheaper nodes that Azure may take away at any time.",
    "deallocation": "What becomes of tasks on nodes that go. Which nodes go is Azure's choice.",
    "timeout": "After so many minutes the pool keeps what it has by then. 5 at least.",
}


class ResizePoolScreen(PoolForm[ResizeDraft]):
    """Other targets for a steady pool; says what they cost while they are typed."""

    name_of_form = "resize"
    rests_on = ("targetDedicatedNodes", "targetLowPriorityNodes", "enableAutoScale")
    field_of = _FIELD_OF
    helps = _HELP

    _tasks = "Counting the tasks that run …"

    def draft_of(self, pool: Pool) -> ResizeDraft:
        """The targets of now."""
        return ResizeDraft.of(pool)

    def compose_fields(self) -> Iterable[Field]:
        """Targets, and how to get there."""
        draft = self.draft
        yield Field("dedicated", "Dedicated", Input(draft.dedicated, id="dedicated", compact=True))
        yield Field("spot", "Spot", Input(draft.spot, id="spot", compact=True))
        choices = DropDown(
            [(words, name) for name, words in DEALLOCATIONS.items()],
            value=draft.deallocation,
            allow_blank=False,
            compact=True,
            id="deallocation",
        )
        yield Field("deallocation", "Nodes that go", choices)
        yield Field("timeout", "Within minutes", Input(draft.timeout, id="timeout", compact=True))

    def on_mount(self) -> None:
        """Count the tasks meanwhile."""
        self.run_worker(self._count_tasks())

    async def _count_tasks(self) -> None:
        try:
            count = await self.session.pools.tasks_running(self.pool.id)
        except BatchtuiError as error:
            self._tasks = f"How many tasks run isn't known: {error}"
        else:
            self._tasks = f"{plural(count, 'task')} on the pool's nodes now."
        self.check()

    def problems(self) -> Mapping[str, str]:
        """What the service would refuse."""
        return problems(self.draft, self.pool)

    def effects(self) -> Iterable[str]:
        """What it costs."""
        return costs(self.draft, self.pool, self._tasks)

    def review(self) -> Review:
        """The targets, and what they cost."""
        return Review(
            f"Resize pool {self.pool.id}?",
            Request(f"POST /pools/{segment(self.pool.id)}/resize", body(self.draft)),
            words=list(self.effects()),
            az=az.resize_pool(self.pool.id, body(self.draft)),
        )

    async def ask(self, draft: ResizeDraft) -> str:
        """Begin to resize."""
        await self.session.pools.resize(self.pool.id, body(draft), match=self.match)
        return f"Pool {self.pool.id} is being resized. r stops that."
