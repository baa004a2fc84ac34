"""Resource Manager's operations, one file a resource."""

from batchtui.emulator.arm.routes import (
    accounts,
    applications,
    keys,
    locations,
    networks,
    operations,
    pools,
    subscriptions,
)

MODULES = (subscriptions, accounts, keys, locations, networks, applications, pools, operations)
