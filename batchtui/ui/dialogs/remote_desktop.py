"""The way into a Windows node: a user with a password, and the file that opens its desktop."""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from batchtui.access.files import home_expanded, replace_text
from batchtui.access.threads import in_thread
from batchtui.batch.models import NodeUser, Pool
from batchtui.batch.user_rules import name_problem
from batchtui.errors import BatchtuiError, ConfigError
from batchtui.session import Session
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.field import Field
from batchtui.words import plural, short_node_id


class RemoteDesktop(Dialog[str]):
    """Ends with what was done, and the password, which is shown only then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "Write the file", id="remote-desktop.write", priority=True,
                tooltip="Add the user, and write the file"),
    ]  # fmt: skip

    def __init__(self, session: Session, pool: Pool, node_id: str) -> None:
        super().__init__()
        self._session = session
        self._pool = pool
        self._node_id = node_id
        self._replaces = ""  # the file that is there already, once that was said
        self.title_text = f"Remote Desktop to {short_node_id(node_id)}"

    def compose_body(self) -> ComposeResult:
        """Who, and where to write the file."""
        user = self._session.entrance.user
        yield Field("user", "User", Input(user, id="user", compact=True))
        path = f"{short_node_id(self._node_id)}.rdp"
        yield Field("file", "File", Input(path, id="file", compact=True))
        days = self._session.settings.node_user_days
        yield Static(
            "\nThe user is added as an administrator, or replaced, with a password that is made "
            f"now and shown once; it lasts for {plural(days, 'day')}.",
            classes="muted",
        )

    def on_mount(self) -> None:
        """Begin with the file: the user is likely to be right."""
        self.query_one("#file", Input).focus()

    def action_write(self) -> None:
        """Do it."""
        self.run_worker(self._write(), exclusive=True)

    async def _write(self) -> None:
        path = home_expanded(Path(self.query_one("#file", Input).value.strip() or "."))
        user = self.query_one("#user", Input).value.strip()
        problem = name_problem(user, windows=True)
        self.query_one("#field-user", Field).complain(problem)
        if problem:
            return
        self.complain("")
        try:
            if not await self._may_write(path):
                return
            desktop = await self._session.entrance.desktop(self._pool, self._node_id)
            # Written before the user is added: a password nobody could use helps nobody.
            await in_thread(lambda: replace_text(path, desktop.file(user)))
            await self.finish(f"{await self._add(user)}\n\nIn {path}: open it with Remote Desktop.")
        except BatchtuiError as error:
            self.report(error)

    async def _may_write(self, path: Path) -> bool:
        if await in_thread(path.is_dir):
            raise ConfigError(f"{path} is a folder.", advice="Name a file in it.")
        if self._replaces != str(path) and await in_thread(path.exists):
            self._replaces = str(path)
            self.complain(f"There is {path} already. enter again replaces it.")
            return False
        return True

    async def _add(self, name: str) -> str:
        from batchtui.access.keys import generate_password

        until = self._session.now() + timedelta(days=self._session.settings.node_user_days)
        user = NodeUser(name=name, admin=True, password=generate_password(), expires=until)
        await self._session.entrance.users.add(self._pool.id, self._node_id, user)
        return (
            f"User {user.name} is on the node until {until:%Y-%m-%d}.\n\n"
            f"Password, shown only now: {user.password}"
        )
