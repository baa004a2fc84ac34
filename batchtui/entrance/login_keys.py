"""The key that logs in to nodes: this program's, or the operator's own, as the settings have it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from batchtui.access.operator import Operator
from batchtui.access.threads import in_thread
from batchtui.access.vault import Kept
from batchtui.config import Settings
from batchtui.entrance.asking import Asking
from batchtui.entrance.shared import Shared
from batchtui.errors import VaultError

if TYPE_CHECKING:
    from batchtui.access.keys import LoginKey

# Imported late below: the first frame doesn't wait for paramiko.


class LoginKeys:
    """Finds or makes the key when it is first needed, and keeps it in memory for the run."""

    def __init__(self, settings: Settings, operator: Operator) -> None:
        self.operator = operator
        self._settings = settings
        self._found: dict[str, LoginKey] = {}
        self._finding: dict[str, Shared[LoginKey]] = {}

    async def key(self, *, lasting: bool = True) -> "LoginKey":
        """The key; one of this program that isn't to be `lasting` stays out of the keyring.

        Who waits for it at the same time gets the same one. Raises LoginKeyError, and
        GivenUpError where a passphrase is asked for in vain.
        """
        source = self._settings.login_key
        if source == "keyring" and not lasting:
            source = "run"
        if source in self._found:
            return self._found[source]
        finding = self._finding.setdefault(source, Shared(partial(self._find, source)))
        key = await finding.result()
        if source != "agent":  # whose keys may be others the next time
            self._found[source] = key
        return key

    async def _find(self, source: str) -> "LoginKey":
        ways = {"keyring": self._kept, "run": self._made, "agent": self._held, "own": self._own}
        find = ways.get(source)
        return await (find() if find else self._in_file(Path(source)))

    async def _kept(self) -> "LoginKey":
        from batchtui.access.keys import LoginKey, generate_private

        kind = self._settings.login_key_type
        kept = Kept(f"login-key-{kind}")
        try:
            private = await kept.get()
            if private is None:
                private = await in_thread(lambda: generate_private(kind))
                await kept.put(private)
            return LoginKey.read(private)
        except VaultError as error:
            self.operator.tell(f"{error.message} The key that logs in to nodes is for this run.")
        except ValueError:
            self.operator.tell(
                "What the keyring keeps as the login key isn't one: a key for this run is used."
            )
        return await self._made()

    async def _made(self) -> "LoginKey":
        from batchtui.access.keys import LoginKey

        return await in_thread(lambda: LoginKey.generate(self._settings.login_key_type))

    async def _held(self) -> "LoginKey":
        from batchtui.access.ssh.agent import agent_keys

        return (await in_thread(agent_keys))[0]

    async def _own(self) -> "LoginKey":
        from batchtui.access.ssh.key_files import own_key

        with Asking(self.operator) as ask:
            return await in_thread(lambda: own_key(ask))

    async def _in_file(self, path: Path) -> "LoginKey":
        from batchtui.access.ssh.key_files import read_key_file

        with Asking(self.operator) as ask:
            return await in_thread(lambda: read_key_file(path.expanduser(), ask))
