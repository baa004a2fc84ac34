"""Lines of words for small objects, and choices that take a whole part with them."""

import pytest

from batchtui.batch.draft import PoolDraft, answered, shown
from batchtui.batch.fields import unreadable
from batchtui.batch.places import at

MACHINE = "virtualMachineConfiguration"
DISKS = [
    {"lun": 0, "diskSizeGB": 64},
    {"lun": 1, "diskSizeGB": 128, "managedDisk": {"storageAccountType": "premium_lrs"}},
    {
        "lun": 2,
        "diskSizeGB": 256,
        "caching": "ReadOnly",
        "managedDisk": {"securityProfile": {"securityEncryptionType": "VMGuestStateOnly"}},
    },
]
LINES = (
    "0 64\n1 128 - premium_lrs\n"
    '2 256 ReadOnly {"managedDisk": {"securityProfile": '
    '{"securityEncryptionType": "VMGuestStateOnly"}}}'
)


def with_disks(disks):
    return PoolDraft({MACHINE: {"nodeAgentSKUId": "a", "dataDisks": disks}})


def disks(draft):
    return at(draft.body, (MACHINE, "dataDisks"))


def test_disks_are_lines_and_what_no_word_says_is_json():
    assert shown(with_disks(DISKS), "data_disks") == LINES


def test_a_line_that_is_edited_leaves_the_others():
    draft = answered(with_disks(DISKS), "data_disks", LINES.replace("0 64", "0 65 readwrite"))
    assert disks(draft) == [{"lun": 0, "diskSizeGB": 65, "caching": "readwrite"}, *DISKS[1:]]
    assert disks(draft)[2] is DISKS[2]


def test_what_a_line_has_as_json_stays_when_its_words_are_edited():
    draft = answered(with_disks(DISKS), "data_disks", LINES.replace("2 256", "2 512"))
    assert disks(draft)[2] == DISKS[2] | {"diskSizeGB": 512}


def test_no_lines_are_no_disks():
    draft = answered(with_disks(DISKS), "data_disks", " \n")
    assert draft.body == {MACHINE: {"nodeAgentSKUId": "a"}}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x 64", "Line 1: LUN is a whole number."),
        ("0 64 none standard_lrs more", "a line is LUN, SIZE in GB, CACHING, STORAGE"),
        ("0 64 {oops", "Line 1: no JSON from the brace on"),
    ],
)
def test_a_line_that_is_no_disk_says_why_and_stays(line, said):
    draft = answered(with_disks(DISKS), "data_disks", line)
    assert shown(draft, "data_disks") == line
    assert said in unreadable(draft)["data_disks"]
    assert disks(draft) == DISKS


def test_packages_are_an_application_and_perhaps_a_version():
    draft = answered(PoolDraft({}), "packages", "blender 4.1\nffmpeg\n")
    assert draft.body["applicationPackageReferences"] == [
        {"applicationId": "blender", "version": "4.1"},
        {"applicationId": "ffmpeg"},
    ]
    assert shown(draft, "packages") == "blender 4.1\nffmpeg"


def test_an_application_that_is_no_word_is_json():
    body = {"applicationPackageReferences": [{"applicationId": "a b", "version": "-"}]}
    line = shown(PoolDraft(body), "packages")
    assert line == '{"applicationId": "a b", "version": "-"}'
    assert answered(PoolDraft({}), "packages", line).body == body


def test_no_containers_take_their_images_along_and_bring_them_back():
    containers = {"type": "DockerCompatible", "containerImageNames": ["ubuntu"]}
    before = PoolDraft({MACHINE: {"containerConfiguration": containers}})
    assert shown(before, "containers") == "dockerCompatible"
    without = answered(before, "containers", "")
    assert without.body == {}
    again = answered(without, "containers", "criCompatible")
    assert at(again.body, (MACHINE, "containerConfiguration")) == {
        "type": "criCompatible",
        "containerImageNames": ["ubuntu"],
    }


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("no", False), ("", None)])
def test_what_azure_decides_is_left_out(word, value):
    path = (MACHINE, "securityProfile", "encryptionAtHost")
    for before in ({}, {MACHINE: {"securityProfile": {"encryptionAtHost": True}}}):
        draft = answered(PoolDraft(before), "host_encryption", word)
        assert at(draft.body, path) is value
        assert shown(draft, "host_encryption") == word
