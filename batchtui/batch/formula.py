"""Autoscale formulas as text: their words, and what is wrong with one before the service says it.

Source: the documentation, "Create a formula to automatically scale compute nodes in a Batch pool".
Pure.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import pairwise

from batchtui.batch.word import Word

LONGEST = 8 * 1024  # bytes
MOST_STATEMENTS = 100

TARGETS = ("$TargetDedicatedNodes", "$TargetLowPriorityNodes")
# With the names that older versions of the service had.
_SETTABLE = frozenset(
    {*TARGETS, "$NodeDeallocationOption", "$TargetDedicated", "$TargetLowPriority"}
)
_COUNTED = frozenset({
    "$ActiveTasks", "$RunningTasks", "$PendingTasks", "$SucceededTasks", "$FailedTasks",
    "$TaskSlotsPerNode", "$CurrentDedicatedNodes", "$CurrentLowPriorityNodes",
    "$CurrentDedicated", "$CurrentLowPriority", "$PreemptedNodeCount", "$UsableNodeCount",
    "$SampleNodeCount", "$CPUPercent",
})  # fmt: skip
# Those of which there are no samples since March 2024.
RETIRED = frozenset({
    "$WallClockSeconds", "$MemoryBytes", "$DiskBytes", "$DiskReadBytes", "$DiskWriteBytes",
    "$DiskReadOps", "$DiskWriteOps", "$NetworkInBytes", "$NetworkOutBytes",
})  # fmt: skip
VARIABLES = _SETTABLE | _COUNTED | RETIRED
FUNCTIONS = frozenset({
    "avg", "ceil", "floor", "len", "lg", "ln", "log", "max", "min", "norm", "percentile", "rand",
    "range", "round", "std", "stop", "sum", "time", "val", "vec",
})  # fmt: skip
METHODS = frozenset({
    "Count", "GetSample", "GetSamplePercent", "GetSamplePeriod", "HistoryBeginTime",
})  # fmt: skip
MEMBERS = frozenset({"year", "month", "day", "weekday", "hour", "minute", "second"})
CONSTANTS = frozenset({
    "requeue", "terminate", "taskcompletion", "retaineddata",
    *(f"TimeInterval_{unit}" for unit in ("Zero", "100ns", "Microsecond", "Millisecond", "Second",
                                          "Minute", "Hour", "Day", "Week", "Year")),
})  # fmt: skip

_WORD = re.compile(
    r"""
    (?P<comment>//[^\n]*)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<text>"[^"\n]*")
    | (?P<symbol>&&|\|\||[<>=!]=|[-+*/<>=!?:;,.()])
    | (?P<space>\s+)
    | (?P<wrong>.)
    """,
    re.VERBOSE,
)


def words(formula: str) -> list[Word]:
    """All words of a text, also of one that is no formula (yet); without the blanks between."""
    found = []
    for match in _WORD.finditer(formula):
        kind, text = match.lastgroup or "wrong", match[0]
        if kind == "name":
            called = text in FUNCTIONS | METHODS and formula[match.end() :].lstrip()[:1] == "("
            kind = "function" if called else "constant" if text in CONSTANTS else "name"
        if kind != "space":
            found.append(Word(kind, text, match.start(), match.end()))
    return found


def formula_problem(formula: str) -> str:
    """Why the service would refuse a formula, or nothing: only what is beyond doubt."""
    size = len(formula.encode(errors="replace"))
    if size > LONGEST:
        return f"A formula has at most 8 KB: this one has {size:,} bytes."
    there = _meaning(formula)
    if sum(word.text == ";" for word in there) > MOST_STATEMENTS:
        return f"A formula has at most {MOST_STATEMENTS} statements."
    # What these words mean to the service isn't known, so neither is what brackets in them do.
    return "" if any(word.kind == "wrong" for word in there) else _unbalanced(formula, there)


def formula_doubts(formula: str) -> Iterator[str]:
    """What may be meant otherwise, or has no effect, in sentences."""
    there = _meaning(formula)
    for word in there:
        if word.kind == "wrong":
            yield f"{_place(formula, word)}: {word.text} has no meaning in formulas that is known."
    yield from _unknown_names(formula, there)
    assigned = _assigned(there)
    if (
        there
        and not assigned & {"TargetDedicated", "TargetLowPriority"}
        and not assigned & {target.removeprefix("$") for target in TARGETS}
    ):
        yield f"The formula sets neither {' nor '.join(TARGETS)}: the pool stays as it is."


def _meaning(formula: str) -> list[Word]:
    return [word for word in words(formula) if word.kind != "comment"]


def _unbalanced(formula: str, there: Iterable[Word]) -> str:
    """The first bracket that has no other, or nothing; a statement's end closes none."""
    opened: list[Word] = []
    for word in there:
        if word.text == "(":
            opened.append(word)
        elif word.text == ")":
            if not opened:
                return f"{_place(formula, word)}: this ) closes nothing."
            opened.pop()
        elif word.text == ";" and opened:
            break
    return f"{_place(formula, opened[-1])}: this ( isn't closed." if opened else ""


def _unknown_names(formula: str, there: list[Word]) -> Iterator[str]:
    assigned = _assigned(there)
    padded = [None, *there, None]
    for before, word, after in zip(padded, there, padded[2:], strict=False):
        member = before is not None and before.text == "."
        called = after is not None and after.text == "("
        if word.kind == "variable":
            known, what = VARIABLES, "variable"
        elif word.kind in {"name", "function", "constant"}:
            known, what = _known_as(member=member, called=called)
        else:
            continue
        own = not called and not member and word.text.removeprefix("$") in assigned
        if word.text in RETIRED:
            yield f"{_place(formula, word)}: there are no samples of {word.text} since March 2024."
        elif not own and word.text not in known:
            names = known if called or member else known | assigned
            guess = _closest(word.text, names)
            yield f"{_place(formula, word)}: there is no {what} {word.text}.{guess}"


def _known_as(*, member: bool, called: bool) -> tuple[frozenset[str], str]:
    if member:
        return (METHODS, "method") if called else (MEMBERS, "part")
    return (FUNCTIONS, "function") if called else (CONSTANTS, "variable or constant")


def _assigned(there: list[Word]) -> frozenset[str]:
    """The variables that are given a value, without the dollar sign, which is nothing to ours."""
    return frozenset(
        word.text.removeprefix("$")
        for word, after in pairwise(there)
        if after.text == "=" and word.kind in {"variable", "name", "constant", "function"}
    )


def _closest(name: str, known: Iterable[str]) -> str:
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f" Is it {by_lower[close[0]]}?" if close else ""


def _place(formula: str, word: Word) -> str:
    before = formula[: word.start]
    return f"Line {before.count(chr(10)) + 1}, column {word.start - before.rfind(chr(10))}"
