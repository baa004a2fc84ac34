"""What had happened before each request to Resource Manager."""

from conftest import recording

from batchtui.emulator.options import LOCATION, RESOURCE_GROUP, SUBSCRIPTION

BATCH = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}/providers/Microsoft.Batch/"
    "batchAccounts"
)


def stored(name):
    """The recorded account's storage, as a request sets it."""
    recorded_id = recording(name)["response"]["body"]["properties"]["autoStorage"][
        "storageAccountId"
    ]
    kind = recorded_id.split("/providers/")[1]
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}"
    return {"properties": {"autoStorage": {"storageAccountId": f"{group}/providers/{kind}"}}}


NOT_THERE = [("DELETE", f"{BATCH}/clibatchtestacct000003", None), 60]
BEGUN = [*NOT_THERE, "arm-account-create-202"]
PAAS = {
    "displayName": "test_pool",
    "vmSize": "Small",
    "deploymentConfiguration": {"cloudServiceConfiguration": {"osFamily": "5"}},
    "scaleSettings": {"fixedScale": {"targetDedicatedNodes": 0}},
    "startTask": {
        "commandLine": 'cmd.exe /c "echo hello world"',
        "resourceFiles": [{"filePath": "filename.txt", "httpUrl": "https://blobsource.com"}],
        "environmentSettings": [{"name": "ENV_VAR", "value": "env_value"}],
        "userIdentity": {"autoUser": {"elevationLevel": "Admin"}},
    },
    "userAccounts": [{
        "name": "UserName", "password": "Secret-enough",
        "windowsUserConfiguration": {"loginMode": "Interactive"},
    }],
}  # fmt: skip
ARM_POOL = ["arm-pool-put-200", 2]


WORLDS = {
    "arm-account-create-202": NOT_THERE,
    "arm-account-create-400-byos": [],
    "arm-account-create-400-linked-id": [],
    "arm-account-create-404-resource-group": [],
    "arm-account-create-409-quota": [
        ("PUT", f"{BATCH}/batchtestnodesdk2", {"location": LOCATION}), 1,
    ],
    "arm-account-delete-202": [],
    "arm-account-get": [],
    "arm-account-get-2025": [("PATCH", f"{BATCH}/myaccountxxx", stored("arm-account-get-2025"))],
    "arm-account-list-by-resource-group": [],
    "arm-account-list-by-resource-group-empty": [("DELETE", f"{BATCH}/demo", None), 60],
    "arm-account-list-by-subscription": [],
    "arm-account-list-keys": [],
    "arm-account-operation-result-200": ["arm-account-delete-202", 60],
    "arm-account-operation-result-202": ["arm-account-delete-202"],
    "arm-account-patch-200": [],
    "arm-account-regenerate-keys": [],
    "arm-application-list": [("PUT", f"{BATCH}/batch11/applications/my_application_id", {
        "properties": {"displayName": "my_application_name", "allowUpdates": True},
    })],
    "arm-check-name-available": [],
    "arm-check-name-taken": [],
    "arm-location-quotas": [],
    "arm-operation-result-200": [
        *NOT_THERE,
        ("PUT", f"{BATCH}/clibatchtestacct000003", {
            "location": LOCATION, **stored("arm-operation-result-200"),
        }), 20,
    ],
    "arm-operation-result-202": BEGUN,
    "arm-outbound-endpoints": ["arm-account-patch-200"],
    "arm-pool-delete-202": [*ARM_POOL, "arm-pool-patch-200", 35],
    "arm-pool-get": [*ARM_POOL, 14, "arm-pool-patch-200"],
    "arm-pool-list": [
        ("PUT", f"{BATCH}/batch11f4b22485/pools/test_paas_pool", {"properties": PAAS}),
        "arm-pool-put-200",
    ],
    "arm-pool-patch-200": [*ARM_POOL, 14],
    "arm-pool-put-200": [],
    "arm-pool-stop-resize-409-2020": [("PUT", f"{BATCH}/batch1f5c0f25/pools/test_iaas_pool", {
        "properties": recording("arm-pool-put-200")["request"]["body"]["properties"]
        | {"scaleSettings": {"autoScale": {"formula": "$TargetDedicatedNodes=0"}}},
    }), 2],
    "arm-resource-group-404": [],
    "arm-resource-group-get": [],
    "arm-subscription-list": [],
    "arm-virtual-machine-skus": [],
    "arm-virtual-machine-skus-full": [],
}  # fmt: skip
