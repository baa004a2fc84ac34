from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from batchtui.batch.draft import PoolDraft, body, problems, warnings
from batchtui.batch.models import SupportedImage
from batchtui.batch.parts import ImageReference

NOW = datetime(2026, 1, 1, tzinfo=UTC)
UBUNTU = SupportedImage(
    ImageReference("canonical", "ubuntu-24_04-lts", "server", "latest"),
    "batch.node.ubuntu 24.04",
    "linux",
    verified=True,
)
WINDOWS = SupportedImage(
    ImageReference("microsoftwindowsserver", "windowsserver", "2022-datacenter", "latest"),
    "batch.node.windows amd64",
    "windows",
    verified=True,
)
GOOD = PoolDraft(id="render", image=UBUNTU, access_source="203.0.113.7")


def test_a_good_draft_has_no_problems_and_no_warnings():
    assert problems(GOOD, now=NOW) == {}
    assert warnings(GOOD, NOW) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", "a b"),
        ("id", "x" * 65),
        ("id", "TAKEN"),
        ("image", None),
        ("image", replace(UBUNTU, end_of_life=NOW - timedelta(days=1))),
        ("vm_size", ""),
        ("vm_size", "standard d2"),
        ("dedicated", "many"),
        ("dedicated", "-1"),
        ("spot", ""),
        ("spot", "٣"),
        ("access_source", ""),
        ("access_source", "my house"),
        ("access_source", "203.0.113.7/33"),
    ],
)
def test_each_problem_names_its_field(field, value):
    assert problems(replace(GOOD, **{field: value}), ["taken"], NOW).keys() == {field}


def test_without_access_its_source_does_not_matter():
    assert problems(replace(GOOD, access=False, access_source="")) == {}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"access": False}, "No SSH"),
        ({"access": False, "image": WINDOWS}, "No RDP"),
        ({"access_source": "*"}, "whole internet"),
        ({"image": replace(UBUNTU, verified=False)}, "unverified"),
        ({"image": replace(UBUNTU, end_of_life=NOW + timedelta(days=20))}, "20 days"),
        ({"dedicated": "0", "spot": "4"}, "Spot nodes only"),
        ({"dedicated": "0"}, "No nodes"),
        ({"start_command": "apt-get update"}, "administrator"),
        ({"start_command": "cd /tmp && ls"}, "/bin/bash -c"),
        ({"start_command": "echo $HOME"}, "without a shell"),
        ({"start_command": "dir > x", "image": WINDOWS}, "cmd /c"),
    ],
)
def test_each_regret_is_warned_of(change, word):
    assert word in " ".join(warnings(replace(GOOD, **change), NOW))


def test_a_start_task_with_its_shell_and_admin_is_fine():
    draft = replace(
        GOOD, start_command="/bin/bash -c 'apt-get update && id'", start_identity="pool-admin"
    )
    assert warnings(draft, NOW) == []


def test_the_body_makes_ssh_from_one_address_only():
    nat = body(GOOD)["networkConfiguration"]["endpointConfiguration"]["inboundNATPools"][0]
    assert nat["backendPort"] == 22
    # At least 40 ports, none in 50000-55000 (SERVICE.md, trap 3).
    assert nat["frontendPortRangeEnd"] - nat["frontendPortRangeStart"] >= 40
    assert [(r["access"], r["sourceAddressPrefix"]) for r in nat["networkSecurityGroupRules"]] == [
        ("allow", "203.0.113.7"),
        ("deny", "*"),
    ]


def test_the_body_for_windows_maps_rdp():
    nat = body(replace(GOOD, image=WINDOWS))["networkConfiguration"]["endpointConfiguration"]
    assert nat["inboundNATPools"][0]["backendPort"] == 3389


def test_the_body_of_a_start_task():
    sent = body(replace(GOOD, start_command=" printenv X ", start_identity="task-admin"))
    assert sent["startTask"] == {
        "commandLine": "printenv X",
        "userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}},
        "waitForSuccess": True,
    }


def test_no_access_sends_no_network_and_no_start_task_sends_none():
    sent = body(replace(GOOD, access=False))
    assert "networkConfiguration" not in sent
    assert "startTask" not in sent
