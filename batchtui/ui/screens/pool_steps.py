"""A pool as a form of steps: to make one, one like another, or to change one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Select, Static
from textual.worker import Worker, WorkerError

from batchtui.batch import draft as drafts
from batchtui.batch.access_rules import protocol
from batchtui.batch.draft import PoolDraft
from batchtui.batch.fields import (
    FIELDS,
    STEPS,
    TITLES,
    StepName,
    answered,
    field_of_refusal,
    shown,
)
from batchtui.batch.image_fields import by_name_if_unlisted
from batchtui.batch.known import Known, Told
from batchtui.batch.places import without
from batchtui.batch.schema import description_of
from batchtui.errors import BatchtuiError, ServiceError
from batchtui.session import Session
from batchtui.ui.screens.form import FormScreen
from batchtui.ui.screens.jump import Jump
from batchtui.ui.steps.access import AccessStep
from batchtui.ui.steps.base import Step
from batchtui.ui.steps.image import ImageStep
from batchtui.ui.steps.more import MoreStep
from batchtui.ui.steps.plain import NameStep
from batchtui.ui.steps.review import OF_NEW_POOLS, Forms, ReviewStep
from batchtui.ui.steps.scale import ScaleStep
from batchtui.ui.steps.size import SizeStep
from batchtui.ui.steps.start_task import StartStep
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.picker import Picker
from batchtui.ui.widgets.remark import Remark
from batchtui.ui.widgets.step_list import Standing, StepList

_KINDS: Mapping[StepName, type[Step]] = {
    kind.step: kind
    for kind in (
        NameStep,
        ImageStep,
        SizeStep,
        ScaleStep,
        StartStep,
        AccessStep,
        MoreStep,
    )
}


class PoolStepsScreen(FormScreen[PoolDraft]):
    """Owns the draft and what is known of the service; a step is made when it is first seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "step(1)", "Next step", id="steps.next", priority=True,
                tooltip="Go to the next step"),
        Binding("pageup", "step(-1)", "Step before", show=False, id="steps.previous",
                priority=True, tooltip="Go to the step before"),
        Binding("ctrl+g", "jump", "Jump", id="steps.jump", priority=True,
                tooltip="Go to a field by its letter, a step by its number"),
        Binding("ctrl+r", "refresh", "Ask again", show=False, id="steps.refresh",
                tooltip="Ask the service again for what it didn't tell"),
    ]  # fmt: skip

    verbatim = frozenset(FIELDS)
    review_forms: ClassVar[Forms] = OF_NEW_POOLS

    def __init__(self, session: Session, draft: PoolDraft, taken: frozenset[str]) -> None:
        """`taken` are the ids of the pools that are there."""
        super().__init__(session, draft)
        ids = frozenset(each.lower() for each in taken)
        self.known = Known(session.now(), ids, by_key=session.by_key)
        self.here: StepName = STEPS[0]
        self._visited: set[StepName] = set()
        self._seen: frozenset[str] = frozenset()  # warnings

    # Frame

    def compose_body(self) -> ComposeResult:
        """Steps at the left, the one that is shown beside them, and what its fields mean."""
        with Horizontal(id="step-form"):
            yield StepList(TITLES)
            with Vertical():
                yield Remark(id="step-note")
                with ContentSwitcher(initial=f"step-{self.here}"):
                    yield self._made(self.here)
                yield Remark(id="effects")
        yield Static(id="field-help", markup=False)

    def _made(self, step: StepName) -> Step:
        if step == "review":
            return ReviewStep(self.session, self.draft, self.known, self.review_forms)
        return _KINDS[step](self.session, self.draft, self.known)

    def on_mount(self) -> None:
        """Find out meanwhile what the service supports, and where this machine is."""
        self.action_refresh()

    def action_refresh(self) -> None:
        """Ask for what isn't known."""
        self.run_worker(self._learn_images(), group="images", exclusive=True)
        self.run_worker(self._learn_address(), group="address", exclusive=True)
        self.run_worker(self._learn_limits(), group="limits", exclusive=True)

    async def _learn_images(self) -> None:
        if "images" in self.known.untold:
            self.learn(replace(self.known, untold=without(self.known.untold, ("images",))))
        try:
            images = await self.session.supported_images()
        except BatchtuiError as error:
            self.report(error)
            why = f"The supported images can't be had: {error} ctrl+r asks again."
            self.learn(replace(self.known, untold={**self.known.untold, "images": why}))
            return
        self.learn(replace(self.known, images=images))
        self.fill(self.draft)

    async def _learn_limits(self) -> None:
        sizes = await self.session.vm_sizes()
        self.learn(self.known.having("sizes", sizes))
        used, quota = await self.session.used(), await self.session.quota()
        if used.value is None:  # then what is left of the quota can't be told
            quota = Told(None, quota.why or used.why)
        own = await self.session.limits.user_subscription()
        known = self.known.having("used", used).having("quota", quota)
        subscription = self.session.account.subscription or None
        self.learn(replace(known, subscription=subscription, user_subscription=own))

    async def _learn_address(self) -> None:
        address = await self.session.own_address()
        draft = drafts.from_here(self.draft, address)
        if draft is not self.draft:
            self.fill(draft)

    @property
    def _left(self) -> bool:
        """Whether the form is gone, and whoever waited for something comes too late."""
        return not self.query(StepList)

    def check(self) -> Mapping[str, str]:
        """Name each problem at its field and in the margin."""
        return {} if self._left else super().check()

    def learn(self, known: Known) -> None:
        """Go on with more that is known."""
        self.known = known
        self.check()

    def focus_body(self) -> None:
        """The first field of the step that is shown."""
        step = self.shown_step
        # None where nothing can be answered: the keys are the form's then.
        first = step.first_focus() if step else None
        self.set_focus(first)
        if first is None:
            self.query_one("#field-help", Static).update("")

    @property
    def shown_step(self) -> Step | None:
        """The step that is shown, if it is there by now."""
        found = self.query(f"#step-{self.here}").results(Step)
        return next(iter(found), None)

    # Going from step to step

    # What takes a key that goes elsewhere ends when its step is there: the next keys, which may
    # be read already, wait for that.

    async def action_step(self, steps: int) -> None:
        """Go on to the next step, or back to the one before."""
        place = STEPS.index(self.here) + steps
        if 0 <= place < len(STEPS):
            await self._leave_for(STEPS[place])

    async def _leave_for(self, step: StepName) -> None:
        """Go where the user wants: what was said of the step that is left is read by then."""
        if not self.sending:
            self.say("")
        with suppress(WorkerError):  # somebody went elsewhere
            await self.open_step(step).wait()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """PgUp and PgDn are the list's where one is open to choose from."""
        if action == "step" and self.focused and isinstance(self.focused.parent, Select):
            return False
        return super().check_action(action, parameters)

    async def action_jump(self) -> None:
        """The next key goes to a step or a field."""

        async def chosen(place: Field | StepName | None) -> None:
            if isinstance(place, Field):
                self._focus(place.field)
            elif place:
                await self._leave_for(place)

        await self.app.push_screen(Jump(self.query_one(StepList), self.shown_step), chosen)

    def _focus(self, field: str) -> None:
        """Put the focus on a field: at once, and not behind the keys that are read already."""
        widget = self.query_one(f"#{field}")
        self.set_focus(widget.text if isinstance(widget, Picker) else widget)

    def open_step(self, step: StepName, field: str = "") -> Worker[None]:
        """Show a step, with the focus on one of its fields or on the first."""
        if step != self.here:
            # Whoever leaves a step was asked all of it.
            self._told.update(name for name in FIELDS if FIELDS[name].step == self.here)
            self._visited.add(self.here)
        self.here = step
        return self.run_worker(self._open(step, field), group="open", exclusive=True)

    async def _open(self, step: StepName, field: str) -> None:
        switcher = self.query_one(ContentSwitcher)
        if not switcher.query(f"#step-{step}"):
            made = self._made(step)
            # Whoever goes on before it is there doesn't want to see it.
            made.display = False
            await switcher.mount(made)
            if self._left:
                return
        switcher.current = f"step-{step}"
        self.check()
        if field and self.query(f"#{field}"):
            self._focus(field)
        else:
            self.focus_body()

    async def on_step_list_chosen(self, event: StepList.Chosen) -> None:
        """A step was clicked."""
        await self._leave_for(next(step for step in STEPS if step == event.step))

    def on_image_step_refused(self, event: ImageStep.Refused) -> None:
        """An image can't be taken."""
        self.say(event.reason, "bad")

    async def on_step_edited(self, event: Step.Edited) -> None:
        """A step changed more than a field."""
        self.fill(event.change(self.draft))
        self.edit(event.field, self.draft)
        # Whoever went on meanwhile doesn't want to go further.
        if event.done and FIELDS[event.field].step == self.here:
            await self.action_step(1)

    def on_review_step_wrong(self, event: ReviewStep.Wrong) -> None:
        """A problem is to be mended."""
        self.go_to(event.field)

    def begin_again(self, draft: PoolDraft) -> None:
        """Show another draft, of which nothing was looked at yet."""
        for kept in (self._touched, self._told, self._visited):
            kept.clear()
        self._refused.clear()
        self.fill(draft)

    # The draft

    def fill(self, draft: PoolDraft) -> None:
        """Let the fields show another draft, its image by its names if no list has that."""
        super().fill(by_name_if_unlisted(draft, self.known.images))

    def has(self, field: str) -> bool:
        """Whether it is one of the fields."""
        return field in FIELDS

    def shown(self, field: str) -> object:
        """What the field shows."""
        return shown(self.draft, field)

    def answered(self, field: str, value: object) -> PoolDraft:
        """The draft with the answer."""
        return answered(self.draft, field, value if isinstance(value, bool) else str(value))

    def problems(self) -> Mapping[str, str]:
        """What the service would refuse."""
        return drafts.problems(self.draft, self.known)

    def warnings(self) -> Iterable[str]:
        """What the service would take."""
        return self._regrets(self.warned()).values()

    def _regrets(self, warned: Mapping[str, str]) -> Mapping[str, str]:
        """What may be regretted, by field; what is about none of them, by none."""
        here = self.session.runs_here
        return {"": here, **warned} if here else warned

    def warned(self) -> Mapping[str, str]:
        """What may be regretted, by field."""
        return drafts.warnings(self.draft, self.known)

    def tell(self, wrong: Mapping[str, str]) -> None:
        """Say in the margin how many problems and warnings each step has."""
        warned = self.warned()
        told, to_do, warnings = Counter[str](), Counter[str](), Counter[str]()
        for name, text in wrong.items():
            kind = told if self.is_told(name) else to_do
            kind[FIELDS[name].step] += text.count("\n") + 1
        for name, text in warned.items():
            warnings[FIELDS[name].step] += text.count("\n") + 1
        standings: dict[str, Standing] = {
            step: Standing(told[step], to_do[step], warnings[step], step in self._visited)
            for step in STEPS
        }
        self.query_one(StepList).show(self.here, standings)
        # One that is being made has no fields yet; it is told as soon as it has.
        for step in self.query(Step):
            if step.is_mounted:
                step.follow(self.draft, self.known)
        for review in self.query(ReviewStep):
            if review.is_mounted:
                review.tell(wrong, self._regrets(warned))
        for field in self.query(Field):
            field.disabled = self.has(field.field) and bool(self.locked(field.field))
            field.warn(warned.get(field.field, ""))
        self._show_note()
        self.query_one("#effects", Remark).say(self.effects())
        for field in self.query("#field-access").results(Field):
            field.relabel(protocol(self.draft.body))
        if self.here == "review":
            self._seen |= {*self.warnings()}

    def locked(self, _field: str) -> str:
        """Why a field can't be answered here, or nothing."""
        return ""

    def _show_note(self) -> None:
        """Say why fields of the step that is shown can't be answered."""
        reasons = [self.locked(name) for name in FIELDS if FIELDS[name].step == self.here]
        self.query_one("#step-note", Remark).say(dict.fromkeys(filter(None, reasons)))

    def help_of(self, field: str) -> str:
        """What the field means."""
        if field not in FIELDS:
            return ""
        found = FIELDS[field]
        return found.help or description_of(next(iter(found.owns), ()))

    def first_of(self, wrong: Mapping[str, str]) -> str:
        """The first field, in the order of the steps."""
        return min(wrong, key=list(FIELDS).index)

    def go_to(self, field: str) -> None:
        """Open the field's step."""
        self.open_step(FIELDS[field].step, field)

    def refused_field(self, error: ServiceError) -> str | None:
        """The field that a refusal is about."""
        return field_of_refusal(error.code, error.values.get("PropertyName", ""), self.draft)

    # Sending

    def action_review(self) -> None:
        """Send it if nothing is wrong; warnings that nobody saw come before."""
        if self.busy() or self.stopped_by_problems():
            return
        if not self._seen.issuperset(self.warnings()):
            self.open_step("review")
            self.say("Nothing is wrong, but look at the warnings. ctrl+s again goes on.", "warn")
        else:
            self.start_sending()
