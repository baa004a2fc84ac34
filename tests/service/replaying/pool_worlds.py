"""What had happened before each request about pools."""

from service.helpers import pool_body
from service.replaying.pools import (
    ADE,
    AUTO,
    BIONIC,
    CLI,
    HELLO,
    IAAS,
    JSON,
    PAAS,
    PAUSED,
    SCALED,
    SPOT,
    TWO,
    ZONAL,
)
from service.replaying.steps import boots, on, without

from batchtui.emulator.options import SUBSCRIPTION

RESIZED = ("POST", "/pools/xplatCreatedPool/resize", {"targetLowPriorityNodes": 3})
CREATED_ONE = ["pool-create-201-start-task"]
UPDATED_ONE = [*CREATED_ONE, 1.6, "pool-update-properties-204", "pool-patch-200"]
THREE = ["pool-create-201-user-accounts", "pool-create-201-data-disk", ADE]
SUBNET = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/sanjsdkrg/providers/Microsoft.Network/"
    "virtualNetworks/sanjsdkvnet/subnets/default"
)

WORLDS = {
    "pool-create-201": [],
    "pool-create-201-data-disk": [],
    "pool-create-201-return-client-request-id": [],
    "pool-create-201-spot": [],
    "pool-create-201-start-task": [],
    "pool-create-201-user-accounts": [],
    "pool-create-400-image-id": [],
    "pool-create-400-image-unsupported-2024": [],
    "pool-create-400-subnet": [],
    "pool-create-403-forbidden-vnet-2020": [],
    "pool-create-409-app-package-2024": [],
    "pool-create-409-exists-2022": ["pool-create-409-exists-2022"],
    "pool-delete-202": CREATED_ONE,
    "pool-delete-409-being-deleted-2020": [
        HELLO, 120, ("DELETE", "/pools/nodesdktestpool1", None),
    ],
    "pool-disable-autoscale-200": [
        SCALED, 2, ("POST", "/pools/f50021c2/enableautoscale", {
            "autoScaleFormula": "$TargetDedicatedNodes=0",
        }), 2,
    ],
    "pool-enable-autoscale-200": [AUTO, 5],
    "pool-evaluate-autoscale-200": [AUTO, 5, "pool-enable-autoscale-200"],
    "pool-evaluate-autoscale-200-2024": [IAAS, 2, (
        "POST", "/pools/azure-cli-test-iaas/enableautoscale",
        {"autoScaleFormula": "$TargetDedicatedNodes=0"},
    )],
    "pool-evaluate-autoscale-200-formula-error-2020": [
        HELLO, 120, ("POST", "/pools/nodesdktestpool1/enableautoscale", {
            "autoScaleFormula": "$TargetDedicatedNodes=2",
        }),
    ],
    "pool-exists-200": UPDATED_ONE,
    "pool-exists-404": [],
    "pool-get-404": [*UPDATED_ONE, "pool-delete-202", 5],
    "pool-get-404-never-existed": [],
    "pool-get-after-remove-steady": [TWO, 120, "pool-remove-nodes-202", 107],
    "pool-get-after-resize-2024": [CLI, 2, RESIZED],
    "pool-get-autoscale": [AUTO, 5, "pool-enable-autoscale-200"],
    "pool-get-classic-communication": [pool_body(
        "BatchUser-testpool",
        vmSize="STANDARD_D1_V2",
        virtualMachineConfiguration=BIONIC,
        targetDedicatedNodes=1,
        userAccounts=[{"name": "test-user", "password": "Sanitized", "elevationLevel": "admin",
                       "linuxUserConfiguration": {"uid": 5, "gid": 5}}],
        networkConfiguration={"subnetId": SUBNET},
    ), 264 * 24 * 3600],
    "pool-get-data-disk": ["pool-create-201-data-disk"],
    "pool-get-deleting": [*UPDATED_ONE, "pool-delete-202"],
    "pool-get-deleting-resizing": [
        PAUSED, 120, ("DELETE", "/pools/BatchUser-deallocateStartNodePoolsync", None), 86,
    ],
    "pool-get-metadata": UPDATED_ONE,
    "pool-get-removing-nodes": [TWO, 120, "pool-remove-nodes-202"],
    "pool-get-resize-error-2024": [CLI, 2, RESIZED, "pool-stop-resize-202-2024", 120],
    "pool-get-resizing": ["pool-create-201"],
    "pool-get-select": UPDATED_ONE,
    "pool-get-select-two-2024": [
        PAAS, 2, ("POST", "/pools/azure-cli-test-paas/resize", {"targetLowPriorityNodes": 5}),
    ],
    "pool-get-spot-resizing": ["pool-create-201-spot"],
    "pool-get-spot-steady": ["pool-create-201-spot", 60],
    "pool-get-start-task-2024": [
        JSON, 7, "pool-patch-start-task-200-2024", 1,
        ("PATCH", "/pools/azure-cli-test-json", {"targetNodeCommunicationMode": "classic"}),
    ],
    "pool-get-steady": ["pool-create-201", 40],
    "pool-get-stopping": [SCALED, 2, "pool-resize-202", "pool-stop-resize-202"],
    "pool-get-upgrade-policy-2024": [ZONAL],
    "pool-list": THREE,
    "pool-list-2024": [PAAS, IAAS, 2, JSON],
    "pool-list-400-maxresults": [],
    "pool-list-filter-2024": [PAAS, IAAS, 2, JSON],
    "pool-list-page1": THREE,
    "pool-list-page2": [*THREE, "pool-list-page1"],
    "pool-list-page3-last": [*THREE, "pool-list-page1", "pool-list-page2"],
    "pool-node-counts": [
        boots(0.0, 1.0, *[0.9] * 10),
        PAUSED | {"id": "BatchUser-nodeOpsPoolasync", "targetDedicatedNodes": 2},
        19,
        SPOT | {"id": "BatchUser-canCRUDLowPri-testPoolasync"},
        SPOT,
        PAUSED | {"id": "BatchUser-deallocateStartNodePoolasync"},
        PAUSED,
        46,
        without("BatchUser-canCRUDLowPri-testPoolasync", 0, 2),
        on("BatchUser-deallocateStartNodePoolasync", 0, "deallocate"),
        on("BatchUser-deallocateStartNodePoolsync", 0, "deallocate"),
        on("BatchUser-nodeOpsPoolasync", 0, "reboot"),
    ],
    "pool-node-counts-2024": [pool_body("pool_image1"), CLI],
    "pool-node-counts-empty": ["pool-create-201-user-accounts"],
    "pool-patch-200": [*CREATED_ONE, 1.6, "pool-update-properties-204"],
    "pool-patch-409-app-package-2024": [PAAS],
    "pool-patch-start-task-200-2024": [JSON, 7],
    "pool-remove-nodes-202": [TWO, 120],
    "pool-resize-202": [SCALED, 2],
    "pool-resize-400-missing-property": [],
    "pool-resize-404": [],
    "pool-stop-resize-202": [SCALED, 2, "pool-resize-202"],
    "pool-stop-resize-202-2024": [CLI, 2, RESIZED],
    "pool-update-properties-204": CREATED_ONE,
    "pool-usage-metrics-2024": [],
    "supported-images": [],
    "supported-images-2025": [],
}  # fmt: skip
