"""The form that makes a pool: it owns one draft, and never loses what was typed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer

from batchtui.access.threads import in_thread
from batchtui.batch.draft import PoolDraft
from batchtui.batch.known import Json, Path
from batchtui.batch.places import dotted
from batchtui.drafts import KeptDraft
from batchtui.errors import ConflictError, ServiceError
from batchtui.session import Session
from batchtui.templates import Saved
from batchtui.ui.dialogs.confirm import Confirm
from batchtui.ui.dialogs.templates import Opened, OpenTemplate, SaveTemplate
from batchtui.ui.screens.pool_steps import PoolStepsScreen
from batchtui.words import age

_MOMENT = 0.5  # s from a change until the disk has it, and what else was changed meanwhile


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a form begins with: its draft is `kept` under a kind, and `fresh` where none is.

    `notes` are what is to be told of the fresh one.
    """

    kind: str
    fresh: PoolDraft
    notes: tuple[str, ...] = ()
    kept: KeptDraft | None = None


class CreatePoolScreen(PoolStepsScreen):
    """Ends with the id of the pool that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "Create", id="create.review",
                tooltip="Create the pool, once nothing is wrong"),
        Binding("f2", "save_template", "Save", id="create.save",
                tooltip="Write this pool into a file, without its secrets"),
        Binding("ctrl+o", "open_template", "Open", id="create.open",
                tooltip="Take a pool from a template, or what az shows"),
        Binding("ctrl+n", "start_over", "Start over", id="create.start-over",
                tooltip="Forget what was typed, and begin again"),
    ]  # fmt: skip

    def __init__(self, session: Session, taken: frozenset[str], beginning: Beginning) -> None:
        """`taken` are the ids of the pools that are there."""
        kept = beginning.kept
        super().__init__(session, kept.draft if kept else beginning.fresh, taken)
        self.crumbs = (session.account.name, "create a pool")
        self._beginning = beginning
        self._to_be_written: Timer | None = None
        self.unsure: set[str] = set()  # ids that were asked for, and no answer came

    def on_mount(self) -> None:
        """Say what is there already."""
        self.say(" ".join(self._greeting()))

    def _greeting(self) -> Iterable[str]:
        kept = self._beginning.kept
        if kept is None:
            return self._beginning.notes
        ago = age(kept.saved, self.session.now())
        return (
            f"What you began {ago} ago is here again; ctrl+n starts over.",
            *secrets_note(kept.secrets),
        )

    async def send(self, draft: PoolDraft) -> str:
        """Create it."""
        await self._create(draft.body)
        self.session.drafts.forget(self._beginning.kind)
        await self._write()
        return str(draft.body["id"])

    async def _create(self, body: Json) -> None:
        pool_id = str(body["id"])
        asked_before = pool_id in self.unsure
        # Until there is an answer, also where nobody waits for it any longer.
        self.unsure.add(pool_id)
        try:
            await self.session.pools.create(body)
        except ServiceError as error:
            if error.may_be_done:
                error.advice = "The pool may be made all the same: ctrl+s asks for it again."
                raise
            self.unsure.discard(pool_id)
            if asked_before and error.code == "PoolExists":
                raise _made_before(error) from None
            raise

    # What is typed is kept

    def edit(self, field: str, draft: PoolDraft) -> None:
        """Take another draft, and let the disk have it in a moment."""
        super().edit(field, draft)
        self.session.drafts.remember(self.draft, self._beginning.kind)
        if self._to_be_written is None:
            self._to_be_written = self.set_timer(_MOMENT, self._keep)

    def _keep(self) -> None:
        self._to_be_written = None
        self.run_worker(self._write(), group="keep")

    async def _write(self) -> None:
        warning = await in_thread(lambda: self.session.drafts.write(self._beginning.kind))
        if warning:
            self.say(warning, "warn")

    async def on_unmount(self) -> None:
        """Nothing of the last moment is lost, also where the program ends."""
        if self._to_be_written is not None:
            self._to_be_written.stop()
            await self._write()

    def edited(self) -> bool:
        """Whether anything was typed, other than the address that was found."""
        return bool(self._touched)

    def action_back(self) -> None:
        """Leave without a question: what was typed is kept for the next time."""
        self.leave()

    def action_start_over(self) -> None:
        """Forget what was typed, after a question."""

        def decided(yes: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
            if yes:
                self._start_over()

        text = "What is typed here is lost."
        self.app.push_screen(Confirm("Start over?", text, yes="Start over"), decided)

    # Templates

    def action_save_template(self) -> None:
        """Write the pool into a file."""

        def saved(done: Saved | None) -> None:
            if done is not None:
                left = ", ".join(dotted(path) for path in done.secrets)
                without = f" It has no secrets: {left}." if left else ""
                self.say(f"Saved as {done.path}.{without}", "good")

        self.app.push_screen(SaveTemplate(self.session.templates, self.draft.body), saved)

    def action_open_template(self) -> None:
        """Go on with a pool from a file, after a question if something was typed."""

        def decided(opened: Opened, *, yes: bool | None) -> None:
            if yes:
                self._take(opened)

        def chosen(opened: Opened | None) -> None:
            if opened is None:
                return
            if not (self.edited() or self._beginning.kept):
                self._take(opened)
                return
            text = f"{opened.path} comes in the place of what was typed here."
            question = Confirm("Open the template?", text, yes="Open")
            self.app.push_screen(question, lambda yes: decided(opened, yes=yes))

        self.app.push_screen(OpenTemplate(self.session.templates), chosen)

    def _take(self, opened: Opened) -> None:
        template = opened.template
        self.begin_again(PoolDraft(template.body))
        self.edit("id", self.draft)
        notes = (*template.dropped, *secrets_note(template.secrets))
        self.say(" ".join((f"Opened {opened.path.name}.", *notes)), "warn" if notes else "good")

    def _start_over(self) -> None:
        self._beginning = replace(self._beginning, kept=None)
        self.begin_again(self._beginning.fresh)
        self.session.drafts.forget(self._beginning.kind)
        self._keep()
        self.open_step("name")
        self.run_worker(self._learn_address())


def _made_before(error: ServiceError) -> ConflictError:
    """The pool exists, and nobody but us may have made it."""
    return ConflictError(
        "There is such a pool now: it may be the one that was asked for before, when no answer "
        "came.",
        advice="esc leaves for the list, where it is seen.",
        code=error.code,
        status=error.status,
        request_id=error.request_id,
    )


def secrets_note(secrets: Iterable[Path]) -> Iterable[str]:
    """Which secrets are to be typed again, in a sentence, if there are any."""
    names = [dotted(path) for path in secrets]
    return (f"Type again, as nobody tells it: {', '.join(names)}.",) if names else ()
