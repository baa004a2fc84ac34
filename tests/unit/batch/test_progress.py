"""How far a pool is, from what the service says of it and its nodes."""

from datetime import UTC, datetime, timedelta

import pytest
from conftest import recorded, recording

from batchtui.batch import convert
from batchtui.batch.progress import progress
from batchtui.batch.times import stamp

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
TASK = {"commandLine": "/bin/true", "waitForSuccess": True}


def pool(there=0, wanted=2, state="steady", **raw):
    return convert.pool(
        {
            "id": "p",
            "state": "active",
            "allocationState": state,
            "allocationStateTransitionTime": stamp(NOW - timedelta(seconds=45)),
            "resizeTimeout": "PT15M",
            "currentDedicatedNodes": there,
            "targetDedicatedNodes": wanted,
            **raw,
        }
    )


def node(node_state, number=0, **run):
    raw = {"id": f"tvm_{number}", "state": node_state}
    return convert.node(raw | ({"startTaskInfo": run} if run else {}))


def failed(number=0, node_state="starttaskfailed", minute=0, code=1):
    return node(
        node_state,
        number,
        state="completed",
        result="failure",
        exitCode=code,
        endTime=f"2026-03-02T03:{minute:02}:00Z",
    )


def far(pool, *nodes):
    states = {}
    for each in nodes:
        states[each.state] = states.get(each.state, 0) + 1
    return progress(pool, states, NOW, nodes)


def steps(found):
    return {step.name: (step.state, step.text) for step in found.steps}


def test_an_allocation_says_for_how_long_and_when_azure_gives_up():
    found = far(pool(state="resizing"))
    assert (found.state, found.sentence) == ("doing", "Waiting for Azure to allocate 2 nodes.")
    assert steps(found)["Allocation"] == (
        "doing",
        "0 of 2 nodes, for 45s; Azure gives up after 15 min",
    )
    assert "Start task" not in steps(found)


def test_a_pool_that_shrinks_waits_for_azure():
    found = far(pool(4, 2, "resizing"), node("idle", 1), node("leavingpool", 2))
    assert found.sentence == "Waiting until Azure is done with the resize."
    assert "gives up" not in steps(found)["Allocation"][1]


def test_a_resize_that_is_stopped_says_so():
    found = far(pool(state="stopping"))
    assert steps(found)["Allocation"] == ("doing", "0 of 2 nodes; the resize is being stopped")


def test_nodes_boot_then_run_their_start_task_then_take_tasks():
    made = pool(2, 2, startTask=TASK)
    found = far(made, node("creating", 1), node("starting", 2))
    assert found.sentence == "Waiting for 2 of 2 nodes to boot."
    assert steps(found)["Boot"] == ("to do", "0 of 2 nodes")
    running = node("waitingforstarttask", 1, state="running")
    ready = node("idle", 2, state="completed", result="success", exitCode=0)
    found = far(made, running, ready)
    assert found.sentence == "Waiting for the start task: it runs on 1 of 2 nodes."
    assert steps(found)["Start task"] == ("doing", "runs on 1, done on 1")
    assert steps(found)["Ready"] == ("doing", "1 of 2 nodes")
    assert found.ready is ready
    found = far(made, ready)
    assert (found.state, found.sentence) == ("done", "Ready: tasks run on 1 of 1 node.")


def test_the_first_start_task_that_failed_is_named_with_its_exit_code():
    found = far(
        pool(3, 3, startTask=TASK), failed(1, minute=9), failed(2, minute=5, code=127), node("idle")
    )
    assert found.sentence == "The start task failed on 2 of 3 nodes, first on tvm_2: exit 127."
    assert (found.state, found.failed.id) == ("failed", "tvm_2")
    assert [each.deed for each in found.helps] == ["shell", "edit", "reboot"]


def test_a_node_that_looks_well_though_its_start_task_failed_is_told():
    made = pool(1, 1, startTask={**TASK, "waitForSuccess": False})
    found = far(made, failed(1, "idle"))
    assert found.state == "failed"
    assert steps(found)["Start task"][1].endswith("nodes take tasks without waiting for it")


def test_a_quota_is_told_whether_some_nodes_came_or_none():
    errors = {"resizeErrors": [{"code": "accountcorequotareached"}]}
    found = far(pool(0, 2, **errors))
    assert found.sentence == "No node came. The account's quota of dedicated cores is reached."
    assert steps(found)["Allocation"] == ("failed", "0 of 2 nodes: core quota")
    found = far(pool(1, 2, **errors), node("idle"))
    assert found.sentence.startswith("1 of 2 nodes came. ")
    assert [each.deed for each in found.helps] == ["", "resize", "make again"]


def test_errors_of_the_resize_before_say_nothing_of_the_one_under_way():
    found = far(pool(0, 2, "resizing", resizeErrors=[{"code": "ResizeStopped"}]))
    assert (found.state, found.helps) == ("doing", ())


def test_lost_nodes_are_counted():
    found = far(pool(2, 2), node("unusable", 1), node("idle", 2))
    assert found.sentence == "1 of 2 nodes lost or unusable."
    assert steps(found)["Boot"] == ("failed", "1 of 2 nodes; 1 lost or unusable")


def test_autoscale_is_waited_for_and_its_failure_told():
    scaled = {"enableAutoScale": True, "targetDedicatedNodes": 0}
    assert far(pool(**scaled)).sentence == "Waiting for autoscale: its formula hasn't run yet."
    run = {
        "timestamp": stamp(NOW),
        "results": "",
        "error": {"code": "Bad", "message": "No formula."},
    }
    found = far(pool(**scaled, autoScaleRun=run))
    assert found.sentence == "No node came. The autoscale formula failed: Bad: No formula."
    assert [each.deed for each in found.helps] == ["autoscale"]


def test_a_pool_of_no_nodes_waits_for_none():
    assert far(pool(0, 0)).sentence == "It has no nodes, and none are asked for."


def test_a_pool_that_is_deleted_says_only_that():
    found = far(deleting())
    assert (found.sentence, found.steps) == ("It is being deleted.", ())


def deleting():
    return convert.pool({"id": "p", "state": "deleting", "allocationState": "resizing"})


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pool-get-resizing", "Waiting for Azure to allocate"),
        ("pool-get-stopping", "Waiting"),
        ("pool-get-resize-error-2024", "No node came. The resize was stopped"),
        ("pool-get-deleting", "It is being deleted."),
    ],
)
def test_recorded_pools_say_what_they_wait_for(name, sentence):
    body = recording(name)["response"]["body"]
    assert progress(convert.pool(body), {}, NOW).sentence.startswith(sentence)


def test_every_recorded_pool_has_a_sentence():
    for name in recorded("pool-get", "pool-list"):
        body = recording(name)["response"]["body"]
        for raw in body.get("value", [body]) if isinstance(body, dict) else []:
            found = progress(convert.pool(raw), {"idle": 1, "creating": 1}, NOW)
            assert found.sentence.endswith(".")
