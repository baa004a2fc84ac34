"""What counts as a fault: in recorded pools and nodes, and in what nothing was recorded of."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from conftest import recorded, recording

from batchtui.batch import convert, faults
from batchtui.batch.at_once import as_they_come
from batchtui.batch.faults import Severity
from batchtui.batch.times import stamp

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
IMAGE = {"publisher": "Canonical", "offer": "ubuntu", "sku": "22_04-lts"}
COUNTS = {"startTaskFailed": 2, "unusable": 0, "idle": 5, "preempted": 1, "total": 8}


def pool(**raw):
    return convert.pool({"id": "p", **raw})


def node(state="idle", number=1, **raw):
    since = stamp(NOW - timedelta(minutes=number))
    return convert.node(
        {"id": f"tvm_{number}", "state": state, "stateTransitionTime": since, **raw}
    )


def of_nodes(*pages):
    tally = faults.NodeTally(pool())
    for nodes in pages:
        tally.take(nodes)
    return list(tally.faults())


def failed(code=1, **raw):
    return {"state": "completed", "result": "failure", "exitCode": code, **raw}


def counts(**states):
    return convert.node_counts({"poolId": "p", "dedicated": states, "lowPriority": {"offline": 3}})[
        1
    ]


def images(end=None, **reference):
    row = {"imageReference": {**IMAGE, **reference}, "nodeAgentSKUId": "batch.node.ubuntu 22.04"}
    if end:
        row["batchSupportEndOfLife"] = stamp(end)
    return [convert.supported_image(row)]


def bodies(*prefixes):
    for name in recorded(*prefixes):
        body = recording(name)["response"]["body"]
        if isinstance(body, dict) and "code" not in body:
            yield from body.get("value", [body])


# Nodes


def test_no_recorded_node_is_faulty():
    nodes = [convert.node(raw) for raw in bodies("node-get", "node-list") if raw.get("state")]
    assert len(nodes) > 20
    assert not of_nodes(nodes)


@pytest.mark.parametrize(
    ("raw", "kind", "severity", "message"),
    [
        (
            node("startTaskFailed", startTaskInfo=failed()),
            "starttaskfailed",
            Severity.BROKEN,
            "exit 1",
        ),
        (node("starttaskfailed"), "starttaskfailed", Severity.BROKEN, "its start task failed"),
        (
            node(
                "starttaskfailed",
                startTaskInfo={
                    "result": "failure",
                    "failureInfo": {"code": "ResourceFileNotFound", "message": "No such blob"},
                },
            ),
            "starttaskfailed",
            Severity.BROKEN,
            "ResourceFileNotFound: No such blob",
        ),
        (
            node(startTaskInfo=failed(7, failureInfo={"code": "FailureExitCode", "message": "x"})),
            faults.START_IGNORED,
            Severity.BROKEN,
            "exit 7, and it takes tasks all the same",
        ),
        (
            node("unusable", errors=[{"code": "DiskFull", "message": "No space"}]),
            "unusable",
            Severity.BROKEN,
            "DiskFull: No space",
        ),
        (
            node("unusable"),
            "unusable",
            Severity.BROKEN,
            "Batch lost contact with it: it may recover by itself",
        ),
        (node(errors=[{"code": "Odd"}]), faults.NODE_ERROR, Severity.BROKEN, "Odd"),
        (
            node("unknown"),
            "unknown",
            Severity.IMPAIRED,
            "Batch lost contact with it and doesn't know its state",
        ),
        (
            node("offline"),
            "offline",
            Severity.IMPAIRED,
            "it takes no new tasks: its scheduling is off",
        ),
        (node("preempted"), "preempted", Severity.IMPAIRED, "Azure took the spot machine back"),
    ],
)
def test_a_faulty_node_says_what_is_wrong_and_since_when(raw, kind, severity, message):
    [fault] = of_nodes([node(), raw])
    assert (fault.kind, fault.severity, fault.message) == (kind, severity, message)
    assert (fault.node, fault.nodes) == (raw.id, 1)
    assert fault.since == (None if kind == faults.START_IGNORED else raw.since)


def test_a_start_task_that_nobody_waits_for_failed_when_it_ended():
    ended = NOW - timedelta(hours=3)
    [fault] = of_nodes([node(startTaskInfo=failed(endTime=stamp(ended)))])
    assert fault.since == ended


def test_few_nodes_are_told_one_by_one_and_many_together_with_what_most_of_them_say():
    few = [node("unusable", number) for number in range(1, 4)]
    assert [each.node for each in of_nodes(few)] == ["tvm_1", "tvm_2", "tvm_3"]
    many = [
        node("starttaskfailed", number, startTaskInfo=failed(127 if number == 3 else 1))
        for number in range(1, 6)
    ]
    [fault] = of_nodes(many[:2], many[2:])
    assert (fault.nodes, fault.node) == (5, "")
    assert fault.message == "exit 1 (4 of 5)"
    assert fault.since == many[-1].since


def test_only_pools_that_have_them_are_asked_for_faulty_nodes():
    assert faults.node_filter(pool(), None) == ""
    assert faults.node_filter(pool(), counts(idle=5)) == "state eq 'offline'"
    states = "state eq 'starttaskfailed' or state eq 'offline' or state eq 'preempted'"
    assert faults.node_filter(pool(), counts(**COUNTS)) == states
    unwaited = {"commandLine": "x", "waitForSuccess": False}
    assert faults.node_filter(pool(startTask=unwaited), None) == ""
    assert (
        faults.node_filter(pool(startTask=unwaited, currentLowPriorityNodes=2), None)
        == "startTaskInfo/result eq 'failure'"
    )
    waited = pool(startTask={"commandLine": "x"}, currentDedicatedNodes=2)
    assert faults.node_filter(waited, None) == ""
    # A node may have the start task that the pool had before, which nobody waited for.
    either = "state eq 'offline' or startTaskInfo/result eq 'failure'"
    assert faults.node_filter(waited, counts(offline=1)) == either


# Pools and images


def test_the_recorded_resize_error_is_told_since_the_pool_is_steady():
    raw = recording("pool-get-resize-error-2024")["response"]["body"]
    [fault] = faults.of_pool(convert.pool(raw))
    # Somebody stopped it: less than was asked for, but on purpose.
    assert (fault.kind, fault.severity) == (faults.STOPPED, Severity.IMPAIRED)
    assert fault.message.startswith("ResizeStopped: Desired number of low priority nodes")
    assert fault.since == datetime(2024, 4, 18, 19, 21, 40, 150196, tzinfo=UTC)


def test_each_resize_error_and_that_of_autoscale_is_a_fault_of_its_own():
    quota = {"code": "AccountCoreQuotaReached", "message": "Too many cores"}
    run = {"timestamp": stamp(NOW), "error": {"code": "AutoScalingFormulaEvaluationError"}}
    found = list(faults.of_pool(pool(resizeErrors=[quota, quota], autoScaleRun=run)))
    assert [each.kind for each in found] == [faults.RESIZE, faults.RESIZE, faults.AUTOSCALE]
    assert len({each.id for each in found}) == 3
    assert found[0].message == "AccountCoreQuotaReached: Too many cores"
    assert (found[2].since, found[2].severity) == (NOW, Severity.BROKEN)


@pytest.mark.parametrize(
    ("days", "kind", "message"),
    [
        (-30, faults.IMAGE_ENDED, "ubuntu 22_04-lts ended 2026-01-31: no pool can be created"),
        (0, faults.IMAGE_ENDED, "ubuntu 22_04-lts ended 2026-03-02"),
        (1, faults.IMAGE_ENDS, "1 day left: ubuntu 22_04-lts ends 2026-03-03"),
        (89, faults.IMAGE_ENDS, "89 days left: ubuntu 22_04-lts ends 2026-05-30"),
    ],
)
def test_an_image_near_its_end_or_past_it_says_how_many_days_are_left(days, kind, message):
    end = NOW + timedelta(days=days)
    machine = {"imageReference": {**IMAGE, "offer": "Ubuntu"}}
    # The service writes names of images in either case.
    mine = pool(virtualMachineConfiguration=machine)
    [fault] = faults.of_image(mine, images(end, offer="ubuntu"), NOW)
    assert (fault.kind, fault.since) == (kind, end)
    assert fault.message.lower().startswith(message.lower())


def test_an_image_with_a_long_way_to_go_is_no_fault_nor_is_one_of_the_operators_own():
    mine = pool(virtualMachineConfiguration={"imageReference": IMAGE})
    assert not list(faults.of_image(mine, images(NOW + timedelta(days=90)), NOW))
    assert not list(faults.of_image(mine, images(), NOW))
    own = {"imageReference": {"virtualMachineImageId": "/subscriptions/s/images/i"}}
    assert not list(faults.of_image(pool(virtualMachineConfiguration=own), images(), NOW))
    [gone] = faults.of_image(mine, images(sku="24_04"), NOW)
    assert (gone.kind, gone.since) == (faults.IMAGE_ENDED, None)


# A few questions at once


async def test_no_more_calls_are_under_way_than_may_be():
    under_way = most = 0

    async def call(number):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return number

    calls = [lambda number=number: call(number) for number in range(9)]
    assert sorted([answer async for answer in as_they_come(calls, 3)]) == list(range(9))
    assert most == 3


async def test_a_call_that_fails_ends_the_others():
    ended = []

    async def hang():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def fail():
        await asyncio.sleep(0)
        raise ValueError("no")

    async def collect():
        async with contextlib.aclosing(as_they_come([hang, fail, hang], 2)) as answers:
            return [answer async for answer in answers]

    with pytest.raises(ValueError, match="no"):
        await collect()
    assert ended == [True]
