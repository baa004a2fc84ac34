"""Who asks Resource Manager: credentials of Microsoft Entra ID, none of which asks anybody.

azure-identity blocks and takes long to import: tokens come from threads.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from batchtui.access.threads import in_thread
from batchtui.errors import AuthError
from batchtui.visible import visible

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

_SECONDS = 20.0  # that the emulator's sign-in may take


class Blocking(Protocol):
    """A credential of azure-identity."""

    def get_token(self, *scopes: str, **options: Any) -> "AccessToken":  # noqa: ANN401
        """A token; azure-core's ClientAuthenticationError if there is none."""

    def close(self) -> None:
        """Close the connections."""


class Identity:
    """A credential that is made, and asked, in a thread; AuthError if it has no token."""

    def __init__(self, make: Callable[[], Blocking]) -> None:
        self._make = make
        self._made: Blocking | None = None

    async def get_token(self, *scopes: str, **options: Any) -> "AccessToken":  # noqa: ANN401
        """A token for the scopes."""
        return await in_thread(lambda: self._token(*scopes, **options))

    async def close(self) -> None:
        """Close the connections; another token opens them again."""
        made, self._made = self._made, None
        if made is not None:
            await in_thread(made.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _token(self, *scopes: str, **options: Any) -> "AccessToken":  # noqa: ANN401
        from azure.core.exceptions import ClientAuthenticationError

        try:
            if self._made is None:
                self._made = self._make()
            return self._made.get_token(*scopes, **options)
        except (ClientAuthenticationError, ValueError) as error:
            # What each way of a chain says is for the log, which azure-identity writes.
            reason = next(iter(str(error).splitlines()), "")
            raise AuthError(
                f"Signing in to Azure failed: {visible(reason).rstrip('.')}.",
                advice="Say `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
                "AZURE_CLIENT_SECRET.",
            ) from None


def of_this_machine() -> Identity:
    """The environment's service principal, the az CLI's user, or the machine's own identity."""

    def make() -> Blocking:
        from azure.identity import (
            AzureCliCredential,
            ChainedTokenCredential,
            EnvironmentCredential,
            ManagedIdentityCredential,
        )

        return ChainedTokenCredential(
            EnvironmentCredential(), AzureCliCredential(), ManagedIdentityCredential()
        )

    return Identity(make)


@dataclass(frozen=True, slots=True)
class LocalSecret:
    """An application's secret at the emulator's sign-in, which azure-identity refuses: no TLS."""

    authority: str
    tenant: str
    client: str
    secret: str = field(repr=False)

    def identity(self) -> Identity:
        """The same, asked in a thread."""
        return Identity(lambda: self)

    def close(self) -> None:
        """Nothing is open between two tokens."""

    def get_token(self, *scopes: str, **_: Any) -> "AccessToken":  # noqa: ANN401
        """A token of the emulator's tenant (source: OAuth 2.0's client credentials grant)."""
        from urllib.error import HTTPError
        from urllib.parse import urlencode
        from urllib.request import ProxyHandler, build_opener

        from azure.core.credentials import AccessToken
        from azure.core.exceptions import ClientAuthenticationError

        form = {
            "grant_type": "client_credentials",
            "client_id": self.client,
            "client_secret": self.secret,
            "scope": " ".join(scopes),
        }
        url = f"{self.authority}/{self.tenant}/oauth2/v2.0/token"
        # No proxy has anything to do on loopback.
        opener = build_opener(ProxyHandler({}))
        try:
            with opener.open(url, urlencode(form).encode(), timeout=_SECONDS) as answer:
                said = json.load(answer)
            return AccessToken(said["access_token"], int(time.time()) + int(said["expires_in"]))
        except HTTPError as refused:
            with refused:  # its connection is open still
                raise ClientAuthenticationError(f"{refused.code} {refused.reason}") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ClientAuthenticationError(f"{type(error).__name__}: {error}") from None
