from dataclasses import replace

import pytest
from pool_bodies import LINUX

from batchtui.batch import convert
from batchtui.batch.edit import (
    PoolEdit,
    change,
    comparable,
    differences,
    identities,
    kept,
    problems,
    start_task,
    warnings,
)
from batchtui.batch.masked import MASK, masked
from batchtui.batch.merge import merged


def without_passwords(value):
    """As the service shows it."""
    if isinstance(value, dict):
        return {k: without_passwords(v) for k, v in value.items() if k != "password"}
    return [without_passwords(item) for item in value] if isinstance(value, list) else value


SHOWN = without_passwords(LINUX)
POOL = convert.pool(SHOWN)
EDIT = PoolEdit.of(POOL)
EMPTY = convert.pool({"id": "p"})


def test_nothing_edited_is_nothing_to_send():
    assert problems(EDIT, POOL) == {}
    assert change(EDIT, POOL) is None
    assert change(PoolEdit.of(EMPTY), EMPTY) is None


def test_metadata_alone_leaves_the_start_task_alone():
    sent = change(replace(EDIT, metadata="team=art\nempty="), POOL)
    assert sent.body == {
        "metadata": [{"name": "team", "value": "art"}, {"name": "empty", "value": ""}]
    }
    assert change(replace(EDIT, metadata=""), POOL).body == {"metadata": []}


@pytest.mark.parametrize(
    ("edited", "part"),
    [
        ({"command_line": "/bin/false"}, {"commandLine": "/bin/false"}),
        ({"wait": True}, {"waitForSuccess": True}),
        ({"retries": "3"}, {"maxTaskRetryCount": 3}),
        (
            {"identity": "task-admin"},
            {"userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}}},
        ),
        (
            {"environment": "A=1\na\nB=x y"},
            {"environmentSettings": [*SHOWN["startTask"]["environmentSettings"],
                                     {"name": "B", "value": "x y"}]},
        ),
    ],
)  # fmt: skip
def test_a_start_task_goes_back_whole_with_one_part_edited(edited, part):
    edit = replace(EDIT, **edited, password="secret-word")
    sent = change(edit, POOL).body
    assert sent == {"startTask": {**LINUX["startTask"], **part}}


def test_a_registrys_password_is_wanted_with_each_change_of_the_start_task():
    assert problems(replace(EDIT, metadata=""), POOL) == {}
    edit = replace(EDIT, command_line="/bin/false")
    assert problems(edit, POOL).keys() == {"password"}
    assert problems(replace(edit, password="secret-word"), POOL) == {}
    assert "secret-word" not in repr(replace(edit, password="secret-word"))


def test_a_start_task_goes_with_metadata_and_packages_kept():
    sent = change(replace(EDIT, command_line="  "), POOL)
    assert sent.replaces
    assert sent.body == {"applicationPackageReferences": [], "metadata": SHOWN["metadata"]}


def test_a_new_start_task_says_everything():
    edit = replace(PoolEdit.of(EMPTY), command_line=" id ", identity="pool-admin")
    assert change(edit, EMPTY).body == {
        "startTask": {
            "commandLine": "id",
            "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "admin"}},
            "waitForSuccess": True,
            "maxTaskRetryCount": 0,
        }
    }


def test_what_the_service_does_not_say_is_not_made_up():
    bare = convert.pool({"id": "p", "startTask": {"commandLine": "id"}})
    edit = replace(PoolEdit.of(bare), command_line="env")
    assert change(edit, bare).body == {"startTask": {"commandLine": "env"}}


def test_a_command_that_cannot_be_shown_stays_as_it_is_until_it_is_edited():
    odd = convert.pool({"id": "p", "startTask": {"commandLine": "a\x1b[1m"}})
    edit = replace(PoolEdit.of(odd), retries="1")
    assert start_task(edit, odd)["commandLine"] == "a\x1b[1m"
    assert warnings(edit, odd) == []
    assert "as you see it" in warnings(replace(edit, command_line="b␛"), odd)[0]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("retries", "many"),
        ("retries", "-2"),
        ("retries", "--1"),
        ("environment", "A=1\nA=2"),
        ("metadata", "team"),
    ],
)
def test_each_problem_names_its_field(field, text):
    assert problems(replace(EDIT, **{field: text}), POOL).keys() == {field}


def test_it_may_run_as_any_of_the_pools_users():
    assert EDIT.identity == "user operator"
    assert identities(POOL)["user operator"] == "the pool's user operator"
    assert "user operator" not in identities(EMPTY)


def test_the_classic_first_failures_are_warned_of():
    edit = replace(PoolEdit.of(EMPTY), command_line="apt-get update && id")
    assert len(warnings(edit, EMPTY)) == 2


def test_two_edits_are_merged_and_what_both_edited_is_named():
    mine = replace(EDIT, command_line="/bin/mine", retries="5")
    theirs = convert.pool(
        {
            **SHOWN,
            "startTask": {**SHOWN["startTask"], "commandLine": "/bin/theirs"},
            "metadata": [{"name": "team", "value": "theirs"}],
        }
    )
    edit, both = merged(mine, EDIT, PoolEdit.of(theirs))
    assert both == ["command_line"]
    assert (edit.command_line, edit.retries, edit.metadata) == ("/bin/mine", "5", "team=theirs")


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


def test_what_differs_is_said_and_what_is_kept():
    edit = replace(
        EDIT, command_line="/bin/false", identity="pool-admin", wait=True, retries="2",
        environment="A=2\na", metadata="",
    )  # fmt: skip
    assert list(differences(edit, POOL)) == [
        "Start task: /bin/false",
        "  before: /bin/true",
        "Runs as auto user of the pool, administrator, before as the pool's user operator",
        "Nodes wait for its success",
        "Retries: 2, before -1",
        "environment: - A=1",
        "environment: + A=2",
        "metadata: - team=render",
        "metadata: - empty=",
    ]
    assert next(iter(differences(replace(EDIT, command_line=""), POOL))) == "Start task: none"
    assert kept(POOL) == ["2 of the start task's resource files", "its container ubuntu"]
    assert kept(EMPTY) == []
