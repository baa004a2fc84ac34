"""The Batch account: its settings, and how Resource Manager shows it."""

from dataclasses import dataclass, field

from batchtui.emulator.arm.operations import Operations
from batchtui.emulator.catalogue import family_quotas
from batchtui.emulator.errors import BatchError
from batchtui.emulator.options import LOCATION, RESOURCE_GROUP, SUBSCRIPTION
from batchtui.emulator.store import Json, World

MODES = ("SharedKey", "AAD", "TaskAuthenticationToken")
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}"


@dataclass
class Account:
    """The emulator's one account; `settings` are the properties that can be changed.

    A deleted one `exists` no more until it is created anew.
    """

    world: World
    name: str
    settings: Json = field(default_factory=dict)
    tags: Json | None = None
    identity: Json = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    exists: bool = False
    provisioning: str = "Succeeded"
    operations: Operations = field(default_factory=Operations)

    def __post_init__(self) -> None:
        self.create()

    def create(self) -> None:
        """Make it as a new account is: everything may be done by everyone who has a key."""
        self.exists = True
        self.provisioning = "Succeeded"
        self.tags = None
        self.identity = {"type": "None"}
        self.settings = {
            "publicNetworkAccess": "Enabled",
            "privateEndpointConnections": [],
            "encryption": {"keySource": "Microsoft.Batch"},
            "allowedAuthenticationModes": list(MODES),
        }
        self.world.touch(self.body)

    @property
    def group(self) -> str:
        """What its resource id begins with."""
        return f"{GROUP_ID}/providers/Microsoft.Batch"

    @property
    def id(self) -> str:
        """Its resource id."""
        return f"{self.group}/batchAccounts/{self.name}"

    @property
    def host(self) -> str:
        """Where it is, as the service shows it: without the scheme."""
        return self.world.endpoint.partition("//")[2]

    @property
    def tag(self) -> str:
        """Its ETag, quoted as Resource Manager's are."""
        return f'"{self.body["eTag"]}"'

    def check_mode(self, mode: str) -> None:
        """403 unless requests may be authenticated so (text: BatchExplorer#239)."""
        if not self.exists:
            raise BatchError("ResourceNotFound")
        if mode not in self.settings["allowedAuthenticationModes"]:
            text = f"The specified type of authentication {mode} is not allowed for this account."
            raise BatchError("AuthenticationFailed", ("AuthenticationErrorDetail", text))

    def properties(self) -> Json:
        """All its properties in the recorded order (arm-account-get-2025)."""
        settings, quotas = dict(self.settings), self.world.quotas
        storage = settings.pop("autoStorage", None)
        return {
            "accountEndpoint": self.host,
            "nodeManagementEndpoint": self.host,
            "provisioningState": self.provisioning,
            "dedicatedCoreQuota": quotas.dedicated_cores,
            "dedicatedCoreQuotaPerVMFamily": [
                {"name": name, "coreQuota": quotas.family(name)} for name in family_quotas()
            ],
            "dedicatedCoreQuotaPerVMFamilyEnforced": True,
            "lowPriorityCoreQuota": quotas.spot_cores,
            "poolQuota": quotas.pools,
            "activeJobAndJobScheduleQuota": quotas.active_jobs,
            **({"autoStorage": storage} if storage else {}),
            "poolAllocationMode": "BatchService",
            **settings,
        }

    def shown(self, properties: Json) -> Json:
        """The account with some of its properties, as a resource."""
        tags = {"tags": self.tags} if self.tags else {}
        return {
            "id": self.id,
            "name": self.name,
            "type": "Microsoft.Batch/batchAccounts",
            "location": LOCATION,
            "properties": properties,
            "identity": self.identity,
            **tags,
        }
