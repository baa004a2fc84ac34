"""Who logs in to the nodes of an account, and with what."""

from datetime import datetime
from typing import TYPE_CHECKING

from batchtui.access.accounts import Account
from batchtui.access.operator import Ask, Operator
from batchtui.batch.models import NodeUser, Pool
from batchtui.config import Settings
from batchtui.entrance.login_keys import LoginKeys

if TYPE_CHECKING:
    from batchtui.access.keys import LoginKey
    from batchtui.access.ssh import Login, Password

    Proof = LoginKey | Password


class Logins:
    """The user's name, as the account or else the settings have it, and the key of this run."""

    def __init__(self, account: Account, settings: Settings, keys: LoginKeys) -> None:
        self.user = account.node_user or settings.node_user
        # The demo's nodes are gone with it.
        self._lasting = account.source != "demo"
        self._for_run = settings.login_key == "run"
        self._keys = keys
        self._password = ""

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

    async def proof(self, pool: Pool) -> "Proof":
        """What the user on a pool's nodes is given, and logs in with.

        That is the key but on Windows, where users have passwords only (source: SERVICE.md,
        trap 9): one that is made for this run.
        """
        if pool.os != "windows":
            return await self.key()
        from batchtui.access.keys import generate_password
        from batchtui.access.ssh import Password

        if not self._password:
            self._password = generate_password()
        return Password(self._password)

    def node_user(self, proof: "Proof", until: datetime) -> NodeUser:
        """The user that is to be on a node, as an administrator."""
        from batchtui.access.ssh import Password

        if isinstance(proof, Password):
            return NodeUser(self.user, admin=True, password=proof.text, expires=until)
        return NodeUser(self.user, admin=True, public_key=proof.public_line, expires=until)

    def login(self, proof: "Proof", ask: Ask) -> "Login":
        """The ways to log in as the user who was given the proof."""
        from batchtui.access.ssh import Login, Prompts

        return Login(self.user, (proof, Prompts(ask, instead=False)))
