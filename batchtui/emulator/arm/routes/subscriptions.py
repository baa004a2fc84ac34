"""Subscriptions and resource groups: one of each."""

from aiohttp import web

from batchtui.emulator.arm.account import GROUP_ID
from batchtui.emulator.arm.answers import arm_response
from batchtui.emulator.arm.paths import (
    GROUP_PATH,
    SUBSCRIPTION_PATH,
    check_group,
    check_subscription,
    path,
)
from batchtui.emulator.options import LOCATION, RESOURCE_GROUP, SUBSCRIPTION, TENANT
from batchtui.emulator.store import Json

THE_SUBSCRIPTION: Json = {
    "id": f"/subscriptions/{SUBSCRIPTION}",
    "authorizationSource": "RoleBased",
    "managedByTenants": [],
    "subscriptionId": SUBSCRIPTION,
    "tenantId": TENANT,
    "displayName": "batchtui emulator",
    "state": "Enabled",
    "subscriptionPolicies": {
        "locationPlacementId": "Internal_2014-09-01",
        "quotaId": "Internal_2014-09-01",
        "spendingLimit": "Off",
    },
}
THE_GROUP: Json = {
    "id": GROUP_ID,
    "name": RESOURCE_GROUP,
    "type": "Microsoft.Resources/resourceGroups",
    "location": LOCATION,
    "properties": {"provisioningState": "Succeeded"},
}

routes = web.RouteTableDef()


@routes.get(path("/subscriptions"), allow_head=False)
async def list_subscriptions(_: web.Request) -> web.Response:
    """All subscriptions."""
    count = {"type": "Total", "value": 1}
    return arm_response({"value": [THE_SUBSCRIPTION], "count": count})


@routes.get(path(SUBSCRIPTION_PATH), allow_head=False)
async def get_subscription(request: web.Request) -> web.Response:
    """One subscription."""
    check_subscription(request)
    return arm_response(THE_SUBSCRIPTION)


@routes.get(path(f"{SUBSCRIPTION_PATH}/resourceGroups"), allow_head=False)
async def list_groups(request: web.Request) -> web.Response:
    """A subscription's resource groups."""
    check_subscription(request)
    return arm_response({"value": [THE_GROUP]})


@routes.get(path(GROUP_PATH), allow_head=False)
async def get_group(request: web.Request) -> web.Response:
    """One resource group."""
    check_group(request)
    return arm_response(THE_GROUP)


@routes.get("/tenants", allow_head=False)
async def list_tenants(_: web.Request) -> web.Response:
    """The tenants that the caller is of."""
    tenant = {"id": f"/tenants/{TENANT}", "tenantId": TENANT}
    return arm_response({"value": [tenant]})
