"""The actions on nodes, through our own classes."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from service.commanding import strike
from service.helpers import until

from batchtui.batch.logs import LogUpload
from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService
from batchtui.errors import ConflictError, NotFoundError, ReadOnlyError, ServiceError

POOL = "render-linux"
OPTIONS = ("requeue", "terminate", "taskcompletion", "retaineddata")
SIGNATURE = "c2VjcmV0+w=="
CONTAINER = "https://acct.blob.core.windows.net/logs?sv=2025&sig=c2VjcmV0%2Bw%3D%3D"
DAY_AGO = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
async def idle(ours):
    """An idle node."""
    return next(node for node in await nodes_of(ours) if node.state == "idle")


async def nodes_of(service, pool=POOL):
    return [node async for page in Nodes(service).pages(pool) for node in page]


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize(
    ("action", "state"),
    [("reboot", "rebooting"), ("reimage", "reimaging"), ("deallocate", "deallocating")],
)
async def test_what_takes_a_node_down_with_each_option(ours, idle, action, state, option):
    nodes = Nodes(ours)
    await getattr(nodes, action)(POOL, idle.id, option)
    assert (await nodes.get(POOL, idle.id)).state == state
    with pytest.raises(ConflictError):
        await getattr(nodes, action)(POOL, idle.id, option)


async def test_a_deallocated_node_is_started(demo):
    info = demo.info
    async with BatchService(info.endpoint, info.account, info.key) as service:
        nodes, node = Nodes(service), (await nodes_of(service))[0]
        with pytest.raises(ConflictError):
            await nodes.start(POOL, node.id)
        await nodes.deallocate(POOL, node.id, "terminate")

        async def became(state):
            async def so():
                return (await nodes.get(POOL, node.id)).state == state

            await until(so)

        await became("deallocated")
        await nodes.start(POOL, node.id)
        await became("idle")


@pytest.mark.parametrize("option", OPTIONS[:3])
async def test_scheduling_is_switched_off_and_on(ours, idle, option):
    nodes = Nodes(ours)
    await nodes.disable_scheduling(POOL, idle.id, option)
    assert (await nodes.get(POOL, idle.id)).scheduling == "disabled"
    with pytest.raises(ConflictError) as caught:
        await nodes.disable_scheduling(POOL, idle.id, option)
    assert caught.value.code == "NodeAlreadyInTargetSchedulingState"
    await nodes.enable_scheduling(POOL, idle.id)
    assert (await nodes.get(POOL, idle.id)).scheduling == "enabled"


async def test_nodes_are_removed_while_the_pool_is_steady(ours):
    pools, nodes = Pools(ours), await nodes_of(ours)
    assert (await pools.allocation(POOL))[0] == "steady"
    await pools.remove_nodes(POOL, [node.id for node in nodes[:2]], "taskcompletion")
    state, since = await pools.allocation(POOL)
    assert state == "resizing"
    assert since is not None
    with pytest.raises(ConflictError):
        await pools.remove_nodes(POOL, [nodes[2].id], "requeue")


async def test_a_node_that_left_meanwhile_is_said_to_be_missing(ours):
    for call in (Nodes(ours).reboot, Nodes(ours).disable_scheduling):
        with pytest.raises(NotFoundError):
            await call(POOL, "tvmps_gone_d", "requeue")


async def test_logs_are_uploaded_and_it_is_told_where_they_are(ours, idle):
    wanted = LogUpload(CONTAINER, DAY_AGO, datetime.now(UTC))
    logs = await Nodes(ours).upload_logs(POOL, idle.id, wanted)
    assert logs.files == 4
    assert f"/{POOL}/{idle.id}/" in logs.directory


async def test_no_error_and_no_log_tells_the_url_of_the_container(still, ours, idle, caplog):
    caplog.set_level(logging.DEBUG)
    quoted = {"PropertyName": "containerUrl", "PropertyValue": CONTAINER}
    await strike(
        still, path="/**/uploadbatchservicelogs", do="status", status=400,
        code="InvalidPropertyValue", message=f"No container at {CONTAINER}: {SIGNATURE}",
        values=[{"key": key, "value": value} for key, value in quoted.items()],
    )  # fmt: skip
    with pytest.raises(ServiceError) as caught:
        await Nodes(ours).upload_logs(POOL, idle.id, LogUpload(CONTAINER, DAY_AGO))
    error = caught.value
    told = f"{error} {error!r} {error.message} {dict(error.values)} {caplog.text}"
    assert "No container at …: … (containerUrl)" in told
    assert "c2Vj" not in told


async def test_a_container_without_a_signature_is_refused_by_the_service(ours, idle):
    bare = CONTAINER.partition("?")[0]
    with pytest.raises(ServiceError) as caught:
        await Nodes(ours).upload_logs(POOL, idle.id, LogUpload(bare, DAY_AGO))
    assert "shared access signature" in str(caught.value)


async def test_nothing_is_done_read_only(still, idle):
    info = still.info
    async with BatchService(info.endpoint, info.account, info.key, read_only=True) as service:
        nodes = Nodes(service)
        for call in (
            nodes.reboot(POOL, idle.id, "requeue"),
            nodes.start(POOL, idle.id),
            nodes.upload_logs(POOL, idle.id, LogUpload(CONTAINER, DAY_AGO)),
            Pools(service).remove_nodes(POOL, [idle.id], "requeue"),
        ):
            with pytest.raises(ReadOnlyError):
                await call
