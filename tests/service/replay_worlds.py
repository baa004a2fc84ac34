"""What had happened before each recorded request was sent: see Replay.take for the steps."""

from service.helpers import UBUNTU, pool_body

BIONIC = {
    "imageReference": {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS"},
    "nodeAgentSKUId": "batch.node.ubuntu 18.04",
}
SMALL_WINDOWS = {
    "imageReference": {
        "publisher": "microsoftwindowsserver",
        "offer": "windowsserver",
        "sku": "2022-datacenter-smalldisk",
    },
    "nodeAgentSKUId": "batch.node.windows amd64",
}


def endpoint(*nat_pools, **more):
    """The network configuration of a pool with inbound NAT pools: name, protocol, ports."""
    names = ("name", "protocol", "backendPort", "frontendPortRangeStart", "frontendPortRangeEnd")
    pools = [dict(zip(names, pool, strict=True)) for pool in nat_pools]
    return {"endpointConfiguration": {"inboundNATPools": pools}} | more


def sdk_pool(pool_id, nodes=0, **more):
    """A pool as the Python SDK's own tests make it."""
    return pool_body(
        pool_id,
        displayName="test_pool",
        targetDedicatedNodes=nodes,
        userAccounts=[{"name": "task-user", "password": "secret", "elevationLevel": "admin"}],
        networkConfiguration=endpoint(("ruleName", "tcp", 3389, 15000, 15100)),
        **more,
    )


def boots(*parts):
    """Let the next nodes that start take these parts, 0 to 1, of the longest that it takes."""

    async def step(replay):
        replay.state.world.chance.random = iter(parts).__next__

    return step


UDP = pool_body(
    "batch_network_",
    targetDedicatedNodes=1,
    networkConfiguration=endpoint(("TestEndpointConfig", "udp", 64444, 60000, 60040)),
)
TWO = sdk_pool("aaf61a7c", 2)
ONE = sdk_pool("859320ac", 1)
SCALED = sdk_pool("f50021c2", virtualMachineConfiguration=BIONIC)
AUTO = sdk_pool("7349199b")
SPOT = pool_body(
    "BatchUser-canCRUDLowPri-testPoolsync",
    vmSize="STANDARD_D1_V2",
    virtualMachineConfiguration=SMALL_WINDOWS,
    targetDedicatedNodes=2,
    targetLowPriorityNodes=2,
    networkConfiguration=endpoint(
        ("testinbound", "tcp", 5000, 60000, 60040), ("SSHRule", "tcp", 22, 60100, 60140)
    ),
    targetNodeCommunicationMode="default",
)
PAUSED = pool_body(
    "BatchUser-deallocateStartNodePoolsync",
    vmSize="STANDARD_D2S_V3",
    virtualMachineConfiguration=SMALL_WINDOWS,
    targetDedicatedNodes=1,
)
SSH = pool_body(
    "jssdkPool-Endpointa970",
    vmSize="STANDARD_A1_V2",
    targetDedicatedNodes=1,
    networkConfiguration=endpoint(
        ("TestEndpointConfig", "udp", 64444, 60000, 60040), ("ssh", "tcp", 22, 15000, 15100)
    ),
)
BASIC = pool_body(
    "jssdkPool-Basic6228",
    vmSize="STANDARD_D1_V2",
    virtualMachineConfiguration=SMALL_WINDOWS
    | {"imageReference": SMALL_WINDOWS["imageReference"] | {"sku": "2022-Datacenter"}},
    targetDedicatedNodes=3,
    startTask={"commandLine": "cmd /c echo hello > hello.txt"},
)
IMPLICIT = pool_body("3d0a22a3", virtualMachineConfiguration=BIONIC, targetDedicatedNodes=2)
CLI = pool_body("xplatCreatedPool", startTask={
    "commandLine": "cmd /c echo test",
    "userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}},
})  # fmt: skip
PAAS = pool_body("azure-cli-test-paas")
IAAS = pool_body(
    "azure-cli-test-iaas",
    vmSize="STANDARD_A1",
    virtualMachineConfiguration=BIONIC,
    targetNodeCommunicationMode="classic",
)
JSON = pool_body(
    "azure-cli-test-json",
    targetLowPriorityNodes=2,
    taskSlotsPerNode=3,
    startTask={"commandLine": "cmd /c echo test", "userIdentity": {"username": "cliTestUser"}},
    userAccounts=[{"name": "cliTestUser", "password": "Sanitized", "elevationLevel": "admin",
                   "windowsUserConfiguration": {"loginMode": "interactive"}}],
)  # fmt: skip
ZONAL = pool_body(
    "xplatCreatedPool",
    vmSize="STANDARD_D4S_V3",
    virtualMachineConfiguration={
        "imageReference": {
            "publisher": "MicrosoftWindowsServer",
            "offer": "WindowsServer",
            "sku": "2016-datacenter-smalldisk",
        },
        "nodeAgentSKUId": "batch.node.windows amd64",
        "nodePlacementConfiguration": {"policy": "Zonal"},
    },
    targetDedicatedNodes=2,
    upgradePolicy={
        "mode": "automatic",
        "automaticOSUpgradePolicy": {
            "disableAutomaticRollback": True,
            "enableAutomaticOSUpgrade": True,
            "useRollingUpgradePolicy": True,
            "osRollingUpgradeDeferral": True,
        },
        "rollingUpgradePolicy": {
            "enableCrossZoneUpgrade": True,
            "maxBatchInstancePercent": 20,
            "maxUnhealthyInstancePercent": 20,
            "maxUnhealthyUpgradedInstancePercent": 20,
            "pauseTimeBetweenBatches": "PT0S",
            "prioritizeUnhealthyInstances": True,
            "rollbackFailedInstancesOnPolicyBreach": True,
        },
    },
)
HELLO = pool_body(
    "nodesdktestpool1",
    targetDedicatedNodes=1,
    virtualMachineConfiguration=SMALL_WINDOWS,
    startTask={"commandLine": "cmd /c echo hello > hello.txt"},
)
RESIZED = ("POST", "/pools/xplatCreatedPool/resize", {"targetLowPriorityNodes": 3})
CREATED_ONE = ["pool-create-201-start-task"]
UPDATED_ONE = [*CREATED_ONE, 1.6, "pool-update-properties-204", "pool-patch-200"]
ADE = pool_body(
    "batch_ade_",
    virtualMachineConfiguration=UBUNTU
    | {"diskEncryptionConfiguration": {"targets": ["temporarydisk"]}},
)
THREE = ["pool-create-201-user-accounts", "pool-create-201-data-disk", ADE]
STOPPED = [PAUSED, 45, "node-deallocate-202"]

# Bodies that a recording lacks or hides.
BODIES = {
    "node-upload-logs-200": {
        "containerUrl": "https://account.blob.core.windows.net/logs?sig=none",
        "startTime": "2025-11-25T23:52:17.423294Z",
    },
    "pool-create-403-forbidden-vnet-2020": pool_body("p", networkConfiguration={
        "subnetId": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/test/"
        "providers/Microsoft.Network/virtualNetworks/vnet1/subnets/subnet1",
    }),
    "pool-evaluate-autoscale-200-formula-error-2020": {"autoScaleFormula": "something_useless"},
}  # fmt: skip

WORLDS = {
    "application-list-2020": [],
    # Node by node.
    "node-add-user-201": [ONE, 120],
    "node-add-user-201-2020": [
        pool_body("test_batch_test_batch_compute_node_user3c670ff0", targetDedicatedNodes=1), 120,
    ],
    "node-add-user-201-location": [BASIC, 120],
    "node-deallocate-202": [PAUSED, 45],
    "node-deallocate-202-no-body": [BASIC, 120],
    "node-delete-user-200": [ONE, 120, "node-add-user-201"],
    "node-disable-scheduling-200": [TWO, 120],
    "node-enable-scheduling-200": [TWO, 120, "node-disable-scheduling-200"],
    "node-get": [TWO, 120],
    "node-get-deallocated": [*STOPPED, 67],
    "node-get-deallocating": STOPPED,
    "node-get-idle-after-start": [*STOPPED, 67, "node-start-202", 240],
    "node-get-rebooting": [TWO, 120, "node-reboot-202", 50],
    "node-get-remote-login": [ONE, 120],
    "node-get-remote-login-dualstack": ["pool-create-201", 40],
    "node-get-remote-login-implicit-ssh-2022": [
        pool_body("f68621d9", virtualMachineConfiguration=BIONIC, targetDedicatedNodes=1), 120,
    ],
    "node-get-remote-login-ssh": [SSH, 120],
    "node-get-starting-after-reboot": [TWO, 120, "node-reboot-202", 66],
    "node-get-starting-disabled": [*STOPPED, 67, "node-start-202"],
    "node-get-starting-enabled": [*STOPPED, 67, "node-start-202", 154],
    "node-get-windows-start-task-2020": [HELLO, 120],
    "node-list": [TWO, 120],
    "node-list-creating-dualstack": ["pool-create-201", 40],
    "node-list-creating-implicit-ssh-2023": [IMPLICIT, 40],
    "node-list-idle-implicit-ssh-2023": [boots(0.1, 0.9), IMPLICIT, 75],
    "node-list-mixed-starting-idle": [boots(0.9, 0.1), TWO, 75],
    "node-list-spot-and-dedicated": ["pool-create-201-spot", 45],
    "node-list-ssh-endpoint": [SSH, 120],
    "node-list-starting": [TWO, 45],
    "node-list-udp-endpoint": [UDP, 40],
    "node-reboot-202": [TWO, 120],
    "node-reboot-202-2020": [HELLO, 120],
    "node-reimage-202": [BASIC, 120],
    "node-reimage-409-2023": [IMPLICIT, 120],
    "node-replace-user-200": [ONE, 120, "node-add-user-201"],
    "node-start-202": [*STOPPED, 67],
    "node-upload-logs-200": [TWO, 120],
    # Pool by pool.
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
        networkConfiguration={},
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
    "pool-get-start-task-2024": [JSON, 7, "pool-patch-start-task-200-2024"],
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
    "pool-node-counts": ["pool-create-201-spot", 45],
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
