"""Requests to create or change an account, checked; the rules are those of azure-mgmt-batch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batchtui.emulator.arm.account import MODES, Account
from batchtui.emulator.arm.errors import GatewayError
from batchtui.emulator.bodies import read
from batchtui.emulator.errors import BatchError, bad_property
from batchtui.emulator.options import LOCATION, TENANT
from batchtui.emulator.store import Json

STORAGE = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Storage/storageAccounts/[^/]+",
    re.IGNORECASE,
)
ACCESS = ("Enabled", "Disabled", "SecuredByPerimeter")
PROFILES = ("accountAccess", "nodeManagementAccess")
MOST_TAGS = 50


@dataclass(frozen=True)
class Change:
    """What a request changes of an account; None leaves tags or identity as they are."""

    settings: Json
    tags: dict[str, str] | None
    identity: Json | None

    def apply(self, account: Account) -> None:
        """Let the account be so, with a new ETag."""
        account.settings |= self.settings
        if self.tags is not None:
            account.tags = self.tags
        if self.identity is not None:
            account.identity = self.identity
        account.world.touch(account.body)


def read_change(account: Account, body: Mapping[str, Any]) -> Change:
    """What a request names; 400 when anything in it is wrong."""
    given = read.nested(body, "properties") or {}
    settings: Json = {}
    if (storage := read.nested(given, "autoStorage")) is not None:
        settings["autoStorage"] = _storage(storage, account.world.stamp())
    if given.get("publicNetworkAccess") is not None:
        access = read.choice(given, "publicNetworkAccess", "", *ACCESS)
        settings["publicNetworkAccess"] = access
    if (profile := read.nested(given, "networkProfile")) is not None:
        settings["networkProfile"] = _profile(profile)
    if (encryption := read.nested(given, "encryption")) is not None:
        settings["encryption"] = _encryption(encryption)
    if given.get("allowedAuthenticationModes") is not None:
        settings["allowedAuthenticationModes"] = _modes(given["allowedAuthenticationModes"])
    identity = read.nested(body, "identity")
    return Change(settings, _tags(body), identity and _identity(account, identity))


def check_creation(body: Mapping[str, Any]) -> None:
    """400 for an account that can't be created here."""
    location = read.text(body, "location", "")
    if not location:
        text = "The location property is required for this definition."
        raise GatewayError(400, "LocationRequired", text)
    if location.replace(" ", "").lower() != LOCATION:
        text = (
            f"The provided location '{location}' is not available for resource type "
            "'Microsoft.Batch/batchAccounts'. List of available regions for the resource type is "
            f"'{LOCATION}'."
        )
        raise GatewayError(400, "LocationNotAvailableForResourceType", text)
    _check_allocation_mode(read.nested(body, "properties") or {})


def _check_allocation_mode(given: Mapping[str, Any]) -> None:
    """Recorded: arm-account-create-400-byos and -linked-id."""
    vault = read.text(read.nested(given, "keyVaultReference") or {}, "id", "")
    if vault and not vault.startswith(("/subscriptions/", "/providers/")):
        text = (
            f"Property id '{vault}' at path 'properties.keyVaultReference.id' is invalid. Expect "
            "fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or "
            "'/providers/{resourceProviderNamespace}/'."
        )
        raise GatewayError(400, "LinkedInvalidPropertyId", text)
    mode = read.choice(
        given, "poolAllocationMode", "BatchService", "BatchService", "UserSubscription"
    )
    if mode == "UserSubscription":
        reason = (
            "the emulator's pools are Batch's own"
            if vault
            else "keyVaultReference must be set if poolAllocationMode is specified as "
            "'UserSubscription' on a PUT request"
        )
        raise BatchError("InvalidRequestBody", ("Reason", reason))


def _storage(storage: Mapping[str, Any], now: str) -> Json | None:
    """The storage account; None, which takes it away, for none."""
    name = read.text(storage, "storageAccountId", "")
    if not name:
        return None
    if not STORAGE.fullmatch(name):
        raise bad_property("storageAccountId", name, "It must be a storage account's resource id")
    modes = ("StorageKeys", "BatchAccountManagedIdentity")
    identity = read.nested(storage, "nodeIdentityReference")
    return {
        "storageAccountId": name,
        "lastKeySync": now,
        "authenticationMode": read.choice(storage, "authenticationMode", modes[0], *modes),
        **({"nodeIdentityReference": identity} if identity else {}),
    }


def _profile(profile: Mapping[str, Any]) -> Json:
    shown: Json = {}
    for name in PROFILES:
        if (access := read.nested(profile, name)) is None:
            continue
        read.text(access, "defaultAction")
        rules = [
            {
                "action": read.choice(rule, "action", "Allow", "Allow"),
                "value": read.text(rule, "value"),
            }
            for rule in read.objects(access, "ipRules")
        ]
        action = read.choice(access, "defaultAction", "Allow", "Allow", "Deny")
        shown[name] = {"defaultAction": action, "ipRules": rules}
    return shown


def _encryption(encryption: Mapping[str, Any]) -> Json:
    sources = ("Microsoft.Batch", "Microsoft.KeyVault")
    source = read.choice(encryption, "keySource", sources[0], *sources)
    vault = read.nested(encryption, "keyVaultProperties")
    return {"keySource": source, **({"keyVaultProperties": vault} if vault else {})}


def _modes(modes: object) -> list[str]:
    if not isinstance(modes, list):
        raise bad_property("allowedAuthenticationModes", modes, "The value must be a list")
    given = {read.choice({"mode": mode}, "mode", "", *MODES) for mode in modes}
    return [mode for mode in MODES if mode in given]


def _tags(body: Mapping[str, Any]) -> dict[str, str] | None:
    tags = read.nested(body, "tags")
    if tags is None:
        return None
    if len(tags) > MOST_TAGS:
        raise bad_property("tags", len(tags), f"At most {MOST_TAGS} are allowed")
    return {name: read.text(tags, name) for name in tags}


def _identity(account: Account, identity: Mapping[str, Any]) -> Json:
    kind = read.choice(identity, "type", "None", "None", "SystemAssigned", "UserAssigned")
    new_guid = account.world.new_guid
    if kind == "SystemAssigned":
        return {"type": kind, "principalId": new_guid(), "tenantId": TENANT}
    if kind == "UserAssigned":
        users = read.nested(identity, "userAssignedIdentities") or {}
        shown = {name: {"principalId": new_guid(), "clientId": new_guid()} for name in users}
        return {"type": kind, "userAssignedIdentities": shown}
    return {"type": kind}
