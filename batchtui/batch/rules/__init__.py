"""What the service would refuse of a pool's JSON, and what may be regretted. Pure.

Each rule is a small function with its source in its docstring; it reads JSON that the schema
finds nothing wrong with.
"""

from collections.abc import Iterable, Iterator, Mapping

from batchtui.batch.known import Known, Problem
from batchtui.batch.rules import (
    addresses,
    disks,
    fit,
    image,
    machine,
    mounts,
    name,
    nat,
    packages,
    quota,
    resources,
    scale,
    security_group,
    size,
    start_task,
    upgrades,
    users,
    way_in,
)
from batchtui.batch.rules.fit import misfits
from batchtui.batch.rules.reading import Rule
from batchtui.batch.rules.sound import sound
from batchtui.batch.rules.start_task import lacks_admin, lacks_shell
from batchtui.batch.schema import shape_problems

__all__ = ["RULES", "WARNINGS", "lacks_admin", "lacks_shell", "misfits", "problems", "warnings"]

# In the order of the form's steps.
RULES: tuple[Rule, ...] = (
    *name.RULES,
    *image.RULES,
    *size.RULES,
    *scale.RULES,
    *quota.RULES,
    *start_task.RULES,
    *nat.RULES,
    *security_group.RULES,
    *addresses.RULES,
    *users.RULES,
    *resources.RULES,
    *machine.RULES,
    *disks.RULES,
    *mounts.RULES,
    *upgrades.RULES,
)
WARNINGS: tuple[Rule, ...] = (
    *image.WARNINGS,
    *size.WARNINGS,
    *fit.WARNINGS,
    *scale.WARNINGS,
    *quota.WARNINGS,
    *start_task.WARNINGS,
    *way_in.WARNINGS,
    *addresses.WARNINGS,
    *users.WARNINGS,
    *resources.WARNINGS,
    *machine.WARNINGS,
    *packages.WARNINGS,
)


def problems(body: object, known: Known) -> list[Problem]:
    """What must be mended before the service would take the pool; of any JSON whatsoever."""
    found = shape_problems(body)
    return [*found, *_said(RULES, body, known, found)]


def warnings(body: object, known: Known) -> list[Problem]:
    """What the service would take, and the operator may regret; of any JSON whatsoever."""
    return [*_said(WARNINGS, body, known, shape_problems(body))]


def _said(
    rules: Iterable[Rule], body: object, known: Known, wrong: Iterable[Problem]
) -> Iterator[Problem]:
    """What the rules say, but of what the schema finds something wrong with."""
    if not isinstance(body, Mapping):
        return
    rest = sound(body, wrong)
    # A rule speaks of a place; the schema of that, or of something in it.
    broken = {problem.path[:end] for problem in wrong for end in range(1, len(problem.path) + 1)}
    for rule in rules:
        for problem in rule(rest, known):
            if problem.path not in broken:
                yield problem
