from datetime import UTC, datetime, timedelta

import pytest

from batchtui.tables import natural
from batchtui.visible import editable, visible, visible_lines
from batchtui.words import age, byte_size, duration, plural, short_node_id, spell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [red]text[/red]", "plain [red]text[/red]"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\nb\tc", "a␊b␉c"),
        ("abc\u202edcba", "abc‹202E›dcba"),
        ("zero\u200bwidth", "zero‹200B›width"),
        ("del\x7f", "del␡"),
        ("naïve – 漢字", "naïve – 漢字"),
    ],
)
def test_nothing_reaches_the_terminal_unseen(text, shown):
    assert visible(text) == shown


def test_lines_stay_lines():
    assert visible_lines("a\r\nb\n\x1bc") == "a\nb\n␛c"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (3660, "1h01"), (90000, "1d")],
)
def test_durations_fit_five_cells(seconds, text):
    assert duration(seconds) == text


def test_age():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert age(now - timedelta(minutes=3), now) == "3m"
    assert age(None, now) == ""


def test_short_ids_keep_the_kind():
    whole = "tvmps_17d2216209558173dc69855f00825e1a57b07d263384b93ffd3470d34d862914_d"
    assert short_node_id(whole) == "17d22162_d"
    assert short_node_id("odd") == "odd"


def test_numbers_sort_as_numbers():
    names = ["node-10", "Node-9", "node-1", "10.0.0.10", "10.0.0.9"]
    assert sorted(names, key=natural) == ["10.0.0.9", "10.0.0.10", "node-1", "Node-9", "node-10"]


def test_plural():
    assert plural(1, "node") == "1 node"
    assert plural(10000, "node") == "10,000 nodes"


def test_a_text_to_edit_keeps_its_tabs_and_line_ends():
    assert editable("a\tb\r\n\x1b\tc\u2028") == "a\tb\n␛\tc‹2028›"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (20 * 1024**2, "20 MiB"),
        (3.25 * 1024**3, "3.2 GiB"),
        (5000 * 1024**4, "5000 TiB"),
    ],
)
def test_sizes_are_short(count, words):
    assert byte_size(count) == words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 s"), (0.4, "0 s"), (59.9, "59 s"), (60, "1 min"), (125, "2 min 5 s"),
     (3600, "1 h"), (3723, "1 h 2 min"), (86399, "23 h 59 min"), (180000, "2 d 2 h")],
)  # fmt: skip
def test_a_length_of_time_is_spelled(seconds, text):
    assert spell(seconds) == text
