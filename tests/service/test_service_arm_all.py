"""Resource Manager as a whole: every operation that only asks, and nonsense."""

import pytest
from azure.core.exceptions import (
    ResourceNotFoundError,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from service.helpers import UBUNTU
from service.signing_in import ACCOUNT, asking, cloud, names


def everything(client, azure):
    """Every public operation that only asks, by its group and name, with arguments it takes."""
    group, name = names(azure)
    account = ("list_by_batch_account", "list_detectors", "list_configurations", "list", "get",
               "get_keys", "list_outbound_network_dependencies_endpoints")  # fmt: skip
    for kind in ("application", "batch_account", "pool", "private_endpoint_connection",
                 "private_link_resource", "network_security_perimeter"):  # fmt: skip
        operations = getattr(client, kind)
        for verb in account:
            call = getattr(operations, verb, None)
            if call is None or (kind, verb) == ("batch_account", "list"):
                continue
            more = ("x",) if verb == "get" and kind != "batch_account" else ()
            yield f"{kind}.{verb}", call, (group, name, *more)


def test_every_operation_that_only_asks_is_served(azure, client):
    asked, refused = [], {}
    for label, call, arguments in everything(client, azure):
        asked.append(label)
        try:
            answer = call(*arguments)
            list(answer) if hasattr(answer, "by_page") else answer.as_dict()
        except ResourceNotFoundError as error:
            refused[label] = error.error.code
    assert "InvalidResourceType" not in refused.values(), refused
    assert len(asked) > 12
    links = client.private_link_resource.list_by_batch_account(*names(azure))
    assert [link.group_id for link in links] == ["batchAccount", "nodeManagement"]
    group, name = names(azure)
    with pytest.raises(ResourceNotFoundError, match="privateEndpointConnections/x"):
        client.private_endpoint_connection.begin_delete(group, name, "x", polling=False)


leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
word = st.sampled_from([
    "properties", "vmSize", "scaleSettings", "autoScale", "formula", "fixedScale", "tags", "id",
    "targetDedicatedNodes", "deploymentConfiguration", "virtualMachineConfiguration", "location",
    "imageReference", "nodeAgentSkuId", "startTask", "userIdentity", "userName", "autoStorage",
    "identity", "type", "networkProfile", "accountAccess", "ipRules", "encryption", "keyName",
    "allowedAuthenticationModes", "applicationPackages", "interNodeCommunication", "name",
    "networkConfiguration", "endpointConfiguration", "inboundNatPools", "userAccounts",
    "keyVaultReference", "poolAllocationMode", "storageAccountId", "displayName", "metadata",
])  # fmt: skip
nonsense = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(word, inner, max_size=5),
    max_leaves=12,
)
CALLS = [
    ("PUT", ""), ("PATCH", ""), ("PUT", "/pools/wild"), ("PATCH", "/pools/recorded"),
    ("POST", "/regenerateKeys"), ("PUT", "/applications/wild"), ("PATCH", "/applications/wild"),
    ("GET", "/pools"), ("POST", "/pools/recorded/stopResize"),
]  # fmt: skip


@settings(max_examples=500, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.sampled_from(CALLS), st.fixed_dictionaries({"properties": nonsense}) | nonsense)
def test_nonsense_is_refused(wild, call, body):
    method, path = call
    status, _, answer = wild(method, ACCOUNT + path, body)
    assert status < 500, answer
    if status >= 400:
        assert answer["error"]["code"]


@pytest.fixture(scope="module")
def wild():
    """Asks an emulator of its own, as its account may be anything afterwards."""
    with cloud() as running:
        ask = asking(running)
        machine = {
            "virtualMachineConfiguration": {
                "imageReference": UBUNTU["imageReference"],
                "nodeAgentSkuId": UBUNTU["nodeAgentSKUId"],
            }
        }
        pool = {
            "vmSize": "standard_d2_v2",
            "deploymentConfiguration": machine,
        }
        status, _, answer = ask("PUT", f"{ACCOUNT}/pools/recorded", {"properties": pool})
        assert status == 200, answer
        yield ask
