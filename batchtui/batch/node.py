"""A compute node, decoded straight from the wire's JSON.

Pools have nodes by the ten thousand, so their fields are read by msgspec as they are and what
is made of them only when somebody looks: a page of a thousand takes 2 ms, and a node 1.3 kB of
memory. Everything has a default: a listing asks for some of it only (`$select`).
"""

from datetime import datetime
from typing import Any

from msgspec import Struct, field

from batchtui.batch.parts import ImageReference, ServiceFault
from batchtui.batch.times import time

SSH_PORT = 22
RDP_PORT = 3389


class Endpoint(Struct, frozen=True, gc=False):
    """Where the pool's public address leads to a port of one node."""

    name: str = ""
    protocol: str = ""
    address: str = field(name="publicIPAddress", default="")
    fqdn: str = field(name="publicFQDN", default="")
    port: int = field(name="frontendPort", default=0)
    backend_port: int = field(name="backendPort", default=0)


class _Pair(Struct, frozen=True, gc=False):
    name: str = ""
    value: Any = ""


class _Fault(Struct, frozen=True, gc=False, rename="camel"):
    code: str = ""
    message: str = ""
    error_details: tuple[_Pair, ...] = ()
    details: tuple[_Pair, ...] = ()

    @property
    def fault(self) -> ServiceFault:
        pairs = (*self.error_details, *self.details)
        return ServiceFault(
            self.code, self.message, tuple((pair.name, str(pair.value)) for pair in pairs)
        )


class StartTaskRun(Struct, frozen=True, gc=False, rename="camel"):
    """How a node's start task went."""

    wire_state: str = field(name="state", default="")
    wire_result: str = field(name="result", default="")
    exit_code: int | None = None
    start_time: str = ""
    end_time: str = ""
    retries: int = field(name="retryCount", default=0)
    failure_info: _Fault | None = None

    @property
    def state(self) -> str:
        """`running` or `completed`."""
        return self.wire_state.lower()

    @property
    def result(self) -> str:
        """`success`, `failure`, or empty while it runs."""
        return self.wire_result.lower()

    @property
    def started(self) -> datetime | None:
        """When it began."""
        return time(self.start_time)

    @property
    def ended(self) -> datetime | None:
        """When it ended."""
        return time(self.end_time)

    @property
    def failure(self) -> ServiceFault | None:
        """Why it failed."""
        return self.failure_info.fault if self.failure_info else None


class _AutoUser(Struct, frozen=True, gc=False, rename="camel"):
    scope: str = ""
    elevation_level: str = ""


class _UserIdentity(Struct, frozen=True, gc=False, rename="camel"):
    username: str = ""
    auto_user: _AutoUser = _AutoUser()


class StartTask(Struct, frozen=True, gc=False, rename="camel"):
    """What runs on a node as it joins."""

    command: str = field(name="commandLine", default="")
    waited_for: bool = field(name="waitForSuccess", default=True)
    user_identity: _UserIdentity = _UserIdentity()

    @property
    def identity(self) -> str:
        """A user's name, or the scope and elevation of an automatic one."""
        auto = self.user_identity.auto_user
        return self.user_identity.username or f"{auto.scope} {auto.elevation_level}".strip()


class _Execution(Struct, frozen=True, gc=False, rename="camel"):
    result: str = ""
    exit_code: int | None = None


class RecentTask(Struct, frozen=True, gc=False):
    """A task that ran on a node lately."""

    job: str = field(name="jobId", default="")
    id: str = field(name="taskId", default="")
    wire_state: str = field(name="taskState", default="")
    execution: _Execution = field(name="executionInfo", default=_Execution())

    @property
    def state(self) -> str:
        """`active`, `preparing`, `running` or `completed`."""
        return self.wire_state.lower()

    @property
    def result(self) -> str:
        """`success`, `failure`, or empty while it runs."""
        return self.execution.result.lower()

    @property
    def exit_code(self) -> int | None:
        """What its program ended with."""
        return self.execution.exit_code


class Endpoints(Struct, frozen=True, gc=False):
    """The ports of a node that are mapped."""

    inbound: tuple[Endpoint, ...] = field(name="inboundEndpoints", default=())


class _Agent(Struct, frozen=True, gc=False):
    version: str = ""


class _Image(Struct, frozen=True, gc=False, rename="camel"):
    publisher: str = ""
    offer: str = ""
    sku: str = ""
    version: str = ""
    exact_version: str = ""
    virtual_machine_image_id: str = ""
    shared_gallery_image_id: str = ""
    community_gallery_image_id: str = ""


class _Machine(Struct, frozen=True, gc=False, rename="camel"):
    image_reference: _Image = _Image()


class Node(Struct, frozen=True, gc=False, rename="camel"):
    """A compute node as the service says it is, or as much of it as was asked for."""

    id: str = ""
    wire_state: str = field(name="state", default="")
    state_transition_time: str = ""
    scheduling_state: str = ""
    dedicated: bool = field(name="isDedicated", default=True)
    vm_size: str = ""
    private_ip: str = field(name="ipAddress", default="")
    ipv6: str = field(name="ipv6Address", default="")
    endpoint_configuration: Endpoints = Endpoints()
    allocation_time: str = ""
    last_boot_time: str = ""
    tasks_running: int = field(name="runningTasksCount", default=0)
    tasks_total: int = field(name="totalTasksRun", default=0)
    tasks_succeeded: int = field(name="totalTasksSucceeded", default=0)
    recent_tasks: tuple[RecentTask, ...] = ()
    start_task: StartTask | None = None
    start_task_run: StartTaskRun | None = field(name="startTaskInfo", default=None)
    errors: tuple[_Fault, ...] = ()
    node_agent_info: _Agent = _Agent()
    virtual_machine_info: _Machine = _Machine()

    @property
    def state(self) -> str:
        """`idle`, `running`, `starttaskfailed` ... (the service isn't of one mind about case)."""
        return self.wire_state.lower()

    @property
    def since(self) -> datetime | None:
        """Since when it is in this state; a deallocated node keeps an older time."""
        return time(self.state_transition_time)

    @property
    def scheduling(self) -> str:
        """`enabled` or `disabled`: whether tasks are put onto it."""
        return self.scheduling_state.lower()

    @property
    def allocated(self) -> datetime | None:
        """When it was allocated: with the id it tells machines apart."""
        return time(self.allocation_time)

    @property
    def booted(self) -> datetime | None:
        """When it last booted."""
        return time(self.last_boot_time)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Where the pool's public address leads to its ports."""
        return self.endpoint_configuration.inbound

    @property
    def ssh_endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints that lead to this node's SSH port: by IPv4, by IPv6, or none."""
        return tuple(
            each
            for each in self.endpoints
            if each.backend_port == SSH_PORT and each.protocol.lower() != "udp"
        )

    @property
    def ssh(self) -> Endpoint | None:
        """The first of them, if there is one."""
        return next(iter(self.ssh_endpoints), None)

    @property
    def rdp(self) -> Endpoint | None:
        """The endpoint that leads to this node's Remote Desktop, if there is one."""
        return next((e for e in self.endpoints if e.backend_port == RDP_PORT), None)

    @property
    def faults(self) -> tuple[ServiceFault, ...]:
        """What the service found wrong with it."""
        return tuple(each.fault for each in self.errors)

    @property
    def agent_version(self) -> str:
        """The node agent's version, once it has booted."""
        return self.node_agent_info.version

    @property
    def image(self) -> ImageReference:
        """The image that it runs."""
        image = self.virtual_machine_info.image_reference
        return ImageReference(
            publisher=image.publisher,
            offer=image.offer,
            sku=image.sku,
            version=image.version,
            exact_version=image.exact_version,
            image_id=image.virtual_machine_image_id
            or image.shared_gallery_image_id
            or image.community_gallery_image_id,
        )
