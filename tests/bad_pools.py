"""Bodies of pools that the service refuses, and good ones beside them: what is wrong, and where.

`BAD` is by what is wrong; each body has that one fault, at the path. Their source is that of the
rule, in batchtui/batch/rules and the schema.
"""

from dataclasses import dataclass, field
from typing import Any

from pool_bodies import GROUP, LINUX, OF_WINDOWS
from service.helpers import UBUNTU, WINDOWS, nat, pool_body

MACHINE = ("virtualMachineConfiguration",)
IMAGE = (*MACHINE, "imageReference")
AGENT = (*MACHINE, "nodeAgentSKUId")
TASK = ("startTask",)
NETWORK = ("networkConfiguration",)
NAT = (*NETWORK, "endpointConfiguration", "inboundNATPools")
PUBLIC = (*NETWORK, "publicIPAddressConfiguration")
OS_DISK = (*MACHINE, "osDisk", "managedDisk", "securityProfile")
COMPUTE = "providers/Microsoft.Compute/galleries/g/images/i"
OWN = f"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/{COMPUTE}"
ELSEWHERE = f"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/g/{COMPUTE}"
SHARED = {"sharedGalleryImageId": "/sharedGalleries/g/images/i/versions/1"}
SUBNET = f"{GROUP}/Microsoft.Network/virtualNetworks/n/subnets/s"
ADDRESS = f"{GROUP}/Microsoft.Network/publicIPAddresses/a"
IDENTITY = {"resourceId": "i"}
CONFIDENTIAL = {"securityProfile": {"securityType": "confidentialvm"}}
ZONAL = {"nodePlacementConfiguration": {"policy": "zonal"}}
GUEST_STATE = {"securityProfile": {"securityEncryptionType": "VMGuestStateOnly"}}


@dataclass(frozen=True)
class Bad:
    """A pool with a fault, and where that is."""

    path: tuple[str | int, ...]
    change: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self):
        return pool_body(**{"pool_id": "bad"} | self.change)


def machine(base=UBUNTU, **more):
    merged = base | more
    return {"virtualMachineConfiguration": {k: v for k, v in merged.items() if v is not None}}


def image(agent=UBUNTU["nodeAgentSKUId"], **reference):
    return machine(imageReference=reference, nodeAgentSKUId=agent)


def task(**more):
    return {"startTask": {"commandLine": "true"} | more}


def ends(*pools):
    """Endpoints: each of the first NAT pool's properties, but for what is given."""
    (first,) = nat()["endpointConfiguration"]["inboundNATPools"]
    made = [{k: v for k, v in (first | each).items() if v is not None} for each in pools]
    return {"networkConfiguration": {"endpointConfiguration": {"inboundNATPools": made}}}


OTHER = {
    "name": "web", "backendPort": 80, "frontendPortRangeStart": 16000, "frontendPortRangeEnd": 16100
}  # fmt: skip


def rule(priority=150, **more):
    return {"priority": priority, "access": "allow", "sourceAddressPrefix": "*"} | more


def ruled(*rules):
    return ends({"networkSecurityGroupRules": list(rules)})


def public(**more):
    return {"networkConfiguration": {"publicIPAddressConfiguration": more}}


def account(name="a", **more):
    made = {"name": name, "password": "secret-word"} | more
    return {k: v for k, v in made.items() if v is not None}


def accounts(*made):
    return {"userAccounts": list(made)}


def mount(kind="nfsMountConfiguration", path="x", **more):
    return {kind: {"source": "h:/x", "relativeMountPath": path} | more}


def blobs(**more):
    settings = {"accountName": "a", "containerName": "c", "relativeMountPath": "x"} | more
    return {"azureBlobFileSystemConfiguration": settings}


def mounts(*made):
    return {"mountConfiguration": list(made)}


def disk(lun=0, **more):
    return {"lun": lun, "diskSizeGB": 1} | more


def extension(name="e", **more):
    return {"name": name, "publisher": "p", "type": "t"} | more


def upgrades(mode="rolling", base=UBUNTU, *, kept=None, **rolling):
    policy = {"mode": mode, "rollingUpgradePolicy": rolling} | (kept or {})
    return machine(base) | {"upgradePolicy": policy}


BAD = {
    "no id": Bad(("id",), {"id": None}),
    "an id with a blank": Bad(("id",), {"id": "a b"}),
    "an id of nothing": Bad(("id",), {"id": ""}),
    "a long id": Bad(("id",), {"id": "x" * 65}),
    "an id with another end of line": Bad(("id",), {"id": "x\n"}),
    "an id that is there": Bad(("id",), {"id": "TAKEN"}),
    "a long name": Bad(("displayName",), {"displayName": "x" * 1025}),
    "metadata without a value": Bad(("metadata", 0, "value"), {"metadata": [{"name": "a"}]}),
    "metadata without a name": Bad(
        ("metadata", 1, "name"), {"metadata": [{"name": "a", "value": ""}, {"value": "b"}]}
    ),
    "metadata by name": Bad(("metadata",), {"metadata": {"a": "b"}}),
    "a property that there isn't": Bad(("displayname",), {"displayname": "x"}),
    "a property of an older version": Bad(("resourceTags",), {"resourceTags": {}}),
    "no machine": Bad(MACHINE, {"virtualMachineConfiguration": None}),
    "no image": Bad(IMAGE, machine(imageReference=None)),
    "no agent": Bad(AGENT, machine(nodeAgentSKUId=None)),
    "an image without a publisher": Bad((*IMAGE, "publisher"), image(offer="a", sku="b")),
    "an image without an offer": Bad((*IMAGE, "offer"), image(publisher="a", sku="b")),
    "an image without a sku": Bad((*IMAGE, "sku"), image(publisher="a", offer="b")),
    "an image with another's agent": Bad(AGENT, machine(nodeAgentSKUId="batch.node.debian 11")),
    "an image past its end": Bad(
        IMAGE,
        image("batch.node.ubuntu 18.04", publisher="canonical", offer="ubuntuserver",
              sku="18.04-lts"),
    ),
    "an id and a sku": Bad((*IMAGE, "sku"), image(**SHARED, sku="x")),
    "an id and a version": Bad((*IMAGE, "version"), image(**SHARED, version="latest")),
    "two ids": Bad(
        (*IMAGE, "communityGalleryImageId"),
        image(**SHARED, communityGalleryImageId="/communityGalleries/g/images/i"),
    ),
    "an id of another form": Bad(
        (*IMAGE, "virtualMachineImageId"), image(virtualMachineImageId="/gallery/x")
    ),
    "a shared image of another form": Bad(
        (*IMAGE, "sharedGalleryImageId"), image(sharedGalleryImageId="x")
    ),
    "a community's image of another form": Bad(
        (*IMAGE, "communityGalleryImageId"), image(communityGalleryImageId="x")
    ),
    "a gallery's image with no such agent": Bad(AGENT, image("batch.node.none", **SHARED)),
    "a gallery's image with the account's key": Bad(
        (*IMAGE, "virtualMachineImageId"), image(virtualMachineImageId=OWN)
    ),
    "no size": Bad(("vmSize",), {"vmSize": None}),
    "a size of nothing": Bad(("vmSize",), {"vmSize": ""}),
    "a size that is none": Bad(("vmSize",), {"vmSize": "standard d2"}),
    "a size that isn't there": Bad(("vmSize",), {"vmSize": "enormous"}),
    "a size that Batch doesn't support": Bad(("vmSize",), {"vmSize": "Standard_A0"}),
    "no slots": Bad(("taskSlotsPerNode",), {"taskSlotsPerNode": 0}),
    "slots for more cores": Bad(("taskSlotsPerNode",), {"taskSlotsPerNode": 9}),
    "slots for any node": Bad(
        ("taskSlotsPerNode",), {"taskSlotsPerNode": 257, "vmSize": "standard_hb120rs_v3"}
    ),
    "another fill type": Bad(
        ("taskSchedulingPolicy", "nodeFillType"), {"taskSchedulingPolicy": {"nodeFillType": "x"}}
    ),
    "another order": Bad(
        ("taskSchedulingPolicy", "jobDefaultOrder"),
        {"taskSchedulingPolicy": {"nodeFillType": "pack", "jobDefaultOrder": "x"}},
    ),
    "fewer than no nodes": Bad(("targetDedicatedNodes",), {"targetDedicatedNodes": -1}),
    "half a node": Bad(("targetLowPriorityNodes",), {"targetLowPriorityNodes": 0.5}),
    "a true number of nodes": Bad(("targetDedicatedNodes",), {"targetDedicatedNodes": True}),
    "a resize too short": Bad(("resizeTimeout",), {"resizeTimeout": "PT4M59S"}),
    "a resize too long": Bad(("resizeTimeout",), {"resizeTimeout": "P7DT1S"}),
    "a resize of minutes": Bad(("resizeTimeout",), {"resizeTimeout": "15"}),
    "a formula and numbers": Bad(
        ("targetDedicatedNodes",),
        {"enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes = 0;",
         "targetDedicatedNodes": 1},
    ),
    "a formula and spot nodes": Bad(
        ("targetLowPriorityNodes",),
        {"enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes = 0;",
         "targetLowPriorityNodes": 0},
    ),
    "a formula with a bracket too few": Bad(
        ("autoScaleFormula",),
        {"enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes = min(1, 2;",
         "targetDedicatedNodes": None},
    ),
    "a formula of many statements": Bad(
        ("autoScaleFormula",),
        {"enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes = 0;" * 101,
         "targetDedicatedNodes": None},
    ),
    "a formula that is too long": Bad(
        ("autoScaleFormula",),
        {"enableAutoScale": True, "autoScaleFormula": f"$TargetDedicatedNodes = 0;{' ' * 8192}",
         "targetDedicatedNodes": None},
    ),
    "no formula": Bad(("autoScaleFormula",), {"enableAutoScale": True}),
    "an empty formula": Bad(
        ("autoScaleFormula",), {"enableAutoScale": True, "autoScaleFormula": " "}
    ),
    "a formula without autoscale": Bad(
        ("autoScaleFormula",), {"autoScaleFormula": "$TargetDedicatedNodes = 0;"}
    ),
    "an interval without autoscale": Bad(
        ("autoScaleEvaluationInterval",), {"autoScaleEvaluationInterval": "PT10M"}
    ),
    "an interval too short": Bad(
        ("autoScaleEvaluationInterval",),
        {"enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes = 0;",
         "autoScaleEvaluationInterval": "PT4M"},
    ),
    "an interval too long": Bad(
        ("autoScaleEvaluationInterval",),
        {"enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes = 0;",
         "autoScaleEvaluationInterval": "PT169H"},
    ),
    "nodes of both kinds that talk": Bad(
        ("enableInterNodeCommunication",),
        {"enableInterNodeCommunication": True, "targetDedicatedNodes": 1,
         "targetLowPriorityNodes": 1},
    ),
    "no command": Bad((*TASK, "commandLine"), {"startTask": {}}),
    "a command of blanks": Bad((*TASK, "commandLine"), task(commandLine=" ")),
    "a long command": Bad((*TASK, "commandLine"), task(commandLine="x" * 32769)),
    "fewer tries than endless": Bad((*TASK, "maxTaskRetryCount"), task(maxTaskRetryCount=-2)),
    "a wait of words": Bad((*TASK, "waitForSuccess"), task(waitForSuccess="true")),
    "a file from nowhere": Bad(
        (*TASK, "resourceFiles", 0), task(resourceFiles=[{"filePath": "x"}])
    ),
    "a file from two places": Bad(
        (*TASK, "resourceFiles", 0, "httpUrl"),
        task(resourceFiles=[{"httpUrl": "x", "storageContainerUrl": "y", "filePath": "x"}]),
    ),
    "a URL without a path": Bad(
        (*TASK, "resourceFiles", 1, "filePath"),
        task(resourceFiles=[{"autoStorageContainerName": "c"}, {"httpUrl": "x"}]),
    ),
    "a URL with a prefix": Bad(
        (*TASK, "resourceFiles", 0, "blobPrefix"),
        task(resourceFiles=[{"httpUrl": "x", "filePath": "x", "blobPrefix": "y"}]),
    ),
    "a file outside": Bad(
        (*TASK, "resourceFiles", 0, "filePath"),
        task(resourceFiles=[{"httpUrl": "x", "filePath": "a/../../x"}]),
    ),
    "another file mode": Bad(
        (*TASK, "resourceFiles", 0, "fileMode"),
        task(resourceFiles=[{"httpUrl": "x", "filePath": "x", "fileMode": "0999"}]),
    ),
    "a variable twice": Bad(
        (*TASK, "environmentSettings", 1, "name"),
        task(environmentSettings=[{"name": "A"}, {"name": "A", "value": "1"}]),
    ),
    "a variable without a name": Bad(
        (*TASK, "environmentSettings", 0, "name"), task(environmentSettings=[{"value": "1"}])
    ),
    "two users of a task": Bad(
        (*TASK, "userIdentity", "autoUser"),
        accounts(account()) | task(userIdentity={"username": "a", "autoUser": {}}),
    ),
    "a user that isn't there": Bad(
        (*TASK, "userIdentity", "username"), task(userIdentity={"username": "nobody"})
    ),
    "another scope": Bad(
        (*TASK, "userIdentity", "autoUser", "scope"),
        task(userIdentity={"autoUser": {"scope": "job"}}),
    ),
    "another elevation": Bad(
        (*TASK, "userIdentity", "autoUser", "elevationLevel"),
        task(userIdentity={"autoUser": {"elevationLevel": "root"}}),
    ),
    "a container in a pool without": Bad(
        (*TASK, "containerSettings"), task(containerSettings={"imageName": "x"})
    ),
    "a container without an image": Bad(
        (*TASK, "containerSettings", "imageName"),
        machine(containerConfiguration={"type": "dockerCompatible"}) | task(containerSettings={}),
    ),
    "a task's registry by a user and an identity": Bad(
        (*TASK, "containerSettings", "registry", "identityReference"),
        machine(containerConfiguration={"type": "dockerCompatible"})
        | task(containerSettings={
            "imageName": "x", "registry": {"username": "u", "identityReference": IDENTITY}}),
    ),
    "another working directory": Bad(
        (*TASK, "containerSettings", "workingDirectory"),
        machine(containerConfiguration={"type": "dockerCompatible"})
        | task(containerSettings={"imageName": "x", "workingDirectory": "y"}),
    ),
    "another bind mount": Bad(
        (*TASK, "containerSettings", "containerHostBatchBindMounts", 0, "source"),
        machine(containerConfiguration={"type": "dockerCompatible"})
        | task(containerSettings={
            "imageName": "x", "containerHostBatchBindMounts": [{"source": "y"}]}),
    ),
    "six endpoints": Bad(
        NAT,
        ends(*({"name": f"e{n}", "backendPort": 100 + n, "frontendPortRangeStart": n * 1000,
                "frontendPortRangeEnd": n * 1000 + 100} for n in range(1, 7))),
    ),
    "an endpoint without a name": Bad((*NAT, 0, "name"), ends({"name": None})),
    "an endpoint of another name": Bad((*NAT, 0, "name"), ends({"name": "-ssh"})),
    "an endpoint of a name that ends so": Bad((*NAT, 0, "name"), ends({"name": "ssh."})),
    "an endpoint of a long name": Bad((*NAT, 0, "name"), ends({"name": "x" * 78})),
    "endpoints of one name": Bad((*NAT, 1, "name"), ends({}, OTHER | {"name": "SSH"})),
    "another protocol": Bad((*NAT, 0, "protocol"), ends({"protocol": "icmp"})),
    "port 0 of nodes": Bad((*NAT, 0, "backendPort"), ends({"backendPort": 0})),
    "the agent's port": Bad((*NAT, 0, "backendPort"), ends({"backendPort": 29876})),
    "the agent's other port": Bad((*NAT, 0, "backendPort"), ends({"backendPort": 29877})),
    "endpoints of one port": Bad((*NAT, 1, "backendPort"), ends({}, OTHER | {"backendPort": 22})),
    "no first port": Bad(
        (*NAT, 0, "frontendPortRangeStart"), ends({"frontendPortRangeStart": None})
    ),
    "a last port too high": Bad(
        (*NAT, 0, "frontendPortRangeEnd"),
        ends({"frontendPortRangeStart": 60000, "frontendPortRangeEnd": 65535}),
    ),
    "39 ports": Bad(
        (*NAT, 0, "frontendPortRangeEnd"),
        ends({"frontendPortRangeStart": 15000, "frontendPortRangeEnd": 15038}),
    ),
    "ports the wrong way round": Bad(
        (*NAT, 0, "frontendPortRangeEnd"),
        ends({"frontendPortRangeStart": 15000, "frontendPortRangeEnd": 14000}),
    ),
    "ports that end in reserved ones": Bad(
        (*NAT, 0, "frontendPortRangeEnd"),
        ends({"frontendPortRangeStart": 49900, "frontendPortRangeEnd": 50000}),
    ),
    "ports that begin in reserved ones": Bad(
        (*NAT, 0, "frontendPortRangeStart"),
        ends({"frontendPortRangeStart": 55000, "frontendPortRangeEnd": 56000}),
    ),
    "ports about reserved ones": Bad(
        (*NAT, 0, "frontendPortRangeStart"),
        ends({"frontendPortRangeStart": 40000, "frontendPortRangeEnd": 60000}),
    ),
    "ports in two endpoints": Bad(
        (*NAT, 1, "frontendPortRangeStart"),
        ends({}, OTHER | {"frontendPortRangeStart": 15100, "frontendPortRangeEnd": 15200}),
    ),
    "endpoints without addresses": Bad(
        NAT,
        {"networkConfiguration": nat()
         | {"publicIPAddressConfiguration": {"provision": "NoPublicIPAddresses"}}},
    ),
    "endpoints of nothing": Bad(NAT, {"networkConfiguration": {"endpointConfiguration": {}}}),
    "a low priority": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "priority"), ruled(rule(149))
    ),
    "a high priority": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "priority"), ruled(rule(4097))
    ),
    "a priority twice": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 1, "priority"), ruled(rule(), rule(access="deny"))
    ),
    "a priority in two endpoints": Bad(
        (*NAT, 1, "networkSecurityGroupRules", 0, "priority"),
        ends({"networkSecurityGroupRules": [rule()]},
             OTHER | {"networkSecurityGroupRules": [rule()]}),
    ),
    "26 rules": Bad(
        (*NAT, 1, "networkSecurityGroupRules"),
        ends({"networkSecurityGroupRules": [rule(200 + n) for n in range(20)]},
             OTHER | {"networkSecurityGroupRules": [rule(300 + n) for n in range(6)]}),
    ),
    "another access": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "access"), ruled(rule(access="maybe"))
    ),
    "a source that is none": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "sourceAddressPrefix"),
        ruled(rule(sourceAddressPrefix="my house")),
    ),
    "a source of too many bits": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 1, "sourceAddressPrefix"),
        ruled(rule(), rule(151, sourceAddressPrefix="203.0.113.0/33")),
    ),
    "a source port that is none": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "sourcePortRanges", 1),
        ruled(rule(sourcePortRanges=["1", "x"])),
    ),
    "a source port too high": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "sourcePortRanges", 0),
        ruled(rule(sourcePortRanges=["65536"])),
    ),
    "source ports the wrong way round": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "sourcePortRanges", 0),
        ruled(rule(sourcePortRanges=["7-5"])),
    ),
    "source ports that overlap": Bad(
        (*NAT, 0, "networkSecurityGroupRules", 0, "sourcePortRanges", 1),
        ruled(rule(sourcePortRanges=["1-100", "100"])),
    ),
    "another provision": Bad((*PUBLIC, "provision"), public(provision="mine")),
    "own addresses without them": Bad(
        (*PUBLIC, "ipAddressIds"), public(provision="userManaged")
    ),
    "addresses that aren't one's own": Bad(
        (*PUBLIC, "ipAddressIds"), public(ipAddressIds=[ADDRESS])
    ),
    "an address of another form": Bad(
        (*PUBLIC, "ipAddressIds", 0), public(provision="userManaged", ipAddressIds=["x"])
    ),
    "own addresses with the account's key": Bad(
        (*PUBLIC, "ipAddressIds", 0), public(provision="userManaged", ipAddressIds=[ADDRESS])
    ),
    "another family": Bad((*PUBLIC, "ipFamilies", 0), public(ipFamilies=["IPv5"])),
    "IPv6 alone": Bad((*PUBLIC, "ipFamilies"), public(ipFamilies=["IPv6"])),
    "a family twice": Bad((*PUBLIC, "ipFamilies", 1), public(ipFamilies=["IPv4", "ipv4"])),
    "another scope of networks": Bad(
        (*NETWORK, "dynamicVNetAssignmentScope"),
        {"networkConfiguration": {"dynamicVNetAssignmentScope": "pool"}},
    ),
    "a subnet of another form": Bad(
        (*NETWORK, "subnetId"), {"networkConfiguration": {"subnetId": "x"}}
    ),
    "a subnet with the account's key": Bad(
        (*NETWORK, "subnetId"), {"networkConfiguration": {"subnetId": SUBNET}}
    ),
    "an account without a password": Bad(
        ("userAccounts", 0, "password"), accounts(account(password=None))
    ),
    "an account of a long name": Bad(("userAccounts", 0, "name"), accounts(account("x" * 21))),
    "accounts of one name": Bad(
        ("userAccounts", 1, "name"), accounts(account("a"), account("A"))
    ),
    "a uid without a gid": Bad(
        ("userAccounts", 0, "linuxUserConfiguration", "gid"),
        accounts(account(linuxUserConfiguration={"uid": 1})),
    ),
    "a gid without a uid": Bad(
        ("userAccounts", 0, "linuxUserConfiguration", "uid"),
        accounts(account(linuxUserConfiguration={"gid": 1})),
    ),
    "a Windows account on Linux": Bad(
        ("userAccounts", 0, "windowsUserConfiguration"),
        accounts(account(windowsUserConfiguration={"loginMode": "batch"})),
    ),
    "another login mode": Bad(
        ("userAccounts", 0, "windowsUserConfiguration", "loginMode"),
        machine(WINDOWS) | accounts(account(windowsUserConfiguration={"loginMode": "x"})),
    ),
    "Windows' settings on Linux": Bad(
        (*MACHINE, "windowsConfiguration"), machine(windowsConfiguration={})
    ),
    "Windows' licence on Linux": Bad(
        (*MACHINE, "licenseType"), machine(licenseType="Windows_Server")
    ),
    "another licence": Bad((*MACHINE, "licenseType"), machine(WINDOWS, licenseType="Mine")),
    "another container technology": Bad(
        (*MACHINE, "containerConfiguration", "type"),
        machine(containerConfiguration={"type": "podman"}),
    ),
    "a registry by a user and an identity": Bad(
        (*MACHINE, "containerConfiguration", "containerRegistries", 0, "identityReference"),
        machine(containerConfiguration={
            "type": "dockerCompatible",
            "containerRegistries": [{"username": "u", "identityReference": IDENTITY}]}),
    ),
    "another placement": Bad(
        (*MACHINE, "nodePlacementConfiguration", "policy"),
        machine(nodePlacementConfiguration={"policy": "local"}),
    ),
    "an extension without a type": Bad(
        (*MACHINE, "extensions", 0, "type"), machine(extensions=[extension(type=None)])
    ),
    "extensions of one name": Bad(
        (*MACHINE, "extensions", 1, "name"), machine(extensions=[extension(), extension("E")])
    ),
    "a disk's number too high": Bad(
        (*MACHINE, "dataDisks", 0, "lun"), machine(dataDisks=[disk(64)])
    ),
    "disks of one number": Bad(
        (*MACHINE, "dataDisks", 1, "lun"), machine(dataDisks=[disk(1), disk(1)])
    ),
    "a disk of nothing": Bad(
        (*MACHINE, "dataDisks", 0, "diskSizeGB"), machine(dataDisks=[disk(diskSizeGB=0)])
    ),
    "too many disks for the size": Bad(
        (*MACHINE, "dataDisks"), machine(dataDisks=[disk(n) for n in range(9)])
    ),
    "another caching": Bad(
        (*MACHINE, "osDisk", "caching"), machine(osDisk={"caching": "sometimes"})
    ),
    "another storage": Bad(
        (*MACHINE, "dataDisks", 0, "managedDisk", "storageAccountType"),
        machine(dataDisks=[disk(managedDisk={"storageAccountType": "tape"})]),
    ),
    "an encryption set": Bad(
        (*MACHINE, "osDisk", "managedDisk", "diskEncryptionSet"),
        machine(osDisk={"managedDisk": {"diskEncryptionSet": {"id": "x"}}}),
    ),
    "a profile of a disk that isn't confidential": Bad(
        OS_DISK, machine(osDisk={"managedDisk": GUEST_STATE})
    ),
    "a profile of a data disk that isn't confidential": Bad(
        (*MACHINE, "dataDisks", 0, "managedDisk", "securityProfile"),
        machine(dataDisks=[disk(managedDisk=GUEST_STATE)]),
    ),
    "a confidential VM without its disk's profile": Bad(
        (*OS_DISK, "securityEncryptionType"), machine(**CONFIDENTIAL)
    ),
    "another place of the OS disk": Bad(
        (*MACHINE, "osDisk", "ephemeralOSDiskSettings", "placement"),
        machine(osDisk={"ephemeralOSDiskSettings": {"placement": "tape"}}),
    ),
    "another target of encryption": Bad(
        (*MACHINE, "diskEncryptionConfiguration", "targets", 0),
        machine(diskEncryptionConfiguration={"targets": ["tape"]}),
    ),
    "a key that isn't for the OS disk": Bad(
        (*MACHINE, "diskEncryptionConfiguration", "targets"),
        machine(diskEncryptionConfiguration={
            "targets": ["temporarydisk"], "customerManagedKey": {}}),
    ),
    "encryption of a Linux gallery's image": Bad(
        (*MACHINE, "diskEncryptionConfiguration"),
        machine(imageReference=SHARED, diskEncryptionConfiguration={"targets": ["osdisk"]}),
    ),
    "UEFI without a security type": Bad(
        (*MACHINE, "securityProfile", "securityType"),
        machine(securityProfile={"uefiSettings": {"vTpmEnabled": True}}),
    ),
    "another security type": Bad(
        (*MACHINE, "securityProfile", "securityType"),
        machine(securityProfile={"securityType": "none"}),
    ),
    "another mode of an endpoint": Bad(
        (*MACHINE, "securityProfile", "proxyAgentSettings", "imds", "mode"),
        machine(securityProfile={"proxyAgentSettings": {"imds": {"mode": "x"}}}),
    ),
    "an artifact of another form": Bad(
        (*MACHINE, "serviceArtifactReference", "id"),
        machine(serviceArtifactReference={"id": "x"}),
    ),
    "a mount of nothing": Bad(("mountConfiguration", 0), mounts({})),
    "a mount of two kinds": Bad(
        ("mountConfiguration", 0, "nfsMountConfiguration"),
        mounts(mount() | blobs(accountKey="secret-word", relativeMountPath="y")),
    ),
    "eleven mounts": Bad(
        ("mountConfiguration",), mounts(*(mount(path=f"p{n}") for n in range(11)))
    ),
    "mounts in one place": Bad(
        ("mountConfiguration", 1, "nfsMountConfiguration", "relativeMountPath"),
        mounts(mount(), mount(path="X")),
    ),
    "an absolute mount": Bad(
        ("mountConfiguration", 0, "nfsMountConfiguration", "relativeMountPath"),
        mounts(mount(path="/x")),
    ),
    "a mount on a drive": Bad(
        ("mountConfiguration", 0, "nfsMountConfiguration", "relativeMountPath"),
        mounts(mount(path="c:x")),
    ),
    "blobs without a key": Bad(
        ("mountConfiguration", 0, "azureBlobFileSystemConfiguration"), mounts(blobs())
    ),
    "blobs with two keys": Bad(
        ("mountConfiguration", 0, "azureBlobFileSystemConfiguration", "sasKey"),
        mounts(blobs(accountKey="a", sasKey="b")),
    ),
    "a share without its key": Bad(
        ("mountConfiguration", 0, "azureFileShareConfiguration", "accountKey"),
        mounts({"azureFileShareConfiguration": {
            "accountName": "a", "azureFileUrl": "u", "relativeMountPath": "x"}}),
    ),
    "another way of upgrades": Bad(("upgradePolicy", "mode"), upgrades("never")),
    "a batch below its least": Bad(
        ("upgradePolicy", "rollingUpgradePolicy", "maxBatchInstancePercent"),
        upgrades(maxBatchInstancePercent=4),
    ),
    "a batch beyond the unhealthy": Bad(
        ("upgradePolicy", "rollingUpgradePolicy", "maxBatchInstancePercent"),
        upgrades(maxBatchInstancePercent=50, maxUnhealthyInstancePercent=20),
    ),
    "zones without zones": Bad(
        ("upgradePolicy", "rollingUpgradePolicy", "enableCrossZoneUpgrade"),
        upgrades(enableCrossZoneUpgrade=False),
    ),
    "two updaters of Windows": Bad(
        ("upgradePolicy", "automaticOSUpgradePolicy", "enableAutomaticOSUpgrade"),
        upgrades(
            base=WINDOWS | {"windowsConfiguration": {}},
            kept={"automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
        ),
    ),
    "a pause of words": Bad(
        ("upgradePolicy", "rollingUpgradePolicy", "pauseTimeBetweenBatches"),
        upgrades(pauseTimeBetweenBatches="a while"),
    ),
    "eleven packages": Bad(
        ("applicationPackageReferences",),
        {"applicationPackageReferences": [{"applicationId": "a"}] * 11},
    ),
    "a package without its application": Bad(
        ("applicationPackageReferences", 0, "applicationId"),
        {"applicationPackageReferences": [{"version": "1"}]},
    ),
}  # fmt: skip

# What needs Entra ID and isn't of the account's subscription is refused either way.
FOREIGN = {
    "an image": Bad((*IMAGE, "virtualMachineImageId"), image(virtualMachineImageId=ELSEWHERE)),
    "a subnet": Bad(
        (*NETWORK, "subnetId"),
        {"networkConfiguration": {"subnetId": SUBNET.replace("00000000-", "11111111-", 1)}},
    ),
}

GOOD = {
    "the least": pool_body("good"),
    "everything on Linux": LINUX,
    "everything on Windows": OF_WINDOWS,
    "nulls": pool_body("good") | {"displayName": None, "startTask": None, "metadata": None},
    "empty lists": pool_body(
        "good", metadata=[], userAccounts=[], mountConfiguration=[],
        **machine(dataDisks=[], extensions=[]),
    ),
    "40 ports": pool_body(
        "good", **ends({"frontendPortRangeStart": 60000, "frontendPortRangeEnd": 60039})
    ),
    "ports beside reserved ones": pool_body(
        "good",
        **ends({"frontendPortRangeStart": 49960, "frontendPortRangeEnd": 49999},
               OTHER | {"frontendPortRangeStart": 55001, "frontendPortRangeEnd": 55040}),
    ),
    "25 rules": pool_body("good", **ruled(*(rule(200 + n) for n in range(25)))),
    "tags and IPv6": pool_body(
        "good",
        **ruled(rule(sourceAddressPrefix="Internet"),
                rule(151, sourceAddressPrefix="2001:db8::/32", sourcePortRanges=["*"])),
    ),
    "a task of a user account": pool_body(
        "good", **accounts(account("Me")), **task(userIdentity={"username": "me"})
    ),
    "an identity of nothing": pool_body("good", **task(userIdentity={})),
    "variables of one name in two cases": pool_body(
        "good", **task(environmentSettings=[{"name": "A"}, {"name": "a"}])
    ),
    "autoscale": pool_body(
        "good", enableAutoScale=True, autoScaleFormula="$TargetDedicatedNodes = 0;",
        autoScaleEvaluationInterval="PT168H",
    ),
    "the shortest resize": pool_body("good", resizeTimeout="PT300S"),
    "as many slots as may be": pool_body("good", taskSlotsPerNode=8),
    "as many disks as the size takes": pool_body(
        "good", **machine(dataDisks=[disk(n) for n in range(8)])
    ),
    "a shared image": pool_body("good", **image(**SHARED)),
    "a confidential VM": pool_body(
        "good", **machine(**CONFIDENTIAL, osDisk={"managedDisk": GUEST_STATE})
    ),
    "upgrades across zones": pool_body(
        "good", **upgrades(base=UBUNTU | ZONAL, enableCrossZoneUpgrade=True)
    ),
    "upgrades of Windows without its own": pool_body(
        "good",
        **upgrades(
            base=WINDOWS | {"windowsConfiguration": {"enableAutomaticUpdates": False}},
            kept={"automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
        ),
    ),
}  # fmt: skip
