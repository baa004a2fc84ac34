"""Who logs in to the nodes of an account, and with what."""

from typing import TYPE_CHECKING

from batchtui.access.accounts import Account
from batchtui.access.operator import Ask, Operator
from batchtui.config import Settings
from batchtui.entrance.login_keys import LoginKeys

if TYPE_CHECKING:
    from batchtui.access.keys import LoginKey
    from batchtui.access.ssh import Login


class Logins:
    """The user's name, as the account or else the settings have it, and the key of this run."""

    def __init__(self, account: Account, settings: Settings, keys: LoginKeys) -> None:
        self.user = account.node_user or settings.node_user
        # The demo's nodes are gone with it.
        self._lasting = account.source != "demo"
        self._for_run = settings.login_key == "run"
        self._keys = keys

    @property
    def operator(self) -> Operator:
        """Whoever is asked for what a login needs besides."""
        return self._keys.operator

    @property
    def outlive_runs(self) -> bool:
        """Whether the key of another run may have been the same."""
        return self._lasting and not self._for_run

    async def key(self) -> "LoginKey":
        """The key pair, found or made when first needed."""
        return await self._keys.key(lasting=self._lasting)

    def login(self, key: "LoginKey", ask: Ask) -> "Login":
        """The ways to log in as the user whom the key was given."""
        from batchtui.access.ssh import Login, Prompts

        return Login(self.user, (key, Prompts(ask, instead=False)))
