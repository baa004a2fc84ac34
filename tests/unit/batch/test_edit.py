"""What may be changed of a pool that exists, and what is sent for it."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pool_bodies import LINUX
from sdk_pools import sdk_pools

from batchtui.batch.draft import PoolDraft, answered
from batchtui.batch.edit import (
    ANYTIME,
    EMPTY_ONLY,
    cannot,
    change,
    comparable,
    differences,
    is_empty,
    locked,
    settings,
)
from batchtui.batch.fields import FIELDS
from batchtui.batch.masked import MASK, masked
from batchtui.batch.places import put, without
from batchtui.batch.three_way import three_way


def without_passwords(value):
    """As the service shows it."""
    if isinstance(value, dict):
        return {k: without_passwords(v) for k, v in value.items() if k != "password"}
    return [without_passwords(item) for item in value] if isinstance(value, list) else value


SHOWN = without_passwords(LINUX)
BEFORE = settings(SHOWN)
BUSY = {**SHOWN, "currentDedicatedNodes": 2, "targetDedicatedNodes": 2}
FULL_TASK = put(SHOWN["startTask"], ("containerSettings", "registry", "password"), "secret-word")


def edited(**answers):
    draft = PoolDraft(BEFORE)
    for name, answer in answers.items():
        draft = answered(draft, name, answer)
    assert not draft.typed
    return draft.body


def places(problems):
    return {problem.path for problem in problems}


def test_nothing_edited_is_nothing_to_send():
    assert cannot(BEFORE, BEFORE, BUSY) == []
    assert change(BEFORE, BEFORE) is None
    assert list(differences(BEFORE, BEFORE)) == []


def test_what_only_the_service_says_is_no_setting():
    told = {**SHOWN, "state": "active", "eTag": "x", "currentDedicatedNodes": 1}
    told = put(told, ("virtualMachineConfiguration", "imageReference", "exactVersion"), "1.2.3")
    assert settings(told) == BEFORE


def test_metadata_alone_leaves_the_start_task_alone():
    pairs = [{"name": "team", "value": "art"}, {"name": "empty", "value": ""}]
    assert change(BEFORE, edited(metadata="team=art\nempty=")).body == {"metadata": pairs}
    assert change(BEFORE, edited(metadata="")).body == {"metadata": []}


@pytest.mark.parametrize(
    ("answers", "part"),
    [
        ({"start_command": "/bin/false"}, {"commandLine": "/bin/false"}),
        ({"wait": True}, {"waitForSuccess": True}),
        ({"retries": "3"}, {"maxTaskRetryCount": 3}),
        (
            {"start_identity": "task-admin"},
            {"userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}}},
        ),
        (
            {"environment": "A=1\na\nB=x y"},
            {"environmentSettings": [*SHOWN["startTask"]["environmentSettings"],
                                     {"name": "B", "value": "x y"}]},
        ),
    ],
)  # fmt: skip
def test_a_start_task_goes_back_whole_with_one_part_edited(answers, part):
    after = edited(**answers)
    assert change(BEFORE, after).body == {"startTask": {**SHOWN["startTask"], **part}}


def test_a_registrys_password_is_wanted_with_each_change_of_what_it_is_in():
    assert cannot(BEFORE, edited(metadata=""), BUSY) == []
    after = edited(start_command="/bin/false")
    path = ("startTask", "containerSettings", "registry", "password")
    assert places(cannot(BEFORE, after, BUSY)) == {path}
    assert cannot(BEFORE, put(after, path, "secret-word"), BUSY) == []
    machine = put(BEFORE, ("virtualMachineConfiguration", "licenseType"), "None")
    registry = ("virtualMachineConfiguration", "containerConfiguration", "containerRegistries", 0)
    assert places(cannot(BEFORE, machine, SHOWN)) == {(*registry, "password")}


def test_a_start_task_goes_with_metadata_and_packages_kept():
    sent = change(BEFORE, without(BEFORE, ("startTask",)))
    assert sent.replaces
    assert sent.body == {"applicationPackageReferences": [], "metadata": SHOWN["metadata"]}


def test_a_start_task_goes_by_itself():
    after = put(without(BEFORE, ("startTask",)), ("taskSlotsPerNode",), 2)
    assert places(cannot(BEFORE, after, SHOWN)) == {("startTask",)}


def test_most_is_changed_only_while_there_are_no_nodes():
    assert is_empty(SHOWN)
    assert not is_empty(BUSY)
    for name in EMPTY_ONLY:
        after = {**BEFORE, name: "other"}
        assert (name,) in places(cannot(BEFORE, after, BUSY))
        assert (name,) not in places(cannot(BEFORE, after, SHOWN))
        assert change(BEFORE, after).body == {name: "other"}
    for name in ("id", "targetDedicatedNodes", "autoScaleFormula", "newer"):
        assert (name,) in places(cannot(BEFORE, {**BEFORE, name: "other"}, SHOWN))
    for name in ANYTIME:
        assert (name,) not in places(cannot(BEFORE, {**BEFORE, name: []}, BUSY))


def test_what_cannot_be_taken_away_is_said_and_the_rest_is_sent_as_none():
    after = without(BEFORE, ("networkConfiguration",))
    assert places(cannot(BEFORE, after, SHOWN)) == {("networkConfiguration",)}
    assert change(BEFORE, without(BEFORE, ("displayName",))).body == {"displayName": ""}
    assert change(BEFORE, without(BEFORE, ("taskSlotsPerNode",))).body == {"taskSlotsPerNode": 1}


def test_fields_that_cannot_be_edited_say_so():
    assert "keeps its id" in locked("id", SHOWN)
    assert "r resizes" in locked("dedicated", SHOWN)
    assert "no nodes" in locked("vm_size", BUSY)
    assert locked("vm_size", SHOWN) == ""
    for name in ("start_command", "wait", "retries", "environment", "metadata"):
        assert locked(name, BUSY) == ""
    for name, field in FIELDS.items():
        if field.step in {"image", "size"}:
            assert locked(name, BUSY)


@given(st.sampled_from(sorted(BEFORE)), st.sampled_from(sorted(BEFORE)))
def test_only_what_was_changed_is_sent(one, other):
    after = {**BEFORE, one: "x", other: ["y"]}
    assert set(change(BEFORE, after).body) == {one, other}


def test_what_differs_is_said():
    after = edited(
        start_command="/bin/false", wait=True, retries="2", environment="A=2\na", metadata=""
    )
    after = put(after, ("mountConfiguration",), [{"nfsMountConfiguration": {"source": "s"}}])
    said = list(differences(BEFORE, after))
    for line in (
        "Start task: - /bin/true",
        "Start task: + /bin/false",
        "nodes wait: yes",
        "retries: 2",
        "  before: -1",
        "environment: - A=1",
        "environment: + A=2",
        "Metadata: - team=render",
        "Metadata: - empty=",
    ):
        assert line in said
    assert any("nfsMountConfiguration" in line for line in said)


def test_start_tasks_are_compared_as_the_service_understands_them():
    full = {
        "commandLine": "id",
        "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "nonadmin"}},
        "maxTaskRetryCount": 0,
        "waitForSuccess": True,
    }
    assert comparable({"commandLine": "id"}) == comparable(full)
    assert comparable(LINUX["startTask"]) == comparable(SHOWN["startTask"])
    assert comparable({"commandLine": "id"}) != comparable({**full, "waitForSuccess": False})
    assert comparable({}) == ""


def test_no_secret_is_shown_of_what_is_sent():
    shown = masked(LINUX)
    assert "secret-word" not in repr(shown)
    assert shown["startTask"]["containerSettings"]["registry"]["password"] == MASK
    assert shown["metadata"] == LINUX["metadata"]


def test_the_signature_of_a_url_is_a_secret_too():
    url = "https://a.blob.core.windows.net/c/setup.sh?sv=2025&sig=c2Vj%2BcmV0&se=2027"
    files = [{"httpUrl": url, "filePath": "setup.sh"}, {"storageContainerUrl": url.upper()}]
    shown = masked({"startTask": {"commandLine": f"fetch '{url}'", "resourceFiles": files}})
    assert "c2vj" not in repr(shown).lower()
    there = f"https://a.blob.core.windows.net/c/setup.sh?sv=2025&sig={MASK}&se=2027"
    assert shown["startTask"]["resourceFiles"][0] == {**files[0], "httpUrl": there}
    assert shown["startTask"]["commandLine"] == f"fetch '{there}'"


def test_what_a_change_takes_away_because_the_service_does_not_tell_it_is_said():
    machine = BEFORE["virtualMachineConfiguration"]
    extension = {"name": "monitor", "publisher": "p", "type": "t"}
    before = {**BEFORE, "virtualMachineConfiguration": machine | {"extensions": [extension]}}
    after = put(before, ("virtualMachineConfiguration", "osDisk", "diskSizeGB"), 77)
    said = "Extension monitor may have protectedSettings, which the service doesn't tell."
    assert f"{said} Without it here it is removed." in list(differences(before, after))
    typed = ("virtualMachineConfiguration", "extensions", 0, "protectedSettings")
    whole = put(after, typed, {"key": "secret-word"})
    assert "may have" not in "".join(differences(before, whole))
    assert "may have" not in "".join(differences(before, {**before, "metadata": []}))


@given(sdk_pools(), sdk_pools())
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_pool_becomes_any_other_by_what_is_sent_for_it(one, other):
    before, after = settings(one), settings(other)
    sent = change(before, after)
    found = dict(before)
    if sent is not None and sent.replaces:
        found.pop("startTask")
    found.update(sent.body if sent else {})
    # A start task is removed by itself: then the rest is a problem, and not sent.
    names = set(ANYTIME) if sent and sent.replaces else {*before, *after}
    for name in (names & after.keys()) - {"id"}:
        assert found[name] == after[name]
    # What is kept isn't sent, and what is sent was changed.
    if sent and not sent.replaces:
        assert all(before.get(name) != after.get(name) for name in sent.body)


@given(sdk_pools())
@hypothesis_settings(max_examples=60, deadline=None)
def test_a_pool_that_is_opened_and_not_edited_has_nothing_to_send(pool):
    before = settings(pool)
    assert change(before, settings(pool)) is None
    assert list(differences(before, settings(pool))) == []
    body, conflicts = three_way(before, before, before)
    assert (body, conflicts) == (before, [])
