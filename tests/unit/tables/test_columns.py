"""The columns of pools and nodes: what they say, what they sort by, and where they fit."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from conftest import recorded, recording
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.batch import convert
from batchtui.tables import WIDE
from batchtui.tables.bar import bar
from batchtui.tables.nodes import node_columns
from batchtui.tables.pools import PoolRow, pool_columns
from batchtui.tables.states import NODE_LOOKS, look
from batchtui.ui.widgets.grid import GAP, MARK_WIDTH
from batchtui.visible import visible

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
POOLS = {column.name: column for column in pool_columns(lambda: NOW)}
NODES = {column.name: column for column in node_columns(lambda: NOW)}
TABLES = pytest.mark.parametrize("columns", [POOLS, NODES], ids=["pools", "nodes"])


def pool_row(counts=None, **raw):
    made = {"id": "p", "state": "active", "allocationState": "steady", **raw}
    counted = {"poolId": "p", "dedicated": counts or {}, "lowPriority": {}}
    return PoolRow(convert.pool(made), None if counts is None else convert.node_counts(counted)[1])


def ago(**how):
    return (NOW - timedelta(**how)).strftime("%Y-%m-%dT%H:%M:%SZ")


def texts(columns, row):
    return {name: column.cell(row).text for name, column in columns.items()}


def bodies(*prefixes):
    for name in recorded(*prefixes):
        body = recording(name)["response"]["body"]
        if isinstance(body, dict) and "code" not in body:
            yield from body.get("value", [body])


# What they say


def test_a_pool_that_resizes_says_to_what_and_since_when():
    row = pool_row(
        allocationState="resizing",
        allocationStateTransitionTime=ago(minutes=2),
        currentDedicatedNodes=3,
        targetDedicatedNodes=8,
    )
    said = texts(POOLS, row)
    assert (said["state"], said["for"], said["nodes"], said["spot"]) == (
        "↻ resizing", "2m", "3→8", "–",
    )  # fmt: skip


def test_a_pool_that_is_deleted_says_since_when_that():
    said = texts(
        POOLS,
        pool_row(
            state="deleting",
            stateTransitionTime=ago(seconds=40),
            allocationState="resizing",
            allocationStateTransitionTime=ago(hours=4),
        ),
    )
    assert (said["state"], said["for"]) == ("← deleting", "40s")


def test_a_steady_pool_waits_for_nothing():
    said = texts(POOLS, pool_row(allocationStateTransitionTime=ago(days=3)))
    assert (said["state"], said["for"]) == ("● steady", "")


def test_nodes_that_run_tasks_are_counted_as_nodes():
    said = texts(POOLS, pool_row({"idle": 2, "running": 1200, "startTaskFailed": 3}))
    assert said["busy"] == "1,200"
    assert said["states"] == "3 start failed, 1,200 running, 2 idle"
    assert said["faults"] == "✗ 3 start failed"


def test_what_was_not_counted_yet_is_not_nothing():
    said = texts(POOLS, pool_row())
    assert {said[name] for name in ("bar", "states", "busy", "faults")} == {"…"}
    assert texts(POOLS, pool_row({}))["bar"] == ""


def test_a_subnet_is_known_by_its_names():
    network = {"subnetId": "/subscriptions/s/x/virtualNetworks/lab/subnets/batch"}
    assert texts(POOLS, pool_row(networkConfiguration=network))["subnet"] == "lab/batch"
    other = {"subnetId": "something/else"}
    assert texts(POOLS, pool_row(networkConfiguration=other))["subnet"] == "something/else"


def test_a_node_that_gets_no_tasks_stands_out():
    node = convert.node({"id": "n", "state": "idle", "schedulingState": "disabled"})
    assert NODES["scheduling"].cell(node) == ("disabled", "warn", ())


# What they are made of


@TABLES
def test_each_column_reads_only_the_fields_that_it_names(columns):
    from batchtui.batch import nodes, pools

    always = pools.ALWAYS if columns is POOLS else nodes.ALWAYS
    rows = list(
        bodies(*(("pool-get", "pool-list") if columns is POOLS else ("node-list", "node-get")))
    )
    assert rows
    for name, column in columns.items():
        for raw in rows:
            some = {key: raw[key] for key in raw if key in (*always, *column.fields)}
            if columns is POOLS:
                whole, part = (PoolRow(convert.pool(each), None) for each in (raw, some))
            else:
                whole, part = convert.node(raw), convert.node(some)
            assert column.cell(part) == column.cell(whole), name
            assert column.key(part) == column.key(whole), name


@TABLES
def test_columns_fit_the_width_from_which_they_are_shown(columns):
    for width in (80, 100, 120, 160, 200):
        # A scrollbar takes one.
        shown = [column for column in columns.values() if column.from_width <= width - 1]
        assert MARK_WIDTH + sum(column.width + GAP for column in shown) - GAP <= width - 1


@TABLES
def test_titles_have_room_for_the_arrow_of_the_order(columns):
    for column in columns.values():
        assert len(column.title) <= column.width


@TABLES
def test_wide_columns_come_last(columns):
    widths = [column.from_width for column in columns.values()]
    assert widths == sorted(widths)
    assert widths[-1] == WIDE


# What they sort by


@pytest.mark.parametrize(
    ("column", "field", "values"),
    [
        ("size", "vmSize", ["standard_d2_v2", "standard_d10", "standard_f2s_v2"]),
        ("private", "ipAddress", ["10.0.0.9", "10.0.0.10", "10.0.1.2"]),
        ("allocated", "allocationTime", [ago(minutes=1), ago(hours=1), ago(days=40)]),
        ("state", "state", ["starttaskfailed", "unusable", "creating", "running", "idle", "new"]),
    ],
)
def test_nodes_have_a_natural_order(column, field, values):
    nodes = [convert.node({"id": "n", field: value}) for value in values]
    keys = [NODES[column].key(node) for node in nodes]
    assert all(one < other for one, other in pairwise(keys))


def test_failed_start_tasks_come_before_others():
    runs = [
        {"state": "completed", "result": "failure", "exitCode": 2},
        {"state": "completed", "result": "failure", "exitCode": 10},
        {"state": "running"},
        {"state": "completed", "result": "success"},
    ]
    nodes = [convert.node({"id": "n", "startTaskInfo": run}) for run in runs]
    keys = [NODES["start"].key(node) for node in [*nodes, convert.node({"id": "n"})]]
    assert keys == sorted(keys)


def test_pools_with_many_bad_nodes_come_first():
    counts = [{"startTaskFailed": 3}, {"startTaskFailed": 1, "idle": 9}, {"unusable": 4}, {}]
    keys = [POOLS["bar"].key(pool_row(each)) for each in counts]
    assert keys == sorted(keys)


# The bar


@given(
    st.dictionaries(st.sampled_from(list(NODE_LOOKS)), st.integers(1, 10**6)), st.integers(1, 30)
)
def test_a_bar_is_as_wide_as_it_is_told(by_state, width):
    cell = bar(by_state, width)
    if by_state:
        assert cell_len(cell.text) == len(cell.text) == width
    assert sum(area.length for area in cell.areas) == len(cell.text)
    shown = sorted(by_state, key=list(NODE_LOOKS).index)[:width]
    assert [area.tone for area in cell.areas] == [look(state).tone for state in shown]


def test_a_bar_says_how_many_where_there_is_room():
    assert bar({"idle": 1, "running": 2, "starttaskfailed": 3}, 7).text == "✗3  ▶2●"


# Hostile texts

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
POOL_WORDS = st.sampled_from(sorted({key for raw in bodies("pool-get") for key in raw}))
NODE_WORDS = st.sampled_from(sorted({key for raw in bodies("node-list") for key in raw}))


@given(st.dictionaries(POOL_WORDS, ANY | st.text(min_size=1)))
def test_whatever_the_service_says_of_a_pool_is_shown_harmlessly(raw):
    harmless(POOLS, PoolRow(convert.pool(raw), None))


@given(st.dictionaries(NODE_WORDS, ANY | st.text(min_size=1)))
def test_whatever_the_service_says_of_a_node_is_shown_harmlessly(raw):
    harmless(NODES, convert.node(raw))


def harmless(columns, row):
    for column in columns.values():
        cell = column.cell(row)
        assert cell.text == visible(cell.text)
        assert column.key(row) == column.key(row)
