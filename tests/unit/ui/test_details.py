"""Details of everything that was recorded: nothing is lost, and errors come first."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from conftest import recorded, recording
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.access.ledger import LedgerEntry
from batchtui.batch import convert
from batchtui.batch.models import NodeCounts, SupportedImage
from batchtui.batch.parts import ImageReference
from batchtui.errors import BatchtuiError
from batchtui.ui.details import node, pool
from batchtui.ui.details.section import lines_of
from batchtui.ui.details.support import support_lines
from batchtui.ui.lines import laid_out
from batchtui.ui.screens.raw import json_lines
from batchtui.visible import visible

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
REFORMATTED = re.compile(r"\d{4}-\d\d-\d\dT|P(\d+D)?T?\d")


def bodies(*prefixes):
    for name in recorded(*prefixes):
        body = recording(name)["response"]["body"]
        if isinstance(body, dict) and "code" not in body:
            for row in body.get("value", [body]):
                yield pytest.param(row, id=f"{name}-{row.get('id', '')[:14]}")


def leaves(value):
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield value


def text_of(sections):
    return "\n".join(line.text for line in lines_of(sections))


def of_node(raw, **around):
    return node.node_sections(raw, node.Around(NOW, **around))


def of_pool(raw, **around):
    return pool.pool_sections(raw, pool.Around(NOW, **around))


def assert_all_is_said(raw, text):
    for value in leaves(raw):
        if isinstance(value, str) and not REFORMATTED.match(value) and value != "*":
            words = {"active": raw.get("allocationState", "active")}
            words |= {"nonadmin": "user", "admin": "administrator"}
            assert words.get(value.lower(), value).lower() in text.lower()
        elif isinstance(value, int) and not isinstance(value, bool):
            assert str(value) in text


@pytest.mark.parametrize(
    "raw", [p for p in bodies("pool-get", "pool-list") if "state" in p.values[0]]
)
def test_all_that_is_said_of_a_pool_is_shown(raw):
    assert_all_is_said(raw, text_of(of_pool(raw)))


@pytest.mark.parametrize(
    "raw", [p for p in bodies("node-get", "node-list") if "state" in p.values[0]]
)
def test_all_that_is_said_of_a_node_is_shown(raw):
    states = {"waitingforstarttask": "in start task"}
    text = text_of(of_node(raw))
    assert_all_is_said({**raw, "state": states.get(raw["state"], raw["state"])}, text)


def test_what_nobody_knows_yet_is_shown_too():
    raw = recording("node-get")["response"]["body"]
    text = text_of(of_node({**raw, "gpu": {"driver": ["x[/red]\x1b", 5]}}))
    assert "Also" in text
    assert re.search(r"gpu\.driver\[0\]\s+x\[/red\]␛", text)
    assert re.search(r"gpu\.driver\[1\]\s+5", text)


FAILED = {
    "id": "n",
    "state": "starttaskfailed",
    "lastBootTime": "2026-03-02T02:00:00Z",
    "errors": [
        {"code": "DiskFull", "message": "Full", "errorDetails": [{"name": "a", "value": "b"}]}
    ],
    "startTask": {"commandLine": "apt-get install x", "maxTaskRetryCount": -1},
    "startTaskInfo": {
        "state": "completed",
        "result": "failure",
        "exitCode": 100,
        "startTime": "2026-03-02T02:00:00Z",
        "endTime": "2026-03-02T02:05:00Z",
        "retryCount": 2,
        "failureInfo": {"category": "usererror", "code": "FailureExitCode", "message": "It failed"},
    },
}  # fmt: skip


def test_errors_come_first_and_then_the_start_task_that_failed():
    sections = of_node(FAILED)
    assert [section.title for section in sections[:3]] == ["Errors", "Start task", "Node"]
    text = text_of(sections)
    assert re.search(r"DiskFull\s+Full\n\s+a: b", text)
    for words in ("✗ failure", "100", "It failed", "usererror", "for 5m", "59m ago"):
        assert words in text
    assert re.search(r"retries allowed\s+without end", text)
    assert re.search(r"identity\s+auto user of the task", text)


def test_a_failure_that_the_state_hides_is_said():
    assert "takes tasks all the same" in text_of(of_node({**FAILED, "state": "idle"}))
    assert "takes tasks all the same" not in text_of(of_node(FAILED))


@pytest.mark.parametrize("waits", [True, False])
def test_why_a_node_takes_tasks_all_the_same_is_said_only_where_it_is_so(waits):
    task = {**FAILED["startTask"], "waitForSuccess": waits}
    text = text_of(of_node({**FAILED, "state": "idle", "startTask": task}))
    assert ("nothing waits for success" in text) is not waits


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ({"commandLine": "new", "maxTaskRetryCount": -1}, "is another one by now (commandLine)"),
        (None, "has none any more"),
        (FAILED["startTask"], ""),
    ],
)
def test_a_start_task_that_is_not_the_pools_any_more_is_said(theirs, words):
    text = text_of(of_node(FAILED, pool={"id": "p", "startTask": theirs}))
    assert ("pool's" in text) == bool(words)
    assert words in " ".join(text.split())


def test_a_node_that_batch_lost_says_so():
    assert "Batch lost contact" in text_of(of_node({"id": "n", "state": "unusable"}))
    assert "Batch lost contact" not in text_of(of_node({**FAILED, "state": "unusable"}))


def test_users_are_those_that_were_added():
    user = LedgerEntry("a", "e", "p", "n", "op-x", True, NOW + timedelta(days=1), NOW, "key")
    text = text_of(of_node(FAILED, users=[user]))
    assert re.search(r"op-x\s+administrator, by key, added 0s ago, until 2026-03-03", text)


AUTOSCALED = {
    "id": "p",
    "state": "active",
    "allocationState": "steady",
    "targetDedicatedNodes": 8,
    "currentDedicatedNodes": 3,
    "resizeErrors": [
        {
            "code": "AccountCoreQuotaReached",
            "message": "Reached.",
            "values": [{"name": "Used", "value": "96"}, {"name": "Quota", "value": "100"}],
        }
    ],
    "enableAutoScale": True,
    "autoScaleEvaluationInterval": "PT1H30M",
    "autoScaleFormula": "// by hand\n$TargetDedicatedNodes = 8;\n",
    "autoScaleRun": {
        "timestamp": "2026-03-02T03:00:05Z",
        "results": "$TargetDedicatedNodes=8;$NodeDeallocationOption=requeue;x=1",
        "error": {
            "code": "AutoScalingFormulaEvaluationError",
            "message": "No sample",
            "values": [{"name": "Line", "value": "2"}],
        },
    },
}


def test_autoscale_says_all_of_its_last_run():
    sections = of_pool(AUTOSCALED)
    assert sections[0].title == "Errors"
    text = text_of(sections)
    assert re.search(
        r"autoscale: AutoScalingFormulaEvaluationError\n\s+No sample\n\s+Line: 2", text
    )
    assert re.search(r"last run\s+2026-03-02 03:00:05 UTC, 4m ago", text)
    assert re.search(r"every\s+1 h 30 min", text)
    results = r"results\s+\$TargetDedicatedNodes=8\n\s+\$NodeDeallocationOption=requeue\n\s+x=1\n"
    assert re.search(results, text)
    assert re.search(r"formula\s+// by hand\n\s+\$TargetDedicatedNodes = 8;\n", text)


def test_quota_is_what_the_errors_tell_and_no_more():
    [quota] = [section for section in of_pool(AUTOSCALED) if section.title == "Quota"]
    assert [label for label, _cell in quota.lines] == ["AccountCoreQuotaReached", "all"]
    assert quota.lines[0][1].text == "Used: 96\nQuota: 100"
    calm = {**AUTOSCALED, "resizeErrors": [{"code": "AllocationFailed", "message": "x"}]}
    assert "Quota" not in [section.title for section in of_pool(calm)]


def test_nodes_by_state_are_a_bar_with_counts():
    counts = NodeCounts({"idle": 1, "running": 1000, "total": 1001}, {"preempted": 500})
    text = text_of(of_pool(AUTOSCALED, counts=counts))
    rows = re.findall(r"(\S+)\s+(█+) ([\d,]+)", text)
    assert [(name, len(bar), count) for name, bar, count in rows] == [
        ("running", 30, "1,000"), ("preempted", 15, "500"), ("idle", 1, "1"),
    ]  # fmt: skip


IMAGE = {
    "virtualMachineConfiguration": {
        "imageReference": {"publisher": "Canonical", "offer": "UBUNTU", "sku": "22"},
        "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    }
}


def support(*images):
    lines = support_lines(convert.pool(IMAGE), images, NOW)
    return {label: (cell.text, cell.tone) for label, cell in lines}


def supported(days, *, verified=True, agent="batch.node.ubuntu 22.04", publisher="canonical"):
    end = None if days is None else NOW + timedelta(days=days)
    reference = ImageReference(publisher, "ubuntu", "22", "latest")
    return SupportedImage(reference, agent, "linux", verified, ("DockerCompatible",), end)


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (None, "without an end so far", "plain"),
        (119, "ends 2026-06-29, 119 days left", "plain"),
        (30, "ends 2026-04-01, 30 days left", "warn"),
        (-3, "✗ ended 2026-02-27: no pool can be created with it any more", "bad"),
    ],
)
def test_support_of_an_image_has_an_end(days, words, tone):
    assert support(supported(days))["support"] == (words, tone)


def test_the_row_with_the_pools_node_agent_counts():
    found = support(supported(-3, agent="other"), supported(119))
    assert found["support"][1] == "plain"
    assert "node agent" not in found
    assert "other" in support(supported(119, agent="other"))["node agent"][0]


def test_unverified_and_unknown_images_are_said():
    assert "can fail to allocate" in support(supported(5, verified=False))["verified"][0]
    unknown = {"support": ("not among the images that the service supports", "bad")}
    assert support(supported(5, publisher="x")) == unknown


def test_a_crowd_of_metadata_is_shown_whole():
    metadata = [{"name": f"n{each}", "value": "[b]" + "w" * 200} for each in range(5000)]
    metadata.append({"name": "x" * 10_000, "value": "y" * 10_000})
    lines = lines_of(of_pool({**AUTOSCALED, "metadata": metadata}))
    assert sum(line.text.lstrip().startswith("n") for line in lines) >= 5000
    assert any("y" * 10_000 in line.text for line in lines)


HOSTILE = [None, 5, -1, "x\x1b[31m\u202e", True, [], ["x", None, 5], {}, {"x": 1}]


@pytest.mark.parametrize("sections", [of_node, of_pool])
@pytest.mark.parametrize("new", HOSTILE)
def test_values_of_the_wrong_type_break_nothing(sections, new):
    for raw in (FAILED, AUTOSCALED):
        for name in raw:
            text = text_of(sections({**raw, name: new}))
            assert not {"\x1b", "\u202e"} & set(text)
            inner = raw[name]
            if isinstance(inner, dict):
                for each in inner:
                    text_of(sections({**raw, name: {**inner, each: new}}))


WORDS = st.text(max_size=40) | st.sampled_from(["[/red]", "\x1b[2J", "\u202e", "漢" * 50, "\u200d"])
NAMES = st.sampled_from([*FAILED, *AUTOSCALED, "metadata", "recentTasks", "networkConfiguration"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | WORDS, inner, max_size=3),
)


@given(st.dictionaries(NAMES | WORDS, JSON, max_size=6), st.integers(1, 100))
def test_whatever_the_service_sends_is_shown_harmlessly_and_fits(raw, width):
    for sections in (of_node, of_pool):
        lines = lines_of(sections(raw))
        assert all(visible(line.text) == line.text for line in lines)
        for row in laid_out(lines, width):
            part = lines[row.line].text[row.start : row.end].rstrip()
            assert row.indent + cell_len(part) <= max(width, 2)


def test_json_that_is_nested_without_end_is_said():
    raw = {}
    inner = raw
    for _ in range(100_000):
        inner["a"] = {}
        inner = inner["a"]
    with pytest.raises(BatchtuiError, match="nested too deeply"):
        json_lines(raw)
    while raw:  # not by recursion
        raw = raw.pop("a")


def test_json_is_ascii_and_says_what_is_what():
    lines = json_lines({"a": "é\u202e\x7f", "b": [1.5, None], "c": {"d": 'x: "y"', "e": []}})
    assert all(line.text.isascii() and line.text.isprintable() for line in lines)
    looks = {line.text[span.start : span.end]: span.look for line in lines for span in line.spans}
    assert looks['"a": '] == "name"
    assert looks['"\\u00e9\\u202e\\u007f"'] == "text"
    assert looks["1.5"] == looks["null"] == "value"
    assert looks['"x: \\"y\\""'] == "text"
