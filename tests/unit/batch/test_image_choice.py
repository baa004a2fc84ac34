from dataclasses import replace
from datetime import UTC, datetime

import pytest
from known_service import recorded_images

from batchtui.batch.access_rules import nat_pools
from batchtui.batch.distributions import capability_words, distribution
from batchtui.batch.draft import answered, problems, shown, warnings
from batchtui.batch.fields import FIELDS, field_of_refusal
from batchtui.batch.image_choice import (
    chosen_image,
    node_agents,
    with_image,
    with_listed_agent,
)
from batchtui.batch.image_fields import FROM, by_name_if_unlisted
from batchtui.batch.known import Known
from batchtui.batch.lens import PoolDraft
from batchtui.batch.models import SupportedImage
from batchtui.batch.parts import ImageReference
from batchtui.tables.images import best_first

NOW = datetime(2026, 1, 1, tzinfo=UTC)
IMAGES = recorded_images()
KNOWN = Known(NOW, images=IMAGES)
GALLERY = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers"
    "/Microsoft.Compute/galleries/mine/images/render/versions/1.0.0"
)
GIVEN = {
    "own": ("own_image_id", GALLERY),
    "shared": ("shared_image_id", "/sharedGalleries/theirs/images/render/versions/latest"),
    "community": ("community_image_id", "/communityGalleries/all/images/render"),
}


def image(publisher, offer, sku, agent):
    system = "windows" if "windows" in agent else "linux"
    return SupportedImage(ImageReference(publisher, offer, sku), agent, system, verified=True)


def listed(sku):
    return next(each for each in IMAGES if each.reference.sku == sku)


UBUNTU, WINDOWS = listed("22_04-lts"), listed("2022-datacenter")


@pytest.mark.parametrize(
    ("publisher", "offer", "sku", "agent", "of"),
    [
        ("canonical", "ubuntu-24_04-lts", "server", "ubuntu 24.04", "Ubuntu 24.04"),
        ("canonical", "ubuntu-24_04-lts", "server-arm64", "ubuntu 24.04-arm64", "Ubuntu 24.04"),
        ("microsoft-dsvm", "ubuntu-hpc", "2204", "ubuntu 22.04", "Ubuntu 22.04"),
        ("debian", "debian-12", "12", "debian 12", "Debian 12"),
        ("almalinux", "almalinux-hpc", "8-hpc-gen2", "el 8", "AlmaLinux 8"),
        ("resf", "rockylinux-x86_64", "9-base", "el 9", "Rocky Linux 9"),
        ("redhat", "rhel", "9-lvm", "el 9", "Red Hat 9"),
        ("oracle", "oracle-linux", "78", "centos 7", "Oracle Linux 7"),
        ("openlogic", "centos", "7_9", "centos 7", "CentOS 7"),
        ("batch", "rendering-windows2016", "rendering", "windows amd64", "Windows Server 2016"),
        ("microsoftwindowsserver", "windowsserver", "2012-r2-datacenter", "windows amd64",
         "Windows Server 2012 R2"),
        ("microsoft-dsvm", "dsvm-win-2019", "winserver-2019", "windows amd64",
         "Windows Server 2019"),
        ("someone", "else", "1", "haiku 1", "haiku 1"),
    ],
)  # fmt: skip
def test_an_images_distribution_is_told_by_its_agent_and_its_names(
    publisher, offer, sku, agent, of
):
    assert str(distribution(image(publisher, offer, sku, f"batch.node.{agent}"))) == of


def test_an_agent_of_another_shape_is_a_distribution_of_its_own():
    assert str(distribution(image("a", "b", "c", "something new"))) == "something new"


def test_distributions_stand_together_the_newest_first_and_windows_last():
    ordered = sorted(IMAGES, key=lambda each: best_first(each, NOW))
    names = list(dict.fromkeys(str(distribution(each)) for each in ordered))
    assert names[:3] == ["Ubuntu 24.04", "Ubuntu 22.04", "Ubuntu 20.04"]
    assert len(names) == len({*names})
    first_windows = next(at for at, name in enumerate(names) if name.startswith("Windows"))
    assert all(name.startswith("Windows") for name in names[first_windows:])


def test_the_first_image_of_all_is_one_that_any_vm_size_runs():
    first = min(IMAGES, key=lambda each: best_first(each, NOW))
    assert first.verified
    assert (first.reference.offer, first.reference.sku) == ("ubuntu-24_04-lts", "server")


def test_an_image_that_ends_soon_comes_after_others_and_one_that_ended_last():
    soon = replace(UBUNTU, end_of_life=datetime(2026, 2, 1, tzinfo=UTC))
    ended = replace(UBUNTU, end_of_life=datetime(2025, 12, 31, tzinfo=UTC))
    unverified = replace(UBUNTU, verified=False)
    rows = [ended, unverified, soon, UBUNTU]
    assert sorted(rows, key=lambda each: best_first(each, NOW)) == [
        UBUNTU, soon, unverified, ended,
    ]  # fmt: skip


def test_capabilities_are_words_and_new_ones_stay_as_they_are():
    able = replace(listed("server-arm64"), capabilities=("DockerCompatible", "Teleports"))
    assert capability_words(able) == ["for Arm processors", "made for containers", "Teleports"]


def test_each_node_agent_is_there_once_with_what_it_is_an_agent_of():
    agents = {agent.sku: agent for agent in node_agents(IMAGES)}
    assert {*agents} == {each.node_agent_sku for each in IMAGES}
    assert "Oracle Linux 8" in map(str, agents["batch.node.el 8"].of)
    assert agents["batch.node.windows amd64"].os == "windows"


# Ways to give an image


@pytest.mark.parametrize("way", GIVEN)
def test_an_image_id_is_shown_in_its_own_way_and_what_was_chosen_before_is_kept(way):
    before = with_image(PoolDraft({"id": "a"}), UBUNTU)
    field, image_id = GIVEN[way]
    other = answered(before, "image_from", way)
    assert "imageReference" not in other.body["virtualMachineConfiguration"]
    assert shown(other, "image_from") == way
    given = answered(other, field, image_id)
    reference = given.body["virtualMachineConfiguration"]["imageReference"]
    assert list(reference.values()) == [image_id]
    assert shown(PoolDraft(given.body), "image_from") == way
    back = answered(given, "image_from", "listed")
    assert back.body == before.body
    again = answered(back, "image_from", way)
    assert again.body == given.body


def test_going_through_all_ways_loses_nothing():
    draft = with_image(PoolDraft({"id": "a", "vmSize": "b"}), UBUNTU)
    for way, (field, image_id) in GIVEN.items():
        draft = answered(answered(draft, "image_from", way), field, image_id)
    for way, (field, image_id) in GIVEN.items():
        draft = answered(draft, "image_from", way)
        assert shown(draft, field) == image_id
    assert chosen_image(answered(draft, "image_from", "named").body, IMAGES) == UBUNTU


def test_a_listed_image_and_one_by_its_names_are_the_same_pool():
    draft = with_image(PoolDraft(), UBUNTU)
    named = answered(draft, "image_from", "named")
    assert named.body == draft.body
    assert shown(named, "publisher") == "canonical"
    assert answered(named, "image_from", "listed").body == draft.body


def test_a_listed_image_may_have_a_version_of_its_own():
    named = answered(with_image(PoolDraft(), UBUNTU), "image_from", "named")
    draft = answered(named, "version", "22.04.202501010")
    assert chosen_image(draft.body, IMAGES) == UBUNTU
    assert not {"image", "image_from", "version", "agent"} & problems(draft, KNOWN).keys()


def test_a_pool_whose_image_no_list_has_is_shown_by_names_as_it_is():
    body = {
        "virtualMachineConfiguration": {
            "imageReference": {"publisher": "Me", "offer": "Mine", "sku": "1", "version": "2.0"},
            "nodeAgentSKUId": "batch.node.ubuntu 22.04",
        }
    }
    draft = by_name_if_unlisted(PoolDraft(body), IMAGES)
    assert shown(draft, "image_from") == "named"
    assert draft.body == body
    assert "image_from" in warnings(draft, KNOWN)


def test_whoever_asked_for_the_list_isnt_taken_elsewhere():
    body = {"virtualMachineConfiguration": {"imageReference": {
        "publisher": "Me", "offer": "Mine", "sku": "1"}}}  # fmt: skip
    asked = answered(by_name_if_unlisted(PoolDraft(body), IMAGES), "image_from", "listed")
    assert by_name_if_unlisted(asked, IMAGES) is asked
    listed_one = with_image(PoolDraft(), UBUNTU)
    assert by_name_if_unlisted(listed_one, IMAGES) is listed_one
    assert by_name_if_unlisted(PoolDraft(body), None).body == body


def test_a_draft_with_nonsense_set_aside_shows_the_list():
    assert shown(PoolDraft({}, aside={"image_from": "nonsense"}), "image_from") == "listed"


def test_an_image_can_be_told_in_one_text_as_azures_tools_write_it():
    draft = answered(PoolDraft(), "image", "canonical:ubuntu-24_04-lts:server")
    assert chosen_image(draft.body, IMAGES) == listed("server")
    assert shown(draft, "image") == "canonical:ubuntu-24_04-lts:server"
    assert "image" in problems(answered(draft, "image", "ubuntu"), KNOWN)


def test_an_image_by_its_names_gets_the_node_agent_that_goes_with_it():
    draft = answered(PoolDraft(), "image_from", "named")
    names = {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-LTS"}
    for name, text in names.items():
        draft = answered(draft, name, text)
    with_agent = with_listed_agent(draft, IMAGES)
    assert shown(with_agent, "agent") == "batch.node.ubuntu 22.04"
    assert shown(with_agent, "publisher") == "Canonical"
    assert with_listed_agent(with_agent, IMAGES) is with_agent
    unlisted = answered(draft, "sku", "1")
    assert with_listed_agent(unlisted, IMAGES) is unlisted


# What is wrong, and where


@pytest.mark.parametrize(
    ("way", "named", "field"),
    [
        ("listed", "imageReference", "image"),
        ("listed", "nodeAgentSKUId", "image"),
        ("listed", "virtualMachineConfiguration.imageReference.sku", "image"),
        ("named", "imageReference", "image_from"),
        ("named", "nodeAgentSKUId", "agent"),
        ("named", "virtualMachineConfiguration.imageReference.sku", "sku"),
        ("own", "virtualMachineImageId", "own_image_id"),
        ("shared", "sharedGalleryImageId", "shared_image_id"),
        ("community", "communityGalleryImageId", "community_image_id"),
        ("community", "nodeAgentSKUId", "agent"),
    ],
)
def test_a_refusal_comes_back_to_the_field_that_it_means(way, named, field):
    draft = answered(PoolDraft(), "image_from", way)
    assert field_of_refusal("InvalidPropertyValue", named, draft) == field


@pytest.mark.parametrize(("field", "image_id"), GIVEN.values(), ids=GIVEN)
def test_an_id_of_another_shape_is_refused_where_it_is_typed(field, image_id):
    way = next(way for way, (name, _) in GIVEN.items() if name == field)
    draft = answered(answered(PoolDraft(), "image_from", way), field, image_id[1:])
    assert field in problems(draft, KNOWN)
    good = answered(draft, field, image_id)
    assert problems(good, KNOWN).keys() & {field, "agent"} == {"agent"}


def test_an_image_of_a_gallery_needs_more_than_the_accounts_key():
    draft = answered(answered(PoolDraft(), "image_from", "own"), "own_image_id", GALLERY)
    assert "Entra ID" in problems(draft, replace(KNOWN, by_key=True))["own_image_id"]
    assert "own_image_id" not in problems(draft, KNOWN)
    assert "Entra ID" in warnings(draft, KNOWN)["own_image_id"]
    assert "own_image_id" not in warnings(draft, replace(KNOWN, by_key=False))
    assert "Entra ID" in FIELDS["own_image_id"].help


def test_each_way_has_fields_that_are_there_for_it_only():
    for way in FROM:
        draft = answered(PoolDraft(), "image_from", way)
        there = {name for name, each in FIELDS.items() if each.step == "image" and each.when(draft)}
        assert "image_from" in there
        assert ("agent" in there) == (way != "listed")
        assert ("image" in there) == (way == "listed")


# The way in


def with_nat_pools(*pools):
    network = {"endpointConfiguration": {"inboundNATPools": [*pools]}}
    return PoolDraft({"networkConfiguration": network})


def nat(name, port, **more):
    return {"name": name, "protocol": "tcp", "backendPort": port, **more}


RULES = [
    {"priority": 150, "access": "allow", "sourceAddressPrefix": "10.0.0.0/8",
     "sourcePortRanges": ["1-100"]},
    {"priority": 200, "access": "deny", "sourceAddressPrefix": "*"},
]  # fmt: skip


def test_the_way_in_follows_the_image_with_its_ports_and_own_rules():
    ssh = nat("ssh", 22, frontendPortRangeStart=15000, frontendPortRangeEnd=15999,
              networkSecurityGroupRules=RULES)  # fmt: skip
    web = nat("web", 8080, frontendPortRangeStart=16000, frontendPortRangeEnd=16999)
    draft = with_image(with_nat_pools(web, ssh), UBUNTU)
    assert nat_pools(draft.body) == [web, ssh]
    windows = with_image(draft, WINDOWS)
    assert nat_pools(windows.body) == [web, {**ssh, "name": "rdp", "backendPort": 3389}]
    assert with_image(windows, UBUNTU).body == draft.body


def test_a_way_in_that_has_a_name_of_its_own_keeps_it():
    windows = with_image(with_nat_pools(nat("operators", 22)), WINDOWS)
    assert nat_pools(windows.body) == [nat("operators", 3389)]


def test_a_pool_that_has_both_ways_in_keeps_both():
    draft = with_nat_pools(nat("ssh", 22), nat("rdp", 3389))
    assert (
        with_image(draft, WINDOWS).body["networkConfiguration"]
        == (draft.body["networkConfiguration"])
    )


def test_a_pool_without_a_way_in_gets_none():
    assert nat_pools(with_image(PoolDraft(), WINDOWS).body) == []
    assert "networkConfiguration" not in with_image(PoolDraft(), WINDOWS).body


def test_the_way_in_follows_a_node_agent_that_is_typed_or_comes_back_with_another_image():
    draft = with_image(with_nat_pools(nat("ssh", 22)), UBUNTU)
    own = answered(draft, "image_from", "own")
    windows = answered(own, "agent", "batch.node.windows amd64")
    assert nat_pools(windows.body) == [nat("rdp", 3389)]
    assert answered(windows, "image_from", "listed").body == draft.body


def test_a_way_in_that_was_switched_off_comes_back_as_that_of_the_image():
    draft = answered(with_image(with_nat_pools(), UBUNTU), "access", "only")
    draft = answered(draft, "access_source", "203.0.113.7")
    off = answered(draft, "access", "off")
    on = answered(with_image(off, WINDOWS), "access", "only")
    assert [each["backendPort"] for each in nat_pools(on.body)] == [3389]
    assert shown(on, "access_source") == "203.0.113.7"
