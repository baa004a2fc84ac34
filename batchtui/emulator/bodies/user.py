"""A user to be added to a node or replaced: checked as the service checks it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.errors import bad_property, missing_property
from batchtui.emulator.store import User

ADDED = frozenset({"name", "isAdmin", "expiryTime", "password", "sshPublicKey"})
REPLACED = ADDED - {"name", "isAdmin"}
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}")
KEY = re.compile(r"(ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/=]{16,}( .*)?")
LONGEST_WINDOWS_NAME = 20
DAY = timedelta(days=1)
# Windows' own policy, which its images come with: six characters, three of four kinds of them,
# and the user's name isn't part of it.
SHORTEST_WINDOWS_PASSWORD = 6
KINDS = ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]")


def new_user(body: Mapping[str, Any], now: datetime, *, windows: bool) -> User:
    """The user that POST asks for."""
    read.only(body, ADDED)
    name = read.text(body, "name")
    if not NAME.fullmatch(name):
        raise bad_property("name", name, "The user name is not valid")
    return _user(body, name, now, admin=read.flag(body, "isAdmin"), windows=windows)


def replaced_user(body: Mapping[str, Any], old: User, now: datetime, *, windows: bool) -> User:
    """The user that PUT asks for: what is omitted is gone, isAdmin stays."""
    read.only(body, REPLACED)
    return _user(body, old.name, now, admin=old.is_admin, windows=windows)


def _user(body: Mapping[str, Any], name: str, now: datetime, *, admin: bool, windows: bool) -> User:
    password = read.text(body, "password", "")
    key = read.text(body, "sshPublicKey", "").strip()
    if key and windows:
        raise bad_property("sshPublicKey", key, "Windows nodes don't take SSH keys")
    if key and not KEY.fullmatch(key):
        raise bad_property("sshPublicKey", key, "The value must be an OpenSSH public key")
    if not password and not key:
        raise missing_property("password" if windows else "password or sshPublicKey")
    if windows:
        _check_windows(name, password)
    return User(name, password, key, admin, _expiry(body, now, windows=windows))


def _check_windows(name: str, password: str) -> None:
    if len(name) > LONGEST_WINDOWS_NAME:
        raise bad_property("name", name, "The user name is longer than 20 characters")
    kinds = sum(bool(re.search(kind, password)) for kind in KINDS)
    short = len(password) < SHORTEST_WINDOWS_PASSWORD
    if short or kinds < 3 or name.lower() in password.lower():
        reason = "The password does not meet the complexity requirements of Windows"
        raise bad_property("password", "", reason)


def _expiry(body: Mapping[str, Any], now: datetime, *, windows: bool) -> datetime:
    """When the user can't log in any more; Linux knows only days, so that one lasts to its end."""
    expiry = read.instant(body, "expiryTime")
    if expiry is not None and expiry <= now:
        raise bad_property("expiryTime", body["expiryTime"], "The time must be in the future")
    expiry = expiry or now + DAY
    if windows:
        return expiry
    midnight = datetime.combine(expiry, time(), UTC)
    try:
        return midnight if midnight == expiry else midnight + DAY
    except OverflowError:  # the last day that there is
        return expiry
