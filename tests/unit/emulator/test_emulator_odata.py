"""The `$filter` language: what it accepts and what each form means."""

import pytest

from batchtui.emulator.filters import NODE_FIELDS, POOL_FIELDS
from batchtui.emulator.odata import parse_filter

POOL = {
    "id": "render-1",
    "state": "active",
    "vmSize": "standard_d2_v2",
    "enableAutoScale": False,
    "creationTime": "2025-11-25T23:49:34.8504095Z",
}
NODE = {
    "state": "idle",
    "stateTransitionTime": "2025-11-25T23:58:14.25931Z",
    "startTaskInfo": {"state": "completed", "exitCode": 3, "result": "failure"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id eq 'render-1'", True),
        ("id ne 'render-1'", False),
        ("startswith(id,'render')", True),
        ("startswith(id, 'Render')", False),
        ("id gt 'render-0' and id lt 'render-2'", True),
        ("state eq 'deleting' or vmSize eq 'standard_d2_v2'", True),
        ("state eq 'active' and (id eq 'a' or id eq 'render-1')", True),
        ("state eq 'deleting' and id eq 'a' or id eq 'render-1'", True),
        ("enableAutoScale eq false", True),
        ("enableAutoScale ne false", False),
        ("creationTime ge DateTime'2025-11-25T23:49:34.8504095Z'", True),
        ("creationTime gt datetime'2025-11-25T23:49:34.8504095Z'", False),
        ("creationTime lt DateTime'2025-11-25T23:49:34.8504096Z'", True),
        ("creationTime ge DateTime'2025-11-26'", False),
        ("creationTime eq DateTime'2025-11-25T23:49:34.85040950Z'", True),
        ("id eq 'it''s'", False),
        ("  id   eq   'render-1'  ", True),
        ("((id eq 'render-1'))", True),
    ],
)
def test_pools_are_chosen(text, expected):
    assert parse_filter(text, POOL_FIELDS)(POOL) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("startTaskInfo/exitCode gt 2", True),
        ("startTaskInfo/exitCode le -1", False),
        ("startTaskInfo/result eq 'failure'", True),
        ("stateTransitionTime ge DateTime'2025-11-25T23:58:14.2593100Z'", True),
        ("stateTransitionTime gt DateTime'2025-11-25T23:58:14.259Z'", True),
        ("stateTransitionTime lt DateTime'2025-11-25T23:58Z'", False),
        ("lastBootTime gt DateTime'2000-01-01T00:00:00Z'", False),
        ("lastBootTime ne DateTime'2000-01-01T00:00:00Z'", True),
    ],
)
def test_nodes_are_chosen(text, expected):
    assert parse_filter(text, NODE_FIELDS)(NODE) is expected


@pytest.mark.parametrize(
    "text",
    [
        "id",
        "id eq",
        "id eq 3",
        "id eq render",
        "eq 'x'",
        "id eq 'x' and",
        "id eq 'x' or or id eq 'y'",
        "(id eq 'x'",
        "id eq 'x')",
        "id eq 'x' id eq 'y'",
        "not (id eq 'x')",
        "contains(id,'x')",
        "startswith(state,'x')",
        "startswith(id)",
        "state gt 'active'",
        "colour eq 'red'",
        "creationTime ge 'yesterday'",
        "creationTime ge DateTime'yesterday'",
        "enableAutoScale eq 'yes'",
        "id eq 'x",
        "id = 'x'",
        "(" * 60 + "id eq 'x'" + ")" * 60,
        ";",
    ],
)
def test_the_rest_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_filter(text, POOL_FIELDS)
