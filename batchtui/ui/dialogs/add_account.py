"""Add an account by name, endpoint and shared key; or give the key of a known one."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from batchtui.access.accounts import Account, account_from_endpoint, check_endpoint, check_key
from batchtui.accounts import Accounts
from batchtui.errors import BatchtuiError, ConfigError, VaultError
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.tick import Tick


class AddAccount(Dialog[Account]):
    """The key goes to the keyring; without one it may be kept for this run only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="add-account.save", tooltip="Keep the account"),
    ]
    title_text = "Add an account"

    def __init__(self, accounts: Accounts, known: Account | None = None) -> None:
        """`known` is an account that only lacks its key."""
        super().__init__()
        self._accounts = accounts
        self._known = known
        self._saving = False
        if known:
            self.title_text = f"The key of {known.name}"

    def compose_body(self) -> ComposeResult:
        """The fields that are open."""
        if self._known is None:
            yield Field(
                "endpoint",
                "Endpoint",
                Input(placeholder="name.region.batch.azure.com", compact=True),
            )
            of_endpoint = Input(placeholder="the first part of the endpoint", compact=True)
            yield Field("account", "Batch account", of_endpoint)
            yield Field("name", "Call it", Input(placeholder="the account's name", compact=True))
        else:
            yield Static(f"{self._known.account} at {self._known.endpoint}\n", markup=False)
        yield Field("key", "Shared key", Input(password=True, compact=True))
        yield Tick("Keep the key for this run only, in memory", id="memory")
        yield Static("\nThe key is kept in the system's keyring and nowhere else.", classes="muted")

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query(Input).first().focus()

    def on_input_submitted(self) -> None:
        """`enter` goes on to the next field, and saves from the last."""
        if self.query("#field-key Input").first().has_focus:
            self.action_save()
        else:
            self.focus_next(Input)

    def action_save(self) -> None:
        """Check what was typed and keep it, once."""
        if not self._saving:
            self._saving = True
            self.run_worker(self._save())

    async def _save(self) -> None:
        try:
            account, key = self._typed()
            await self._keep(account, key)
        except VaultError as error:
            self.complain(f"{error} Or tick “for this run only”.")
        except BatchtuiError as error:
            self.report(error)
        else:
            await self.finish(account)
        finally:
            self._saving = False

    def _typed(self) -> tuple[Account, str]:
        key = check_key(self._value("key"))
        if self._known is not None:
            return self._known, key
        endpoint = check_endpoint(self._value("endpoint"))
        account = self._value("account") or account_from_endpoint(endpoint)
        if not account:
            raise ConfigError("This endpoint doesn't tell the Batch account's name: enter it.")
        return Account(self._value("name") or account, account, endpoint), key

    async def _keep(self, account: Account, key: str) -> None:
        memory = self.query_one("#memory", Tick).value
        if self._known is not None:
            await self._accounts.give_key(account, key, keep=not memory)
        else:
            await self._accounts.add(account, key, keep=not memory)

    def _value(self, field: str) -> str:
        return self.query_one(f"#field-{field} Input", Input).value.strip()
