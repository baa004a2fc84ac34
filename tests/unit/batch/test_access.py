import json
from dataclasses import replace

import pytest
from generated_pools import values
from hypothesis import assume, given
from hypothesis import strategies as st

from batchtui.batch.access_lenses import ACCESS, AccessLens
from batchtui.batch.access_rules import DOOR, NAT_POOLS, OTHER, door, in_words, placed, priorities
from batchtui.batch.draft import PoolDraft, answered, from_here, new_draft, shown
from batchtui.batch.fields import field_of, field_of_refusal, unreadable
from batchtui.batch.places import at, put

LENS = AccessLens()
ALLOWED = {"priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.7"}
DENIED = {"priority": 4096, "access": "deny", "sourceAddressPrefix": "*"}
FRAME = {"name": "ssh", "protocol": "tcp", "backendPort": 22,
         "frontendPortRangeStart": 15000, "frontendPortRangeEnd": 15999}  # fmt: skip
WEB = {"name": "web", "protocol": "tcp", "backendPort": 8080, "frontendPortRangeStart": 16000,
       "frontendPortRangeEnd": 16099, "networkSecurityGroupRules": [
           {**ALLOWED, "priority": 151}, {**DENIED, "priority": 4095}]}  # fmt: skip
WINDOWS = {"nodeAgentSKUId": "batch.node.windows amd64"}


def pool(*pools):
    return PoolDraft(put({}, NAT_POOLS, list(pools)))


def ssh(*rules):
    return {**FRAME, "networkSecurityGroupRules": list(rules)}


def test_a_new_pool_lets_in_nobody_until_it_is_said_who():
    draft = new_draft()
    assert shown(draft, "access") == "only"
    assert "Who may come in?" in unreadable(draft)["access_source"]
    assert in_words(door(draft.body)) == "lets in nobody"


def test_this_machine_is_let_in_if_nobody_else_was_named():
    draft = from_here(new_draft(), "203.0.113.7")
    assert door(draft.body) == ssh(ALLOWED, DENIED)
    assert unreadable(draft) == {}
    assert from_here(draft, "203.0.113.8") is draft


def test_several_addresses_and_ranges_may_come_in():
    draft = answered(new_draft(), "access_source", "203.0.113.7, 2001:db8::/32,Internet")
    assert shown(draft, "access_source") == "203.0.113.7, 2001:db8::/32, Internet"
    rules = door(draft.body)["networkSecurityGroupRules"]
    assert [rule["priority"] for rule in rules] == [150, 151, 152, 4096]


@pytest.mark.parametrize("text", ["", " , ", "my house", "203.0.113.7/33", "*"])
def test_what_is_no_source_says_so_and_those_before_stay(text):
    before = pool(ssh(ALLOWED, DENIED))
    draft = answered(before, "access_source", text)
    assert draft.body == before.body
    assert shown(draft, "access_source") == text
    assert shown(draft, "access") == "only"
    assert "access_source" in unreadable(draft)


@pytest.mark.parametrize(
    ("rules", "way"),
    [
        ([], "anyone"),
        ([{**ALLOWED, "sourceAddressPrefix": "*"}], "anyone"),
        ([ALLOWED, DENIED], "only"),
        ([{**ALLOWED, "sourcePortRanges": ["*"], "access": "Allow"}, DENIED], "only"),
        ([DENIED], "rules"),
        ([ALLOWED], "rules"),
        ([{**ALLOWED, "sourcePortRanges": ["22"]}, DENIED], "rules"),
        ([{**ALLOWED, "sourceAddressPrefix": "*"}, DENIED], "rules"),
        ([{**ALLOWED, "access": "deny"}, {**DENIED, "access": "allow"}], "rules"),
        ([5], "rules"),
    ],
)
def test_what_rules_come_to(rules, way):
    assert shown(pool(ssh(*rules)), "access") == way


def test_there_and_back_brings_back_what_was_there():
    for before in (pool(WEB, ssh(ALLOWED, DENIED)), pool(ssh(ALLOWED), WEB), pool(WEB, FRAME)):
        was = shown(before, "access")
        draft = before
        for way in ("off", "anyone", "only", was, "only", "off"):
            draft = answered(draft, "access", way)
        assert answered(draft, "access", was).body == before.body
        assert answered(draft, "access", was).typed == {}


def test_a_source_that_was_half_typed_is_there_again():
    draft = answered(pool(ssh(ALLOWED, DENIED)), "access_source", "203.0.113.")
    off = answered(draft, "access", "off")
    assert unreadable(off) == {}
    again = answered(off, "access", "only")
    assert shown(again, "access_source") == "203.0.113."
    assert again.body == draft.body


def test_rules_of_another_kind_can_be_gone_back_to_and_are_not_offered_otherwise():
    other = pool(ssh(ALLOWED))
    assert "rules" in LENS.choices(other)
    assert "rules" in LENS.choices(answered(other, "access", "off"))
    assert "rules" not in LENS.choices(new_draft())


def test_ports_are_kept_when_others_may_come_in():
    draft = answered(from_here(new_draft(), "203.0.113.7"), "access_ports", " 20000 - 20099 ")
    assert shown(draft, "access_ports") == "20000-20099"
    assert door(answered(draft, "access", "anyone").body)["frontendPortRangeStart"] == 20000
    assert "such as" in unreadable(answered(draft, "access_ports", "20000"))["access_ports"]


def test_on_windows_the_way_in_that_was_off_is_rdp():
    off = answered(from_here(new_draft(), "203.0.113.7"), "access", "off")
    windows = replace(off, body={**off.body, "virtualMachineConfiguration": WINDOWS})
    found = door(answered(windows, "access", "only").body)
    assert (found["name"], found["backendPort"]) == ("rdp", 3389)


def test_priorities_and_ports_are_those_that_are_free():
    draft = answered(pool({**WEB, "frontendPortRangeStart": 15000}), "access", "only")
    draft = answered(draft, "access_source", "203.0.113.9")
    found = door(draft.body)
    assert found["frontendPortRangeStart"] == 17000
    assert not priorities([found]) & priorities([WEB])


@given(values(NAT_POOLS), st.lists(st.sampled_from(list(ACCESS)), max_size=5))
def test_whatever_the_rules_were_they_come_back(pools, ways):
    before = pool(*pools)
    was = shown(before, "access")
    draft = before
    for way in [way for way in [*ways, was] if way in {*LENS.choices(before), was}]:
        draft = answered(draft, "access", way)
        assert json.loads(json.dumps(draft.aside)) == draft.aside
    assert draft.typed == {}
    if at(before.body, NAT_POOLS):
        assert draft.body == before.body


# Further endpoints


def test_endpoints_are_a_line_each_and_the_way_in_is_not_among_them():
    draft = pool(WEB, ssh(ALLOWED, DENIED), {**FRAME, "name": "x", "backendPort": 1})
    web = "web tcp 8080 16000-16099 from 203.0.113.7"
    assert shown(draft, "endpoints") == f"{web}\nx tcp 1 15000-15999 from anyone"
    edited = answered(draft, "endpoints", web)
    assert at(edited.body, NAT_POOLS) == [WEB, ssh(ALLOWED, DENIED)]
    assert answered(edited, "endpoints", "").body == pool(ssh(ALLOWED, DENIED)).body


def test_endpoints_that_are_typed_get_priorities_of_their_own():
    draft = from_here(new_draft(), "203.0.113.7")
    lines = "a tcp 80 16000-16099 from 203.0.113.0/24\nb udp 53 17000-17099 from 203.0.113.9"
    pools = at(answered(draft, "endpoints", lines).body, NAT_POOLS)
    numbers = [rule["priority"] for each in pools for rule in each["networkSecurityGroupRules"]]
    assert len(numbers) == len(set(numbers)) == 6
    assert shown(answered(draft, "endpoints", lines), "endpoints") == lines


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("web", "A line is such as"),
        ("web tcp 8080 16000-16099", "Add from anyone"),
        ("web tcp 8080 16000 from anyone", "first and the last port"),
        ("web tcp 8080 16000-16099 from here", "no address or range"),
    ],
)
def test_a_line_that_is_no_endpoint_says_so(line, word):
    text = f"a tcp 80 20000-20099 from anyone\n{line}"
    said = unreadable(answered(new_draft(), "endpoints", text))["endpoints"]
    assert said.startswith("Line 2: ")
    assert word in said


@given(values(NAT_POOLS))
def test_endpoints_of_any_kind_go_through_their_lines(pools):
    draft = pool(*pools)
    text = shown(draft, "endpoints")
    edited = answered(draft, "endpoints", f"{text}\n")
    assert at(edited.body, NAT_POOLS) == (pools or None)
    assume(text)
    rest = answered(draft, "endpoints", text.partition("\n")[2])
    found = door(draft.body)
    mine = [each for each in pools if each is not found]
    kept = at(rest.body, NAT_POOLS) or []
    assert sorted(map(json.dumps, kept)) == sorted(
        map(json.dumps, [*mine[1:], *([found] if found else [])])
    )


# Where problems belong


def test_places_in_nat_pools_belong_to_the_way_in_or_to_the_others():
    draft = pool(WEB, ssh(ALLOWED, DENIED))
    assert placed(draft.body, (*NAT_POOLS, 1, "name")) == (*NAT_POOLS, DOOR, "name")
    assert placed(draft.body, (*NAT_POOLS, 0)) == (*NAT_POOLS, OTHER)
    for path, field in [
        (NAT_POOLS, "access"),
        ((*NAT_POOLS, 1, "name"), "access"),
        ((*NAT_POOLS, 1, "networkSecurityGroupRules", 0), "access_source"),
        ((*NAT_POOLS, 1, "frontendPortRangeEnd"), "access_ports"),
        ((*NAT_POOLS, 0, "networkSecurityGroupRules", 0), "endpoints"),
        (("userAccounts", 0, "password"), "users"),
        (("networkConfiguration", "subnetId"), "subnet"),
    ]:
        assert field_of(path, draft) == field
    anyone = answered(draft, "access", "anyone")
    assert field_of((*NAT_POOLS, 1, "networkSecurityGroupRules"), anyone) == "access"


def test_refusals_go_to_their_fields():
    draft = pool(ssh(ALLOWED, DENIED))
    for named, field in [
        ("networkSecurityGroupRules", "access_source"),
        ("frontendPortRangeStart", "access_ports"),
        ("userAccounts", "users"),
        ("subnetId", "subnet"),
        ("inboundNATPools", "access"),
        ("publicIPAddressConfiguration", "addresses"),
    ]:
        assert field_of_refusal("InvalidPropertyValue", named, draft) == field
    off = PoolDraft({})
    assert field_of_refusal("InvalidPropertyValue", "networkSecurityGroupRules", off) is None


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([], "lets in anyone"),
        ([ALLOWED, DENIED], "lets in 203.0.113.7, nobody else"),
        ([DENIED], "lets in nobody"),
        ([ALLOWED], "allow 203.0.113.7; no rule else"),
        ([{**DENIED, "priority": 151}, {**ALLOWED, "priority": 150, "sourcePortRanges": ["1"]}],
         "allow 203.0.113.7, then deny *"),
    ],
)  # fmt: skip
def test_rules_in_words(rules, words):
    assert in_words(ssh(*rules)) == words


def test_families_are_one_or_both():
    draft = answered(PoolDraft({}), "families", "both")
    path = ("networkConfiguration", "publicIPAddressConfiguration", "ipFamilies")
    assert at(draft.body, path) == ["IPv4", "IPv6"]
    assert at(answered(draft, "families", "ipv4").body, path) == ["IPv4"]
    assert answered(PoolDraft({}), "families", "ipv4").body == {}
