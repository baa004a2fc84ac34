"""SFTP as bytes, also as no server should send it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.access.entry import Entry
from batchtui.access.ssh.sftp_wire import MalformedError, Packet, attributes, long, number, text


def test_what_is_sent_is_what_is_read():
    sent = text("a\udcff") + attributes(size=1 << 40, mode=0o100750, modified=1_700_000_000)
    packet = Packet(104, sent)
    name = packet.text()
    assert packet.entry(name) == Entry(name, "file", 1 << 40, 1_700_000_000, 0o100750)
    assert name.encode("utf-8", "surrogateescape") == b"a\xff"


def test_what_else_servers_tell_is_passed_over():
    flags = 0x1 | 0x2 | 0x80000000
    more = number(1) + text("name") + text("value")
    packet = Packet(105, number(flags) + long(7) + number(1) + number(2) + more + text("next"))
    assert packet.entry("x") == Entry("x", "special", 7)
    assert packet.text() == "next"


def test_times_that_have_no_room_are_the_nearest_that_have():
    assert Packet(0, attributes(modified=-5)).entry("x").modified == 0
    assert Packet(0, attributes(modified=1 << 40)).entry("x").modified == 0xFFFFFFFF


@given(st.binary(max_size=60))
def test_no_bytes_are_read_beyond_the_end(data):
    for read in (Packet.text, lambda each: each.entry("x"), lambda each: list(each.pairs())):
        try:
            read(Packet(104, data))
        except MalformedError:
            continue


def test_a_string_that_is_cut_is_malformed():
    with pytest.raises(MalformedError):
        Packet(104, number(5) + b"four").string()
