"""Who sends a body, and what of the account's subscription they may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from batchtui.emulator.errors import BatchError, bad_property
from batchtui.emulator.options import SUBSCRIPTION
from batchtui.emulator.versions import NEWEST


@dataclass(frozen=True)
class Caller:
    """The version of the contract that a caller speaks, and whether by the account's key.

    `image_ends` are what `catalogue.dated` takes: ends of support that differ for the account.
    """

    version: str = NEWEST
    by_key: bool = True
    image_ends: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def check_resource(self, name: str, resource_id: str) -> None:
        """Refuse a resource of another subscription, and all resources to the account's keys.

        The errors are recorded for subnets: pool-create-400-subnet, and the 403 of 2020. That
        other resources need a token of Microsoft Entra ID too is documented.
        """
        if resource_id.split("/")[2].lower() != SUBSCRIPTION:
            reason = (
                f"The specified {name} is in a different subscription and cannot be used with "
                f"the current Batch account in subscription {SUBSCRIPTION}"
            )
            raise bad_property(name, resource_id, reason)
        if self.by_key:
            reason = f"Property {name} with value {resource_id} is not enabled for current account"
            raise BatchError("Forbidden", ("Reason", reason))


SOMEBODY = Caller()
