"""Who logs in to nodes, and with what."""

import asyncio
from typing import TYPE_CHECKING

from batchtui.config import Settings

if TYPE_CHECKING:
    from batchtui.access.keys import LoginKey


class Logins:
    """The user's name from the settings, and this run's key."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key: LoginKey | None = None
        self._making = asyncio.Lock()

    @property
    def user(self) -> str:
        """The name of the user on nodes."""
        return self._settings.node_user

    async def key(self) -> "LoginKey":
        """This run's key pair, made when first needed and kept in memory only."""
        from batchtui.access.keys import LoginKey

        async with self._making:
            if self._key is None:
                self._key = await asyncio.to_thread(LoginKey.generate)
            return self._key
