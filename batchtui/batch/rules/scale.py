"""How many nodes, by numbers or by a formula. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from batchtui.batch.durations import read_duration
from batchtui.batch.formula import formula_doubts, formula_problem
from batchtui.batch.known import Json, Known, Problem
from batchtui.batch.rules.reading import Rule

_TARGETS = ("targetDedicatedNodes", "targetLowPriorityNodes")
_FORMULA = ("autoScaleFormula", "autoScaleEvaluationInterval")
_LEAST = timedelta(minutes=5)
# No longest resize is documented; a week is what the resize form takes, too.
_LIMITS = {
    "resizeTimeout": (timedelta(days=7), "From 5 minutes to 7 days."),
    "autoScaleEvaluationInterval": (timedelta(hours=168), "From 5 minutes to 168 hours."),
}


def one_way(body: Json, _known: Known) -> Iterable[Problem]:
    """Numbers or a formula, not both (source: SDK, BatchPoolCreateOptions).

    Neither of them is a pool without nodes (recording pool-create-201-data-disk).
    """
    by_formula = body.get("enableAutoScale", False)
    for name in _TARGETS if by_formula else _FORMULA:
        if name in body:
            text = (
                "The formula decides how many nodes there are: take it away."
                if by_formula
                else "Only for autoscale: switch that on, or take it away."
            )
            yield Problem((name,), text)
    if by_formula and not str(body.get("autoScaleFormula", "")).strip():
        yield Problem(("autoScaleFormula",), "Autoscale needs a formula.")


def durations(body: Json, _known: Known) -> Iterable[Problem]:
    """Within what the service takes (source: SDK, BatchPoolCreateOptions; SERVICE.md, 21)."""
    for name, (most, text) in _LIMITS.items():
        length = read_duration(str(body.get(name, "")))
        if length is not None and not _LEAST <= length <= most:
            yield Problem((name,), text)


def formula(body: Json, _known: Known) -> Iterable[Problem]:
    """A formula that can't be read (source: documentation, AutoScalingFormulaSyntaxError)."""
    if text := formula_problem(str(body.get("autoScaleFormula", ""))):
        yield Problem(("autoScaleFormula",), text)


def doubtful(body: Json, _known: Known) -> Iterable[Problem]:
    """Names that the documentation doesn't have, and formulas without effect."""
    for text in formula_doubts(str(body.get("autoScaleFormula", ""))):
        yield Problem(("autoScaleFormula",), text)


def mixed(body: Json, _known: Known) -> Iterable[Problem]:
    """No dedicated and spot nodes that talk to each other (source: SERVICE.md, trap 21)."""
    if body.get("enableInterNodeCommunication") and all(body.get(name) for name in _TARGETS):
        text = "Nodes that talk to each other are all dedicated or all spot: ask for 0 of one kind."
        yield Problem(("enableInterNodeCommunication",), text)


def few(body: Json, _known: Known) -> Iterable[Problem]:
    """No nodes, or only such as Azure may take away (source: SDK, targetLowPriorityNodes)."""
    dedicated, spot = (body.get(name, 0) for name in _TARGETS)
    if body.get("enableAutoScale") or dedicated:
        return
    if spot:
        text = "Spot nodes only: Azure may take all of them away at any time."
        yield Problem((_TARGETS[1],), text)
    else:
        text = "No nodes: the pool stays empty until it is resized."
        yield Problem((_TARGETS[0],), text)


RULES: tuple[Rule, ...] = (one_way, durations, formula, mixed)
WARNINGS: tuple[Rule, ...] = (few, doubtful)
