"""Pools as those were whose recordings begin when they were there already."""

from service.helpers import UBUNTU, pool_body

BIONIC = {
    "imageReference": {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS"},
    "nodeAgentSKUId": "batch.node.ubuntu 18.04",
}
CANONICAL_BIONIC = {
    "imageReference": {"publisher": "canonical", "offer": "ubuntuserver", "sku": "18.04-lts"},
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


def paas_pool(pool_id, **more):
    """A pool of cloud services, as there were until 2025."""
    return {
        "id": pool_id,
        "vmSize": "small",
        "cloudServiceConfiguration": {"osFamily": "4"},
    } | more


KEY_VAULT = {
    "name": "secretext",
    "publisher": "Microsoft.Azure.KeyVault",
    "type": "KeyVaultForLinux",
    "typeHandlerVersion": "1.0",
    "autoUpgradeMinorVersion": True,
}
UDP = pool_body(
    "batch_network_",
    virtualMachineConfiguration=UBUNTU | {"extensions": [KEY_VAULT]},
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
    targetDedicatedNodes=4,
    startTask={"commandLine": "cmd /c echo hello > hello.txt"},
)
IMPLICIT = pool_body("3d0a22a3", virtualMachineConfiguration=BIONIC, targetDedicatedNodes=2)
CLI = paas_pool("xplatCreatedPool", startTask={
    "commandLine": "cmd /c echo test",
    "userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}},
})  # fmt: skip
PAAS = paas_pool("azure-cli-test-paas")
IAAS = pool_body(
    "azure-cli-test-iaas",
    vmSize="STANDARD_A1",
    virtualMachineConfiguration=BIONIC,
    targetNodeCommunicationMode="classic",
)
JSON = paas_pool(
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
            "pauseTimeBetweenBatches": "P0D",
            "prioritizeUnhealthyInstances": True,
            "rollbackFailedInstancesOnPolicyBreach": True,
        },
    },
)
HELLO = paas_pool(
    "nodesdktestpool1",
    targetDedicatedNodes=1,
    startTask={"commandLine": "cmd /c echo hello > hello.txt"},
)
ADE = pool_body(
    "batch_ade_",
    virtualMachineConfiguration=UBUNTU
    | {"diskEncryptionConfiguration": {"targets": ["temporarydisk"]}},
)
