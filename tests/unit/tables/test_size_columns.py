"""The columns of VM sizes: what they say, and what stands first."""

from dataclasses import replace

import pytest
from known_service import KNOWN, recorded_sizes

from batchtui.batch.known import Quota, Used, VmSize
from batchtui.batch.suggestions import suggested_sizes
from batchtui.tables.sizes import SizeRow, size_columns, size_rows

COLUMNS = {column.name: column for column in size_columns()}
SIZES = {size.name: size for size in recorded_sizes()}
D4 = SIZES["Standard_D4s_v3"]


def told(quota, size=D4, image=None):
    known = replace(KNOWN, quota=quota, used=Used(0, 0, 0))
    (row,) = size_rows([size], known, image)
    return row, COLUMNS["left"].cell(row)


@pytest.mark.parametrize(
    ("dedicated", "spot", "text", "tone"),
    [
        (100, 0, "100 · 25 nodes", "plain"),
        (7, 0, "7 · 1 node", "plain"),
        (3, 8, "! spot only", "warn"),
        (3, 3, "✗ none", "bad"),
    ],
)
def test_what_is_left_in_cores_and_nodes(dedicated, spot, text, tone):
    _row, cell = told(Quota(dedicated, spot, 10))
    assert (cell.text, cell.tone) == (text, tone)


def test_without_a_quota_nothing_is_said_of_it():
    row, cell = told(None)
    assert (row.left, cell.text) == (None, "")


def test_what_doesnt_fit_says_so_and_why_and_stands_last():
    second = next(each for each in KNOWN.images if "Generation2VMImage" in each.capabilities)
    sizes = [SIZES["Standard_D2_v2"], D4]
    known = replace(KNOWN, quota=Quota(100, 0, 10), used=Used(0, 0, 0))
    rows = sorted(size_rows(sizes, known, second), key=COLUMNS["name"].key)
    assert [row.size for row in rows] == [D4, SIZES["Standard_D2_v2"]]
    assert COLUMNS["left"].cell(rows[1]).text == "✗ doesn't fit"
    assert "generation 2" in COLUMNS["why"].cell(rows[1]).text
    assert COLUMNS["why"].cell(rows[0]).text == ""


def test_sizes_that_are_used_up_stand_after_others():
    quota = Quota(100, 0, 10, {D4.family: 0})
    known = replace(KNOWN, quota=quota, used=Used(0, 0, 0))
    rows = sorted(
        size_rows([D4, SIZES["Standard_NC4as_T4_v3"]], known, None), key=COLUMNS["name"].key
    )
    assert [row.size.name for row in rows] == ["Standard_NC4as_T4_v3", "Standard_D4s_v3"]


def test_names_of_the_service_are_made_visible():
    row = SizeRow(VmSize("a\x1b[2J", "[red]\u202e", 0))
    for column in COLUMNS.values():
        cell = column.cell(row)
        assert "\x1b" not in cell.text
        assert "\u202e" not in cell.text
        column.key(row)


def test_suggestions_are_sizes_of_a_day_that_is_told():
    date, sizes = suggested_sizes()
    assert date == "2024-04-18"
    assert len(sizes) > 300
    for size in sizes:
        recorded = SIZES[size.name]
        assert replace(recorded, capabilities={}) == size
