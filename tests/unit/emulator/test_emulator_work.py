"""The parts of the engine that decide without running anything."""

from types import SimpleNamespace

import pytest

from batchtui.emulator.machines.outcomes import OUT_OF_TIME, Failed, Outcome
from batchtui.emulator.machines.resources import DownloadError, fetch_all
from batchtui.emulator.network import is_near
from batchtui.emulator.store import Job, Node, Pool, Task
from batchtui.emulator.work.bench import Bench, Need, Run
from batchtui.emulator.work.dependencies import Dependencies, number_of
from batchtui.emulator.work.exits import job_action, satisfies
from batchtui.emulator.work.queue import Queue
from batchtui.emulator.work.records import directory_of

ANY = SimpleNamespace()


def pool_of(nodes, slots=1, fill="Spread", order="none"):
    policy = {"nodeFillType": fill, "jobDefaultOrder": order}
    pool = Pool("p", {"taskSlotsPerNode": slots, "taskSchedulingPolicy": policy})
    for number in range(nodes):
        body = {"state": "idle", "schedulingState": "enabled"}
        pool.nodes.add(Node(pool, f"n{number}", number, number, number % 2 == 0, body))
    return pool


def job_of(job_id, priority=0, pool="p", state="active"):
    return Job(job_id, {"priority": priority, "state": state, "executionInfo": {"poolId": pool}})


def task_of(job, task_id, **body):
    return Task(job, task_id, {"requiredSlots": 1, "state": "active"} | body, 0)


def test_a_queue_offers_by_priority_then_by_arrival():
    queue, low, high = Queue(), job_of("low"), job_of("high", 9)
    other = job_of("other")
    for job, name in [(low, "a"), (high, "b"), (other, "c"), (low, "d"), (high, "e")]:
        queue.add(task_of(job, name))
    taken = []
    queue.offer(pool_of(0), lambda task, _: taken.append(task.id) or True)
    assert taken == ["b", "e", "a", "c", "d"]
    queue.offer(pool_of(0), lambda *_: pytest.fail("nothing is left"))


def test_a_queue_can_go_by_the_order_of_jobs():
    queue, first, second = Queue(), job_of("first"), job_of("second")
    for job, name in [(first, "a"), (second, "b"), (first, "c")]:
        queue.add(task_of(job, name))
    taken = []
    queue.offer(pool_of(0, order="creationtime"), lambda task, _: taken.append(task.id) or True)
    assert taken == ["a", "c", "b"]


def test_what_is_refused_holds_up_only_what_asks_the_same():
    queue, job = Queue(), job_of("j")
    for name, slots in [("a", 4), ("b", 4), ("c", 1)]:
        queue.add(task_of(job, name, requiredSlots=slots))
    asked = []
    queue.offer(pool_of(0), lambda task, need: asked.append(task.id) or need.slots == 1)
    assert asked == ["a", "c"]


def test_only_active_jobs_of_the_pool_are_offered_and_a_task_comes_back_to_its_place():
    queue, job = Queue(), job_of("j")
    tasks = [task_of(job, name) for name in "abc"]
    for task in [*tasks, task_of(job_of("x", state="disabled"), "x"),
                 task_of(job_of("y", pool="q"), "y")]:  # fmt: skip
        queue.add(task)
    queue.remove(tasks[0])
    queue.remove(tasks[1])
    queue.add(tasks[0])
    taken = []
    queue.offer(pool_of(0), lambda task, _: taken.append(task.id) or True)
    assert taken == ["a", "c"]


def test_a_bench_spreads_or_packs_and_gives_back():
    for fill, expected in [("Spread", {"n0", "n1"}), ("Pack", {"n0"})]:
        bench = Bench(pool_of(2, slots=2, fill=fill))
        runs = []
        for _ in range(2):
            (seat,) = bench.choose(Need(), lambda _: True, "")
            runs.append(Run(ANY, [seat], 1))
            bench.take(seat, runs[-1])
        assert {run.seats[0].node.id for run in runs} == expected
    for run in runs:
        bench.give_back(run.seats[0], run)
    assert [seat.free for seat in bench.choose(Need(0, 2), lambda _: True, "")] == [2, 2]


def test_a_bench_knows_what_a_task_needs():
    pool = pool_of(4, slots=2)
    bench = Bench(pool)
    assert len(bench.choose(Need(instances=4), lambda _: True, "")) == 4
    assert bench.choose(Need(instances=5), lambda _: True, "") == []
    assert bench.choose(Need(slots=3), lambda _: True, "") == []
    near = bench.choose(Need(), lambda _: True, "TVM:n3")
    assert near[0].node.id == "n3"
    assert {s.node.id for s in bench.choose(Need(1, 2, dedicated=True), lambda _: True, "n1")} == {
        "n0", "n2",
    }  # fmt: skip
    assert bench.choose(Need(), lambda node: node.id == "n1", "n0")[0].node.id == "n1"
    bench.close(pool.nodes["n0"])
    assert bench.choose(Need(instances=4), lambda _: True, "") == []
    bench.open(pool.nodes["n0"])
    for node in pool.nodes:
        node.body["schedulingState"] = "disabled"
        bench.close(node)
        bench.open(node)
    assert bench.full


def test_dependencies_of_ids_and_ranges():
    job, found = job_of("j"), Dependencies()
    wanted = {"taskIds": ["A", "b"], "taskIdRanges": [{"start": 1, "end": 2}]}
    last = task_of(job, "last", dependsOn=wanted)
    assert found.add(task_of(job, "free"))
    assert not found.add(last)
    for name in ("a", "1", "01", "B", "b"):
        assert found.satisfy(task_of(job, name)) == []
    assert found.satisfy(task_of(job, "2")) == [last]
    assert found.satisfy(task_of(job, "2")) == []
    assert found.add(task_of(job, "late", dependsOn=wanted))


def test_a_dependent_that_is_gone_is_not_told():
    job, found = job_of("j"), Dependencies()
    gone = task_of(job, "gone", dependsOn={"taskIdRanges": [{"start": 1, "end": 10**9}]})
    assert not found.add(gone)
    found.forget(gone)
    assert found.satisfy(task_of(job, "1")) == []


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("012", None),
        ("x1", None),
        ("", None),
        ("9" * 5000, None),
        ("²", None),
    ],
)
def test_which_ids_are_numbers(name, number):
    assert number_of(name) == number


SATISFY, BLOCK = {"dependencyAction": "satisfy"}, {"dependencyAction": "block"}
NOT_STORED = Outcome(0, Failed("FileUploadMiscError", ""))
NEVER_RAN = Outcome(reason=Failed("BlobNotFound", ""))


@pytest.mark.parametrize(
    ("conditions", "outcome", "satisfied"),
    [
        (None, Outcome(0), True),
        (None, Outcome(1), False),
        ({"default": SATISFY}, Outcome(1), True),
        ({"default": BLOCK}, Outcome(0), True),
        ({"exitCodes": [{"code": 0, "exitOptions": BLOCK}]}, Outcome(0), False),
        ({"exitCodeRanges": [{"start": 1, "end": 3, "exitOptions": SATISFY}]}, Outcome(3), True),
        ({"exitCodeRanges": [{"start": 1, "end": 3, "exitOptions": SATISFY}]}, Outcome(4), False),
        ({"preProcessingError": SATISFY}, NEVER_RAN, True),
        ({"default": SATISFY}, NEVER_RAN, True),
        ({"preProcessingError": SATISFY}, Outcome(1), False),
        (None, NOT_STORED, False),
        ({"fileUploadError": SATISFY}, NOT_STORED, True),
        ({"fileUploadError": SATISFY}, Outcome(1), False),
        ({"exitCodes": [{"code": 0, "exitOptions": BLOCK}]}, NOT_STORED, False),
    ],
)
def test_exit_conditions_say_whether_a_task_satisfies(conditions, outcome, satisfied):
    body = {"exitConditions": conditions} if conditions else {}
    assert satisfies(task_of(job_of("j"), "t", **body), outcome) is satisfied


def test_exit_conditions_say_what_becomes_of_the_job():
    task = task_of(job_of("j"), "t")
    assert job_action(task, Outcome(0)) == "none"
    assert job_action(task, Outcome(1)) == "terminate"
    disable = {"exitCodes": [{"code": 7, "exitOptions": {"jobAction": "disable"}}]}
    assert job_action(task_of(job_of("j"), "t", exitConditions=disable), Outcome(7)) == "disable"


def test_an_outcome_says_what_an_execution_shows():
    assert Outcome(0).result() == {"exitCode": 0, "result": "success"}
    late = Outcome(-9, OUT_OF_TIME).result()
    assert (late["exitCode"], late["failureInfo"]["category"]) == (-9, "ServerError")


@pytest.mark.parametrize(
    ("job", "directory"),
    [("j", "workitems/j/job-1/t"), ("nightly:job-7", "workitems/nightly/job-7/t")],
)
def test_where_the_files_of_a_task_are(job, directory):
    assert directory_of(job_of(job), "t") == directory


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("file:///tmp/x", True),
        ("http://127.0.0.1:8000/x", True),
        ("https://localhost/x", True),
        ("http://[::1]:1/x", True),
        ("file://server/share", False),
        ("http://127.0.0.1.example.com/x", False),
        ("http://10.0.0.1/x", False),
        ("https://account.blob.core.windows.net/c/x", False),
        ("ftp://localhost/x", False),
        ("http://[/x", False),
        ("", False),
    ],
)
def test_resource_files_come_from_this_machine(url, near):
    assert is_near(url) is near


@pytest.mark.parametrize("name", ["../escaped.txt", "/tmp/escaped.txt", "a/../../escaped.txt", "."])
def test_a_resource_file_stays_in_its_directory(tmp_path, name):
    source, target = tmp_path / "source", tmp_path / "wd"
    source.write_text("x")
    target.mkdir()
    with pytest.raises(DownloadError, match="creating resource file"):
        fetch_all([{"httpUrl": source.as_uri(), "filePath": name}], target)
    assert not (tmp_path / "escaped.txt").exists()


def test_a_device_is_no_resource_file(tmp_path):
    with pytest.raises(DownloadError, match="not found"):
        fetch_all([{"httpUrl": "file:///dev/zero", "filePath": "x"}], tmp_path)
