"""A draft of a pool: what is wrong with it is told at its fields, and what is made of answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from known_service import KNOWN
from pool_bodies import LINUX, OF_WINDOWS, mutated, value

from batchtui.batch import draft as drafts
from batchtui.batch.access_rules import NAT_POOLS
from batchtui.batch.draft import (
    PoolDraft,
    answered,
    from_here,
    new_draft,
    problems,
    shown,
    warnings,
)
from batchtui.batch.fields import FIELDS, field_of, field_of_refusal
from batchtui.batch.image_choice import chosen_image, with_image
from batchtui.batch.known import Known
from batchtui.batch.models import SupportedImage
from batchtui.batch.parts import ImageReference
from batchtui.batch.places import at, put

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def image(offer, sku, agent, **more):
    reference = ImageReference("canonical", offer, sku, "latest")
    return SupportedImage(reference, f"batch.node.{agent}", "linux", verified=True, **more)


UBUNTU = image("ubuntu-24_04-lts", "server", "ubuntu 24.04")
OLD = image("ubuntu-20_04-lts", "server", "ubuntu 20.04", end_of_life=NOW - timedelta(days=1))
ENDING = image("ubuntu-22_04-lts", "server", "ubuntu 22.04", end_of_life=NOW + timedelta(days=20))
WINDOWS = SupportedImage(
    ImageReference("microsoftwindowsserver", "windowsserver", "2022-datacenter", "latest"),
    "batch.node.windows amd64",
    "windows",
    verified=True,
)
UNVERIFIED = SupportedImage(
    ImageReference("almalinux", "almalinux-x86_64", "9-gen2", "latest"),
    "batch.node.el 9",
    "linux",
    verified=False,
)
WORLD = Known(NOW, frozenset({"taken"}), images=(UBUNTU, OLD, ENDING, WINDOWS, UNVERIFIED))


def filled(chosen=UBUNTU, **answers):
    """A draft as it is typed: an image, a name, an address."""
    draft = with_image(from_here(new_draft(), "203.0.113.7"), chosen)
    for name, answer in {"id": "render", **answers}.items():
        draft = answered(draft, name, answer)
    return draft


def test_a_good_draft_has_no_problems_and_no_warnings():
    assert problems(filled(), WORLD) == {}
    assert warnings(filled(), WORLD) == {}


def test_a_new_draft_lacks_a_name_an_image_and_an_address_and_nothing_else():
    assert problems(new_draft(), WORLD).keys() == {"id", "image", "access_source"}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("id", ""),
        ("id", "a b"),
        ("id", "x" * 65),
        ("id", "TAKEN"),
        ("vm_size", ""),
        ("vm_size", "standard d2"),
        ("dedicated", "many"),
        ("dedicated", "-1"),
        ("spot", "٣"),
        ("access_source", ""),
        ("access_source", "my house"),
        ("access_source", "203.0.113.7/33"),
    ],
)
def test_each_problem_names_its_field(field, text):
    assert problems(filled(**{field: text}), WORLD).keys() == {field}


def test_an_image_that_nobody_gets_any_more_is_a_problem_of_the_image():
    assert problems(filled(OLD), WORLD).keys() == {"image"}


def test_without_access_its_source_does_not_matter():
    assert problems(filled(access_source="my house", access="off"), WORLD) == {}


@pytest.mark.parametrize(
    ("draft", "word"),
    [
        (filled(access="off"), "No SSH"),
        (filled(WINDOWS, access="off"), "No RDP"),
        (filled(access="anyone"), "whole internet"),
        (filled(UNVERIFIED), "unverified"),
        (filled(ENDING), "20 days"),
        (filled(dedicated="0", spot="4"), "Spot nodes only"),
        (filled(dedicated="0"), "No nodes"),
        (filled(start_command="apt-get update"), "administrator"),
        (filled(start_command="cd /tmp && ls"), "/bin/bash -c"),
        (filled(start_command="echo $HOME"), "without a shell"),
        (filled(WINDOWS, start_command="dir > x"), "cmd /c"),
    ],
)
def test_each_regret_is_warned_of(draft, word):
    assert problems(draft, WORLD) == {}
    assert word in " ".join(warnings(draft, WORLD).values())


def test_a_start_task_with_its_shell_and_admin_is_fine():
    draft = filled(start_command="/bin/bash -c 'apt-get update && id'", start_identity="pool-admin")
    assert warnings(draft, WORLD) == {}


def test_ssh_is_open_to_one_address_only():
    nat = filled().body["networkConfiguration"]["endpointConfiguration"]["inboundNATPools"][0]
    assert nat["backendPort"] == 22
    # At least 40 ports, none in 50000-55000 (SERVICE.md, trap 3).
    assert nat["frontendPortRangeEnd"] - nat["frontendPortRangeStart"] >= 40
    assert nat["frontendPortRangeEnd"] < 50000
    assert [(r["access"], r["sourceAddressPrefix"]) for r in nat["networkSecurityGroupRules"]] == [
        ("allow", "203.0.113.7"),
        ("deny", "*"),
    ]


def test_windows_is_reached_by_rdp_and_an_image_after_it_by_ssh_again():
    windows = with_image(filled(), WINDOWS)
    endpoints = windows.body["networkConfiguration"]["endpointConfiguration"]
    assert endpoints["inboundNATPools"][0]["backendPort"] == 3389
    assert with_image(windows, UBUNTU) == filled()


def test_the_start_task_is_what_was_answered_and_nothing_else():
    draft = filled(start_command=" printenv X ", start_identity="task-admin")
    assert draft.body["startTask"] == {
        "commandLine": "printenv X",
        "userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}},
    }


def test_no_access_sends_no_network_and_no_start_task_sends_none():
    draft = filled(access="off", start_command="x")
    draft = answered(draft, "start_command", "")
    assert "networkConfiguration" not in draft.body
    assert "startTask" not in draft.body


def test_an_address_that_was_told_is_not_replaced_by_one_that_is_found():
    told = answered(new_draft(), "access_source", "198.51.100.0/24")
    assert from_here(told, "203.0.113.7") is told
    begun = answered(new_draft(), "access_source", "198.51.")
    assert from_here(begun, "203.0.113.7") is begun


def test_an_image_is_known_by_its_name_and_rather_with_its_agent():
    other = image("ubuntu-24_04-lts", "server", "ubuntu 26.04")
    assert chosen_image(filled().body, [other, UBUNTU]) is UBUNTU
    assert chosen_image(filled().body, [other]) is other
    assert chosen_image(new_draft().body, [other]) is None


# Untouched fields, and JSON of any kind


ANY_BODY = mutated() | value.filter(lambda found: isinstance(found, dict))


@given(ANY_BODY)
def test_any_json_is_shown_and_what_is_wrong_with_it_has_a_field(body):
    draft = PoolDraft(body)
    for name in FIELDS:
        assert isinstance(shown(draft, name), str | bool)
        FIELDS[name].when(draft)
    assert problems(draft, KNOWN).keys() <= FIELDS.keys()
    assert warnings(draft, KNOWN).keys() <= FIELDS.keys()


@given(ANY_BODY)
def test_a_field_that_is_answered_with_what_it_shows_changes_nothing(body):
    draft = PoolDraft(body)
    for name in FIELDS:
        assert answered(draft, name, shown(draft, name)).body == body, name


@pytest.mark.parametrize("body", [LINUX, OF_WINDOWS])
def test_a_pool_with_everything_is_shown_and_untouched(body):
    draft = PoolDraft(body)
    for name in FIELDS:
        assert answered(draft, name, shown(draft, name)) == draft, name


ANSWERS = ("", " ", "1", "-1", "7.5", "x", "a=b", "{}", "[]", "null", "pool-admin", "*", "\x00")


@given(ANY_BODY, value)
def test_any_answer_is_taken_or_kept_as_it_was_typed(body, more):
    draft = PoolDraft(body)
    for name, field in FIELDS.items():
        before = shown(draft, name)
        answers = (True, False) if isinstance(before, bool) else (*ANSWERS, str(more))
        for answer in answers:
            after = answered(draft, name, answer)
            assert draft.body == body
            if name in after.typed:
                assert shown(after, name) == answer
                assert after.body == body
            elif name != "everything":
                field.lens.show(after)


@given(ANY_BODY)
def test_the_same_answer_twice_is_the_same_as_once(body):
    draft = PoolDraft(body)
    for name in ("display_name", "dedicated", "retries", "wait", "fill", "start_identity"):
        answer = "3" if name in ("dedicated", "retries") else True if name == "wait" else "x"
        once = answered(draft, name, answer)
        assert answered(once, name, answer).body == once.body, name


def test_lines_that_are_not_edited_stay_as_they_came():
    path = ("virtualMachineConfiguration", "containerConfiguration", "containerImageNames")
    odd = [" ubuntu", "a\u202eb", "c"]
    draft = PoolDraft(put(filled().body, path, odd))
    more = answered(draft, "container_images", f"{shown(draft, 'container_images')}\nnew ")
    assert at(more.body, path) == [*odd, "new"]


def test_addresses_and_tags_are_let_in_together():
    draft = filled(access_source="VirtualNetwork, 203.0.113.7")
    assert problems(draft, WORLD) == {}
    assert shown(draft, "access_source") == "VirtualNetwork, 203.0.113.7"


def test_rules_that_are_none_keep_nobody_from_saying_who_comes_in():
    odd = [{"name": "other", "backendPort": 80, "networkSecurityGroupRules": True}]
    odd.append({"backendPort": 81, "networkSecurityGroupRules": [{"priority": []}]})
    door = at(filled().body, NAT_POOLS)
    draft = PoolDraft(put(filled().body, NAT_POOLS, [*door, *odd]))
    assert shown(answered(draft, "access_source", "1.2.3.4"), "access_source") == "1.2.3.4"


@pytest.mark.parametrize("name", ["files", "endpoints"])
@pytest.mark.parametrize("line", ["NaN", '{"httpUrl": 1e999}', "[Infinity]"])
def test_a_line_of_json_that_could_not_be_sent_is_none(name, line):
    draft = answered(filled(start_command="hostname"), name, line)
    assert draft.typed == {name: line}


# Where problems and refusals belong


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ((), "everything"),
        (("id",), "id"),
        (("metadata", 0, "name"), "metadata"),
        (("virtualMachineConfiguration", "imageReference", "sku"), "sku"),
        (("networkConfiguration", "endpointConfiguration", "inboundNATPools", 1), "access"),
        (("startTask", "environmentSettings", 3), "environment"),
        (("taskSchedulingPolicy",), "fill"),
        (("taskSchedulingPolicy", "jobDefaultOrder"), "job_order"),
        (("somethingNew", 0), "everything"),
    ],
)
def test_a_problem_belongs_to_the_nearest_field(path, field):
    assert field_of(path) == field


@pytest.mark.parametrize(
    ("code", "named", "field"),
    [
        ("PoolExists", "", "id"),
        ("InvalidPropertyValue", "targetDedicatedNodes", "dedicated"),
        ("InvalidPropertyValue", "startTask.commandLine", "start_command"),
        ("InvalidPropertyValue", "nodeAgentSKUId", "image"),
        ("AutoScalingFormulaSyntaxError", "", "formula"),
        ("ServerBusy", "", None),
    ],
)
def test_a_refusal_goes_to_the_field_that_it_means(code, named, field):
    assert field_of_refusal(code, named, filled()) == field


def test_what_no_field_reads_is_told_where_all_of_it_is():
    assert drafts.by_field([], filled()) == {}
    found = problems(PoolDraft({**filled().body, "vmsize": "x"}), WORLD)
    assert found.keys() == {"everything"}
