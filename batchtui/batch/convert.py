"""The wire's JSON <-> models, for every api-version that the recordings have.

Reading is forgiving: a field that isn't there is empty, so that a version that doesn't have it
yet, or not any more, is read all the same, and one of another type than it should have is
taken for missing. A pool's JSON itself stays in `raw`.
"""

from collections.abc import Iterable
from typing import Any

from batchtui.batch.models import (
    AutoscaleRun,
    Json,
    NatPool,
    NatRule,
    NodeCounts,
    NodeUser,
    Pool,
    RemoteLogin,
    SupportedImage,
)
from batchtui.batch.node import Node, StartTask
from batchtui.batch.parts import ImageReference, ServiceFault
from batchtui.batch.times import stamp, time
from batchtui.batch.wire import read


def pool(raw: Json) -> Pool:
    """A pool from `GET /pools/{id}` or one row of `GET /pools`."""
    machine = _object(raw, "virtualMachineConfiguration")
    network = _object(raw, "networkConfiguration")
    public_ip = _object(network, "publicIPAddressConfiguration")
    return Pool(
        id=_text(raw, "id"),
        display_name=_text(raw, "displayName"),
        state=_word(raw.get("state")),
        allocation_state=_word(raw.get("allocationState")),
        allocation_since=time(raw.get("allocationStateTransitionTime")),
        created=time(raw.get("creationTime")),
        vm_size=_text(raw, "vmSize"),
        image=image_reference(_object(machine, "imageReference")),
        node_agent_sku=_text(machine, "nodeAgentSKUId"),
        dedicated=_count(raw, "currentDedicatedNodes"),
        dedicated_target=_count(raw, "targetDedicatedNodes"),
        spot=_count(raw, "currentLowPriorityNodes"),
        spot_target=_count(raw, "targetLowPriorityNodes"),
        autoscale=_flag(raw, "enableAutoScale"),
        resize_faults=tuple(_faults(_objects(raw, "resizeErrors"), "values")),
        nat_pools=tuple(_nat_pools(_object(network, "endpointConfiguration"))),
        has_public_ip=_word(public_ip.get("provision")) != "nopublicipaddresses",
        start_task=read(task, StartTask) if (task := _object(raw, "startTask")) else None,
        autoscale_run=autoscale_run(_object(raw, "autoScaleRun")),
        autoscale_formula=_text(raw, "autoScaleFormula"),
        metadata=tuple(
            (_text(item, "name"), _text(item, "value")) for item in _objects(raw, "metadata")
        ),
        state_since=time(raw.get("stateTransitionTime")),
        modified=time(raw.get("lastModified")),
        task_slots=_count(raw, "taskSlotsPerNode"),
        inter_node=_flag(raw, "enableInterNodeCommunication"),
        subnet=_text(network, "subnetId"),
        raw=raw,
    )


def node(raw: Json) -> Node:
    """A node from `GET .../nodes/{id}` or one row of `GET .../nodes`."""
    return read(raw, Node)


def autoscale_run(raw: Json) -> AutoscaleRun | None:
    """A pool's `autoScaleRun`, or the answer of evaluateautoscale: a 200 even if it failed."""
    if not raw:
        return None
    parts = (part.partition("=") for part in _text(raw, "results").split(";"))
    error = _object(raw, "error")
    return AutoscaleRun(
        at=time(raw.get("timestamp")),
        variables=tuple((name.strip(), value.strip()) for name, mark, value in parts if mark),
        fault=next(iter(_faults([error], "values")), None) if error else None,
    )


def supported_image(raw: Json) -> SupportedImage:
    """One row of `GET /supportedimages`."""
    return SupportedImage(
        reference=image_reference(_object(raw, "imageReference")),
        node_agent_sku=_text(raw, "nodeAgentSKUId"),
        os=_word(raw.get("osType")),
        verified=_word(raw.get("verificationType")) == "verified",
        capabilities=tuple(each for each in _list(raw, "capabilities") if isinstance(each, str)),
        end_of_life=time(raw.get("batchSupportEndOfLife")),
        raw=raw,
    )


def node_counts(raw: Json) -> tuple[str, NodeCounts]:
    """One row of `GET /nodecounts`: the pool's id and its nodes by state."""
    return _text(raw, "poolId"), NodeCounts(
        dedicated=_lower(_object(raw, "dedicated")), spot=_lower(_object(raw, "lowPriority"))
    )


def tasks_running(raw: Json) -> int:
    """How many tasks run on a node."""
    return _count(raw, "runningTasksCount")


def remote_login(raw: Json) -> RemoteLogin:
    """The body of `GET .../remoteloginsettings`."""
    return RemoteLogin(
        address=_text(raw, "remoteLoginIPAddress"),
        port=_count(raw, "remoteLoginPort"),
        ipv6_address=_text(raw, "ipv6RemoteLoginIPAddress"),
        ipv6_port=_count(raw, "ipv6RemoteLoginPort"),
    )


def image_reference(raw: Json) -> ImageReference:
    """An `imageReference`, whether by names, by resource id or from a gallery."""
    galleries = ("virtualMachineImageId", "sharedGalleryImageId", "communityGalleryImageId")
    return ImageReference(
        publisher=_text(raw, "publisher"),
        offer=_text(raw, "offer"),
        sku=_text(raw, "sku"),
        version=_text(raw, "version"),
        exact_version=_text(raw, "exactVersion"),
        image_id=next((_text(raw, name) for name in galleries if _text(raw, name)), ""),
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
    return {state.lower(): _count(counts, state) for state in counts}


def _text(raw: Json, name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def _number(raw: Json, name: str) -> int | None:
    found = raw.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _count(raw: Json, name: str) -> int:
    return _number(raw, name) or 0


def _flag(raw: Json, name: str, *, default: bool = False) -> bool:
    found = raw.get(name)
    return found if isinstance(found, bool) else default


def _object(raw: Json, name: str) -> Json:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _list(raw: Json, name: str) -> list[object]:
    found = raw.get(name)
    return found if isinstance(found, list) else []


def _objects(raw: Json, name: str) -> list[Json]:
    return [each for each in _list(raw, name) if isinstance(each, dict)]


def _nat_pools(raw: Json) -> Iterable[NatPool]:
    for each in _objects(raw, "inboundNATPools"):
        rules = sorted(
            (
                NatRule(
                    priority=_count(rule, "priority"),
                    allow=_word(rule.get("access")) == "allow",
                    source=_text(rule, "sourceAddressPrefix"),
                    any_port="*" in (_list(rule, "sourcePortRanges") or ["*"]),
                )
                for rule in _objects(each, "networkSecurityGroupRules")
            ),
            key=lambda rule: rule.priority,
        )
        yield NatPool(
            name=_text(each, "name"),
            protocol=_word(each.get("protocol")),
            backend_port=_count(each, "backendPort"),
            frontend_start=_count(each, "frontendPortRangeStart"),
            frontend_end=_count(each, "frontendPortRangeEnd"),
            rules=tuple(rules),
        )


def _faults(rows: Iterable[Json], details: str) -> Iterable[ServiceFault]:
    for each in rows:
        pairs = tuple((_text(d, "name"), str(d.get("value", ""))) for d in _objects(each, details))
        yield ServiceFault(_text(each, "code"), _text(each, "message"), pairs)
