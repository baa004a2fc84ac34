"""Change a pool that exists, as far as that can be done."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.batch import az, edit, rules
from batchtui.batch import draft as drafts
from batchtui.batch.draft import PoolDraft
from batchtui.batch.edit import Change
from batchtui.batch.fields import unreadable
from batchtui.batch.known import Problem
from batchtui.batch.models import Pool
from batchtui.batch.service import segment
from batchtui.batch.three_way import settled, three_way
from batchtui.errors import BatchtuiError, ChangedError
from batchtui.session import Session
from batchtui.ui.dialogs.both_changed import BothChanged
from batchtui.ui.dialogs.review import Request, Review
from batchtui.ui.screens.pool_steps import PoolStepsScreen
from batchtui.ui.steps.review import OF_POOLS, Forms
from batchtui.words import plural

_TRIES = 3


@dataclass(frozen=True, slots=True)
class LikeThis:
    """The form was left for one that creates a pool like this: it can't be changed so far."""


class EditPoolScreen(PoolStepsScreen):
    """Sends what was changed and nothing else, to the pool that it was read from.

    A pool gets another eTag for many reasons, such as a resize. Only a change of what the form
    shows is for whoever fills it in to see; after any other the same is sent again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "Review", id="edit.review",
                tooltip="Look at what will be sent, then send it"),
        Binding("ctrl+n", "create_like", "Create like this", id="edit.create-like",
                tooltip="Create another pool with all that this one has"),
    ]  # fmt: skip

    # The pool as it would be: what is sent is shown before that is done.
    review_forms: ClassVar[Forms] = OF_POOLS

    def __init__(self, session: Session, pool: Pool) -> None:
        """`pool` is whole and just read."""
        self.pool = pool
        self.before = edit.settings(pool.raw)
        super().__init__(session, PoolDraft(self.before), frozenset())
        self.crumbs = (session.account.name, pool.id, "edit")
        self._on_nodes: Counter[str] = Counter()
        self._counting = "Asking which start tasks the nodes have …"

    def on_mount(self) -> None:
        """Find out what the nodes have meanwhile, and begin with what is edited most."""
        self.run_worker(self._ask_nodes())
        self.open_step("start")

    async def _ask_nodes(self) -> None:
        try:
            async for page in self.session.pools.start_tasks(self.pool.id):
                self._on_nodes.update(edit.comparable(task) for task in page)
        except BatchtuiError as error:
            self._counting = f"Which start tasks the nodes have isn't known: {error}"
        else:
            self._counting = ""
        self.check()

    # What may be edited, and what is wrong

    def locked(self, field: str) -> str:
        """Why a field can't be edited now."""
        return edit.locked(field, self.pool.raw)

    def problems(self) -> Mapping[str, str]:
        """What the service would refuse of what was changed."""
        after = self.draft.body
        found = edit.cannot(self.before, after, self.pool.raw)
        found += self._of_changes(rules.problems(after, self.known))
        return {**drafts.by_field(found, self.draft), **unreadable(self.draft)}

    def _of_changes(self, found: Iterable[Problem]) -> list[Problem]:
        """Those about what was changed: the rest isn't sent, and the service took it before."""
        changed = edit.changed_names(self.before, self.draft.body)
        return [each for each in found if each.path and each.path[0] in changed]

    def warned(self) -> Mapping[str, str]:
        """What may be regretted of what was changed."""
        found = rules.warnings(self.draft.body, self.known)
        return drafts.by_field(self._of_changes(found), self.draft)

    def edited(self) -> bool:
        """Whether anything differs from what the pool has."""
        return self.draft.body != self.before or bool(self.draft.typed)

    def effects(self) -> Iterable[str]:
        """Which nodes have what is here already, where that is edited."""
        return self._reach() if self.here == "start" else ()

    def _reach(self) -> Iterable[str]:
        if self._counting:
            yield self._counting
        elif self._on_nodes:
            nodes, other = self._on_nodes.total(), self._others(self.draft)
            yield f"{other:,} of {nodes:,} nodes have another start task than this one."
            yield "A start task reaches a node when it reboots or joins the pool."

    def _others(self, draft: PoolDraft) -> int:
        mine = edit.comparable(draft.body.get("startTask"))
        return self._on_nodes.total() - self._on_nodes[mine]

    def action_create_like(self) -> None:
        """Leave for the form that creates; ask before, if something would be lost."""
        self.leave_for(LikeThis())

    # Sending it

    def action_review(self) -> None:
        """Show what will be sent, if nothing is wrong; else go to what is."""
        if not self.busy() and not self.stopped_by_problems():
            wanted = edit.change(self.before, self.draft.body)
            if wanted is None:
                self.say("Nothing was edited.")
            else:
                self.app.push_screen(self._review(wanted), self.decided)

    def _review(self, wanted: Change) -> Review:
        path = f"/pools/{segment(self.pool.id)}"
        line = f"POST {path}/updateproperties" if wanted.replaces else f"PATCH {path}"
        tell = az.replace_pool_properties if wanted.replaces else az.update_pool
        return Review(
            f"Edit pool {self.pool.id}?",
            Request(line, wanted.body),
            words=[*edit.differences(self.before, self.draft.body), *self._reach()],
            warnings=list(self.warned().values()),
            az=tell(self.pool.id, wanted.body),
        )

    async def send(self, draft: PoolDraft) -> str:
        """Send it; if the pool changed meanwhile, look whether that matters here."""
        for _ in range(_TRIES):
            try:
                return await self._ask(draft)
            except ChangedError as error:
                changed = error
                now = await self.session.pools.get(self.pool.id)
                if edit.changeable(now.raw) != edit.changeable(self.pool.raw):
                    raise await self._adopt(now) from None
                self.pool = now
        raise changed

    async def _ask(self, draft: PoolDraft) -> str:
        wanted, pools = edit.change(self.before, draft.body), self.session.pools
        if wanted is None:
            return f"Pool {self.pool.id} is like that already."
        ask = pools.replace_properties if wanted.replaces else pools.update
        await ask(self.pool.id, wanted.body, match=str(self.pool.raw.get("eTag") or ""))
        said = f"Pool {self.pool.id} is changed."
        others = 0 if self._counting else self._others(draft)
        if others and "startTask" in wanted.body:
            said += f" {plural(others, 'node')} keep another start task until the next boot."
        return said

    async def _adopt(self, now: Pool) -> ChangedError:
        """Go on from the pool as somebody else left it; what to say of that."""
        theirs = edit.settings(now.raw)
        body, conflicts = three_way(self.before, self.draft.body, theirs)
        if conflicts:
            wanted = await self.app.push_screen_wait(BothChanged(now.id, conflicts))
            for conflict, value in zip(conflicts, wanted or (), strict=False):
                body = settled(body, conflict, value)
        self.pool, self.before = now, theirs
        self.fill(replace(self.draft, body=body))
        return ChangedError(
            f"Somebody else changed {now.id} meanwhile, so nothing was sent.",
            advice="What you typed is kept: ctrl+s shows what would be sent now.",
        )
