"""A user account of a pool: to add one, to edit one, or to take it away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from batchtui.batch.access_rules import is_windows
from batchtui.batch.known import Json
from batchtui.batch.lens import Choice, PoolDraft, UnreadableError
from batchtui.batch.pool_users import LENSES
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.lines import Lines

_LABELS = {
    "name": "Name",
    "password": "Password",
    "level": "Is",
    "uid": "uid",
    "gid": "gid",
    "key": "Private key",
    "mode": "Login mode",
}
_LINUX, _WINDOWS = ("uid", "gid", "key"), ("mode",)


@dataclass(frozen=True, slots=True)
class UserAnswer:
    """What became of the account: None if it is to be taken away."""

    account: Json | None


class PoolUser(Dialog[UserAnswer]):
    """Ends with the account; what no field shows of it stays as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", id="pool-user.keep", tooltip="Keep the user"),
        Binding("ctrl+t", "generate", "Make a password", id="pool-user.generate",
                tooltip="Make a password, and show it"),
        Binding("ctrl+r", "remove", "Take away", id="pool-user.remove",
                tooltip="Take the user away from the pool"),
    ]  # fmt: skip

    def __init__(self, pool: Json, account: object) -> None:
        """`account` is None for another one."""
        super().__init__()
        self._before = PoolDraft(account if isinstance(account, dict) else {})
        self._windows = is_windows(pool)
        self._new = account is None
        self.title_text = "Add a user to the pool" if self._new else "A user of the pool"

    def compose_body(self) -> ComposeResult:
        """The fields; those of the other system only if they have something."""
        others = _LINUX if self._windows else _WINDOWS
        for name, label in _LABELS.items():
            if name not in others or LENSES[name].show(self._before) not in ("", "batch"):
                yield Field(name, label, self._control(name))
        text = "Made on each node, for tasks to run as."
        if not self._windows:
            text += "\nThe private key lets nodes into each other, not you into them."
        yield Static(text, classes="muted", markup=False)

    def _shown(self, name: str) -> str:
        """What a field begins with; a private key is shown to nobody, and stays."""
        return "" if name == "key" else str(LENSES[name].show(self._before))

    def _control(self, name: str) -> Widget:
        lens, value = LENSES[name], self._shown(name)
        if isinstance(lens, Choice):
            words = [(Content(text), word) for word, text in lens.words.items()]
            if value not in lens.words:
                words.append((Content(value), value))
            return Select(words, value=value, allow_blank=False, compact=True, id=name)
        if name == "key":
            there = LENSES[name].show(self._before)
            return Lines("", id=name, placeholder="stays as it is" if there else "none")
        hidden = name == "password"
        hint = {"password": "ctrl+t makes one", "uid": "the system's choice"}.get(name, "")
        return Input(value, password=hidden, placeholder=hint, compact=True, id=name)

    def on_mount(self) -> None:
        """Begin with the name."""
        self.query_one("#name").focus()

    def on_input_submitted(self) -> None:
        """`enter` goes on to the next field."""
        self.focus_next()

    def action_generate(self) -> None:
        """A password that is shown, to be written down: nobody tells it again."""
        from batchtui.access.keys import generate_password

        line = self.query_one("#password", Input)
        line.password = False
        line.value = generate_password()
        self.complain("Write the password down: it isn't kept in templates, nor told again.")

    def action_remove(self) -> None:
        """Take the account away."""
        self.dismiss(None if self._new else UserAnswer(None))

    def action_keep(self) -> None:
        """End with what was typed, if it is an account."""
        account, wrong = self._before, dict[str, str]()
        for name, answer in self._answers():
            if answer == self._shown(name):
                continue
            try:
                account = LENSES[name].put(account, answer)
            except UnreadableError as error:
                wrong[name] = str(error)
        for name in ("name", "password"):
            if not account.body.get(name):
                wrong[name] = "Every user has one."
        for field in self.query(Field):
            field.complain(wrong.get(field.field, ""))
        if not wrong:
            self.dismiss(UserAnswer(account.body))

    def _answers(self) -> Iterable[tuple[str, str]]:
        for field in self.query(Field):
            widget: Any = field.query_one(f"#{field.field}")
            yield field.field, widget.text if isinstance(widget, Lines) else str(widget.value)
