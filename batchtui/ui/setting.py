"""`:set NAME VALUE`: a setting for now and for the next time."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from batchtui.accounts import Accounts
from batchtui.config import CHOICES, Settings
from batchtui.errors import BatchtuiError
from batchtui.ui.commands import Command
from batchtui.ui.screens.base import say_on

if TYPE_CHECKING:
    from textual.app import App

    from batchtui.session import Session


# Those that the open account's screens read when something begins; others are its session's.
_AT_ONCE = {"remote_clipboard", "ssh"}


class SettingCommand:
    """Takes one setting over into this run and into the file."""

    def __init__(
        self, app: "App[Any]", accounts: Accounts, session: "Callable[[], Session | None]"
    ) -> None:
        self._app = app
        self._accounts = accounts
        self._session = session

    def command(self) -> Command:
        """How it is typed and completed."""
        return Command(
            "set", "Change a setting, also for the next time", self._set, "NAME VALUE", _choices
        )

    def _set(self, text: str) -> None:
        name, _space, value = text.partition(" ")
        if name == "theme":
            # It is shown as well.
            self._app.commands.run(f"theme {value}")  # type: ignore[attr-defined]
            return
        try:
            settings = self._accounts.settings.changed(name, value.strip())
        except BatchtuiError as error:
            say_on(self._app, f"{error.message} {error.advice or ''}".strip(), "warn")
            return
        self._accounts.settings = settings
        if session := self._session():
            session.settings = settings
        self._app.run_worker(self._keep(name, getattr(settings, name)), group="setting")

    async def _keep(self, name: str, value: object) -> None:
        try:
            await self._accounts.keep_setting(name, value)
        except BatchtuiError as error:
            say_on(self._app, f"{name} is {value} for this run only. {error}", "bad")
        else:
            when = "from now on" if name in _AT_ONCE else "for accounts that are opened from now on"
            say_on(self._app, f"{name} is {value} {when}.", "good")


def _choices() -> Iterable[str]:
    for name in Settings.names():
        yield from [f"{name} {value}" for value in CHOICES[name]] if name in CHOICES else [name]
