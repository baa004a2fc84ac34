"""What to run on some nodes, or on all of a pool's, and how."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Select, Static

from batchtui.access.threads import in_thread
from batchtui.errors import BatchtuiError, ConfigError
from batchtui.many import AT_ONCE, MOST_AT_ONCE, Order, Place, Script, read_script
from batchtui.ui.acts.act import Target, whom
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.dialogs.confirm import Confirm
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.tick import Tick
from batchtui.ui.widgets.typed import TextLine
from batchtui.visible import visible
from batchtui.words import plural, short_node_id

_ROOM = 130  # cells for the names of nodes: two lines
_MOST_SECONDS = 604_800


@dataclass(frozen=True, slots=True)
class Nodes:
    """Which nodes, in words, and how to get to know all of them."""

    title: str
    targets: Sequence[Target]
    listed: Callable[[], Awaitable[Sequence[Place]]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be run where, on how many nodes at once."""

    order: Order
    places: Sequence[Place]
    at_once: int


def some(places: Sequence[Place], hidden: set[str]) -> Nodes:
    """These nodes of one pool; a filter hides those whose ids are `hidden`."""

    async def listed() -> Sequence[Place]:
        return places

    targets = [Target(at.node, short_node_id(at.node), at.node in hidden) for at in places]
    who = targets[0].name if len(targets) == 1 else plural(len(targets), "node")
    return Nodes(f"{who} of pool {places[0].pool.id}", targets, listed)


class RunMany(Dialog[Chosen]):
    """Asks, and where it is more than one node, asks again with what was understood."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "run", "Run", id="run-many.run", tooltip="Run it"),
    ]

    def __init__(self, nodes: Nodes, runs_here: str) -> None:
        """`runs_here` is said where commands run on this machine."""
        super().__init__()
        self._whom = nodes
        self._runs_here = runs_here
        self.title_text = f"Run on {nodes.title}"

    def compose_body(self) -> ComposeResult:
        """The fields."""
        ways = [("a command", "command"), ("a local script", "script")]
        yield Field("what", "Run", Select(ways, allow_blank=False, compact=True, id="what"))
        yield Field(
            "script", "Script", TextLine(placeholder="a file on this machine", compact=True)
        )
        yield Field("command", "Command", TextLine(compact=True))
        yield Field("sudo", "", Tick("As root (sudo)"))
        yield Field("timeout", "For seconds", TextLine(placeholder="empty: no limit", compact=True))
        yield Field("at-once", "Nodes at once", TextLine(str(AT_ONCE), compact=True))
        lines = [f"On: {line}" for line in whom(self._whom.targets, _ROOM)]
        said = "\n".join(visible(line) for line in ("", *lines, self._runs_here))
        yield Static(Content(said), classes="muted")

    def on_mount(self) -> None:
        """Begin with the command: at once, as it may be typed already."""
        self._show_way()
        self.set_focus(self.query_one("#field-command Input"))

    def on_select_changed(self) -> None:
        """A command, or a script and its arguments."""
        self._show_way()

    def _show_way(self) -> None:
        script = self._is_script
        self.query_one("#field-script").display = script
        self.query_one("#field-command", Field).relabel("Arguments" if script else "Command")

    def on_input_submitted(self) -> None:
        """`enter` is as good as `ctrl+s`."""
        self.action_run()

    def action_run(self) -> None:
        """Check what was typed; more than one node takes a second step."""
        wrong = self._problems()
        for field in self.query(Field):
            field.complain(wrong.get(field.field, ""))
        if not wrong:
            self.run_worker(self._understood(), exclusive=True)

    async def _understood(self) -> None:
        """Get what it takes, and ask once more."""
        self.complain("")
        try:
            script = None
            if self._is_script:
                path = self._value("script")
                script = await in_thread(lambda: read_script(path))
            chosen = Chosen(self._order(script), await self._whom.listed(), self._at_once)
        except ConfigError as error:
            self.query_one("#field-script", Field).complain(str(error))
            return
        except BatchtuiError as error:
            self.report(error)
            return
        if not chosen.places:
            self.complain("There are no nodes.")
        elif len(chosen.places) == 1:
            await self.finish(chosen)
        elif self.app.screen is self:
            self._ask_again(chosen)

    def _ask_again(self, chosen: Chosen) -> None:
        count = plural(len(chosen.places), "node")
        pools = sorted({place.pool.id for place in chosen.places})
        text = f"On {count} of {', '.join(pools)}:\n\n{chosen.order.words}"
        question = Confirm(f"Run on {count}", text, yes=f"Run on {len(chosen.places):,}")

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - what the dialog ends with
            if yes:
                self.dismiss(chosen)

        self.app.push_screen(question, answered)

    def _order(self, script: Script | None) -> Order:
        seconds = self._value("timeout")
        return Order(
            command=self._value("command"),
            script=script,
            sudo=self.query_one(Tick).value,
            timeout=float(seconds) if seconds else None,
        )

    def _problems(self) -> dict[str, str]:
        found = {}
        if self._is_script and not self._value("script"):
            found["script"] = "The path of a script."
        if not self._is_script and not self._value("command"):
            found["command"] = "What is to be run."
        seconds = self._value("timeout")
        if seconds and not _is_number(seconds, _MOST_SECONDS):
            found["timeout"] = "A whole number of seconds, or nothing."
        if not _is_number(self._value("at-once"), MOST_AT_ONCE):
            found["at-once"] = f"A whole number, 1 to {MOST_AT_ONCE}."
        return found

    @property
    def _at_once(self) -> int:
        return int(self._value("at-once"))

    @property
    def _is_script(self) -> bool:
        return self.query_one("#what", Select).value == "script"

    def _value(self, field: str) -> str:
        return self.query_one(f"#field-{field} Input", Input).value.strip()


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most
