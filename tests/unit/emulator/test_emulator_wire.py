"""JSON as the service's OData library writes it, and each version's shape of a resource."""

import json

import pytest
from conftest import recorded, recording
from hypothesis import given
from hypothesis import strategies as st

from batchtui.emulator.errors import BatchError
from batchtui.emulator.versions import NEWEST, VERSIONS, check_version, shaped
from batchtui.emulator.wire import write_json

LEAVES = st.text() | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.none()
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


def written(value, pad=""):
    """The same, slowly: brackets on lines of their own, and nothing else."""
    inner = pad + "  "
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(k, ensure_ascii=False)}:{written(v, inner)}" for k, v in value.items()
        ]
        return f"{{\r\n{inner}{','.join(parts)}\r\n{pad}}}"
    if isinstance(value, list):
        return f"[\r\n{inner}{','.join(written(v, inner) for v in value)}\r\n{pad}]"
    return json.dumps(value, ensure_ascii=False)


@given(JSON)
def test_json_survives_the_writing(value):
    assert json.loads(write_json(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        {"a": [], "b": {}, "c": [{"d": []}, []]},
        {'key "': 'ends like a key": ', "b": ['": x', "x: [],"]},
        {"a": {"b": {"c": [1, 2, {"d": None}]}}},
    ],
)
def test_brackets_are_on_lines_of_their_own(value):
    assert write_json(value).decode() == written(value)


def test_long_lists_are_written_in_less_time_and_say_the_same():
    value = {"value": [{"id": f"node {at}", "empty": []} for at in range(10_000)]}
    text = write_json(value)
    assert json.loads(text) == value
    assert b'\r\n      "id": "node 0",\r\n' in text


def test_recorded_errors_have_their_recorded_lengths_when_written():
    lengths = 0
    for name in recorded("job-", "node-", "pool-"):
        response = recording(name)["response"]
        headers = {key.lower(): value for key, value in response["headers"].items()}
        if response["body"] and "content-length" in headers:
            lengths += 1
            assert len(write_json(response["body"])) == int(headers["content-length"]), name
    assert lengths == 17


POOL = {
    "id": "p",
    "targetDedicatedNodes": 1,
    "currentDedicatedNodes": 1,
    "currentLowPriorityNodes": 0,
    "targetNodeCommunicationMode": "default",
    "taskSlotsPerNode": 4,
    "taskSchedulingPolicy": {"nodeFillType": "Spread", "jobDefaultOrder": "none"},
    "virtualMachineConfiguration": {
        "dataDisks": [{"lun": 0, "managedDisk": {"diskEncryptionSet": {"id": "x"}}}, {"lun": 1}]
    },
}


def test_the_newest_version_shows_a_node_as_it_is_kept():
    node = {"id": "tvmps_0", "ipv6Address": "fd00::4"}
    assert shaped("nodes", node, NEWEST) is node


def test_an_older_version_has_what_it_had_and_lacks_what_came_later():
    pool = shaped("pools", POOL, "2024-07-01.20.0")
    assert pool["certificateReferences"] == []
    assert pool["currentNodeCommunicationMode"] == "simplified"
    assert pool["targetNodeCommunicationMode"] == "default"
    assert pool["taskSchedulingPolicy"] == {"nodeFillType": "Spread"}
    disks = pool["virtualMachineConfiguration"]["dataDisks"]
    assert disks == [{"lun": 0, "managedDisk": {}}, {"lun": 1}]
    assert "jobDefaultOrder" in POOL["taskSchedulingPolicy"]


def test_the_newest_version_lacks_what_is_gone():
    assert "targetNodeCommunicationMode" not in shaped("pools", POOL, NEWEST)


def test_the_oldest_version_has_the_former_names_also_within_a_job():
    assert shaped("pools", POOL, "2020-03-01.11.0")["maxTasksPerNode"] == 4
    job = {"poolInfo": {"autoPoolSpecification": {"pool": {"taskSlotsPerNode": 2}}}}
    shown = shaped("jobs", job, "2020-03-01.11.0")
    assert shown["poolInfo"]["autoPoolSpecification"]["pool"] == {"maxTasksPerNode": 2}
    schedule = {"jobSpecification": job | {"allowTaskPreemption": False}}
    shown = shaped("jobschedules", schedule, "2020-03-01.11.0")
    assert shown["jobSpecification"]["poolInfo"]["autoPoolSpecification"] == {
        "pool": {"maxTasksPerNode": 2}
    }
    assert "allowTaskPreemption" not in shown["jobSpecification"]


@pytest.mark.parametrize("version", ["", "2024-02-01", "2019-08-01.10.0", "2027-01-01", "latest"])
def test_a_version_that_never_was_is_refused(version):
    with pytest.raises(BatchError) as caught:
        check_version(version)
    assert caught.value.status == 400


def test_a_newer_version_than_is_known_is_taken_for_the_newest():
    check_version("2026-03-01")
    assert shaped("pools", POOL, "2026-03-01") == shaped("pools", POOL, NEWEST)


def test_all_recorded_versions_are_spoken():
    asked = {recording(name)["api_version"] for name in recorded("job-", "node-", "pool-", "task-")}
    assert asked <= VERSIONS
