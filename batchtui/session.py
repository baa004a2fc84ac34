"""The account that is open, and the way into its nodes."""

import getpass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from batchtui.access.accounts import Account
from batchtui.access.address import own_address
from batchtui.access.operator import Nobody
from batchtui.access.threads import in_thread
from batchtui.batch.files import Files
from batchtui.batch.images import Images
from batchtui.batch.known import Quota, Told, Used, VmSize
from batchtui.batch.limits import Limits
from batchtui.batch.management import Management, ResourceId, management_endpoint
from batchtui.batch.models import SupportedImage
from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService, Patience
from batchtui.batch.survey import Survey
from batchtui.batch.watch import NodeWatch
from batchtui.clock import Clock, utc_now
from batchtui.config import Paths, Settings
from batchtui.drafts import Drafts
from batchtui.entrance import Entrance
from batchtui.entrance.login_keys import LoginKeys
from batchtui.templates import Templates

if TYPE_CHECKING:
    from batchtui.access.identity import Identity


class Session:
    """One open account: its service, its access, and whether anything may be changed."""

    by_key = True  # the one way into the service so far

    def __init__(
        self,
        account: Account,
        key: str,
        settings: Settings,
        paths: Paths,
        now: Clock = utc_now,
        *,
        identity: "Identity | None" = None,
        login_keys: LoginKeys | None = None,
    ) -> None:
        self.account = account
        self.now = now
        self.settings = settings
        self.read_only = account.read_only or settings.read_only
        patience = Patience(settings.service_timeout_seconds, settings.service_retries)
        self.service = BatchService(
            account.endpoint, account.account, key, read_only=self.read_only, patience=patience
        )
        self.pools = Pools(self.service)
        self.nodes = Nodes(self.service)
        self.files = Files(self.service)
        self.images = Images(self.service)
        self.limits = Limits(_management(account, identity, patience), self.pools)
        self.survey = Survey(self.pools, self.nodes, self.supported_images)
        # The demo's nodes are gone with it, and so is what is known of them.
        kept = account.source != "demo"
        self.entrance = Entrance(
            account,
            self.service,
            settings,
            paths if kept else None,
            login_keys=login_keys or LoginKeys(settings, Nobody()),
            now=now,
        )
        self.drafts = Drafts(paths.drafts if kept else None, account.account, account.endpoint, now)
        self.templates = Templates(paths.templates, paths.recent_templates, now)
        self._images: list[SupportedImage] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections to nodes and to the service."""
        await self.entrance.close()
        await self.limits.close()
        await self.service.close()

    @property
    def local(self) -> bool:
        """Whether the service is an emulator on this machine, whose nodes run things here."""
        host = urlsplit(self.account.endpoint).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def runs_here(self) -> str:
        """What to say where a command is about to run on this machine, or nothing."""
        if not self.local or self.account.pretends:
            return ""
        return f"A local emulator: commands run on this machine, as {getpass.getuser()}."

    def watch(self, pool_id: str) -> NodeWatch:
        """Something that keeps a pool's nodes fresh."""
        return NodeWatch(self.nodes, self.pools, pool_id)

    async def own_address(self) -> str:
        """The address that the service, and so the nodes, see this machine at, or nothing."""
        host = urlsplit(self.account.endpoint).hostname or ""
        return await in_thread(lambda: own_address(host))

    async def supported_images(self) -> list[SupportedImage]:
        """The service's images, asked for once in a session."""
        if self._images is None:
            self._images = await self.images.supported()
        return self._images

    async def vm_sizes(self) -> Told[list[VmSize]]:
        """The VM sizes of the account's region, asked for once in a session."""
        return await self.limits.vm_sizes()

    async def quota(self) -> Told[Quota]:
        """What the account may have, asked for once in a session."""
        return await self.limits.quota()

    async def used(self) -> Told[Used]:
        """What the account's pools have or ask for now, in cores."""
        return await self.limits.used()


def _management(
    account: Account, identity: "Identity | None", patience: Patience
) -> Management | None:
    """Resource Manager, if it is known where it has the account."""
    if not (account.subscription and account.group and identity):
        return None
    resource = ResourceId(account.subscription, account.group, account.account)
    return Management(management_endpoint(account.endpoint), resource, identity, patience=patience)
