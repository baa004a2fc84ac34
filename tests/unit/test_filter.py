import pytest

from batchtui.tables.filter import FilterError, parse

COLUMNS = {"id": "Node", "state": "State", "start": "Start task"}
ROW = "17d22162_d\nidle\nexit 1\ntvmps_17d22162_d"


@pytest.mark.parametrize(
    "text",
    [
        "idle", "IDLE", "17d2", "idl", "il", "/^17d/", "~exit \\d", "!running", "state:idle",
        "starttask:exit", "idle exit", "!/reboot/", "node:17", "/^idle$/", "! idle",
        "state:idle !running", "!state:running !ok",
    ],
)  # fmt: skip
def test_passes(text):
    assert parse(text, COLUMNS)(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "running",
        "!idle",
        "state:exit",
        "idle running",
        "/^d/",
        "!~exit",
        "ie1",
        "node:idle",
        "idle !exit",
        "!idle !running",
        "!ok idles",
    ],
)
def test_does_not_pass(text):
    assert not parse(text, COLUMNS)(ROW)


@pytest.mark.parametrize("text", ["", "  ", "!"])
def test_nothing_typed_is_no_filter(text):
    assert parse(text, COLUMNS) is None


def test_a_broken_expression_is_said():
    with pytest.raises(FilterError, match="Not a regular expression"):
        parse("/(/", COLUMNS)


def test_a_colon_without_such_a_column_is_text():
    assert parse("10.0.0.4:15000", COLUMNS)("10.0.0.4:15000")
