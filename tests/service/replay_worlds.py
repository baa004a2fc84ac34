"""What had happened before each recorded request was sent: see Replay.take for the steps."""

from conftest import recording
from service.helpers import UBUNTU, pool_body

from batchtui.emulator.options import LOCATION, RESOURCE_GROUP, SUBSCRIPTION

BIONIC = {
    "imageReference": {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS"},
    "nodeAgentSKUId": "batch.node.ubuntu 18.04",
}
# The subscription of the account that the Java SDK's tests use, and their network in ours.
JAVA_SUBSCRIPTION = "b5df12db-974a-4202-a3dd-6793e3bf4128"
SUBNET = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/sanjsdkrg/providers/Microsoft.Network/"
    "virtualNetworks/sanjsdkvnet/subnets/default"
)
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


def with_machines(schedule):
    """A job schedule whose pools are made of virtual machines, and have no certificates."""
    job = schedule["jobSpecification"]
    auto = job["poolInfo"]["autoPoolSpecification"]
    pool = {"vmSize": "STANDARD_D2_V2", "virtualMachineConfiguration": UBUNTU}
    pool["startTask"] = auto["pool"]["startTask"]
    info = {"autoPoolSpecification": auto | {"pool": pool}}
    return schedule | {"jobSpecification": job | {"poolInfo": info}}


def boots(*parts):
    """Let the next nodes that start take these parts, 0 to 1, of the longest that it takes."""

    async def step(replay):
        replay.state.world.chance.random = iter(parts).__next__

    return step


def packages(application, *versions):
    """Let the account have an application."""

    async def step(replay):
        added = replay.state.world.add_application(application)
        added.body["versions"] = list(versions)

    return step


def filed(pool_id, name, text):
    """Let a file be on a pool's first node."""

    async def step(replay):
        replay.state.hosts.put(members(replay, pool_id)[0], name, text)

    return step


def hello(pool_id, job_id, text, **more):
    """A task `test_task` that was run on a pool's node, and wrote a text."""
    return [
        pool_body(pool_id, targetDedicatedNodes=1, **more),
        120,
        ("POST", "/jobs", {"id": job_id, "poolInfo": {"poolId": pool_id}}),
        ("POST", f"/jobs/{job_id}/tasks", {"id": "test_task", "commandLine": "echo hello"}),
        10,
        filed(pool_id, f"workitems/{job_id}/job-1/test_task/stdout.txt", text),
    ]


def on(pool_id, place, action, body=None):
    """Act on a pool's node, counted by its address."""

    async def step(replay):
        node = members(replay, pool_id)[place]
        await replay.take([("POST", f"/pools/{pool_id}/nodes/{node.id}/{action}", body)])

    return step


def without(pool_id, *places):
    """Remove some of a pool's nodes, counted by their addresses."""

    async def step(replay):
        nodes = members(replay, pool_id)
        body = {"nodeList": [nodes[place].id for place in places]}
        await replay.take([("POST", f"/pools/{pool_id}/removenodes", body)])

    return step


def members(replay, pool_id):
    nodes = replay.state.world.pools[pool_id].nodes
    return sorted(nodes, key=lambda node: node.address_index)


ON_WINDOWS = hello("d5e1b9f", "batch", "hello world\r\n", virtualMachineConfiguration=SMALL_WINDOWS)
ON_LINUX = hello("test_batch_test_batch_files98930ae3", "batch98930ae3", "")
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
    virtualMachineConfiguration=SMALL_WINDOWS,
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

JOBS = pool_body("xplatJobForTaskTests")
TASKS = [
    JOBS,
    2,
    ("POST", "/jobs", {"id": "xplatJobForTaskTests", "poolInfo": {"poolId": JOBS["id"]}}),
]
AUTO_POOL = recording("job-create-201-auto-pool")["request"]["body"]
PREPARED = AUTO_POOL | {
    "id": "batch_job1_",
    "jobPreparationTask": {"commandLine": 'cmd /c "echo hello world"'},
    "jobReleaseTask": {"commandLine": 'cmd /c "echo goodbye world"'},
}
OLD_JOB = ("POST", "/jobs", PREPARED | {"id": "batch_job1_8dcc0a7e"})
SCHEDULE = recording("job-schedule-create-201")["request"]["body"]
X_JOB = {
    "id": "xplatJob",
    **SCHEDULE["jobSpecification"],  # the schedule's job, in a pool
    "displayName": "displayName",
    "poolInfo": {"poolId": "xplatTestPool"},
}
HELLO_JOB = "HelloWorldJobNodeSDKTest"
HELLO_TASKS = [
    pool_body("nodesdktestpool1"),
    2,
    ("POST", "/jobs", {"id": HELLO_JOB, "poolInfo": {"poolId": "nodesdktestpool1"},
                       "constraints": {"maxTaskRetryCount": 3}}),
    ("POST", f"/jobs/{HELLO_JOB}/tasks", {"id": "HelloWorldNodeSDKTestTask",
                                          "commandLine": "ping 127.0.0.1 -n 20"}),
]  # fmt: skip
MY_TASK = recording("task-list-2022")["response"]["body"]["value"][0]
MY_POOL = pool_body(
    "ncj-ubuntu1604", vmSize="STANDARD_D1_V2", virtualMachineConfiguration=CANONICAL_BIONIC
)
MY_TASKS = [
    ("POST", "/jobs", {"id": "ncj-ubuntu1604", "poolInfo": {"poolId": "ncj-ubuntu1604"}}),
    ("POST", "/jobs/ncj-ubuntu1604/tasks", {
        "id": "myTask", "commandLine": MY_TASK["commandLine"],
        "outputFiles": MY_TASK["outputFiles"], "constraints": {"retentionTime": "PT1H"},
    }),
]  # fmt: skip

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
ARM_POOL = ["arm-pool-put-200", 2]

# Bodies that a recording lacks or hides, and what has no cloud services.
BODIES = {
    "arm-account-create-400-linked-id": {
        "location": LOCATION,
        "properties": {
            "poolAllocationMode": "UserSubscription",
            "keyVaultReference": {"id": "abc", "url": "def"},
        },
    },
    "arm-account-create-404-resource-group": {"location": LOCATION},
    "node-upload-logs-200": {
        "containerUrl": "https://account.blob.core.windows.net/logs?sig=none",
        "startTime": "2025-11-25T23:52:17.423294Z",
    },
    "pool-create-403-forbidden-vnet-2020": pool_body("p", networkConfiguration={
        "subnetId": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/test/"
        "providers/Microsoft.Network/virtualNetworks/vnet1/subnets/subnet1",
    }),
    "pool-evaluate-autoscale-200-formula-error-2020": {"autoScaleFormula": "something_useless"},
    "job-schedule-create-201": with_machines(SCHEDULE),
}  # fmt: skip

WORLDS = {
    "application-list-2020": [packages("my_application_id", "1.0")],
    # What Resource Manager has.
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
    "arm-pool-list": ["arm-pool-put-200"],
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
    # Job by job.
    "job-create-201-2024": [JOBS, 2],
    "job-create-201-auto-pool": [],
    "job-create-409-exists": ["job-create-201-auto-pool"],
    "job-delete-202": [pool_body("xplatTestPool"), 2, ("POST", "/jobs", X_JOB)],
    "job-disable-202-2020": [OLD_JOB],
    "job-enable-202-2020": [OLD_JOB, "job-disable-202-2020"],
    "job-get": [("POST", "/jobs", PREPARED), "job-replace-200", "job-patch-200"],
    "job-get-2024": [JOBS, 2, "job-create-201-2024"],
    "job-list": [
        pool_body("xplatTestPool"), 2, "job-schedule-create-201", ("POST", "/jobs", X_JOB),
    ],
    "job-patch-200": [("POST", "/jobs", PREPARED), "job-replace-200"],
    "job-prep-release-409-not-specified-2020": HELLO_TASKS,
    "job-replace-200": [("POST", "/jobs", PREPARED)],
    "job-replace-200-2024": [JOBS, 2, "job-create-201-2024", 2],
    "job-replace-412-if-unmodified-since": [JOBS, 2, "job-create-201-2024", 1, (
        "PATCH", "/jobs/cli-test-job-1", {"priority": 500},
    ), 1],
    "job-schedule-create-201": [],
    "job-terminate-202-2020": [OLD_JOB, "job-disable-202-2020", "job-enable-202-2020"],
    # Task by task.
    "task-add-collection-200": TASKS,
    "task-counts": TASKS,
    "task-create-201": TASKS,
    "task-delete-200": [*TASKS, "task-create-201"],
    "task-file-list": [*ON_WINDOWS, "node-file-delete-200"],
    "task-get": [*TASKS, "task-create-201"],
    "task-list-2020": [*HELLO_TASKS, 1, "task-terminate-204-2020", 1, (
        "POST", f"/jobs/{HELLO_JOB}/tasks",
        {"id": "HelloWorldNodeSDKTestTask2", "commandLine": "cmd /c echo hello world"},
    ), "task-reactivate-204-2020"],
    "task-list-2022": [MY_POOL, 2, *MY_TASKS],
    "task-reactivate-204-2020": [*HELLO_TASKS, 1, "task-terminate-204-2020"],
    "task-subtasks-200-2020": HELLO_TASKS,
    "task-terminate-204-2020": HELLO_TASKS,
    "node-list-recent-tasks-2022": [MY_POOL | {"targetDedicatedNodes": 1}, 120, *MY_TASKS, 60],
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
    "node-extension-get": [UDP, 40],
    "node-extension-list": [UDP, 40],
    "node-file-delete-200": ON_WINDOWS,
    "node-file-get-200": ON_WINDOWS,
    "node-file-list-2020": ON_LINUX,
    "node-file-list-recursive": ON_WINDOWS,
    "node-file-properties-200": ON_WINDOWS,
    "node-file-properties-200-linux-2020": ON_LINUX,
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
    "node-list-no-endpoint-start-task": [
        BASIC, 120, on("jssdkPool-Basic6228", 2, "reboot"), 2, "node-reimage-202", 4,
    ],
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


# What the emulator's account calls otherwise.
NAMES = {
    "arm-account-get-2025": {"eastasia": LOCATION},
    "arm-account-list-by-subscription": {"batchexp": RESOURCE_GROUP},
    # The recorded subnet is in another subscription, with the id of the emulator's.
    "pool-create-400-subnet": {
        "00000000-0000-0000-0000-000000000000": "11111111-1111-1111-1111-111111111111",
    },
}
# Sent with a key what only a token opens.
BY_KEY = {"pool-create-403-forbidden-vnet-2020"}
# Asked for what isn't there, or for another account than the emulator's.
NOWHERE = {"arm-account-create-404-resource-group", "arm-resource-group-404"}
ELSEWHERE = {"arm-account-create-409-quota"}


def image(row):
    return {**row["imageReference"], "agent": row["nodeAgentSKUId"]}


# Lists that were cut short or of which the emulator has more: by what to find the recorded rows.
ROWS = {
    "arm-virtual-machine-skus": lambda row: row["name"],
    "arm-virtual-machine-skus-full": lambda row: row["name"],
    "node-file-list-2020": lambda row: row["name"],
    "node-file-list-recursive": lambda row: row["name"],
    "pool-node-counts": lambda row: row["poolId"],
    "supported-images": image,
    "supported-images-2025": image,
}
