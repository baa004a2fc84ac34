"""A user to be added to a node or replaced: checked as the service checks it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.errors import bad_property, missing_property
from batchtui.emulator.store import User
from batchtui.emulator.times import read_time

ADDED = frozenset({"name", "isAdmin", "expiryTime", "password", "sshPublicKey"})
REPLACED = ADDED - {"name", "isAdmin"}
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}")
KEY = re.compile(r"(ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/=]{16,}( .*)?")
DAY = timedelta(days=1)


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
    return User(name, password, key, admin, _expiry(body, now))


def _expiry(body: Mapping[str, Any], now: datetime) -> datetime:
    value = read.text(body, "expiryTime", "")
    if not value:
        return now + DAY
    expiry = read_time(value)
    if expiry is None:
        raise bad_property("expiryTime", value, "The value must be a time")
    if expiry <= now:
        raise bad_property("expiryTime", value, "The time must be in the future")
    return expiry
