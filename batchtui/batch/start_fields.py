"""The fields of what runs on each node as it joins. Pure."""

from collections.abc import Iterator

from batchtui.batch.field import PoolField, field_at
from batchtui.batch.identity import IdentityLens
from batchtui.batch.lens import Flag, Pairs, Text, Whole
from batchtui.batch.pairs import ENVIRONMENT

_TASK = "startTask"


def start_fields() -> Iterator[PoolField]:
    """In the order of the step."""
    yield field_at(
        "start_command",
        "start",
        "Start task",
        Text,
        _TASK,
        "commandLine",
        placeholder="none",
        help="Runs on each node as it joins. No shell: /bin/bash -c '...' for && and |.",
    )
    yield PoolField(
        "start_identity",
        "start",
        "  runs as",
        IdentityLens(),
        ((_TASK, "userIdentity"),),
        help="Installing packages needs an administrator.",
    )
    yield PoolField(
        "wait",
        "start",
        "  nodes wait",
        Flag((_TASK, "waitForSuccess"), default=True),
        ((_TASK, "waitForSuccess"),),
        help="Without it tasks run on a node whose start task isn't done, or fails.",
    )
    yield field_at(
        "retries",
        "start",
        "  retries",
        Whole,
        _TASK,
        "maxTaskRetryCount",
        placeholder="0",
        help="How often a start task that fails is tried again; -1 is without end.",
    )
    yield PoolField(
        "environment",
        "start",
        "  environment",
        Pairs((_TASK, "environmentSettings"), ENVIRONMENT),
        ((_TASK, "environmentSettings"),),
        placeholder="none",
        help='Variables, a line each: NAME=value. "a\\nb" in quotes is of two lines.',
    )
