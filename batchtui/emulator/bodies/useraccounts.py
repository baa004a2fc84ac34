"""User accounts that a pool's nodes have, as the SDK's UserAccount has them.

Passwords and private keys are never given back.
"""

from collections.abc import Mapping
from typing import Any

from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    Shape,
    all_different,
    default,
    many,
    one_of,
    required,
    secret,
    text_up_to,
    whole,
    words,
)
from batchtui.emulator.errors import bad_property, missing_property

LONGEST_NAME = 20
HIGHEST_ID = 2**31 - 1

ACCOUNT = Shape(
    name=required(text_up_to(LONGEST_NAME, words)),
    password=required(secret(words)),
    elevationLevel=default(one_of("nonadmin", "admin"), "nonadmin"),
    linuxUserConfiguration=Shape(
        uid=whole(0, HIGHEST_ID), gid=whole(0, HIGHEST_ID), sshPrivateKey=secret(words)
    ),
    windowsUserConfiguration=Shape(loginMode=default(one_of("batch", "interactive"), "batch")),
)


def user_accounts(body: Mapping[str, Any], name: str) -> list[Json] | None:
    """The accounts as GET shows them, but for what the nodes' system adds."""
    accounts = many(ACCOUNT)(body, name)
    all_different("name", [account["name"] for account in accounts or ()])
    for account in accounts or ():
        linux = account.get("linuxUserConfiguration", {})
        if ("uid" in linux) != ("gid" in linux):
            raise missing_property("uid" if "gid" in linux else "gid")
    return accounts


def fitted(account: Mapping[str, Any], *, windows: bool) -> Json:
    """An account as its system has it: on Windows with a login mode (recorded: pool-list)."""
    if windows:
        ignored = {k: v for k, v in account.items() if k != "linuxUserConfiguration"}
        login = account.get("windowsUserConfiguration", {"loginMode": "batch"})
        return ignored | {"windowsUserConfiguration": login}
    if "windowsUserConfiguration" in account:
        reason = "The value is for Windows pools only"
        raise bad_property("windowsUserConfiguration", account["name"], reason)
    return dict(account)
