"""One dialog for every act: the question with its cost, the progress, and what became of whom."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, Input, Static

from batchtui.batch.bulk import Bulk
from batchtui.ui.acts.act import Act, Answers
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.dialogs.notice import Notice
from batchtui.ui.widgets.asking import Asking
from batchtui.ui.widgets.outcomes import Outcomes
from batchtui.ui.widgets.progress import Progress
from batchtui.ui.widgets.table import Table
from batchtui.words import plural

log = logging.getLogger("batchtui")
_STOPPED = "Stopped before anything was done."
_TICK = 0.1  # s between looks at how far it is


@dataclass(frozen=True, slots=True)
class Acted:
    """What was done: to whom, and in a sentence whose tone is good, warn or bad.

    The `secret` is what is still to be shown, once.
    """

    done: Sequence[str]
    words: str
    tone: str
    secret: str = ""


class ActDialog(Dialog[Acted]):
    """Asks, acts, and tells of each target; what failed can be tried again, also otherwise.

    Ends with what was done, or with nothing if nothing was. `esc` stops what hasn't started; once
    more, and it leaves without waiting for calls that are under way.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go", "Do it", id="act.go", tooltip="Do it, with what is typed"),
        Binding("c", "copy", "Copy as az", id="act.copy", tooltip="Copy the az commands for it"),
        Binding("o", "option", "Other option", id="act.option", tooltip="Choose the next option"),
        Binding("A", "onward", "Addresses", id="act.onward",
                tooltip="Where SSH reaches the nodes, to copy and to export"),
        Binding("r", "retry", "Retry", id="act.retry", tooltip="Try again what is left"),
        # Before the button sees the next key, which may be read already.
        Binding("left,right", "other", "Choose", show=False, id="act.choose", priority=True),
        Binding("escape", "give_up", "Stop or close", id="dialog.cancel",
                tooltip="Stop what hasn't started; close if nothing runs"),
    ]  # fmt: skip

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.title_text = act.title
        self._act = act
        self._bulk = Bulk(act.by_id)
        self._answers: Answers = {}
        self._stopping = False
        self._phase = "ask"
        self._timer: Timer | None = None

    # Frame

    def compose_body(self) -> ComposeResult:
        """What is shown of it depends on how far it is."""
        yield Progress(self._act.doing)
        yield Outcomes(self._act)
        yield Asking(self._act)

    def compose_foot(self) -> ComposeResult:
        """What is shown once, what was said last, and the two ways on."""
        yield Static(id="secret", markup=False)
        yield Static(id="said", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Button(self._act.verb.partition(" ")[0], id="go", variant="error", compact=True)

    def on_mount(self) -> None:
        """Whoever presses enter by mistake changes nothing."""
        # A button that still shows that it was pressed doesn't take the next key (Textual).
        self.query_one("#go", Button).active_effect_duration = 0
        self._show("ask")
        self._say("")
        field = next(iter(self.query(Input)), None)
        self.set_focus(field or self.query_one("#cancel"))

    def _show(self, phase: str) -> None:
        self._phase = phase
        asking, told = phase == "ask", phase == "told"
        self.query_one(Progress).display = not asking
        self.query_one(Outcomes).display = told
        left = bool(self._bulk.left)
        self.query_one(Asking).show(whole=asking, questions=told and left)
        secret = self._act.secret(self._bulk) if told else ""
        self.query_one("#secret", Static).update(Content(secret))
        self.query_one("#secret").display = bool(secret)
        self.set_class(told, "-tall")
        cancel, go = self.query_one("#cancel", Button), self.query_one("#go", Button)
        cancel.label = {"ask": "Cancel", "run": "Stop", "told": "Close"}[phase]
        go.display = asking or (told and left)
        if told:
            go.label = f"Retry {len(self._bulk.left):,}"
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Some keys make sense only at some moments."""
        told, left = self._phase == "told", bool(self._bulk.left)
        may: dict[str, Callable[[], bool]] = {
            "retry": lambda: told and left,
            "go": lambda: (
                (self._phase == "ask" or (told and left)) and self.query_one(Asking).types
            ),
            "option": lambda: self._phase != "run" and self.query_one(Asking).has_options,
            "copy": lambda: self._act.in_az,
            "onward": lambda: told and self._act.onward is not None,
            "other": lambda: isinstance(self.focused, Button),
        }
        return may[action]() if action in may else super().check_action(action, parameters)

    # Keys

    def action_other(self) -> None:
        """Go to the other button."""
        cancel, go = self.query_one("#cancel", Button), self.query_one("#go", Button)
        self.set_focus(go if cancel.has_focus and go.display else cancel)

    def action_option(self) -> None:
        """The next of the options."""
        self.query_one(Asking).next_option()

    def action_copy(self) -> None:
        """Copy what the az CLI would be told."""
        asking = self.query_one(Asking)
        if self._act.problems(asking.answers):
            asking.find_problems()
            return
        # What was done already isn't to be done again by a script; all of it is an example.
        whom = self._bulk.left or self._bulk.targets
        commands = self._act.az(asking.answers, whom)
        self.app.copy_to_clipboard(commands)
        lines = plural(commands.count("\n") + 1, "line")
        self._say(f"Copied {lines} for az, if this terminal allows it (OSC 52).")

    def action_retry(self) -> None:
        """Try again what failed and what didn't start, with the options as they are now."""
        self._go()

    def action_go(self) -> None:
        """As good as the button, from wherever something is typed."""
        self._go()

    def action_onward(self) -> None:
        """Close, and show where the targets are."""
        self.dismiss(self._acted())
        if self._act.onward:
            self.app.call_later(self._act.onward)

    def action_give_up(self) -> None:
        """Stop what hasn't started; where nothing runs, leave."""
        if self._phase == "run" and not self._stopping:
            self._stopping = True
            self._bulk.stop()
            self._say("Stopping. esc again doesn't wait for calls that are under way.")
        else:
            self.dismiss(self._acted())

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the two."""
        if event.button.id == "go":
            self._go()
        else:
            self.action_give_up()

    def on_asking_finished(self) -> None:
        """`enter` in the last field is as good as the button."""
        self._go()

    def on_outcomes_opened(self, event: Outcomes.Opened) -> None:
        """A failure in full."""
        self.app.push_screen(Notice.of(event.error))

    # Doing it

    def _go(self) -> None:
        asking = self.query_one(Asking)
        if self._phase == "run" or asking.find_problems():
            return
        self.complain("")
        self._say("")
        self._stopping = False
        self._show("run")
        self._tick()
        self._timer = self.set_interval(_TICK, self._tick)
        self.set_focus(self.query_one("#cancel"))
        self.run_worker(self._run())

    async def _run(self) -> None:
        asking, act = self.query_one(Asking), self._act
        answers = asking.answers
        try:
            wrong = await act.prepare(answers)
            if wrong or self._stopping:
                self._ask_again(_STOPPED if self._stopping else "")
                asking.complain(wrong)
                return
            if act.alike and self._answers and answers != self._answers:
                # Some targets may have it in another way already.
                self._bulk = Bulk(act.by_id)
            self._answers = answers
            await self._bulk.run(
                act.steps(answers, self._bulk.left),
                at_once=act.at_once,
                arrivals=act.arrivals(answers, self._bulk),
            )
        finally:
            if self._timer:
                self._timer.stop()
        await self._ended()

    async def _ended(self) -> None:
        bulk = self._bulk
        self._say("")
        refusals = dict.fromkeys(f"{error.title}: {error}" for error in bulk.failed.values())
        if bulk.trouble:
            refusals[f"{bulk.trouble.title}: {bulk.trouble}"] = None
        for words in refusals:
            log.warning("%s: %s", self._act.title, words)
        if bulk.done and not (bulk.left or bulk.trouble or self._act.tells(bulk)):
            await self.finish(self._acted())
        elif not bulk.done and len(refusals) <= 1:
            # Nothing came of it, for one reason: what was chosen stays, to be chosen otherwise.
            none = _STOPPED if bulk.stopped else f"There is no {self._act.noun}, or none yet."
            self._ask_again(next(iter(refusals), none))
        else:
            self._tick()
            self.query_one(Outcomes).tell(bulk)
            self._show("told")
            self.complain(str(bulk.trouble or ""))
            self.set_focus(self.query_one(Table))

    def _ask_again(self, why: str) -> None:
        self._show("ask")
        self._say("")
        self.complain(why)
        field = None if why else next(iter(self.query(Input)), None)
        self.set_focus(field or self.query_one("#cancel"))

    def _tick(self) -> None:
        self.query_one(Progress).show(self._bulk)

    def _say(self, text: str) -> None:
        said = self.query_one("#said", Static)
        said.update(text)
        said.display = bool(text)

    def _acted(self) -> Acted | None:
        bulk, act = self._bulk, self._act
        if not bulk.done and not bulk.failed and not bulk.under_way:
            return None
        whom = act.who if not bulk.left else plural(len(bulk.done), act.noun)
        parts = [f"{whom}: {act.done}."] if bulk.done else []
        if bulk.failed:
            parts.append(f"{len(bulk.failed):,} failed.")
        if bulk.waiting:
            parts.append(f"{bulk.waiting:,} not started.")
        if bulk.under_way:
            parts.append(f"Of {len(bulk.under_way):,} the outcome isn't known.")
        words = " ".join(parts)
        return Acted(
            list(bulk.done),
            words[0].upper() + words[1:],
            "warn" if bulk.left else "good",
            "" if self._phase == "told" else act.secret(bulk),
        )
