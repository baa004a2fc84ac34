"""Resource Manager's paths: their words have no case, as clients write them in several."""

import re
from uuid import UUID

from aiohttp import web

from batchtui.emulator.arm.account import Account
from batchtui.emulator.arm.errors import GatewayError
from batchtui.emulator.options import LOCATION, RESOURCE_GROUP, SUBSCRIPTION
from batchtui.emulator.state import state_of

WORD = re.compile(r"(?<=/)[A-Za-z.]+")
SUBSCRIPTION_PATH = "/subscriptions/{subscription}"
GROUP_PATH = f"{SUBSCRIPTION_PATH}/resourceGroups/{{group}}"
PROVIDER = "/providers/Microsoft.Batch"
LOCATION_PATH = f"{SUBSCRIPTION_PATH}{PROVIDER}/locations/{{location}}"
ACCOUNT_PATH = f"{GROUP_PATH}{PROVIDER}/batchAccounts/{{account}}"


def path(template: str) -> str:
    """A route's template whose words are matched whatever their case."""
    return WORD.sub(lambda word: f"{{_{word.start()}:(?i:{re.escape(word[0])})}}", template)


def check_subscription(request: web.Request) -> None:
    """400 or 404 unless the path's subscription is the emulator's."""
    given = request.match_info["subscription"]
    try:
        UUID(given)
    except ValueError:
        text = f"The provided subscription identifier '{given}' is malformed or invalid."
        raise GatewayError(400, "InvalidSubscriptionId", text) from None
    if given.lower() != SUBSCRIPTION:
        text = f"The subscription '{given}' could not be found."
        raise GatewayError(404, "SubscriptionNotFound", text)


def check_group(request: web.Request) -> None:
    """404 unless the path's subscription and resource group are the emulator's."""
    check_subscription(request)
    given = request.match_info["group"]
    if given.lower() != RESOURCE_GROUP:
        text = f"Resource group '{given}' could not be found."
        raise GatewayError(404, "ResourceGroupNotFound", text)


def account_of(request: web.Request) -> Account:
    """The path's account; 404 unless there is such a one."""
    check_group(request)
    account, given = state_of(request).account, request.match_info["account"]
    if not account.exists or given.lower() != account.name:
        raise not_found(request, "batchAccounts", given)
    return account


def not_found(request: web.Request, kind: str, name: str) -> GatewayError:
    """404 for a resource of a kind of Microsoft.Batch."""
    text = (
        f"The Resource 'Microsoft.Batch/{kind}/{name}' under resource group "
        f"'{request.match_info.get('group', '')}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix"
    )
    return GatewayError(404, "ResourceNotFound", text)


def check_location(request: web.Request, kind: str) -> None:
    """400 unless the path's location is the account's, where alone there is something."""
    check_subscription(request)
    given = request.match_info["location"]
    if given.replace(" ", "").lower() != LOCATION:
        version = request.query.get("api-version", "")
        text = (
            f"No registered resource provider found for location '{given}' and API version "
            f"'{version}' for type '{kind}'. The supported api-versions are '{version}'. The "
            f"supported locations are '{LOCATION}'."
        )
        raise GatewayError(400, "NoRegisteredProviderFound", text)
