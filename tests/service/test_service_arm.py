"""Azure Resource Manager: subscription and account, through azure-mgmt-batch and a token."""

import re

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import (
    HttpResponseError,
    ResourceNotFoundError,
)
from azure.mgmt.batch import models
from azure.mgmt.core.tools import parse_resource_id
from conftest import recording, wait_for
from service.helpers import pool_body
from service.signing_in import ACCOUNT, names, shape

STORAGE = "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/mine"
OTHER = "11111111-1111-1111-1111-111111111111"


def test_the_account_is_as_recorded(azure, ask):
    recorded = recording("arm-account-get-2025")["response"]
    status, headers, body = ask("GET", ACCOUNT)
    wanted = recorded["body"]
    del wanted["properties"]["autoStorage"]
    assert status == 200
    assert shape(body) == shape(wanted)
    assert list(body["properties"]) == list(wanted["properties"])
    assert body["properties"]["accountEndpoint"] == azure.info.endpoint.removeprefix("https://")
    assert (
        body["properties"]["allowedAuthenticationModes"]
        == (wanted["properties"]["allowedAuthenticationModes"])
    )
    assert re.fullmatch(r'"0x[0-9A-F]{15}"', headers["ETag"])
    same = ("Cache-Control", "Content-Type", "Expires", "Pragma", "Strict-Transport-Security")
    assert {name: headers[name] for name in same} == {
        name: recorded["headers"][name] for name in same
    }
    assert "x-ms-ratelimit-remaining-subscription-reads" in headers
    assert headers["x-ms-routing-request-id"].endswith(headers["x-ms-correlation-request-id"])


def test_older_versions_lack_what_came_later(ask):
    _, _, body = ask("GET", ACCOUNT, version="2022-01-01")
    recorded = recording("arm-account-list-by-resource-group")["response"]["body"]["value"][0]
    assert list(body["properties"]) == list(recorded["properties"])
    assert "allowedAuthenticationModes" not in ask("GET", ACCOUNT, version="2020-05-01")[2]


def test_the_account_is_in_both_lists(azure, client):
    group, name = names(azure)
    for listed in (client.batch_account.list(), client.batch_account.list_by_resource_group(group)):
        (account,) = listed
        assert account.name == name
        assert parse_resource_id(account.id)["resource_group"] == group
        assert account.dedicated_core_quota == 500
        assert account.pool_allocation_mode == "BatchService"


@pytest.mark.parametrize(
    "path",
    [
        ACCOUNT,
        ACCOUNT.lower().replace("{s}", "{s}"),
        "/SUBSCRIPTIONS/{s}/ResourceGroups/EMULATOR/providers/microsoft.batch/BATCHACCOUNTS/{a}",
    ],
)
def test_words_of_paths_have_no_case(ask, path):
    assert ask("GET", path)[0] == 200


def test_subscription_and_group_are_as_recorded(azure, ask):
    found = ask("GET", "/subscriptions", version="2020-01-01")[2]
    recorded = recording("arm-subscription-list")["response"]["body"]
    assert list(found["value"][0]) == list(recorded["value"][0])
    assert found["count"] == {"type": "Total", "value": 1}
    assert ask("GET", "/subscriptions/{s}", version="2022-12-01")[2] == found["value"][0]
    group = ask("GET", "/subscriptions/{s}/resourcegroups/emulator", version="2019-10-01")[2]
    assert shape(group) == shape(recording("arm-resource-group-get")["response"]["body"])
    listed = ask("GET", "/subscriptions/{s}/resourceGroups", version="2021-04-01")[2]
    assert listed == {"value": [group]}
    tenants = ask("GET", "/tenants", version="2022-12-01")[2]
    assert tenants["value"][0]["tenantId"] == azure.info.tenant


@pytest.mark.parametrize(
    ("asked", "version", "answer"),
    [
        ("GET /subscriptions/x", "2020-01-01", "400 InvalidSubscriptionId"),
        (f"GET /subscriptions/{OTHER}", "2020-01-01", "404 SubscriptionNotFound"),
        ("GET /subscriptions", "2020-01-02", "400 InvalidApiVersionParameter"),
        (f"GET {ACCOUNT}", "2020-01-01", "400 InvalidApiVersionParameter"),
        (f"GET {ACCOUNT}", "", "400 MissingApiVersionParameter"),
        (f"GET {ACCOUNT}x", "2025-06-01", "404 ResourceNotFound"),
        (f"GET {ACCOUNT}/nothing", "2025-06-01", "404 InvalidResourceType"),
        (f"GET {ACCOUNT}/nothing/x", "2025-06-01", "404 InvalidResourceType"),
        (f"GET {ACCOUNT}/detectors/x", "2025-06-01", "404 ResourceNotFound"),
        (f"GET {ACCOUNT}/applications/x", "2025-06-01", "404 ApplicationNotFound"),
        (f"GET {ACCOUNT}/operationResults/x", "2025-06-01", "404 ResourceNotFound"),
        ("PATCH /subscriptions", "2020-01-01", "405 UnsupportedHttpVerb"),
        ("GET /providers/Some.One/operations", "2020-01-01", "404 InvalidResourceType"),
    ],
)
def test_what_is_not_there(ask, asked, version, answer):
    status, headers, body = ask(*asked.split(), version=version)
    assert f"{status} {body['error']['code']}" == answer
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Cache-Control"] == "no-cache"


def test_a_missing_resource_group_is_said_as_recorded(ask):
    recorded = recording("arm-resource-group-404")["response"]
    path = "/subscriptions/{s}/resourceGroups/test-rest-rg000001"
    status, headers, body = ask("GET", path, version="2019-10-01")
    assert (status, body) == (404, recorded["body"])
    assert headers["x-ms-failure-cause"] == "gateway"


def test_a_change_leaves_the_rest(own):
    azure, client = own
    group, name = names(azure)
    before = client.batch_account.get(group, name)
    storage = STORAGE.format(azure.info.subscription)
    change = models.BatchAccountUpdateParameters(
        tags={"team": "hpc"},
        auto_storage=models.AutoStorageBaseProperties(storage_account_id=storage),
        public_network_access="Disabled",
        network_profile=models.NetworkProfile(
            account_access=models.EndpointAccessProfile(
                default_action="Deny", ip_rules=[models.IPRule(value="192.0.2.1")]
            )
        ),
        identity=models.BatchAccountIdentity(type="SystemAssigned"),
    )
    after = client.batch_account.update(group, name, change)
    assert after.tags == {"team": "hpc"}
    assert after.auto_storage.storage_account_id == storage
    assert after.auto_storage.authentication_mode == "StorageKeys"
    assert after.auto_storage.last_key_sync
    assert after.public_network_access == "Disabled"
    assert after.network_profile.account_access.default_action == "Deny"
    assert after.identity.principal_id
    assert after.allowed_authentication_modes == before.allowed_authentication_modes
    client.batch_account.synchronize_auto_storage_keys(group, name)
    hosts = client.batch_account.list_outbound_network_dependencies_endpoints(group, name)
    recorded = recording("arm-outbound-endpoints")["response"]["body"]["value"]
    assert [(item.category, len(item.endpoints)) for item in hosts] == [
        (item["category"], len(item["endpoints"])) for item in recorded
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"properties": {"publicNetworkAccess": "Perhaps"}},
        {"properties": {"allowedAuthenticationModes": "AAD"}},
        {"properties": {"allowedAuthenticationModes": ["Password"]}},
        {"properties": {"autoStorage": {"storageAccountId": "mine"}}},
        {"properties": {"networkProfile": {"accountAccess": {"ipRules": [{}]}}}},
        {"properties": []},
        {"tags": {"a": 1}},
        {"identity": {"type": "Human"}},
    ],
)
def test_a_change_that_can_not_be_changes_nothing(ask, body):
    before = ask("GET", ACCOUNT)[2]
    status, _, answer = ask("PATCH", ACCOUNT, body)
    assert status == 400
    error = answer["error"]
    assert error["target"] == "BatchAccount"
    assert "\nRequestId:" in error["message"]
    assert error["details"]
    assert ask("GET", ACCOUNT)[2] == before


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("arm-account-create-400-byos", {"poolAllocationMode": "UserSubscription"}),
        ("arm-account-create-400-linked-id", {"keyVaultReference": {"id": "abc"}}),
    ],
)
def test_an_account_that_can_not_be_is_refused_as_recorded(ask, name, properties):
    recorded = recording(name)["response"]
    status, _, body = ask("PUT", ACCOUNT, {"location": "eastus", "properties": properties})
    assert status == recorded["status"]
    said, wanted = body["error"], recorded["body"]["error"]
    assert said["message"].partition("\n")[0] == wanted["message"].partition("\n")[0]
    assert {**said, "message": ""} == {**wanted, "message": ""}


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "LocationRequired"), ({"location": "mars"}, "LocationNotAvailableForResourceType")],
)
def test_an_account_needs_a_place(ask, body, code):
    status, _, answer = ask("PUT", ACCOUNT, body)
    assert (status, answer["error"]["code"]) == (400, code)


def test_a_creation_is_checked_before_it_goes_on(ask):
    body = {"location": "eastus", "properties": {"publicNetworkAccess": "Perhaps"}}
    for path in (ACCOUNT, f"{ACCOUNT}x"):
        status, _, answer = ask("PUT", path, body)
        assert (status, answer["error"]["code"]) == (400, "InvalidPropertyValue")


def test_another_account_is_one_too_many(azure, client):
    parameters = models.BatchAccountCreateParameters(location="eastus")
    poller = client.batch_account.begin_create(azure.info.resource_group, "second", parameters)
    with pytest.raises(HttpResponseError) as caught:
        poller.result(20)
    assert caught.value.error.code == "SubscriptionQuotaExceeded"
    assert caught.value.status_code == 409
    with pytest.raises(ResourceNotFoundError):
        client.batch_account.get(azure.info.resource_group, "second")


def test_an_account_is_deleted_with_all_in_it_and_made_anew(own):
    azure, client = own
    group, name = names(azure)
    key = AzureNamedKeyCredential(name, azure.info.key)
    with azure.batch(key) as batch:
        batch.create_pool(pool_body())
        batch.create_job({"id": "j", "poolInfo": {"poolId": "p"}})
        client.application.create(group, name, "tool", models.Application())
        poller = client.batch_account.begin_delete(group, name)
        assert client.batch_account.get(group, name).provisioning_state == "Deleting"
        poller.result(20)
        assert list(client.batch_account.list()) == []
        with pytest.raises(ResourceNotFoundError):
            client.batch_account.get(group, name)
        with pytest.raises(HttpResponseError):
            batch.get_pool("p")
    client.batch_account.begin_delete(group, name).result(20)
    parameters = models.BatchAccountCreateParameters(location="East US", tags={"new": "yes"})
    account = client.batch_account.begin_create(group, name, parameters).result(20)
    assert (account.name, account.tags) == (name, {"new": "yes"})
    keys = client.batch_account.get_keys(group, name)
    assert azure.info.key not in {keys.primary, keys.secondary}
    with azure.batch(AzureNamedKeyCredential(name, keys.primary)) as batch:
        wait_for(lambda: list(batch.list_jobs()) == [], "the old job goes")
        wait_for(lambda: list(batch.list_pools()) == [], "the old pool goes")
        assert list(batch.list_applications()) == []


def test_creating_the_account_again_changes_it(own):
    azure, client = own
    parameters = models.BatchAccountCreateParameters(location="eastus", tags={"a": "b"})
    account = client.batch_account.begin_create(*names(azure), parameters).result(20)
    assert account.tags == {"a": "b"}
    assert client.batch_account.get_keys(*names(azure)).primary == azure.info.key
