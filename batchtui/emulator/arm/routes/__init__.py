"""Resource Manager's operations, one file a resource."""

from batchtui.emulator.arm.routes import accounts, subscriptions

MODULES = (subscriptions, accounts)
