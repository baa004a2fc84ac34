"""A start task, a pool's or a node's own: what it runs, as whom, and what it brings along."""

from collections.abc import Iterator
from typing import cast

from batchtui.batch.facts import Facts
from batchtui.batch.identity import IDENTITIES, Identity
from batchtui.ui.details.section import Line, in_words, known, plain, yes
from batchtui.visible import visible

# What the service takes for an omitted identity (source: SDK, BatchStartTask.user_identity).
_NOBODY = "auto user of the task"


def start_task_lines(task: Facts) -> Iterator[Line]:
    """Everything that a start task's JSON says."""
    command = task.text("commandLine")
    if not command:
        return
    yield "command", plain(command)
    yield "identity", plain(_identity(task.within("userIdentity")))
    yield from yes("waited for", task.flag("waitForSuccess"))
    yield from known("retries allowed", _retries(task.number("maxTaskRetryCount")))
    for each in task.each("environmentSettings"):
        yield "environment", plain(f"{each.text('name')}={each.text('value')}")
    for each in task.each("resourceFiles"):
        yield "file", plain(in_words(each))
    container = task.within("containerSettings")
    yield from known("container", container.text("imageName"))
    yield from known("container with", in_words(container))


def _identity(identity: Facts) -> str:
    auto = identity.within("autoUser")
    scope, level = auto.word("scope"), auto.word("elevationLevel")
    if name := identity.text("username"):
        return f"user {visible(name)}"
    if not scope and not level:
        return _NOBODY
    known_as = f"{scope or 'pool'}-{level or 'nonadmin'}"
    return IDENTITIES.get(cast("Identity", known_as), known_as)


def _retries(most: int | None) -> str:
    if most is None or most == 0:
        return "" if most is None else "none"
    return "without end" if most < 0 else str(most)
