"""Pools, users and images as this program sees them: frozen, and free of the SDK.

What came from the service keeps the JSON it came from in `raw`, so that details, the raw view
and later edits lose nothing. Times are aware datetimes in UTC. An empty string or None means
that the service didn't say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from batchtui.batch.node import SSH_PORT, StartTask
from batchtui.batch.parts import ImageReference, ServiceFault

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AutoscaleRun:
    """What a formula came to: variables with their values as the service writes them.

    A run with a `fault` came to nothing; its variables are those from before it.
    """

    at: datetime | None
    variables: tuple[tuple[str, str], ...]
    fault: ServiceFault | None = None


@dataclass(frozen=True, slots=True)
class SupportedImage:
    """One row of the service's supported images: an image and the node agent that goes with it."""

    reference: ImageReference
    node_agent_sku: str
    os: str
    verified: bool
    capabilities: tuple[str, ...] = ()
    end_of_life: datetime | None = None
    raw: Json = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NatRule:
    """A network security group rule of an inbound NAT pool: lower priorities are read first.

    Without `any_port` it is about some ports only that a connection comes from.
    """

    priority: int
    allow: bool
    source: str
    any_port: bool = True


@dataclass(frozen=True, slots=True)
class NatPool:
    """Ports of a pool's public address that lead to `backend_port` of its nodes, one each."""

    name: str
    protocol: str
    backend_port: int
    frontend_start: int
    frontend_end: int
    rules: tuple[NatRule, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteLogin:
    """The service's answer to where a node's remote login is reached."""

    address: str
    port: int
    ipv6_address: str = ""
    ipv6_port: int = 0


@dataclass(frozen=True, slots=True)
class NodeCounts:
    """Nodes of one pool by state (the service's own state names, in lower case)."""

    dedicated: Mapping[str, int]
    spot: Mapping[str, int]

    @property
    def by_state(self) -> dict[str, int]:
        """Nodes of both kinds by state, states without nodes left out."""
        both: dict[str, int] = {}
        for counts in (self.dedicated, self.spot):
            for state, count in counts.items():
                if count and state != "total":
                    both[state] = both.get(state, 0) + count
        return both

    @property
    def at_work(self) -> int:
        """How many nodes run tasks."""
        return self.by_state.get("running", 0)


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as the service lists it."""

    id: str
    display_name: str
    state: str
    allocation_state: str
    allocation_since: datetime | None
    created: datetime | None
    vm_size: str
    image: ImageReference
    node_agent_sku: str
    dedicated: int
    dedicated_target: int
    spot: int
    spot_target: int
    autoscale: bool
    resize_faults: tuple[ServiceFault, ...]
    nat_pools: tuple[NatPool, ...]
    has_public_ip: bool
    start_task: StartTask | None
    autoscale_formula: str
    metadata: tuple[tuple[str, str], ...]
    autoscale_run: AutoscaleRun | None = None
    state_since: datetime | None = None
    modified: datetime | None = None
    task_slots: int = 0
    inter_node: bool = False
    subnet: str = ""
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def faults(self) -> tuple[ServiceFault, ...]:
        """What the last resize and the last autoscale run failed by."""
        run = self.autoscale_run
        return (*self.resize_faults, *((run.fault,) if run and run.fault else ()))

    @property
    def os(self) -> str:
        """`windows` or `linux`, by the node agent (source: SERVICE.md, images)."""
        return "windows" if "windows" in self.node_agent_sku.lower() else "linux"

    @property
    def ssh(self) -> NatPool | None:
        """The inbound NAT pool that leads to the nodes' SSH port, if the pool was made with one."""
        return next((nat for nat in self.nat_pools if nat.backend_port == SSH_PORT), None)


@dataclass(frozen=True, slots=True)
class NodeUser:
    """A user to be made on a node: an administrator or not, with a password or a public key.

    `public_key` is an OpenSSH line (`ssh-rsa AAAA...`), not base64 of it. `expires` has the
    precision of a day on Linux (source: SERVICE.md, trap 8).
    """

    name: str
    admin: bool = True
    password: str = field(default="", repr=False)
    public_key: str = ""
    expires: datetime | None = None
