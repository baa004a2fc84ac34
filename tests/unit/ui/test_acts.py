"""What acts say before they are done: whom they are about, and what they cost."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from batchtui.batch import convert
from batchtui.tables.pools import PoolRow
from batchtui.ui.acts.act import Target, named, whom
from batchtui.ui.acts.logs import UploadLogs, read_time
from batchtui.ui.acts.nodes import Chosen
from batchtui.ui.acts.pools import DeletePools
from batchtui.ui.acts.remove import Remove
from batchtui.ui.acts.restart import Reboot, Reimage
from batchtui.ui.acts.switch import Power, SchedulingOff, SchedulingOn, scheduling

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
SECRET = "https://acct.blob.core.windows.net/logs?sv=2025&sig=c2VjcmV0%2B"
SESSION = SimpleNamespace(
    nodes=None, pools=None, now=lambda: NOW, account=SimpleNamespace(endpoint="https://a.batch")
)


def node(number, state="idle", *, tasks=0, scheduling="enabled"):
    return convert.node(
        {
            "id": f"tvmps_{number:064d}_d",
            "state": state,
            "runningTasksCount": tasks,
            "schedulingState": scheduling,
        }
    )


def chosen(*nodes, of=100, hidden=(), **pool):
    return Chosen(SESSION, convert.pool({"id": "p", **pool}), nodes, of, hidden)


def said(act, **answers):
    given = {question.name: question.value for question in act.questions()} | answers
    return " ".join([*act.effect(given), *act.warnings(given)])


def many(count, **of_node):
    return [node(number, **of_node) for number in range(count)]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("requeue", "2 of 100 nodes, 12 running tasks will be requeued."),
        ("terminate", "12 running tasks will be ended, and not run again."),
        ("taskcompletion", "12 running tasks will be waited for; no new one begins."),
        ("retaineddata", "12 running tasks will be waited for until their data's retention ends"),
    ],
)
def test_the_cost_follows_the_option(option, words):
    assert words in said(Reboot(chosen(node(1, tasks=11), node(2, tasks=1))), option=option)


def test_no_task_costs_nothing():
    assert said(Reboot(chosen(node(1), of=1))) == "1 of 1 node, no running tasks."
    assert "All that is on their disks is lost." in said(Reimage(chosen(node(1))))


def test_what_the_service_is_known_to_refuse_is_said_before():
    nodes = [node(1, "creating"), node(2, "creating"), node(3, "rebooting"), node(4)]
    words = "2 creating, 1 rebooting: the service takes this from idle and running nodes"
    assert words in said(Reboot(chosen(*nodes)))
    # Who reboots nodes whose start task failed knows what they do.
    assert "the service takes" not in said(Reboot(chosen(node(1, "starttaskfailed"))))
    # Recorded: a starting node may be deallocated.
    assert "the service takes" not in said(Power(chosen(node(1, "starting"))))


def test_targets_are_named_as_far_as_there_is_room_and_counted_beyond():
    targets = [Target(f"id-{number}", f"node-{number:04d}") for number in range(10_000)]
    assert named(targets[:2], 80) == "node-0000, node-0001"
    assert named(targets, 40) == "node-0000, node-0001 and 9,998 more"
    assert named(targets, 1) == "node-0000 and 9,999 more"


def test_targets_that_the_filter_hides_are_named_too():
    assert list(whom([Target("a", "a"), Target("b", "b", hidden=True)], 80)) == [
        "a",
        "Hidden by the filter: b",
    ]
    assert list(whom([Target("b", "b", hidden=True)], 80)) == ["Hidden by the filter: b"]
    act = Reboot(chosen(node(1), node(2), hidden={node(2).id}))
    assert [target.hidden for target in act.targets] == [False, True]


def test_removal_says_how_many_calls_it_takes_and_why_it_may_not_go():
    assert "calls" not in said(Remove(chosen(*many(100))))
    assert "In 3 calls, one after the other" in said(Remove(chosen(*many(250), of=250)))
    assert "Autoscale is on" in said(Remove(chosen(node(1), enableAutoScale=True)))
    steps = Remove(chosen(*many(250))).steps({"option": "requeue"}, [n.id for n in many(250)])
    assert [len(step.targets) for step in steps] == [100, 100, 50]
    assert Remove.at_once == 1


def test_deallocated_nodes_are_started_and_others_deallocated():
    on, off = node(1, tasks=2), node(2, "deallocated")
    assert Power(chosen(on)).title == "Deallocate node 00000000_d"
    assert Power(chosen(off)).title == "Start node 00000000_d"
    assert Power(chosen(off)).questions() == ()
    mixed = Power(chosen(on, off))
    assert mixed.title == "Switch 2 nodes"
    words = said(mixed)
    assert "Deallocated: 1 of 100 nodes (00000000_d), 2 running tasks will be requeued." in words
    assert "Started: 1 of 100 nodes (00000000_d)." in words
    lines = mixed.az({"option": "terminate"}, [on.id, off.id]).split("\n")
    assert [line.split("?")[0].rpartition("/")[2] for line in lines] == ["deallocate", "start"]
    assert mixed.az({"option": "terminate"}, [off.id]) == lines[1]


def test_scheduling_is_switched_off_where_it_is_on_and_on_where_it_is_off_everywhere():
    is_open, closed = node(1, tasks=1), node(2, scheduling="disabled")
    assert isinstance(scheduling(chosen(closed)), SchedulingOn)
    assert isinstance(scheduling(chosen(is_open)), SchedulingOff)
    mixed = scheduling(chosen(is_open, closed))
    assert [target.id for target in mixed.targets] == [is_open.id]
    assert "1 node more: closed already, and left so." in said(mixed)
    # The service has no fourth option here.
    assert len(mixed.questions()[0].choices) == 3


def test_the_url_of_a_container_is_never_said():
    act = UploadLogs(chosen(node(1)))
    answers = {"url": SECRET, "start": "6h", "end": ""}
    assert act.problems(answers) == {}
    words = " ".join(act.effect(answers))
    assert "acct.blob.core.windows.net/logs" in words
    assert "2026-03-01 21:04:05 UTC" in words
    assert "sig" not in words + act.az(answers, [node(1).id])
    assert "c2Vj" not in repr(act.steps(answers, [node(1).id]))


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"url": "not a url"}, {"url"}),
        ({"url": "https://acct.blob.core.windows.net"}, {"url"}),
        ({"url": "https://[::1/x"}, {"url"}),
        ({"start": ""}, {"start"}),
        ({"start": "yesterday", "end": "tomorrow"}, {"start", "end"}),
        ({"start": "1h", "end": "2h"}, {"end"}),
    ],
)
def test_what_is_wrong_with_an_upload_is_said_beside_it(answers, wrong):
    act = UploadLogs(chosen(node(1)))
    assert act.problems({"url": SECRET, "start": "1d", "end": "", **answers}).keys() == wrong


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        (" 2D ", NOW - timedelta(days=2)),
        ("2026-03-02 01:00", datetime(2026, 3, 2, 1, tzinfo=UTC)),
        ("2026-03-02T01:00Z", datetime(2026, 3, 2, 1, tzinfo=UTC)),
        ("2026-03-02T03:00+02:00", datetime(2026, 3, 2, 1, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        ("0001-01-01T00:00+02:00", None),
        ("99999d", None),
    ],
)
def test_times_are_read_as_they_are_typed(text, time):
    assert read_time(text, NOW) == time


def test_a_pool_is_deleted_once_its_id_is_typed():
    rows = [PoolRow(convert.pool({"id": name, "currentDedicatedNodes": 3}), None) for name in "ab"]
    one, both = DeletePools(SESSION, rows[:1]), DeletePools(SESSION, rows, {"b"})
    assert (one.title, one.typed) == ("Delete pool a", "a")
    assert (both.title, both.typed) == ("Delete 2 pools", "2 pools")
    assert "With 6 nodes" in said(both)
    assert both.targets[1].hidden
