"""Azure Resource Manager: keys, regions and applications."""

import re

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.mgmt.batch import models
from conftest import recording
from service.signing_in import names


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
    with pytest.raises(ResourceNotFoundError):
        client.application_package.get(group, name, "tool", "1")
    with pytest.raises(ResourceExistsError, match="no storage for application packages"):
        client.application_package.create(group, name, "tool", "1")
    client.application_package.delete(group, name, "tool", "1")
    client.application.delete(group, name, "tool")
    client.application.delete(group, name, "tool")
    with pytest.raises(ResourceNotFoundError):
        client.application.get(group, name, "tool")
    with pytest.raises(HttpResponseError, match="InvalidPropertyValue"):
        client.application.create(group, name, "no.name", models.Application())
