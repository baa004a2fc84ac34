"""Azure Resource Manager, through azure-mgmt-batch and a token of azure-identity."""

import json
import re
import time

import pytest
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.mgmt.batch import models
from azure.mgmt.core.tools import parse_resource_id
from conftest import recording, wait_for
from service.helpers import UBUNTU, pool_body
from service.signing_in import MANAGEMENT, cloud

STORAGE = "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/mine"


@pytest.fixture(scope="module")
def azure():
    """One emulator; its tests make what they need under names of their own."""
    with cloud() as running:
        yield running


@pytest.fixture(scope="module")
def client(azure):
    with azure.secret() as credential, azure.management(credential) as client:
        yield client


@pytest.fixture
def own():
    """An emulator for a test that changes the account itself, with a client."""
    with cloud() as azure, azure.secret() as credential, azure.management(credential) as client:
        yield azure, client


@pytest.fixture(scope="module")
def ask(azure):
    token = azure.token(scope=MANAGEMENT)[1]["access_token"]

    def ask(method, path, body=None, version="2025-06-01"):
        path = path.replace("{s}", azure.info.subscription).replace("{a}", azure.info.account)
        url = f"{path}?api-version={version}" if version else path
        headers = {"Authorization": f"Bearer {token}"}
        status, headers, text = azure.ask(method, url, json_body=body, **headers)
        return status, headers, json.loads(text) if text else None

    return ask


ACCOUNT = "/subscriptions/{s}/resourceGroups/emulator/providers/Microsoft.Batch/batchAccounts/{a}"

OTHER = "11111111-1111-1111-1111-111111111111"


def names(azure):
    return azure.info.resource_group, azure.info.account


def shape(value):
    """The names in a JSON value, in their order, and what kind of value each has."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


# Accounts.


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
        wait_for(lambda: list(batch.list_pools()) == [], "the old pools go")


def test_creating_the_account_again_changes_it(own):
    azure, client = own
    parameters = models.BatchAccountCreateParameters(location="eastus", tags={"a": "b"})
    account = client.batch_account.begin_create(*names(azure), parameters).result(20)
    assert account.tags == {"a": "b"}
    assert client.batch_account.get_keys(*names(azure)).primary == azure.info.key


# Keys.


def test_a_new_key_takes_the_place_of_the_old_one_at_once(own):
    azure, client = own
    group, name = names(azure)
    keys = client.batch_account.get_keys(group, name)
    assert (keys.account_name, keys.primary) == (name, azure.info.key)

    def opens(key):
        with azure.batch(AzureNamedKeyCredential(name, key)) as batch:
            try:
                return list(batch.list_pools()) == []
            except HttpResponseError as error:
                return {403: False}[error.status_code]

    assert opens(keys.primary)
    assert opens(keys.secondary)
    request = models.BatchAccountRegenerateKeyParameters(key_name="Primary")
    fresh = client.batch_account.regenerate_key(group, name, request)
    assert fresh.primary != keys.primary
    assert fresh.secondary == keys.secondary
    assert [opens(key) for key in (keys.primary, fresh.primary, keys.secondary)] == [
        False, True, True,
    ]  # fmt: skip
    request = models.BatchAccountRegenerateKeyParameters(key_name="Secondary")
    last = client.batch_account.regenerate_key(group, name, request)
    assert not opens(keys.secondary)
    assert opens(last.secondary)


def test_keys_can_be_switched_off(own):
    azure, client = own
    group, name = names(azure)
    only = models.BatchAccountUpdateParameters(allowed_authentication_modes=["AAD"])
    assert client.batch_account.update(group, name, only).allowed_authentication_modes == ["AAD"]
    key = AzureNamedKeyCredential(name, azure.info.key)
    with azure.batch(key) as batch, pytest.raises(HttpResponseError) as caught:
        list(batch.list_pools())
    assert (caught.value.status_code, caught.value.model.code) == (403, "AuthenticationFailed")
    # Recorded: Azure/BatchExplorer#239.
    assert caught.value.model.error_values[0].value == (
        "The specified type of authentication SharedKey is not allowed for this account."
    )
    with azure.secret() as credential, azure.batch(credential) as batch:
        assert list(batch.list_pools()) == []
    with pytest.raises(HttpResponseError, match="Forbidden"):
        client.batch_account.get_keys(group, name)
    keys = models.BatchAccountUpdateParameters(allowed_authentication_modes=["sharedkey"])
    assert client.batch_account.update(group, name, keys).allowed_authentication_modes == [
        "SharedKey"
    ]
    with azure.secret() as credential, azure.batch(credential) as batch:
        with pytest.raises(HttpResponseError) as caught:
            list(batch.list_pools())
        assert caught.value.status_code == 403


# Regions.


def test_the_quota_is_of_one_account(client):
    assert client.location.get_quotas("eastus").account_quota == 1


def test_the_sizes_are_the_recorded_ones_in_their_order(ask, client):
    recorded = recording("arm-virtual-machine-skus-full")["response"]["body"]["value"]
    path = "/subscriptions/{s}/providers/Microsoft.Batch/locations/eastus/virtualMachineSkus"
    assert [item["name"] for item in ask("GET", path)[2]["value"]] == [
        item["name"] for item in recorded
    ]
    found = {sku.name: sku for sku in client.location.list_supported_virtual_machine_skus("eastus")}
    for item in recorded:
        sku = found[item["name"]]
        assert sku.family_name == item["familyName"]
        assert {c.name: c.value for c in sku.capabilities} == {
            c["name"]: c["value"] for c in item["capabilities"]
        }


def test_sizes_come_in_pages_and_by_family(client):
    whole = list(client.location.list_supported_virtual_machine_skus("eastus"))
    paged = client.location.list_supported_virtual_machine_skus("eastus", maxresults=100)
    pages = [[sku.name for sku in page] for page in paged.by_page()]
    assert [len(page) for page in pages] == [100, 100, 100, 33]
    assert [name for page in pages for name in page] == [sku.name for sku in whole]
    query = "familyName eq 'standardDv2Family'"
    some = client.location.list_supported_virtual_machine_skus("eastus", filter=query)
    assert {sku.family_name for sku in some} == {"standardDv2Family"}


def test_there_is_one_region(client):
    with pytest.raises(HttpResponseError) as caught:
        client.location.get_quotas("mars")
    assert caught.value.error.code == "NoRegisteredProviderFound"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("freename", None),
        ("demo", "AlreadyExists"),
        ("no", "Invalid"),
        ("randombatchaccount@5^$g9873495873", "Invalid"),
        ("Not-A-Name", "Invalid"),
    ],
)
def test_names_are_free_or_not(client, name, reason):
    question = models.CheckNameAvailabilityParameters(
        name=name, type="Microsoft.Batch/batchAccounts"
    )
    answer = client.location.check_name_availability("eastus", question)
    assert (answer.name_available, answer.reason) == (reason is None, reason)
    if len(name) > 24:
        recorded = recording("arm-check-name-taken")["response"]["body"]
        assert answer.message == recorded["message"]


def test_what_the_account_has_none_of(azure, client):
    assert list(client.private_endpoint_connection.list_by_batch_account(*names(azure))) == []
    assert list(client.batch_account.list_detectors(*names(azure))) == []
    assert list(client.network_security_perimeter.list_configurations(*names(azure))) == []


def test_operations_are_listed(client):
    found = {operation.name for operation in client.operations.list()}
    assert "Microsoft.Batch/batchAccounts/listkeys/action" in found


# Applications.


def test_applications_are_those_of_the_data_plane(azure, client):
    group, name = names(azure)
    given = models.Application(display_name="A tool", allow_updates=False)
    made = client.application.create(group, name, "tool", given)
    assert (made.name, made.display_name, made.allow_updates) == ("tool", "A tool", False)
    recorded = recording("arm-application-list")["response"]["body"]["value"][0]
    assert re.fullmatch(r'W/"0x[0-9A-F]{15}"', made.etag)
    assert set(made.as_dict()) == set(recorded)
    with azure.secret() as credential, azure.batch(credential) as batch:
        assert [a.id for a in batch.list_applications()] == ["tool"]
        assert batch.get_application("tool").display_name == "A tool"
    changed = client.application.update(group, name, "tool", models.Application(allow_updates=True))
    assert (changed.display_name, changed.allow_updates) == ("A tool", True)
    assert changed.etag != made.etag
    assert [a.name for a in client.application.list(group, name)] == ["tool"]
    assert list(client.application_package.list(group, name, "tool")) == []
    client.application.delete(group, name, "tool")
    client.application.delete(group, name, "tool")
    with pytest.raises(ResourceNotFoundError):
        client.application.get(group, name, "tool")
    with pytest.raises(HttpResponseError, match="InvalidPropertyValue"):
        client.application.create(group, name, "no.name", models.Application())


# Pools.


def managed_pool(**more):
    settings = {
        "display_name": "A pool",
        "vm_size": "Standard_D2_v2",
        "deployment_configuration": models.DeploymentConfiguration(
            virtual_machine_configuration=models.VirtualMachineConfiguration(
                image_reference=models.ImageReference(**UBUNTU["imageReference"]),
                node_agent_sku_id=UBUNTU["nodeAgentSKUId"],
            )
        ),
        "scale_settings": models.ScaleSettings(
            fixed_scale=models.FixedScaleSettings(target_dedicated_nodes=0)
        ),
    } | more
    return models.Pool(**settings)


def steady(client, azure, name):
    def found():
        pool = client.pool.get(*names(azure), name)
        return pool if pool.allocation_state == "Steady" else None

    return wait_for(found, "the pool is steady")


def test_a_pool_is_as_recorded(azure, client, ask):
    client.pool.create(*names(azure), "recorded", managed_pool())
    _, headers, body = ask("GET", f"{ACCOUNT}/pools/recorded")
    wanted = recording("arm-pool-put-200")["response"]["body"]
    machine = wanted["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    del machine["windowsConfiguration"]
    wanted["properties"]["taskSchedulingPolicy"]["jobDefaultOrder"] = "None"
    assert shape(body) == shape(wanted)
    assert list(body["properties"]) == list(wanted["properties"])
    assert body["properties"]["vmSize"] == "STANDARD_D2_V2"
    assert body["properties"]["interNodeCommunication"] == "Disabled"
    assert headers["ETag"] == body["etag"]
    steady(client, azure, "recorded")


def test_a_pool_made_here_is_in_the_data_plane_and_back(azure, client):
    group, name = names(azure)
    start = models.StartTask(
        command_line="/bin/true",
        wait_for_success=True,
        user_identity=models.UserIdentity(
            auto_user=models.AutoUserSpecification(scope="Pool", elevation_level="Admin")
        ),
    )
    network = models.NetworkConfiguration(
        endpoint_configuration=models.PoolEndpointConfiguration(
            inbound_nat_pools=[
                models.InboundNatPool(
                    name="ssh",
                    protocol="TCP",
                    backend_port=22,
                    frontend_port_range_start=15000,
                    frontend_port_range_end=15100,
                )
            ]
        )
    )
    wanted = managed_pool(
        start_task=start,
        network_configuration=network,
        metadata=[models.MetadataItem(name="a", value="b")],
        user_accounts=[
            models.UserAccount(name="me", password="a made-up one", elevation_level="Admin")
        ],
        inter_node_communication="Enabled",
        scale_settings=models.ScaleSettings(
            fixed_scale=models.FixedScaleSettings(target_dedicated_nodes=1)
        ),
    )  # fmt: skip
    made = client.pool.create(group, name, "both", wanted)
    assert made.provisioning_state == "Succeeded"
    with azure.secret() as credential, azure.batch(credential) as batch:
        other = batch.get_pool("both")
        assert other.start_task.user_identity.auto_user.elevation_level == "admin"
        assert other.network_configuration.endpoint_configuration.inbound_nat_pools[0].name == "ssh"
        assert other.enable_inter_node_communication
        wait_for(lambda: len(list(batch.list_nodes("both"))) == 1, "a node")
    found = steady(client, azure, "both")
    assert found.current_dedicated_nodes == 1
    assert found.start_task.user_identity.auto_user.elevation_level == "Admin"
    assert found.network_configuration.endpoint_configuration.inbound_nat_pools[0].protocol == "TCP"
    assert found.user_accounts[0].elevation_level == "Admin"
    assert "a made-up one" not in json.dumps(found.as_dict())
    # What is given back as it was shown changes nothing, though the pool has nodes; only
    # accounts can't be, without their passwords.
    found.user_accounts = None
    again = client.pool.create(group, name, "both", found)
    assert again.etag == found.etag
    with pytest.raises(HttpResponseError, match="only while the pool is empty"):
        client.pool.update(group, name, "both", models.Pool(display_name="Another"))


def test_a_pool_is_resized_by_its_scale(azure, client):
    group, name = names(azure)
    client.pool.create(group, name, "scaled", managed_pool())
    steady(client, azure, "scaled")
    more = models.ScaleSettings(
        fixed_scale=models.FixedScaleSettings(target_dedicated_nodes=2, resize_timeout="PT20M")
    )
    changed = client.pool.update(group, name, "scaled", models.Pool(scale_settings=more))
    assert changed.allocation_state == "Resizing"
    assert changed.resize_operation_status.target_dedicated_nodes == 2
    less = models.ScaleSettings(fixed_scale=models.FixedScaleSettings())
    with pytest.raises(ResourceExistsError, match="PoolBeingResized"):
        client.pool.update(group, name, "scaled", models.Pool(scale_settings=less))
    assert steady(client, azure, "scaled").current_dedicated_nodes == 2
    formula = models.ScaleSettings(
        auto_scale=models.AutoScaleSettings(formula="$TargetDedicatedNodes=1")
    )
    changed = client.pool.update(group, name, "scaled", models.Pool(scale_settings=formula))
    assert changed.scale_settings.auto_scale.formula == "$TargetDedicatedNodes=1"
    assert changed.scale_settings.fixed_scale is None
    with pytest.raises(ResourceExistsError) as caught:
        client.pool.stop_resize(group, name, "scaled")
    wanted = recording("arm-pool-stop-resize-409-2020")["response"]["body"]["error"]
    assert caught.value.error.code == wanted["code"]
    assert caught.value.error.details[0].message == wanted["details"][0]["message"]
    wait_for(lambda: client.pool.get(group, name, "scaled").auto_scale_run, "a run")
    assert steady(client, azure, "scaled").current_dedicated_nodes == 1
    fixed = client.pool.disable_auto_scale(group, name, "scaled")
    assert fixed.scale_settings.fixed_scale.target_dedicated_nodes == 1
    assert fixed.auto_scale_run is None


def test_conditions_are_of_the_quoted_etag(azure, client):
    group, name = names(azure)
    made = client.pool.create(group, name, "tagged", managed_pool())
    steady(client, azure, "tagged")
    change = models.Pool(metadata=[models.MetadataItem(name="x", value="y")])
    unmodified = MatchConditions.IfNotModified
    newer = client.pool.update(
        group, name, "tagged", change, etag=made.etag, match_condition=unmodified
    )
    assert newer.etag != made.etag
    with pytest.raises(ResourceModifiedError):
        client.pool.update(
            group, name, "tagged", models.Pool(), etag=made.etag, match_condition=unmodified
        )
    with pytest.raises(HttpResponseError):
        client.pool.create(
            group, name, "tagged", managed_pool(), match_condition=MatchConditions.IfMissing
        )


def test_pools_are_listed_in_pages_and_by_filter(azure, client):
    group, name = names(azure)
    for number in range(3):
        client.pool.create(group, name, f"page{number}", managed_pool())
    query = "startswith(name,'page')"
    pages = client.pool.list_by_batch_account(group, name, filter=query, maxresults=2).by_page()
    assert [[pool.name for pool in page] for page in pages] == [["page0", "page1"], ["page2"]]
    query = "properties/vmSize eq 'none' and name eq 'page0'"
    assert list(client.pool.list_by_batch_account(group, name, filter=query)) == []
    with pytest.raises(HttpResponseError, match="InvalidQueryParameterValue"):
        list(client.pool.list_by_batch_account(group, name, filter="colour eq 'red'"))


def test_a_pool_is_deleted_and_the_poll_says_when(azure, client):
    group, name = names(azure)
    client.pool.create(group, name, "gone", managed_pool())
    # The poller obeys the recorded Retry-After of 15 s.
    poller = client.pool.begin_delete(group, name, "gone", polling=False)
    poller.wait()
    with pytest.raises(ResourceExistsError, match="PoolBeingDeleted"):
        client.pool.begin_delete(group, name, "gone", polling=False)
    assert client.pool.get(group, name, "gone").provisioning_state == "Deleting"


def test_the_poll_of_a_deletion(azure, client, ask):
    group, name = names(azure)
    client.pool.create(group, name, "polled", managed_pool())
    status, headers, _ = ask("DELETE", f"{ACCOUNT}/pools/polled")
    recorded = recording("arm-pool-delete-202")["response"]["headers"]
    assert (status, headers["Retry-After"]) == (202, recorded["Retry-After"])
    where = headers["Location"].partition("?")[0].removeprefix(azure.info.endpoint)
    assert where.endswith("/poolOperationResults/delete-polled")
    assert ask("GET", where)[0] in {202, 204}
    end = time.monotonic() + 20
    while ask("GET", where)[0] == 202:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert ask("GET", where)[0] == 204
    assert ask("DELETE", f"{ACCOUNT}/pools/polled")[0] == 204


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"vmSize": 5},
        {"vmSize": "standard_d2_v2", "scaleSettings": {}},
        {"vmSize": "standard_d2_v2", "scaleSettings": {"autoScale": {}}},
        {"vmSize": "standard_d2_v2", "deploymentConfiguration": []},
        {"interNodeCommunication": "Loud"},
        {"applicationPackages": [{"id": 1}]},
        {"applicationPackages": [{"id": "/x/y"}], "vmSize": "standard_d2_v2"},
        {"startTask": {"userIdentity": {"userName": {}}}, "vmSize": "standard_d2_v2"},
        {"metadata": "x", "vmSize": "standard_d2_v2"},
    ],
)
def test_a_pool_that_can_not_be_is_refused(ask, properties):
    status, _, body = ask("PUT", f"{ACCOUNT}/pools/bad", {"properties": properties})
    assert status == 400, body
    assert body["error"]["code"]
    assert ask("GET", f"{ACCOUNT}/pools/bad")[0] == 404
