"""Autoscale formulas: assignments of whole numbers to the two targets, for now."""

import re

from batchtui.emulator.errors import bad_property

ASSIGNMENT = re.compile(r"\s*\$(\w+)\s*=\s*(\d{1,6}|\w+)\s*")
TARGETS = {
    "targetdedicatednodes": "dedicated",
    "targetdedicated": "dedicated",
    "targetlowprioritynodes": "spot",
}


def evaluate(formula: str) -> tuple[int, int]:
    """The dedicated and spot nodes that a formula asks for; 400 when it says anything else."""
    targets = {"dedicated": 0, "spot": 0}
    for statement in formula.split(";"):
        if not statement.strip():
            continue
        found = ASSIGNMENT.fullmatch(statement)
        name = found[1].lower() if found else ""
        if found and name in TARGETS and found[2].isdigit():
            targets[TARGETS[name]] = int(found[2])
        elif name != "nodedeallocationoption":
            reason = f"The emulator can't evaluate '{statement.strip()}'"
            raise bad_property("autoScaleFormula", formula, reason)
    return targets["dedicated"], targets["spot"]
