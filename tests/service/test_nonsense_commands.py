"""Nonsense for the emulator's own control: refused in words, or done, and never a failure."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.acts import ACTS
from batchtui.emulator.control.changes import CHANGES
from batchtui.emulator.control.client import ControlError, clear, inject, put, world
from batchtui.emulator.control.rules import LOGIN_FAULTS
from batchtui.emulator.node_states import PUT

DOES = st.sampled_from([*ACTS, *LOGIN_FAULTS])
WORDS = st.sampled_from(["*", "**", "p", "0", "", "GET", "9" * 5000, "²", "request", "steady"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text()
NAMES = st.sampled_from([
    "ssh", "method", "path", "query", "do", "count", "probability", "seed", "after", "status",
    "code", "message", "values", "retryAfter", "seconds", "at", "bytes", "body", "pool", "node",
    "user", "state", "errors", "lasts", "exitCode", "stdout", "stderr", "resizeErrors",
    "allocationState", "autoScaleRun", "advance", "families", "key", "value", "publisher",
])  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda more: st.lists(more, max_size=3) | st.dictionaries(NAMES, more, max_size=3)
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=4)
MODEST = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def emulator():
    """One emulator with a pool that has nodes; its control is what is tested."""
    with EmulatorThread(Options(clock="fast", seed="20", pretend=True)) as info:
        yield info


def obeys(command, emulator, body):
    """Whether a command is carried out; otherwise it is refused with a text."""
    try:
        command(emulator, **body)
    except ControlError as refusal:
        said = str(refusal)
    else:
        return True
    assert said
    assert "internal error" not in said
    return False


@pytest.fixture
def quiet(caplog):
    """Nothing that is logged as an error."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@MODEST
@given(body=BODIES, does=DOES, ssh=st.booleans())
def test_rules_of_any_shape_are_taken_or_refused(emulator, quiet, body, does, ssh):
    before = world(emulator)["faults"]
    obeyed = obeys(inject, emulator, body | {"do": does} | ({"ssh": True} if ssh else {}))
    assert world(emulator)["faults"] == before + obeyed
    clear(emulator)


@MODEST
@given(body=BODIES, state=st.sampled_from([*PUT, "starttaskfailed"]) | VALUES)
def test_nodes_of_any_state_stay_in_their_pool(emulator, quiet, body, state):
    nodes = sum(world(emulator)["nodes"].values())
    obeys(put, emulator, body | {"pool": "scale", "state": state})
    obeys(put, emulator, body | {"pool": "scale", "node": "3", "state": state})
    assert sum(world(emulator)["nodes"].values()) == nodes


@MODEST
@given(name=st.sampled_from(sorted(CHANGES)), value=VALUES, body=BODIES)
def test_changes_of_any_shape_fail_politely(emulator, quiet, name, value, body):
    obeys(put, emulator, {name: value})
    obeys(put, emulator, {name: body})
    obeys(put, emulator, body | {name: value})
