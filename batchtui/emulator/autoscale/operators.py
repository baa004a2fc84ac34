"""What operators do, by the types on both sides (docs: batch-automatic-scaling, Operations)."""

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from batchtui.emulator.autoscale.problems import WrongValueError
from batchtui.emulator.autoscale.values import Interval, Value, Vector, name_of, plain

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
    "!=": operator.ne,
}

TIMES: dict[tuple[str, type, type], Callable[[Any, Any], Value]] = {
    ("+", Interval, Interval): lambda a, b: Interval(a.seconds + b.seconds),
    ("-", Interval, Interval): lambda a, b: Interval(a.seconds - b.seconds),
    ("*", Interval, float): lambda a, b: Interval(a.seconds * b),
    ("*", float, Interval): lambda a, b: Interval(a * b.seconds),
    ("/", Interval, float): lambda a, b: Interval(a.seconds / b),
    ("-", datetime, datetime): lambda a, b: Interval((a - b).total_seconds()),
    ("+", Interval, datetime): lambda a, b: b + timedelta(seconds=a.seconds),
    ("+", datetime, Interval): lambda a, b: a + timedelta(seconds=b.seconds),
    ("-", datetime, Interval): lambda a, b: a - timedelta(seconds=b.seconds),
}


def combine(symbol: str, left: Value, right: Value) -> Value:
    """What an operator makes of two values; WrongValueError or ArithmeticError when it can't."""
    left, right = plain(left), plain(right)
    if symbol in COMPARISONS:
        if type(left) is not type(right) or isinstance(left, tuple):
            raise _mismatch(symbol, left, right)
        return float(COMPARISONS[symbol](left, right))
    if isinstance(left, float) and isinstance(right, float):
        return float(ARITHMETIC[symbol](left, right))
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _vectors(symbol, left, right)
    return _times(symbol, left, right)


def negative(symbol: str, value: Value) -> Value:
    """`-` of a double or an interval, `!` of a double; WrongValueError for others."""
    value = plain(value)
    if symbol == "-" and isinstance(value, Interval):
        return Interval(-value.seconds)
    if not isinstance(value, float):
        raise WrongValueError(f"Operator {symbol} can't be applied to a {name_of(value)}")
    return -value if symbol == "-" else float(not value)


def _vectors(symbol: str, left: Value, right: Value) -> Vector:
    apply = ARITHMETIC[symbol]
    if isinstance(left, tuple) and isinstance(right, tuple):
        if len(left) != len(right):
            raise WrongValueError(f"Vectors of lengths {len(left)} and {len(right)} don't match")
        return tuple(apply(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, tuple) and isinstance(right, float):
        return tuple(apply(a, right) for a in left)
    if isinstance(left, float) and isinstance(right, tuple):
        return tuple(apply(left, b) for b in right)
    raise _mismatch(symbol, left, right)


def _times(symbol: str, left: Value, right: Value) -> Value:
    way = TIMES.get((symbol, type(left), type(right)))
    if way is None:
        raise _mismatch(symbol, left, right)
    return way(left, right)


def _mismatch(symbol: str, left: Value, right: Value) -> WrongValueError:
    text = f"Operator {symbol} can't be applied to a {name_of(left)} and a {name_of(right)}"
    return WrongValueError(text)
