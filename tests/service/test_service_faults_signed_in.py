"""Faults of Resource Manager, of sign-in and over TLS, with clients that have tokens."""

from dataclasses import replace

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceResponseError,
)
from service.helpers import pool_body

from batchtui.emulator.control.client import clear, empty, inject, put, world

ACCOUNTS = "/subscriptions/*/providers/Microsoft.Batch/batchAccounts"


@pytest.fixture
def arm(azure):
    """A client of Resource Manager; the world is begun anew before."""
    empty(azure.info)
    with azure.secret() as credential, azure.management(credential) as client:
        yield client


@pytest.fixture
def batch(azure):
    """A client of Batch with a token."""
    with azure.secret() as credential, azure.batch(credential) as client:
        yield client


def test_a_refusal_in_resource_managers_shape(azure, arm):
    rule = {"path": ACCOUNTS, "do": "status", "status": 429, "retryAfter": 7, "count": 1}
    inject(azure.info, **rule, message="Too many.")
    with pytest.raises(HttpResponseError) as caught:
        list(arm.batch_account.list())
    assert caught.value.status_code == 429
    assert caught.value.error.code == "TooManyRequests"
    assert caught.value.error.message.startswith("Too many.")
    assert caught.value.response.headers["Retry-After"] == "7"
    assert [account.name for account in arm.batch_account.list()] == [azure.info.account]


def test_a_token_that_is_over(azure, arm, batch):
    inject(azure.info, path="/pools/p", do="expiredtoken")
    inject(azure.info, path=ACCOUNTS, do="expiredtoken")
    with pytest.raises(ClientAuthenticationError) as caught:
        batch.get_pool("p")
    assert caught.value.status_code == 401
    assert "The access token expiry UTC time" in str(caught.value.response.json())
    with pytest.raises(ClientAuthenticationError) as caught:
        list(arm.batch_account.list())
    assert caught.value.error.code == "ExpiredAuthenticationToken"
    assert 'error="invalid_token"' in caught.value.response.headers["WWW-Authenticate"]


def test_pages_that_lead_nowhere(azure, arm):
    inject(azure.info, path=ACCOUNTS, do="lostpage", count=1)
    pages = arm.batch_account.list().by_page()
    assert len(list(next(pages))) == 1
    with pytest.raises(ResourceNotFoundError):
        next(pages)
    inject(azure.info, path=ACCOUNTS, do="loop", count=2)
    assert len(list(arm.batch_account.list())) == 3


def test_connections_that_break_under_tls(azure, arm, batch):
    batch.create_pool(pool_body("p"))
    for rule in ({"do": "reset"}, {"do": "reset", "at": "answer"}, {"do": "cut"}):
        inject(azure.info, path="/pools/p", count=1, **rule)
        with pytest.raises((ServiceResponseError, HttpResponseError)):
            batch.get_pool("p")
    assert batch.get_pool("p").id == "p"


def test_sign_in_that_fails(azure, arm):
    inject(azure.info, path="/*/oauth2/**", do="status", status=503, count=1)
    assert azure.token()[0] == 503
    inject(azure.info, path="/*/oauth2/**", do="expiredtoken", count=1)
    assert azure.token()[0] == 200


def test_tokens_outlive_the_world(azure, arm, batch):
    batch.create_pool(pool_body("p"))
    assert put(azure.info, reset="empty")["pools"] == {}
    assert list(batch.list_pools()) == []


def test_the_first_key_opens_the_control_of_an_account_with_other_keys(azure, arm):
    names = (azure.info.resource_group, azure.info.account)
    keys = arm.batch_account.regenerate_key(*names, {"keyName": "Primary"})
    assert keys.primary != azure.info.key
    assert world(azure.info)["pools"] == {}
    assert world(replace(azure.info, key=keys.secondary))["pools"] == {}
    empty(azure.info)
    assert arm.batch_account.get_keys(*names).primary == azure.info.key


def test_other_quotas_show(azure, arm):
    put(azure.info, quota={"dedicatedCores": 6, "families": {"STANDARDDV2FAMILY": 3}, "pools": 1})
    account = arm.batch_account.get(azure.info.resource_group, azure.info.account)
    assert (account.dedicated_core_quota, account.pool_quota) == (6, 1)
    families = {each.name: each.core_quota for each in account.dedicated_core_quota_per_vm_family}
    assert families["standardDv2Family"] == 3
    assert world(azure.info)["faults"] == 0
    clear(azure.info)
