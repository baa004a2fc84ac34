"""Runs autoscale formulas on made-up samples."""

from datetime import UTC, datetime
from random import Random

from batchtui.emulator.autoscale.evaluate import evaluate
from batchtui.emulator.autoscale.parser import parse
from batchtui.emulator.autoscale.problems import FormulaSyntaxError
from batchtui.emulator.autoscale.samples import Sample, metric_of
from batchtui.emulator.autoscale.variables import Surroundings

MONDAY_NOON = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)
SERVICE = "$TargetDedicatedNodes=2;$TargetLowPriorityNodes=1;$NodeDeallocationOption=requeue"


def run(formula, samples=(), now=MONDAY_NOON, targets=(2, 1)):
    here = samples[-1] if samples else Sample(dedicated=2, spot=1)
    around = Surroundings(
        *targets, lambda name: metric_of(name, samples, here, 4, now), now, Random(1)
    )
    return evaluate(parse(formula), around)


def value(expression, samples=(), **more):
    """What results show of an expression."""
    outcome = run(f"x = {expression}", samples, **more)
    assert outcome.error is None, outcome.error
    return outcome.results.removeprefix(f"{SERVICE};x=")


def complaint(formula, samples=(), **more):
    try:
        return str(run(formula, samples, **more).error)
    except FormulaSyntaxError as error:
        return str(error)


def tasks(*active, running=0):
    return [Sample(active=count, running=running) for count in active]
