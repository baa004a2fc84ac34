"""Bodies of pools with everything in them, and what they become."""

import json

from hypothesis import strategies as st
from service.helpers import UBUNTU, WINDOWS

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/test/providers"
IDENTITY = {
    "resourceId": f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/identity",
}
ARTIFACT = f"{GROUP}/Microsoft.Compute/galleries/g/serviceArtifacts/a/vmArtifactsProfiles/p"
REGISTRY = {"username": "me", "password": "secret-word", "registryServer": "example.azurecr.io"}

LINUX = {
    "id": "full",
    "displayName": "Everything",
    "vmSize": "STANDARD_D4S_V3",
    "resizeTimeout": "PT0H20M",
    "targetDedicatedNodes": 0,
    "targetLowPriorityNodes": 0,
    "enableInterNodeCommunication": True,
    "taskSlotsPerNode": 16,
    "taskSchedulingPolicy": {"nodeFillType": "pack", "jobDefaultOrder": "creationTime"},
    "metadata": [{"name": "team", "value": "render"}, {"name": "empty", "value": ""}],
    "startTask": {
        "commandLine": "/bin/true",
        "containerSettings": {
            "imageName": "ubuntu",
            "containerRunOptions": "--rm",
            "registry": REGISTRY,
            "workingDirectory": "taskWorkingDirectory",
            "containerHostBatchBindMounts": [{"source": "Task", "isReadOnly": True}],
        },
        "resourceFiles": [
            {"httpUrl": "https://example.com/a", "filePath": "in/a", "fileMode": "0770"},
            {
                "storageContainerUrl": "https://example.blob.core.windows.net/c",
                "blobPrefix": "x/",
                "identityReference": IDENTITY,
            },
        ],
        "environmentSettings": [{"name": "A", "value": "1"}, {"name": "a"}],
        "userIdentity": {"username": "operator"},
        "maxTaskRetryCount": -1,
        "waitForSuccess": False,
    },
    "userAccounts": [
        {
            "name": "operator",
            "password": "secret-word",
            "elevationLevel": "Admin",
            "linuxUserConfiguration": {"uid": 1001, "gid": 1002, "sshPrivateKey": "secret-word"},
        }
    ],
    "virtualMachineConfiguration": UBUNTU
    | {
        "dataDisks": [
            {"lun": 0, "diskSizeGB": 64},
            {
                "lun": 63,
                "diskSizeGB": 1024,
                "caching": "ReadOnly",
                "managedDisk": {
                    "storageAccountType": "premium_lrs",
                    "securityProfile": {"securityEncryptionType": "VMGuestStateOnly"},
                },
            },
        ],
        "containerConfiguration": {
            "type": "dockerCompatible",
            "containerImageNames": ["ubuntu"],
            "containerRegistries": [
                REGISTRY,
                {"identityReference": IDENTITY},
            ],
        },
        "diskEncryptionConfiguration": {
            "targets": ["OsDisk", "temporarydisk"],
            "customerManagedKey": {
                "identityReference": IDENTITY,
                "keyUrl": "https://vault.example/keys/k/1",
            },
        },
        "nodePlacementConfiguration": {"policy": "zonal"},
        "extensions": [
            {
                "name": "e",
                "publisher": "p",
                "type": "t",
                "typeHandlerVersion": "1.0",
                "autoUpgradeMinorVersion": True,
                "enableAutomaticUpgrade": False,
                "settings": {"a": {"b": [1]}},
                "protectedSettings": {"key": "secret-word"},
                "provisionAfterExtensions": ["f"],
            }
        ],
        "osDisk": {
            "ephemeralOSDiskSettings": {"placement": "cachedisk"},
            "caching": "readwrite",
            "diskSizeGB": 100,
            "managedDisk": {
                "storageAccountType": "standardssd_lrs",
                "securityProfile": {"securityEncryptionType": "DiskWithVMGuestState"},
            },
            "writeAcceleratorEnabled": False,
        },
        "securityProfile": {
            "encryptionAtHost": True,
            "proxyAgentSettings": {
                "enabled": True,
                "imds": {"mode": "Audit"},
                "wireServer": {"inVMAccessControlProfileReferenceId": "x"},
            },
            "securityType": "confidentialVM",
            "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
        },
        "serviceArtifactReference": {"id": ARTIFACT},
    },
    "networkConfiguration": {
        "dynamicVNetAssignmentScope": "none",
        "enableAcceleratedNetworking": True,
        "publicIPAddressConfiguration": {
            "provision": "batchManaged",
            "ipFamilies": ["IPv4", "IPv6"],
            "ipTags": [{"ipTagType": "FirstPartyUsage", "tag": "SQL"}],
        },
        "endpointConfiguration": {
            "inboundNATPools": [
                {
                    "name": "ssh",
                    "protocol": "TCP",
                    "backendPort": 22,
                    "frontendPortRangeStart": 15000,
                    "frontendPortRangeEnd": 15039,
                    "networkSecurityGroupRules": [
                        {
                            "priority": 150,
                            "access": "Allow",
                            "sourceAddressPrefix": "192.0.2.0/24",
                            "sourcePortRanges": ["1-5", "7"],
                        },
                        {"priority": 4096, "access": "deny", "sourceAddressPrefix": "*"},
                    ],
                },
                {
                    "name": "web.1",
                    "protocol": "udp",
                    "backendPort": 80,
                    "frontendPortRangeStart": 60000,
                    "frontendPortRangeEnd": 60500,
                },
            ]
        },
    },
    "mountConfiguration": [
        {
            "azureBlobFileSystemConfiguration": {
                "accountName": "a",
                "containerName": "c",
                "accountKey": "secret-word",
                "blobfuseOptions": "-o ro",
                "relativeMountPath": "blobs",
            }
        },
        {"nfsMountConfiguration": {"source": "h:/x", "relativeMountPath": "nfs"}},
        {
            "cifsMountConfiguration": {
                "username": "u",
                "source": "//h/x",
                "relativeMountPath": "cifs",
                "password": "secret-word",
            }
        },
        {
            "azureFileShareConfiguration": {
                "accountName": "a",
                "accountKey": "secret-word",
                "azureFileUrl": "https://a.file.core.windows.net/",
                "relativeMountPath": "files",
            }
        },
    ],
    "upgradePolicy": {
        "mode": "Rolling",
        "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
        "rollingUpgradePolicy": {
            "enableCrossZoneUpgrade": True,
            "maxBatchInstancePercent": 20,
            "maxUnhealthyInstancePercent": 20,
            "maxUnhealthyUpgradedInstancePercent": 0,
            "pauseTimeBetweenBatches": "P0D",
            "prioritizeUnhealthyInstances": True,
            "rollbackFailedInstancesOnPolicyBreach": False,
        },
    },
}
OF_WINDOWS = {
    "id": "windows",
    "vmSize": "standard_d2_v2",
    "enableAutoScale": True,
    "autoScaleFormula": "$TargetDedicatedNodes = 0;",
    "autoScaleEvaluationInterval": "PT05M",
    "virtualMachineConfiguration": WINDOWS
    | {
        "windowsConfiguration": {"enableAutomaticUpdates": False},
        "licenseType": "Windows_Server",
    },
    "userAccounts": [
        {"name": "one", "password": "secret-word"},
        {
            "name": "two",
            "password": "secret-word",
            "windowsUserConfiguration": {"loginMode": "Interactive"},
        },
    ],
    "startTask": {"commandLine": "cmd /c echo hello", "userIdentity": {"autoUser": {}}},
    "networkConfiguration": {"publicIPAddressConfiguration": {"provision": "noPublicIPAddresses"}},
    "upgradePolicy": {"mode": "manual"},
}


ASSIGNED = frozenset({
    "odata.metadata", "url", "eTag", "lastModified", "creationTime", "state",
    "stateTransitionTime", "allocationState", "allocationStateTransitionTime",
    "currentDedicatedNodes", "currentLowPriorityNodes", "resizeErrors", "autoScaleRun",
})  # fmt: skip


def again(shown, pool_id):
    """The body that creates a pool like one that GET shows, with secrets in their places."""
    parts = json.loads(json.dumps(shown)).items()
    pool = {name: part for name, part in parts if name not in ASSIGNED} | {"id": pool_id}
    if pool["enableAutoScale"]:
        del pool["targetDedicatedNodes"], pool["targetLowPriorityNodes"]
    for account in pool.get("userAccounts", ()):
        account["password"] = "secret-word"
    for mount in pool.get("mountConfiguration", ()):
        for kind, settings in mount.items():
            if kind == "cifsMountConfiguration":
                settings["password"] = "secret-word"
            elif kind != "nfsMountConfiguration" and "identityReference" not in settings:
                settings["accountKey"] = "secret-word"
    return pool


def names_and_texts(value):
    """All that a JSON value has in it, names as well as values."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from names_and_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from names_and_texts(item)
    else:
        yield value


WORDS = sorted({word for word in names_and_texts([LINUX, OF_WINDOWS]) if isinstance(word, str)})
leaf = (
    st.none()
    | st.booleans()
    | st.integers(-2, 70000)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS)
    | st.text(max_size=8)
)
value = st.recursive(
    leaf,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutated(draw):
    """A body with everything, in which a thing or two are replaced, removed, added or doubled."""
    body = json.loads(json.dumps(draw(st.sampled_from([LINUX, OF_WINDOWS]))))
    pool_id = body.pop("id")
    for _ in range(draw(st.integers(0, 2))):
        _mutate(draw, body)
    return {"id": pool_id} | body


def _mutate(draw, body):
    place = body
    while True:
        key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        if (
            not place[key]
            or not isinstance(place[key], dict | list)
            or draw(st.integers(0, 3)) == 0
        ):
            break
        place = place[key]
    deed = draw(st.sampled_from(["remove", "remove", "replace", "like", "like", "add"]))
    if deed == "remove":
        del place[key]
    elif deed == "replace":
        place[key] = draw(value)
    elif deed == "like":
        place[key] = draw(_like(place[key]))
    elif isinstance(place, dict):
        place[draw(st.sampled_from(WORDS))] = draw(value)
    else:
        place.append(json.loads(json.dumps(place[key])))


def _like(old):
    """Values of the same type as another."""
    if isinstance(old, bool):
        return st.booleans()
    if isinstance(old, int):
        return st.integers(-2, 300)
    return st.sampled_from(WORDS) if isinstance(old, str) else value
