"""Autoscale of a pool as it is edited: formula, interval, and what is wrong with them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from batchtui.batch.durations import as_minutes, from_minutes, minutes_problem
from batchtui.batch.models import AutoscaleRun, Pool
from batchtui.batch.parts import ServiceFault
from batchtui.batch.resize import DEALLOCATIONS, Deallocation, ResizeDraft
from batchtui.batch.resize import costs as resize_costs
from batchtui.visible import editable

# Minutes (source: BatchPoolEnableAutoScaleOptions of the SDK).
_LEAST, _MOST = 5, 168 * 60

# As many as tasks were waiting lately, the newest sample alone if there are few of them
# (source: the documentation's examples of formulas).
_TASKS = """\
maxNodes = 10;
samples = $PendingTasks.GetSamplePercent(5 * TimeInterval_Minute);
tasks = samples < 70 ? max(0, $PendingTasks.GetSample(1))
    : max($PendingTasks.GetSample(1), avg($PendingTasks.GetSample(5 * TimeInterval_Minute)));
"""
_PATIENT = "$NodeDeallocationOption = taskcompletion;\n"
READY_MADE: Mapping[str, str] = MappingProxyType(
    {
        "a dedicated node for each pending task": (
            f"{_TASKS}$TargetDedicatedNodes = min(maxNodes, tasks);\n{_PATIENT}"
        ),
        "a spot node for each pending task": (
            f"{_TASKS}$TargetDedicatedNodes = 0;\n"
            f"$TargetLowPriorityNodes = min(maxNodes, tasks);\n{_PATIENT}"
        ),
        "working hours": (
            "now = time();  // UTC\n"
            "working = now.weekday >= 1 && now.weekday <= 5 && now.hour >= 8 && now.hour < 18;\n"
            f"$TargetDedicatedNodes = working ? 10 : 0;\n{_PATIENT}"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class AutoscaleDraft:
    """The autoscale form's answers as they were typed, `interval` in minutes."""

    formula: str
    interval: str = "15"

    @classmethod
    def of(cls, pool: Pool) -> "AutoscaleDraft":
        """The pool's formula, or one that keeps it as it is."""
        if not pool.autoscale:
            return cls(keeping(pool))
        interval = str(pool.raw.get("autoScaleEvaluationInterval") or "PT15M")
        return cls(editable(pool.autoscale_formula), as_minutes(interval))


def keeping(pool: Pool) -> str:
    """A formula that resizes nothing: it asks for the targets that the pool has."""
    return (
        f"$TargetDedicatedNodes = {pool.dedicated_target};\n"
        f"$TargetLowPriorityNodes = {pool.spot_target};\n"
    )


def formulas(pool: Pool) -> dict[str, str]:
    """Formulas to start from, by what they do."""
    return {"the nodes that are wanted now": keeping(pool), **READY_MADE}


def problems(draft: AutoscaleDraft) -> dict[str, str]:
    """What must be mended before the service would take it, by field of the draft."""
    found = {
        "formula": "" if draft.formula.strip() else "There must be a formula.",
        "interval": minutes_problem(draft.interval, _LEAST, _MOST),
    }
    return {field: text for field, text in found.items() if text}


def formula(draft: AutoscaleDraft, pool: Pool) -> str:
    """The formula as it was typed; one that wasn't edited is as it came, shown or not."""
    before = pool.autoscale_formula
    return before if pool.autoscale and draft.formula == editable(before) else draft.formula


def body(draft: AutoscaleDraft, pool: Pool) -> dict[str, Any]:
    """The JSON that switches autoscale on, or changes it."""
    return {
        "autoScaleFormula": formula(draft, pool),
        "autoScaleEvaluationInterval": from_minutes(draft.interval),
    }


def wanted(pool: Pool) -> str:
    """The nodes that a pool has as its targets, in words."""
    return f"{pool.dedicated_target:,} dedicated and {pool.spot_target:,} spot nodes"


def consent(pool: Pool) -> str:
    """What to agree to before a formula can be evaluated where autoscale is off."""
    kinds = ((pool.dedicated, pool.dedicated_target), (pool.spot, pool.spot_target))
    said = []
    if any(there < target for there, target in kinds):
        said.append("The service may try again to allocate those that are missing.")
    if more := sum(max(0, there - target) for there, target in kinds):
        # As after a resize to fewer nodes that was stopped: that keeps its targets.
        said.append(f"{more:,} more are there: those may go, and their tasks be requeued.")
    return (
        "Azure Batch evaluates a formula only on a pool whose autoscale is on. Switch it on for "
        f"that, with a formula that asks for the {wanted(pool)} that are wanted now? "
        f"{' '.join(said) or 'Nothing is resized.'} Leaving the form switches it off again; "
        "if batchtui is killed before, it stays on."
    )


def last_run(run: AutoscaleRun, when: str) -> str:
    """How the last run went; `when` it was is in words, or empty."""
    if run.fault:
        return f"The last run{when} failed."
    return f"The last run{when} came to: {', '.join(outcome(run))}"


def outcome(run: AutoscaleRun) -> list[str]:
    """The variables of a run, a line each."""
    return [f"{name}={value}" for name, value in run.variables]


def fault_lines(fault: ServiceFault) -> list[str]:
    """An error of a run in words, what the service says of its place first."""
    return [*(value for _name, value in fault.details), f"{fault.message} ({fault.code})"]


def targets(run: AutoscaleRun, pool: Pool) -> tuple[int, int]:
    """How many dedicated and spot nodes a run asks for; what it doesn't set stays."""
    values = dict(run.variables)
    return (
        _whole(values.get("$TargetDedicatedNodes"), pool.dedicated_target),
        _whole(values.get("$TargetLowPriorityNodes"), pool.spot_target),
    )


def costs(run: AutoscaleRun, pool: Pool) -> Iterable[str]:
    """What nodes would go and come by a run, in sentences."""
    dedicated, spot = targets(run, pool)
    asked = dict(run.variables).get("$NodeDeallocationOption", "")
    usual: Deallocation = "requeue"
    option = next((each for each in DEALLOCATIONS if each == asked), usual)
    return resize_costs(ResizeDraft(str(dedicated), str(spot), option), pool)


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return int(float(text or ""))
    except (ValueError, OverflowError):
        return otherwise
