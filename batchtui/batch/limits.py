"""Which VM sizes an account may have, and how much of them: known, or why it isn't."""

import asyncio
from typing import TypeVar

from batchtui.batch.known import Quota, Told, Used, VmSize
from batchtui.batch.management import Management
from batchtui.batch.pools import Pools
from batchtui.batch.usage import used_by
from batchtui.errors import BatchtuiError

_Value = TypeVar("_Value")

_BY_KEY = "Sizes and quotas need a subscription and a group in accounts.toml."
_OWN = "The account's pools are allocated in its own subscription, and that one's quota counts."
_UNTOLD = "Resource Manager doesn't say what the account's quota is."


class Limits:
    """Sizes and quota are asked for once; what failed is asked for again by the next."""

    def __init__(self, management: Management | None, pools: Pools) -> None:
        self._management = management
        self._pools = pools
        self._sizes: list[VmSize] | None = None
        self._asking = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        if self._management:
            await self._management.close()

    async def vm_sizes(self) -> Told[list[VmSize]]:
        """The VM sizes of the account's region."""
        if not self._management:
            return Told(None, _BY_KEY)
        async with self._asking:
            try:
                if self._sizes is None:
                    self._sizes = await self._management.vm_sizes()
            except BatchtuiError as error:
                return _untold(error)
            return Told(self._sizes)

    async def user_subscription(self) -> bool | None:
        """Whether pools are allocated in the account's subscription; None if it isn't known."""
        try:
            account = await self._management.account() if self._management else None
        except BatchtuiError:
            return None
        return account.user_subscription if account else None

    async def quota(self) -> Told[Quota]:
        """What the account may have."""
        if not self._management:
            return Told(None, _BY_KEY)
        try:
            quota = await self._management.quota()
        except BatchtuiError as error:
            return _untold(error)
        why = _OWN if await self.user_subscription() else _UNTOLD
        return Told(quota) if quota else Told(None, why)

    async def used(self) -> Told[Used]:
        """What the account's pools have or ask for now, in cores."""
        sizes = await self.vm_sizes()
        if sizes.value is None:
            return Told(None, sizes.why)
        try:
            pools = [pool async for page in self._pools.pages() for pool in page]
        except BatchtuiError as error:
            return _untold(error)
        return Told(used_by(pools, sizes.value))


def _untold(error: BatchtuiError) -> Told[_Value]:
    return Told(None, str(error))
