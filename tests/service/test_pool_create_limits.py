"""`batchtui pool create` by an account of which Resource Manager tells sizes and quota."""

import json

import pytest
from service.helpers import pool_body

from batchtui.access.accounts import Account
from batchtui.access.identity import LocalSecret
from batchtui.accounts import Accounts
from batchtui.config import Paths, Settings
from batchtui.emulator import EmulatorThread, Options
from batchtui.pool import Wanted, create


@pytest.fixture
def accounts(tmp_path):
    with EmulatorThread(Options(seed="empty", clock="fast", pretend=True)) as running:
        account = Account(
            "mine", running.account, running.endpoint, source="environment",
            subscription=running.subscription, group=running.resource_group,
        )  # fmt: skip
        secret = LocalSecret(
            running.authority, running.tenant, running.client_id, running.client_secret
        )
        known = Accounts(Paths(tmp_path, tmp_path, tmp_path), Settings())
        known.welcome(account, running.key, secret.identity())
        yield known


def made(accounts, tmp_path, **more):
    path = tmp_path / "pool.json"
    path.write_text(json.dumps(pool_body("limited", **more)))
    return create(accounts, Wanted(str(path)))


def test_a_size_that_the_region_does_not_have_is_told(accounts, tmp_path, capfd):
    assert made(accounts, tmp_path, vmSize="standard_unheard_of") == 2
    assert "batchtui: vm_size: " in capfd.readouterr().err


def test_more_than_the_quota_allows_is_warned_of(accounts, tmp_path, capfd):
    assert made(accounts, tmp_path, targetDedicatedNodes=100_000) == 0
    shown = capfd.readouterr()
    assert shown.out == "limited\n"
    assert "warning: dedicated: Needs 200000 dedicated cores, and 500 of 500 are free" in shown.err
