"""What can be wrong with a formula, in the service's codes and words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a formula; both count from 1."""

    line: int
    column: int


class FormulaError(Exception):
    """A formula that can't be evaluated, and where (recorded: formula-error-2020)."""

    code = "AutoScalingFormulaEvaluationError"
    message = "The specified auto-scaling formula has evaluation error"

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(f"Line {place.line}, Col {place.column}: {text}")


class FormulaSyntaxError(FormulaError):
    """Text that is no formula; refused with 400 wherever it is given."""


class InsufficientDataError(FormulaError):
    """A demand for more samples than there are (docs: batch-pool-autoscale-event)."""

    code = "InsufficientSampleData"
    message = "Autoscale evaluation failed due to insufficient sample data"


class WrongValueError(Exception):
    """A value that can't be worked with, said where the place in the formula isn't known."""


class NoDataError(WrongValueError):
    """Too few samples, likewise."""
