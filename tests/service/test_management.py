"""What our client learns from Resource Manager: with azure-identity over TLS, and on loopback."""

import asyncio

import pytest
from hostile import always, hostile_service
from service.signing_in import cloud

from batchtui.access.accounts import Account
from batchtui.access.identity import Identity, LocalSecret, of_this_machine
from batchtui.accounts import Accounts
from batchtui.batch.endpoint import Patience
from batchtui.batch.limits import Limits
from batchtui.batch.listing import Listing
from batchtui.batch.management import Management, ResourceId, management_endpoint
from batchtui.batch.resources import SkuRow, sizes_of
from batchtui.config import Paths, Settings
from batchtui.emulator.control.client import empty, inject
from batchtui.errors import (
    AuthError,
    NotFoundError,
    ServiceError,
    ThrottledError,
    UnreachableError,
)

SKUS = "/subscriptions/*/providers/Microsoft.Batch/locations/*/virtualMachineSkus"
QUICK = Patience(2.0, 0)


def resource(info, **changes):
    names = {
        "subscription": info.subscription,
        "group": info.resource_group,
        "account": info.account,
    }
    return ResourceId(**names | changes)


class Token:
    """A credential that has one, for services that take any."""

    async def get_token(self, *_scopes, **_options):
        from azure.core.credentials import AccessToken

        return AccessToken("a made-up token", 2**40)

    async def close(self):
        pass


@pytest.fixture(scope="module")
def plain():
    """An emulator without TLS, as the demo is."""
    with cloud(tls=False, seed="demo") as running:
        yield running


@pytest.fixture
async def signed_in(azure):
    """Our client of Resource Manager, with a credential of azure-identity over TLS."""
    empty(azure.info)
    management = Management(
        azure.info.management,
        resource(azure.info),
        Identity(azure.secret),
        patience=QUICK,
        ca=azure.info.ca,
    )
    async with management:
        yield management


def local_session(accounts, info, identity=None, **changes):
    names = {"subscription": info.subscription, "group": info.resource_group}
    account = Account("demo", info.account, info.endpoint, source="demo", **names | changes)
    secret = LocalSecret(info.authority, info.tenant, info.client_id, info.client_secret)
    accounts.welcome(account, info.key, identity or secret.identity())
    return accounts.open(account)


@pytest.fixture
def accounts(tmp_path):
    paths = Paths(tmp_path / "config", tmp_path / "data", tmp_path / "log")
    return Accounts(paths, Settings(service_timeout_seconds=5, service_retries=0))


async def test_sizes_and_quota_over_tls(signed_in):
    sizes, quota = await signed_in.vm_sizes(), await signed_in.quota()
    assert len(sizes) > 300
    assert {size.name for size in sizes} >= {"Standard_D2s_v3", "Standard_NC4as_T4_v3"}
    assert quota.by_family["standardDSv3Family"] > 0
    assert (await signed_in.account()).location == "eastus"


async def test_pages_are_followed(signed_in):
    path = "/subscriptions/{}/providers/Microsoft.Batch/locations/eastus/virtualMachineSkus"
    url = signed_in.url(path.format(signed_in._resource.subscription), {"maxresults": "100"})
    listing = Listing(signed_in, url, SkuRow)
    pages = []
    while not listing.ended:
        pages.append(await listing.next_page())
    assert [len(page) for page in pages[:2]] == [100, 100]
    whole = await signed_in.vm_sizes()
    assert sizes_of(row for page in pages for row in page) == whole


async def test_loopback_needs_no_tls(plain, accounts):
    async with await local_session(accounts, plain.info) as session:
        sizes, quota, used = await asyncio.gather(
            session.vm_sizes(), session.quota(), session.used()
        )
    assert len(sizes.value) > 300
    assert quota.value.dedicated > used.value.dedicated > 0
    assert used.value.pools > 1
    assert sum(used.value.by_family.values()) == used.value.dedicated


async def test_sizes_are_asked_for_once_and_what_failed_again(plain, accounts):
    async with await local_session(accounts, plain.info) as session:
        inject(plain.info, path=SKUS, do="status", status=500, count=1)
        assert (await session.vm_sizes()).value is None
        found = await session.vm_sizes()
        inject(plain.info, path=SKUS, do="status", status=500, count=1)
        again = await asyncio.gather(session.vm_sizes(), session.vm_sizes())
        assert [each.value for each in again] == [found.value, found.value]


async def test_without_subscription_and_group_there_is_a_reason(plain, accounts):
    async with await local_session(accounts, plain.info, group="") as session:
        for told in (await session.vm_sizes(), await session.quota(), await session.used()):
            assert told.value is None
            assert "a subscription and a group" in told.why


async def test_a_subscription_whose_own_quota_counts():
    body = (
        '{"location": "eastus", "properties": {"poolAllocationMode": "UserSubscription", '
        '"dedicatedCoreQuota": null}}'
    )
    async with hostile_service(always(body)) as endpoint:
        management = Management(endpoint, ResourceId("s", "g", "a"), Token(), patience=QUICK)
        limits = Limits(management, None)
        told = await limits.quota()
        await limits.close()
    assert told.value is None
    assert "own subscription" in told.why


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"group": "other"}, "accounts file"),
        ({"subscription": "00000000-0000-0000-0000-0000000000ff"}, "accounts file"),
        ({"account": "nobody"}, "accounts file"),
    ],
)
async def test_what_isnt_there_is_said_with_where_to_look(azure, changes, what):
    management = Management(
        azure.info.management,
        resource(azure.info, **changes),
        Identity(azure.secret),
        patience=QUICK,
        ca=azure.info.ca,
    )
    async with management:
        with pytest.raises(NotFoundError) as caught:
            await management.vm_sizes()
    assert what in caught.value.advice
    assert caught.value.request_id


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        ({"do": "status", "status": 429, "retryAfter": 7}, ThrottledError, ""),
        ({"do": "status", "status": 503}, ThrottledError, ""),
        ({"do": "status", "status": 500}, ServiceError, ""),
        ({"do": "expiredtoken"}, AuthError, "expiry"),
        ({"do": "malformed"}, ServiceError, "JSON"),
        ({"do": "reset"}, UnreachableError, ""),
    ],
    ids=lambda each: str(each.get("status", each["do"])) if isinstance(each, dict) else "",
)
async def test_faults_of_resource_manager(azure, signed_in, fault, kind, said):
    inject(azure.info, path=SKUS, **fault)
    with pytest.raises(kind) as caught:
        await signed_in.vm_sizes()
    assert said in str(caught.value)
    assert azure.info.client_secret not in str(caught.value)


async def test_a_service_that_is_too_slow_is_given_up(azure, signed_in):
    inject(azure.info, path=SKUS, do="delay", seconds=30)
    with pytest.raises(UnreachableError, match="in time"):
        await signed_in.vm_sizes()


async def test_who_may_not_read_the_account_is_told_what_to_ask_for():
    body = '{"error": {"code": "AuthorizationFailed", "message": "The client may not."}}'
    async with (
        hostile_service(always(body, status=403)) as endpoint,
        Management(endpoint, ResourceId("s", "g", "a"), Token()) as management,
    ):
        with pytest.raises(ServiceError, match="may not") as caught:
            await management.vm_sizes()
    assert "Reader" in caught.value.advice


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "<html>", '{"value": 1}', '{"location": 5, "properties": [], "value": {}}'],
)
async def test_nonsense_is_no_sizes_and_a_reason_at_most(body):
    async with hostile_service(always(body)) as endpoint:
        management = Management(endpoint, ResourceId("s", "g", "a"), Token(), patience=QUICK)
        limits = Limits(management, None)
        sizes, quota = await limits.vm_sizes(), await limits.quota()
        await limits.close()
    assert not sizes.value
    assert quota.value is None
    assert quota.why


async def test_a_page_elsewhere_doesnt_get_the_token():
    body = '{"location": "here", "value": [], "nextLink": "https://elsewhere.example/more"}'
    async with (
        hostile_service(always(body)) as endpoint,
        Management(endpoint, ResourceId("s", "g", "a"), Token()) as management,
    ):
        with pytest.raises(ServiceError, match=r"elsewhere\.example"):
            await management.vm_sizes()


async def test_a_wrong_secret_is_a_sentence_without_the_secret(plain, accounts):
    info = plain.info
    wrong = LocalSecret(info.authority, info.tenant, info.client_id, "hunter2-hunter2")
    async with await local_session(accounts, info, wrong.identity()) as session:
        told = await session.vm_sizes()
    assert told.value is None
    assert told.why.startswith("Signing in to Azure failed")
    assert "hunter2" not in told.why + repr(wrong)


async def test_azure_identitys_refusal_is_a_sentence_too(azure):
    identity = Identity(lambda: azure.secret(client_secret="hunter2-hunter2"))
    async with identity:
        with pytest.raises(AuthError, match="Signing in to Azure failed") as caught:
            await identity.get_token("https://management.azure.com/.default")
    assert "hunter2" not in str(caught.value)


async def test_who_nobody_signed_in_hears_how_to(monkeypatch, tmp_path):
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID", "AZURE_USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AuthError) as caught:
        await of_this_machine().get_token("https://management.azure.com/.default")
    assert "az login" in caught.value.advice


@pytest.mark.parametrize(
    ("batch", "management"),
    [
        ("https://a.westeurope.batch.azure.com", "https://management.azure.com"),
        ("https://a.chinaeast2.batch.chinacloudapi.cn", "https://management.chinacloudapi.cn"),
        ("https://a.x.batch.usgovcloudapi.net", "https://management.usgovcloudapi.net"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_each_cloud_has_its_resource_manager(batch, management):
    assert management_endpoint(batch) == management
