"""Evaluates formulas: what they ask for, and the values of their variables.

It always ends soon: nesting is bounded by the parser, and the numbers that a formula handles by
a budget.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from batchtui.emulator.autoscale import functions
from batchtui.emulator.autoscale.metrics import METHODS
from batchtui.emulator.autoscale.operators import combine, negative
from batchtui.emulator.autoscale.parser import (
    Binary,
    Call,
    Choice,
    Constant,
    Expression,
    Member,
    Statement,
    Unary,
    Variable,
)
from batchtui.emulator.autoscale.problems import (
    FormulaError,
    InsufficientDataError,
    NoDataError,
    Place,
    WrongValueError,
)
from batchtui.emulator.autoscale.values import Metric, Value, number
from batchtui.emulator.autoscale.variables import Surroundings, Variables

T = TypeVar("T")
BUDGET = 30_000
MEMBERS: dict[str, Callable[[datetime], float]] = {
    "year": lambda at: float(at.year),
    "month": lambda at: float(at.month),
    "day": lambda at: float(at.day),
    "weekday": lambda at: float(at.isoweekday() % 7),
    "hour": lambda at: float(at.hour),
    "minute": lambda at: float(at.minute),
    "second": lambda at: float(at.second),
}


@dataclass(frozen=True)
class Outcome:
    """What a formula came to: the nodes it asks for, how nodes leave, and what went wrong.

    With an error, the targets are those that were set before it.
    """

    dedicated: int
    spot: int
    option: str
    results: str
    error: FormulaError | None = None


def evaluate(statements: Sequence[Statement], around: Surroundings) -> Outcome:
    """Run a formula to its end, `stop()` or error."""
    run = _Evaluation(around)
    error = None
    try:
        for statement in statements:
            run.do(statement)
    except functions.Stop:
        pass
    except FormulaError as problem:
        error = problem
    found = run.variables
    return Outcome(found.dedicated, found.spot, found.option, found.results(), error)


class _Evaluation:
    def __init__(self, around: Surroundings) -> None:
        self.variables = Variables(around)
        self._around = around
        self._left = BUDGET
        self._ways: dict[type, Callable[..., Value]] = {
            Constant: lambda node: node.value,
            Variable: self._read,
            Unary: self._unary,
            Binary: self._chain,
            Choice: self._choose,
            Call: self._call,
            Member: self._member,
        }

    def do(self, statement: Statement) -> None:
        """Evaluate a statement, and keep the value if it is assigned."""
        value = self._value(statement.expression)
        if target := statement.target:
            self._spend_on(target.place, (value,))
            self._trying(target.place, lambda: self.variables.assign(target.name, value))

    def _value(self, node: Expression) -> Value:
        self._spend(node.place, 1)
        return self._ways[type(node)](node)

    def _read(self, node: Variable) -> Value:
        return self._trying(node.place, lambda: self.variables.read(node.name))

    def _unary(self, node: Unary) -> Value:
        operand = self._value(node.operand)
        return self._trying(node.place, lambda: negative(node.symbol, operand))

    def _chain(self, node: Binary) -> Value:
        """Operators from left to right; a long sum is no deep recursion."""
        operators: list[Binary] = []
        left: Expression = node
        while isinstance(left, Binary):
            operators.append(left)
            left = left.left
        value = self._value(left)
        for each in reversed(operators):
            value = self._apply(each, value)
        return value

    def _apply(self, node: Binary, left: Value) -> Value:
        if node.symbol in {"&&", "||"}:
            if self._truth(node.place, left) is (node.symbol == "||"):
                return float(node.symbol == "||")
            return float(self._truth(node.place, self._value(node.right)))
        right = self._value(node.right)
        self._spend_on(node.place, (left, right))
        return self._trying(node.place, lambda: combine(node.symbol, left, right))

    def _choose(self, node: Choice) -> Value:
        for condition, then in node.steps:
            if self._truth(condition.place, self._value(condition)):
                return self._value(then)
        return self._value(node.otherwise)

    def _truth(self, place: Place, value: Value) -> bool:
        return bool(self._trying(place, lambda: number(value)))

    def _call(self, node: Call) -> Value:
        target = None if node.target is None else self._value(node.target)
        arguments = [self._value(argument) for argument in node.arguments]
        self._spend_on(node.place, arguments)
        if target is None:
            if node.name not in functions.NAMES:
                raise FormulaError(node.place, f"Undefined function: {node.name}")
            around = self._around
            return self._trying(
                node.place,
                lambda: functions.call(node.name, arguments, around.now, around.chance),
            )
        method = METHODS.get(node.name)
        if method is None or not isinstance(target, Metric):
            raise FormulaError(node.place, f"Undefined method: {node.name}")
        found = self._trying(node.place, lambda: method(target, arguments))
        self._spend_on(node.place, (found,))
        return found

    def _member(self, node: Member) -> Value:
        target = self._value(node.target)
        if node.name not in MEMBERS or not isinstance(target, datetime):
            raise FormulaError(node.place, f"Undefined member: {node.name}")
        return MEMBERS[node.name](target)

    def _trying(self, place: Place, work: Callable[[], T]) -> T:
        """What the work gives, or its complaint at this place."""
        try:
            return work()
        except NoDataError as error:
            raise InsufficientDataError(place, str(error)) from None
        except WrongValueError as error:
            raise FormulaError(place, str(error)) from None
        except ZeroDivisionError:
            raise FormulaError(place, "Division by zero") from None
        except (ValueError, ArithmeticError):
            raise FormulaError(place, "The value is out of range") from None

    def _spend_on(self, place: Place, values: Sequence[Value]) -> None:
        self._spend(place, sum(len(value) for value in values if isinstance(value, tuple)))

    def _spend(self, place: Place, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise FormulaError(place, "The formula takes too many steps")
