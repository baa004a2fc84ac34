"""The emulator's small parts: options, time, timers, ports and cores."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from conftest import recorded, recording

from batchtui.emulator import Options, RunningEmulator
from batchtui.emulator.catalogue import find_image, supported_images
from batchtui.emulator.clock import Clock
from batchtui.emulator.filters import FILE_FIELDS
from batchtui.emulator.network import Addresses, Frontend, allowed, inbound_endpoints
from batchtui.emulator.odata import Field
from batchtui.emulator.query import ListQuery, page
from batchtui.emulator.times import (
    agent_time,
    etag,
    read_duration,
    read_time,
    service_time,
    write_duration,
)


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "0.0.0.0"},
        {"host": "example.com"},
        {"key": "not base64!"},
        {"seed": "many"},
        {"seed": "0"},
        {"seed": "-3"},
        {"clock": "slow"},
        {"clock": "0"},
        {"clock": "nan"},
        {"port": 70000},
        {"account": "Has Spaces"},
        {"start_time": datetime(2026, 1, 1)},  # noqa: DTZ001 - that is what is wrong with it
    ],
)
def test_options_that_can_not_be(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Options(**wrong)


def test_an_options_key_is_not_in_the_complaint():
    with pytest.raises(ValueError, match="base64") as caught:
        Options(key="secret!")
    assert "secret" not in str(caught.value)
    assert "c2VjcmV0" not in repr(Options(key="c2VjcmV0"))


def test_a_running_emulator_is_written_down_without_its_secrets():
    running = RunningEmulator("http://127.0.0.1:1", "demo", "c2VjcmV0", "unsaid")
    assert "127.0.0.1:1" in repr(running)
    assert "c2VjcmV0" not in repr(running)
    assert "unsaid" not in repr(running)


@pytest.mark.parametrize(
    ("microsecond", "extra", "service", "agent"),
    [
        (850410, 1, "2025-11-25T23:49:34.8504101Z", "2025-11-25T23:49:34.85041Z"),
        (259310, 0, "2025-11-25T23:49:34.25931Z", "2025-11-25T23:49:34.25931Z"),
        (0, 0, "2025-11-25T23:49:34Z", "2025-11-25T23:49:34Z"),
    ],
)
def test_times_are_written_as_recorded(microsecond, extra, service, agent):
    at = datetime(2025, 11, 25, 23, 49, 34, microsecond, UTC)
    assert (service_time(at, extra), agent_time(at)) == (service, agent)


@pytest.mark.parametrize("name", recorded("pool-get-steady", "pool-get-deleting"))
def test_recorded_etags_are_their_pools_last_modification(name):
    pool = recording(name)["response"]["body"]
    modified = pool["lastModified"].removesuffix("Z")
    extra = int(modified.partition(".")[2].ljust(7, "0")[6])
    at = read_time(pool["lastModified"])
    assert at is not None
    assert etag(at, extra) == pool["eTag"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("PT06M00S", "PT6M"),
        ("PT15M", "PT15M"),
        ("P1D", "P1D"),
        ("PT90M", "PT1H30M"),
        ("P1DT1.5S", "P1DT1.5S"),
        ("PT0S", "PT0S"),
    ],
)
def test_durations_are_normalised(text, written):
    length = read_duration(text)
    assert length is not None
    assert write_duration(length) == written


@pytest.mark.parametrize("text", ["", "P", "PT", "5 minutes", "P1Y", "-PT5M", "P99999999999D"])
def test_what_is_no_duration(text):
    assert read_duration(text) is None


async def test_the_clock_calls_back_in_order_and_not_once_closed():
    clock = Clock(1000.0)
    calls = []
    done = asyncio.Event()
    for seconds in (30, 10, 20):
        clock.later(seconds, lambda seconds=seconds: calls.append(seconds))
    clock.later(40, done.set)
    await done.wait()
    assert calls == [10, 20, 30]
    clock.later(1, lambda: calls.append(1))
    clock.close()
    clock.later(1, lambda: calls.append(2))
    await asyncio.sleep(0.01)
    assert calls == [10, 20, 30]


async def test_the_fast_clock_keeps_every_transition_visible():
    clock = Clock(None)
    assert clock.shorten(1) > 0.14
    assert clock.shorten(100_000) <= 0.3
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    clock.close()


async def test_a_start_time_is_where_the_clock_begins():
    start = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    clock = Clock(1.0, start)
    assert timedelta() <= clock.now() - start < timedelta(seconds=1)
    clock.close()


def test_pages_follow_each_other_without_gaps():
    ids = [f"n{at:03d}" for at in range(25)]
    seen, after, pages = [], "", 0
    while True:
        query = ListQuery(10, after, None, lambda item: item["id"] != "n010")
        items, after = page(ids, query, lambda node_id: {"id": node_id})
        seen += [item["id"] for item in items]
        pages += 1
        if not after:
            break
    assert seen == [node_id for node_id in ids if node_id != "n010"]
    assert pages == 3


def test_a_search_that_takes_long_goes_on_on_the_next_page(monkeypatch):
    monkeypatch.setattr("batchtui.emulator.query.PATIENCE", -1.0)
    ids = [f"{number:04}" for number in range(2500)]
    found, after, pages = [], "", 0
    while pages == 0 or after:
        query = ListQuery(10, after, None, lambda item: item["id"] in {"0999", "2400"})
        items, after = page(ids, query, lambda item_id: {"id": item_id})
        found += [item["id"] for item in items]
        pages += 1
    assert (found, pages) == (["0999", "2400"], 3)


def test_a_page_that_ends_with_the_list_has_no_next():
    items, after = page(["a", "b"], ListQuery(2, "", None, None), lambda name: {"id": name})
    assert (len(items), after) == (2, "")


def test_addresses_are_kept_apart_and_reused():
    addresses = Addresses(5001)
    rule = {"name": "ssh", "frontendPortRangeStart": 15000}
    (first,), (second,) = (addresses.take("g", [rule]) for _ in range(2))
    assert first.address != second.address
    addresses.give_back(first)
    assert addresses.take("g", [rule]) == [first]


def test_without_many_addresses_each_rule_gets_ports_of_its_own(monkeypatch):
    monkeypatch.setattr("batchtui.emulator.network.can_bind", lambda _: False)
    addresses = Addresses(5001)
    rule = {
        "name": "ssh", "protocol": "tcp", "backendPort": 22,
        "frontendPortRangeStart": 15000, "frontendPortRangeEnd": 15100,
    }  # fmt: skip
    ports = set()
    for _ in range(2):
        (frontend,) = addresses.take("g", [rule])
        assert frontend.address == "127.0.0.1"
        for index in range(2):
            (endpoint,) = inbound_endpoints([rule], [frontend], index)
            ports.add(endpoint["frontendPort"])
    assert len(ports) == 4


def test_ports_of_the_one_ipv6_address_are_each_given_out_once_until_they_are_back():
    addresses = Addresses(5001)
    rules = [
        {"name": name, "frontendPortRangeStart": start}
        for name, start in (("ssh", 15000), ("web", 1))
    ]
    first, second = (addresses.take("g", rules, dual=True)[1] for _ in range(2))
    starts = [
        each.shift[rule["name"]] + rule["frontendPortRangeStart"]
        for each in (first, second)
        for rule in rules
    ]
    assert starts == [20000, 21000, 22000, 23000]
    assert {each.address for each in (first, second)} == {"::1"}
    addresses.give_back(first)
    assert addresses.take("g", rules, dual=True)[1].shift == first.shift


def test_a_node_beyond_the_range_has_no_endpoint():
    rule = {"name": "ssh", "frontendPortRangeStart": 15000, "frontendPortRangeEnd": 15040}
    assert inbound_endpoints([rule], [Frontend("127.0.0.1", "x", 1)], 41) == []


@pytest.mark.parametrize(
    ("rules", "peer", "welcome"),
    [
        ([], "203.0.113.1", True),
        ([("allow", "*", 150)], "203.0.113.1", True),
        ([("allow", "203.0.113.0/24", 150)], "203.0.113.1", True),
        ([("allow", "203.0.113.0/24", 150)], "198.51.100.1", False),
        ([("deny", "203.0.113.1", 150), ("allow", "*", 151)], "203.0.113.1", False),
        ([("allow", "*", 151), ("deny", "203.0.113.1", 150)], "203.0.113.1", False),
        ([("allow", "VirtualNetwork", 150)], "203.0.113.1", False),
    ],
)
def test_security_rules_count_by_priority(rules, peer, welcome):
    found = [
        {"access": access, "sourceAddressPrefix": prefix, "priority": priority}
        for access, prefix, priority in rules
    ]
    assert allowed(found, peer) is welcome


def test_images_are_found_without_case():
    assert len(supported_images()) == 84
    row = supported_images()[0]
    reference = {key: value.upper() for key, value in row["imageReference"].items()}
    assert find_image(reference, row["nodeAgentSKUId"]) is row
    assert find_image(reference, "batch.node.windows amd64") is None


def test_files_are_filtered_by_the_start_of_their_name_only():
    assert {"name": Field("text", frozenset({"startswith"}))} == FILE_FIELDS
