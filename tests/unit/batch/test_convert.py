"""Every recorded body goes through convert.py without loss of what the screens show."""

import json
from datetime import UTC, datetime

import pytest
from conftest import recorded, recording

from batchtui.batch import convert
from batchtui.batch.models import NodeUser
from batchtui.batch.times import time


def bodies(*prefixes):
    """Rows of lists and single bodies, each with the recording's name."""
    for name in recorded(*prefixes):
        body = recording(name)["response"]["body"]
        if not isinstance(body, dict) or "code" in body:
            continue
        for row in body.get("value", [body]):
            yield pytest.param(row, id=f"{name}-{row.get('id', '')[:14]}")


@pytest.mark.parametrize("raw", list(bodies("pool-get", "pool-list")))
def test_pools_keep_what_the_screens_show(raw):
    pool = convert.pool(raw)
    assert pool.raw == raw
    assert pool.id == raw.get("id", "")
    assert pool.state == raw.get("state", "").lower()
    assert pool.allocation_state == raw.get("allocationState", "").lower()
    assert pool.vm_size == raw.get("vmSize", "")
    assert pool.dedicated == raw.get("currentDedicatedNodes", 0)
    assert pool.dedicated_target == raw.get("targetDedicatedNodes", 0)
    assert pool.spot == raw.get("currentLowPriorityNodes", 0)
    assert pool.spot_target == raw.get("targetLowPriorityNodes", 0)
    assert pool.autoscale == raw.get("enableAutoScale", False)
    assert [fault.code for fault in pool.faults[: len(raw.get("resizeErrors", []))]] == [
        error["code"] for error in raw.get("resizeErrors", [])
    ]
    if "creationTime" in raw:
        assert pool.created == datetime.fromisoformat(raw["creationTime"][:19] + "+00:00").replace(
            microsecond=pool.created.microsecond
        )
    machine = raw.get("virtualMachineConfiguration", {})
    reference = machine.get("imageReference", {})
    assert pool.image.publisher == reference.get("publisher", "")
    assert pool.image.offer == reference.get("offer", "")
    assert pool.image.sku == reference.get("sku", "")
    assert pool.node_agent_sku == machine.get("nodeAgentSKUId", "")
    nats = (
        raw.get("networkConfiguration", {})
        .get("endpointConfiguration", {})
        .get("inboundNATPools", [])
    )
    assert [(n.name, n.backend_port, n.frontend_start, n.frontend_end) for n in pool.nat_pools] == [
        (n["name"], n["backendPort"], n["frontendPortRangeStart"], n["frontendPortRangeEnd"])
        for n in nats
    ]


@pytest.mark.parametrize(
    "raw", [p for p in bodies("node-get", "node-list") if "remoteLoginPort" not in p.values[0]]
)
def test_nodes_keep_what_the_screens_show(raw):
    if "state" not in raw:
        pytest.fail(f"not a node: {json.dumps(raw)[:80]}")
    node = convert.node(raw)
    assert node.id == raw["id"]
    assert node.state == raw["state"].lower()
    assert node.scheduling == raw["schedulingState"].lower()
    assert node.dedicated == raw["isDedicated"]
    assert node.private_ip == raw["ipAddress"]
    assert node.since is not None
    assert node.allocated is not None
    assert (node.booted is not None) == ("lastBootTime" in raw)
    assert (node.tasks_running, node.tasks_total) == (
        raw["runningTasksCount"],
        raw["totalTasksRun"],
    )
    endpoints = raw.get("endpointConfiguration", {}).get("inboundEndpoints", [])
    assert [(e.name, e.address, e.port, e.backend_port) for e in node.endpoints] == [
        (e["name"], e["publicIPAddress"], e["frontendPort"], e["backendPort"]) for e in endpoints
    ]
    ssh = [e["frontendPort"] for e in endpoints if e["backendPort"] == 22]
    assert (node.ssh.port if node.ssh else None) == (ssh[0] if ssh else None)
    run = raw.get("startTaskInfo")
    assert (node.start_task_run is not None) == bool(run)
    assert (node.start_task is not None) == ("startTask" in raw)
    if run:
        assert node.start_task_run.exit_code == run.get("exitCode")
        assert node.start_task_run.result == run.get("result", "").lower()
    assert node.agent_version == raw.get("nodeAgentInfo", {}).get("version", "")


@pytest.mark.parametrize("raw", list(bodies("supported-images")))
def test_images_keep_what_the_form_shows(raw):
    image = convert.supported_image(raw)
    assert image.reference.full == ":".join(
        raw["imageReference"][name] for name in ("publisher", "offer", "sku", "version")
    )
    assert image.node_agent_sku == raw["nodeAgentSKUId"]
    assert image.os == raw["osType"]
    assert image.verified == (raw["verificationType"] == "verified")
    assert list(image.capabilities) == raw.get("capabilities", [])
    assert (image.end_of_life is not None) == ("batchSupportEndOfLife" in raw)


@pytest.mark.parametrize("raw", list(bodies("pool-node-counts")))
def test_counts_keep_every_state(raw):
    pool_id, counts = convert.node_counts(raw)
    assert pool_id == raw["poolId"]
    for kind, found in (("dedicated", counts.dedicated), ("lowPriority", counts.spot)):
        assert sum(found.values()) == sum(raw[kind].values())
    total = raw["dedicated"]["total"] + raw["lowPriority"]["total"]
    assert sum(counts.by_state.values()) == total


@pytest.mark.parametrize("name", recorded("node-get-remote-login"))
def test_remote_login(name):
    raw = recording(name)["response"]["body"]
    login = convert.remote_login(raw)
    assert (login.address, login.port) == (raw["remoteLoginIPAddress"], raw["remoteLoginPort"])
    assert login.ipv6_address == raw.get("ipv6RemoteLoginIPAddress", "")


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2025-11-25T23:58:14Z", 0),
        ("2025-11-25T23:58:14.25931Z", 259310),
        ("2025-11-25T23:58:14.004972Z", 4972),
        ("2025-11-25T23:58:14.8504101Z", 850410),
    ],
)
def test_times_have_none_to_seven_digits(text, micros):
    assert time(text) == datetime(2025, 11, 25, 23, 58, 14, micros, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [None, "", "yesterday", "2025-11-25", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"],
)
def test_what_is_no_time_is_not_known(text):
    assert time(text) is None


def test_user_bodies_are_those_of_the_recordings():
    user = NodeUser("alice", admin=False, password="pw-made-up")
    recorded_body = recording("node-add-user-201")["request"]["body"]
    assert convert.user_body(user, replace=False).keys() == recorded_body.keys()
    # PUT has neither name nor isAdmin, and an omitted key is removed by the service.
    assert convert.user_body(user, replace=True) == {"password": "pw-made-up"}


HOSTILE = [None, 5, -1, "x", True, [], ["x", None, 5], {}, {"x": 1}, "2026-13-45T99:99:99Z"]


def places(value, path=()):
    """Every path in a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from places(inner, (*path, key))


def replaced(value, path, new):
    """A copy of a JSON value with another value at a path."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("pool-get-resize-error-2024", convert.pool),
        ("pool-get-autoscale", convert.pool),
        ("pool-get-start-task-2024", convert.pool),
        ("pool-get-metadata", convert.pool),
        ("node-get", convert.node),
        ("node-list-recent-tasks-2022", convert.node),
        ("node-list-no-endpoint-start-task", convert.node),
        ("supported-images", convert.supported_image),
        ("pool-node-counts", convert.node_counts),
        ("node-get-remote-login-dualstack", convert.remote_login),
    ],
)
def test_a_value_of_the_wrong_type_is_taken_for_missing(name, read):
    body = recording(name)["response"]["body"]
    raw = body["value"][0] if "value" in body else body
    for path in places(raw):
        for new in HOSTILE:
            if path:
                read(replaced(raw, path, new))
