"""Takes a formula from a request, within the service's limits."""

from collections.abc import Sequence

from batchtui.emulator.autoscale.parser import Statement, parse
from batchtui.emulator.autoscale.problems import FormulaSyntaxError
from batchtui.emulator.errors import BatchError

LONGEST = 8 * 1024


def read_formula(formula: str) -> Sequence[Statement]:
    """A formula's statements; 400 AutoScaleFormulaTooLong (8 KB) or AutoScalingFormulaSyntaxError.

    The service's documentation has the codes, but not their values: the place is said as in
    errors of evaluation.
    """
    if len(formula.encode(errors="replace")) > LONGEST:
        raise BatchError("AutoScaleFormulaTooLong")
    try:
        return parse(formula)
    except FormulaSyntaxError as error:
        raise BatchError("AutoScalingFormulaSyntaxError", ("Message", str(error))) from None
