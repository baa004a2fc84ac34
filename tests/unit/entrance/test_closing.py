"""The end of an account: what windows beside us were given goes away, whatever they learned."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from batchtui.access.accounts import Account
from batchtui.access.keys import LoginKey
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.route import Place
from batchtui.access.system_ssh import SystemSsh, Target
from batchtui.batch.service import BatchService
from batchtui.config import Settings
from batchtui.entrance import Entrance
from batchtui.entrance.login_keys import LoginKeys

NODE = NodeIdentity("acct", "https://a.b", "pool", "node", datetime(2026, 1, 1, tzinfo=UTC))
KEY = "QUJDRA=="  # a made-up account's


@pytest.fixture
async def entrance():
    settings = Settings()
    account = Account("demo", "acct", "https://a.b", source="demo")
    keys = LoginKeys(settings, None)
    async with BatchService("https://a.b", "acct", KEY) as service:
        yield Entrance(
            account, service, settings, None, login_keys=keys, now=lambda: datetime.now(UTC)
        )


def seen(key):
    """A key as it stands in known_hosts."""
    return " ".join(key.public_line.split()[:2])


def window(learned):
    """The system's ssh in a window, which was shown a key."""
    prepared = SystemSsh(
        Target(Place("127.0.0.1", 22, ""), "op", NODE), LoginKey.generate("ed25519")
    )
    folder = Path(next(each for each in prepared.argv if "known_hosts" in each).partition("=")[2])
    folder.write_text(f"{prepared.target.alias} {seen(learned)}\n")
    return prepared, folder.parent


async def test_what_a_window_learned_is_known_afterwards(entrance):
    key = LoginKey.generate("ed25519")
    prepared, folder = window(key)
    entrance._lasting.append(prepared)
    await entrance.close()
    assert entrance._links.hosts.known(NODE) == seen(key)
    assert not folder.exists()


async def test_a_host_that_we_know_by_another_key_by_then_ends_nothing(entrance):
    ours = LoginKey.generate("rsa")
    prepared, folder = window(LoginKey.generate("ed25519"))
    entrance._lasting.append(prepared)
    entrance._links.hosts.learn(NODE, seen(ours), "127.0.0.1", 22)
    await entrance.close()
    assert entrance._links.hosts.known(NODE) == seen(ours)
    assert not folder.exists()
