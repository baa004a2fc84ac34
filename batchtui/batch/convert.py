"""The wire's JSON <-> models, for every api-version that the recordings have.

Reading is forgiving: a field that isn't there is empty, so that a version that doesn't have it
yet, or not any more, is read all the same. The JSON itself stays in `raw`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from batchtui.batch.models import (
    Endpoint,
    ImageReference,
    Json,
    NatPool,
    NatRule,
    Node,
    NodeCounts,
    NodeUser,
    Pool,
    RemoteLogin,
    ServiceFault,
    StartTaskRun,
    SupportedImage,
)

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$")


def time(text: str | None) -> datetime | None:
    """A time as the service writes it, with 0 to 7 digits of a second (source: recordings)."""
    found = _TIME.match(text or "")
    if not found:
        return None
    stamp, fraction, zone = found.groups()
    micros = (fraction or "")[:6].ljust(6, "0")
    return datetime.fromisoformat(f"{stamp}.{micros}{(zone or 'Z').replace('Z', '+00:00')}")


def stamp(moment: datetime) -> str:
    """A time as the service reads it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pool(raw: Json) -> Pool:
    """A pool from `GET /pools/{id}` or one row of `GET /pools`."""
    machine = raw.get("virtualMachineConfiguration") or {}
    network = raw.get("networkConfiguration") or {}
    public_ip = network.get("publicIPAddressConfiguration") or {}
    return Pool(
        id=raw.get("id", ""),
        display_name=raw.get("displayName", ""),
        state=_word(raw.get("state")),
        allocation_state=_word(raw.get("allocationState")),
        allocation_since=time(raw.get("allocationStateTransitionTime")),
        created=time(raw.get("creationTime")),
        vm_size=raw.get("vmSize", ""),
        image=image_reference(machine.get("imageReference") or {}),
        node_agent_sku=machine.get("nodeAgentSKUId", ""),
        dedicated=raw.get("currentDedicatedNodes", 0),
        dedicated_target=raw.get("targetDedicatedNodes", 0),
        spot=raw.get("currentLowPriorityNodes", 0),
        spot_target=raw.get("targetLowPriorityNodes", 0),
        autoscale=raw.get("enableAutoScale", False),
        faults=_pool_faults(raw),
        nat_pools=tuple(_nat_pools(network.get("endpointConfiguration") or {})),
        has_public_ip=_word(public_ip.get("provision")) != "nopublicipaddresses",
        has_start_task=bool(raw.get("startTask")),
        raw=raw,
    )


def node(raw: Json) -> Node:
    """A node from `GET .../nodes/{id}` or one row of `GET .../nodes`."""
    machine = raw.get("virtualMachineInfo") or {}
    endpoints = (raw.get("endpointConfiguration") or {}).get("inboundEndpoints") or ()
    return Node(
        id=raw.get("id", ""),
        state=_word(raw.get("state")),
        since=time(raw.get("stateTransitionTime")),
        scheduling=_word(raw.get("schedulingState")),
        dedicated=raw.get("isDedicated", True),
        vm_size=raw.get("vmSize", ""),
        private_ip=raw.get("ipAddress", ""),
        ipv6=raw.get("ipv6Address", ""),
        endpoints=tuple(_endpoint(each) for each in endpoints),
        allocated=time(raw.get("allocationTime")),
        booted=time(raw.get("lastBootTime")),
        tasks_running=raw.get("runningTasksCount", 0),
        tasks_total=raw.get("totalTasksRun", 0),
        tasks_succeeded=raw.get("totalTasksSucceeded", 0),
        start_task=_start_task_run(raw.get("startTaskInfo")),
        faults=tuple(_faults(raw.get("errors") or (), "errorDetails")),
        agent_version=(raw.get("nodeAgentInfo") or {}).get("version", ""),
        image=image_reference(machine.get("imageReference") or {}),
        raw=raw,
    )


def supported_image(raw: Json) -> SupportedImage:
    """One row of `GET /supportedimages`."""
    return SupportedImage(
        reference=image_reference(raw.get("imageReference") or {}),
        node_agent_sku=raw.get("nodeAgentSKUId", ""),
        os=_word(raw.get("osType")),
        verified=_word(raw.get("verificationType")) == "verified",
        capabilities=tuple(raw.get("capabilities") or ()),
        end_of_life=time(raw.get("batchSupportEndOfLife")),
        raw=raw,
    )


def node_counts(raw: Json) -> tuple[str, NodeCounts]:
    """One row of `GET /nodecounts`: the pool's id and its nodes by state."""
    return raw.get("poolId", ""), NodeCounts(
        dedicated=_lower(raw.get("dedicated") or {}), spot=_lower(raw.get("lowPriority") or {})
    )


def remote_login(raw: Json) -> RemoteLogin:
    """The body of `GET .../remoteloginsettings`."""
    return RemoteLogin(
        address=raw.get("remoteLoginIPAddress", ""),
        port=raw.get("remoteLoginPort", 0),
        ipv6_address=raw.get("ipv6RemoteLoginIPAddress", ""),
        ipv6_port=raw.get("ipv6RemoteLoginPort", 0),
    )


def image_reference(raw: Json) -> ImageReference:
    """An `imageReference`, whether by names, by resource id or from a gallery."""
    galleries = ("virtualMachineImageId", "sharedGalleryImageId", "communityGalleryImageId")
    return ImageReference(
        publisher=raw.get("publisher", ""),
        offer=raw.get("offer", ""),
        sku=raw.get("sku", ""),
        version=raw.get("version", ""),
        exact_version=raw.get("exactVersion", ""),
        image_id=next((raw[name] for name in galleries if raw.get(name)), ""),
    )


def user_body(user: NodeUser, *, replace: bool) -> dict[str, Any]:
    """The body that adds a user, or replaces one: a replacement has neither name nor isAdmin."""
    body: dict[str, Any] = {} if replace else {"name": user.name, "isAdmin": user.admin}
    if user.password:
        body["password"] = user.password
    if user.public_key:
        body["sshPublicKey"] = user.public_key
    if user.expires:
        body["expiryTime"] = stamp(user.expires)
    return body


def _word(value: object) -> str:
    # The service itself isn't of one mind about case ("Steady", "steady").
    return value.lower() if isinstance(value, str) else ""


def _lower(counts: Json) -> dict[str, int]:
    return {state.lower(): count for state, count in counts.items()}


def _endpoint(raw: Json) -> Endpoint:
    return Endpoint(
        name=raw.get("name", ""),
        protocol=_word(raw.get("protocol")),
        address=raw.get("publicIPAddress", ""),
        fqdn=raw.get("publicFQDN", ""),
        port=raw.get("frontendPort", 0),
        backend_port=raw.get("backendPort", 0),
    )


def _nat_pools(raw: Json) -> Iterable[NatPool]:
    for each in raw.get("inboundNATPools") or ():
        rules = sorted(
            (
                NatRule(
                    priority=rule.get("priority", 0),
                    allow=_word(rule.get("access")) == "allow",
                    source=rule.get("sourceAddressPrefix", ""),
                )
                for rule in each.get("networkSecurityGroupRules") or ()
            ),
            key=lambda rule: rule.priority,
        )
        yield NatPool(
            name=each.get("name", ""),
            protocol=_word(each.get("protocol")),
            backend_port=each.get("backendPort", 0),
            frontend_start=each.get("frontendPortRangeStart", 0),
            frontend_end=each.get("frontendPortRangeEnd", 0),
            rules=tuple(rules),
        )


def _pool_faults(raw: Json) -> tuple[ServiceFault, ...]:
    faults = list(_faults(raw.get("resizeErrors") or (), "values"))
    run_error = (raw.get("autoScaleRun") or {}).get("error")
    if run_error:
        faults += _faults([run_error], "values")
    return tuple(faults)


def _faults(rows: Iterable[Json], details: str) -> Iterable[ServiceFault]:
    for each in rows:
        pairs = tuple((d.get("name", ""), str(d.get("value", ""))) for d in each.get(details) or ())
        yield ServiceFault(each.get("code", ""), each.get("message", ""), pairs)


def _start_task_run(raw: Json | None) -> StartTaskRun | None:
    if not raw:
        return None
    failure = raw.get("failureInfo")
    return StartTaskRun(
        state=_word(raw.get("state")),
        result=_word(raw.get("result")),
        exit_code=raw.get("exitCode"),
        started=time(raw.get("startTime")),
        ended=time(raw.get("endTime")),
        retries=raw.get("retryCount", 0),
        failure=next(iter(_faults([failure], "details")), None) if failure else None,
    )
