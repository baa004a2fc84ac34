"""Azure Resource Manager, asked with a token about one Batch account."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from batchtui.batch.endpoint import Endpoint, Patience, segment
from batchtui.batch.known import Quota, VmSize
from batchtui.batch.listing import Listing
from batchtui.batch.resources import AccountRow, SkuRow, quota_of, sizes_of
from batchtui.batch.wire import read

if TYPE_CHECKING:
    from azure.core import AsyncPipelineClient
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.rest import AsyncHttpResponse, HttpRequest

_PROVIDER = "/providers/Microsoft.Batch"
# Where it is in each of Azure's clouds, by how the accounts' endpoints there end (source: the
# endpoints that `az cloud list` tells).
_CLOUDS: Mapping[str, str] = MappingProxyType(
    {
        ".batch.azure.com": "https://management.azure.com",
        ".batch.chinacloudapi.cn": "https://management.chinacloudapi.cn",
        ".batch.usgovcloudapi.net": "https://management.usgovcloudapi.net",
    }
)
_REFUSED = "Sign in to the account's tenant: `az login`."


@dataclass(frozen=True, slots=True)
class ResourceId:
    """Where Resource Manager has a Batch account."""

    subscription: str
    group: str
    account: str

    @property
    def path(self) -> str:
        """The path of the account."""
        group, account = segment(self.group), segment(self.account)
        return f"{self._subscription}/resourceGroups/{group}{_PROVIDER}/batchAccounts/{account}"

    def in_location(self, location: str, what: str) -> str:
        """The path of what there is in a region."""
        return f"{self._subscription}{_PROVIDER}/locations/{segment(location)}/{what}"

    @property
    def _subscription(self) -> str:
        return f"/subscriptions/{segment(self.subscription)}"


def management_endpoint(batch_endpoint: str) -> str:
    """Where Resource Manager is for an account: the cloud's, or the emulator itself."""
    host = urlsplit(batch_endpoint).hostname or ""
    return next((url for end, url in _CLOUDS.items() if host.endswith(end)), batch_endpoint)


class Management(Endpoint["AsyncPipelineClient[HttpRequest, AsyncHttpResponse]"]):
    """What Resource Manager knows of one Batch account, which doesn't change in a session.

    `ca` is a file of authorities that are trusted instead of the system's.
    """

    def __init__(
        self,
        endpoint: str,
        resource: ResourceId,
        credential: "AsyncTokenCredential",
        *,
        patience: Patience | None = None,
        ca: str | None = None,
    ) -> None:
        super().__init__(endpoint, patience)
        self._resource = resource
        self._credential = credential
        self._ca = ca
        self._account: AccountRow | None = None
        self._asking = asyncio.Lock()

    def make_client(
        self, options: Mapping[str, Any]
    ) -> "AsyncPipelineClient[HttpRequest, AsyncHttpResponse]":
        """A client of azure-core that asks with the credential's token."""
        from azure.core import AsyncPipelineClient
        from azure.core.pipeline import policies

        from batchtui.batch.pipeline import ReadErrorsPolicy

        more = dict(options) | ({"connection_verify": self._ca} if self._ca else {})
        return AsyncPipelineClient(
            self.endpoint,
            policies=[
                policies.RequestIdPolicy(**more),
                policies.UserAgentPolicy(base_user_agent="batchtui", **more),
                policies.ProxyPolicy(**more),
                policies.AsyncRetryPolicy(**more),
                policies.AsyncBearerTokenCredentialPolicy(
                    self._credential, f"{self.endpoint}/.default"
                ),
                ReadErrorsPolicy(),
                policies.HttpLoggingPolicy(**more),
            ],
            **more,
        )

    async def close(self) -> None:
        """Close the connections, and those of whoever signed in."""
        await super().close()
        await self._credential.close()

    def request_options(self, *, retry: bool) -> dict[str, Any]:
        """azure-core sends tokens over TLS only, unless it is told that there is none."""
        without_tls = {"enforce_https": False} if self.local else {}
        return super().request_options(retry=retry) | without_tls

    def errors(self) -> AbstractContextManager[None]:
        """Raise what azure-core raises inside as errors of ours."""
        from batchtui.batch.translate import service_errors

        return service_errors(self.endpoint, _REFUSED)

    async def account(self) -> AccountRow:
        """The account's resource, asked for once."""
        async with self._asking:
            if self._account is None:
                self._account = read(await self.get(self._resource.path), AccountRow)
            return self._account

    async def quota(self) -> Quota | None:
        """What the account may have; None if the subscription's quota counts instead."""
        return quota_of(await self.account())

    async def vm_sizes(self) -> list[VmSize]:
        """The VM sizes of the account's region."""
        return sizes_of(await (await self.skus()).rest())

    async def skus(self) -> Listing[SkuRow]:
        """The same as they are listed, to be read page by page."""
        location = (await self.account()).location
        path = self._resource.in_location(location, "virtualMachineSkus")
        return Listing(self, self.url(path), SkuRow)
