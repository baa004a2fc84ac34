from dataclasses import replace

import pytest
from generated_pools import values
from hypothesis import given
from hypothesis import strategies as st

from batchtui.batch.draft import PoolDraft, answered, shown
from batchtui.batch.fields import FIELDS, field_of, field_of_refusal, unreadable
from batchtui.batch.start_lenses import as_administrator

LINUX = PoolDraft({"startTask": {"commandLine": "a && b", "waitForSuccess": False}})


def command_of(draft):
    return draft.body["startTask"]["commandLine"]


def test_a_shell_is_added_and_taken_away():
    wrapped = answered(LINUX, "start_shell", True)
    assert command_of(wrapped) == "/bin/bash -c 'a && b'"
    assert shown(wrapped, "start_shell") is True
    assert answered(wrapped, "start_shell", False).body == LINUX.body


def test_on_windows_it_is_cmd():
    machine = {"nodeAgentSKUId": "batch.node.windows amd64"}
    draft = PoolDraft({**LINUX.body, "virtualMachineConfiguration": machine})
    assert command_of(answered(draft, "start_shell", True)) == 'cmd /c "a && b"'


def test_a_shell_of_another_kind_comes_back_as_it_was():
    draft = PoolDraft({"startTask": {"commandLine": 'sh -ec  "a; b"'}})
    without = answered(draft, "start_shell", False)
    assert command_of(without) == "a; b"
    assert answered(without, "start_shell", True).body == draft.body
    edited = answered(without, "start_command", "a; c")
    assert command_of(answered(edited, "start_shell", True)) == "/bin/bash -c 'a; c'"


def test_without_a_command_there_is_no_start_task_and_nothing_is_lost():
    emptied = answered(LINUX, "start_command", "")
    assert "startTask" not in emptied.body
    typed = answered(emptied, "start_command", "a")
    assert answered(typed, "start_command", "a && b").body == LINUX.body


def test_only_the_command_is_asked_for_until_there_is_one():
    empty = PoolDraft({})
    start = [field for field in FIELDS.values() if field.step == "start"]
    assert [field.name for field in start if field.when(empty)] == ["start_command"]
    names = {field.name for field in start if field.when(LINUX)}
    assert {"start_shell", "start_identity", "environment", "files"} <= names
    assert "container_image" not in names
    pool = {**LINUX.body, "virtualMachineConfiguration": {"containerConfiguration": {}}}
    assert FIELDS["container_image"].when(PoolDraft(pool))


def test_an_administrator_of_the_same_scope():
    draft = answered(LINUX, "start_identity", "task-nonadmin")
    assert shown(as_administrator(draft), "start_identity") == "task-admin"
    assert shown(as_administrator(LINUX), "start_identity") == "pool-admin"


FILES = [
    ("https://x.example/a?sig=b -> data/a", {"httpUrl": "https://x.example/a?sig=b",
                                             "filePath": "data/a"}),
    ("https://x.example/a -> run.sh 0755", {"httpUrl": "https://x.example/a", "filePath": "run.sh",
                                            "fileMode": "0755"}),
    ("container:inputs", {"autoStorageContainerName": "inputs"}),
    ("container:inputs set/ -> data", {"autoStorageContainerName": "inputs", "blobPrefix": "set/",
                                       "filePath": "data"}),
    ("container:https://x.example/c -> data 0600",
     {"storageContainerUrl": "https://x.example/c", "filePath": "data", "fileMode": "0600"}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "file"), FILES)
def test_files_are_a_line_each(line, file):
    draft = answered(LINUX, "files", f" {line} ")
    assert draft.body["startTask"]["resourceFiles"] == [file]
    assert shown(draft, "files") == line


@pytest.mark.parametrize(
    "file",
    [
        {"httpUrl": "https://x.example/a"},
        {"httpUrl": "https://x.example/a", "filePath": "a b"},
        {
            "httpUrl": "https://x.example/a",
            "filePath": "a",
            "identityReference": {"resourceId": "/x"},
        },
        {"autoStorageContainerName": "a", "fileMode": "0755"},
        {"autoStorageContainerName": "https://x"},
        {"filePath": "\u202e"},
        {},
        5,
        None,
    ],
)
def test_what_a_line_cannot_say_is_json(file):
    draft = PoolDraft({"startTask": {"resourceFiles": [file]}})
    text = shown(draft, "files")
    assert text.isascii()
    assert answered(draft, "files", f"{text}\ncontainer:x").body["startTask"]["resourceFiles"] == [
        file,
        {"autoStorageContainerName": "x"},
    ]


@pytest.mark.parametrize("line", ["https://x.example/a", "nonsense", "{", "-> x"])
def test_a_line_that_is_no_file_says_so(line):
    draft = answered(LINUX, "files", f"container:x\n{line}")
    assert draft.body == LINUX.body
    assert "Line 2: A line is URL -> path" in unreadable(draft)["files"]


@given(st.lists(values(("startTask", "resourceFiles", 0)), max_size=3))
def test_files_of_any_kind_go_through_their_lines(files):
    draft = PoolDraft({"startTask": {"commandLine": "a", "resourceFiles": files}})
    text = shown(draft, "files")
    again = answered(replace(draft, body=LINUX.body), "files", text)
    assert again.body["startTask"].get("resourceFiles", []) == files
    assert answered(draft, "files", f"{text}\n").body["startTask"].get("resourceFiles", []) == files


def test_refusals_and_problems_go_to_the_fields_of_the_start_task():
    assert field_of_refusal("InvalidPropertyValue", "commandLine", LINUX) == "start_command"
    assert field_of_refusal("InvalidPropertyValue", "fileMode", LINUX) is None
    named = "startTask.resourceFiles"
    assert field_of_refusal("InvalidPropertyValue", named, LINUX) == "files"
    place = ("startTask", "resourceFiles", 0, "httpUrl")
    assert field_of(place, LINUX) == "files"
    # A field that isn't there gives its place to the next one that is.
    assert field_of(("startTask", "containerSettings"), LINUX) == "start_command"
