"""Reads a formula: statements of expressions, nested no deeper than any real one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from batchtui.emulator.autoscale.problems import FormulaSyntaxError, Place
from batchtui.emulator.autoscale.tokens import Token, tokens

MOST_STATEMENTS = 100
DEEPEST = 25
LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/"))
LEVEL = {symbol: level for level, symbols in enumerate(LEVELS) for symbol in symbols}


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text."""

    place: Place
    value: float | str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable by its name, with the dollar sign if it was written so."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or a method when it has a target."""

    place: Place
    name: str
    arguments: "Sequence[Expression]"
    target: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a timestamp."""

    place: Place
    name: str
    target: "Expression"


@dataclass(frozen=True, slots=True)
class Unary:
    """An operator and what it works on."""

    place: Place
    symbol: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two expressions."""

    place: Place
    symbol: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Choice:
    """The first expression whose condition isn't 0, or another; a ladder of any length."""

    place: Place
    steps: "Sequence[tuple[Expression, Expression]]"
    otherwise: "Expression"


Expression = Constant | Variable | Call | Member | Unary | Binary | Choice


@dataclass(frozen=True, slots=True)
class Statement:
    """An expression, and the variable that takes its value if any does."""

    target: Variable | None
    expression: Expression


def parse(formula: str) -> Sequence[Statement]:
    """The statements of a formula; FormulaSyntaxError."""
    return _Parser(tokens(formula)).statements()


class _Parser:
    def __init__(self, words: Iterator[Token]) -> None:
        self._words = list(words)
        self._at = 0
        self._depth = 0

    @property
    def _word(self) -> Token:
        return self._words[self._at]

    def statements(self) -> Sequence[Statement]:
        found: list[Statement] = []
        while self._word.kind != "end":
            if self._take(";"):
                continue
            if len(found) == MOST_STATEMENTS:
                raise FormulaSyntaxError(
                    self._word.place, f"More than {MOST_STATEMENTS} statements"
                )
            found.append(self._statement())
            if self._word.kind != "end":
                self._expect(";")
        if not found:
            raise FormulaSyntaxError(self._word.place, "The formula has no statement")
        return found

    def _statement(self) -> Statement:
        start = self._word
        if start.kind == "name" and self._words[self._at + 1].text == "=":
            self._at += 2
            return Statement(Variable(start.place, start.text), self._expression())
        return Statement(None, self._expression())

    def _expression(self) -> Expression:
        with self._deeper():
            place = self._word.place
            steps: list[tuple[Expression, Expression]] = []
            last = self._binary(0)
            while self._take("?"):
                steps.append((last, self._expression()))
                self._expect(":")
                last = self._binary(0)
            return Choice(place, steps, last) if steps else last

    def _binary(self, least: int) -> Expression:
        left = self._unary()
        while (level := self._level()) >= least:
            operator = self._next()
            left = Binary(operator.place, operator.text, left, self._binary(level + 1))
        return left

    def _level(self) -> int:
        return LEVEL.get(self._word.text, -1) if self._word.kind == "symbol" else -1

    def _unary(self) -> Expression:
        if self._word.kind != "symbol" or self._word.text not in {"-", "!"}:
            return self._postfix()
        with self._deeper():
            operator = self._next()
            return Unary(operator.place, operator.text, self._unary())

    def _postfix(self) -> Expression:
        found = self._primary()
        for _ in range(DEEPEST):
            if not self._take("."):
                return found
            name = self._next("name")
            if self._take("("):
                found = Call(name.place, name.text, self._arguments(), found)
            else:
                found = Member(name.place, name.text, found)
        raise self._too_deep()

    def _primary(self) -> Expression:
        word = self._next()
        if word.kind == "number":
            return Constant(word.place, float(word.text))
        if word.kind == "text":
            return Constant(word.place, word.text[1:-1])
        if word.kind == "name":
            if self._take("("):
                return Call(word.place, word.text, self._arguments())
            return Variable(word.place, word.text)
        if word.text == "(":
            inner = self._expression()
            self._expect(")")
            return inner
        raise _unexpected(word)

    def _arguments(self) -> Sequence[Expression]:
        if self._take(")"):
            return ()
        found = [self._expression()]
        while self._take(","):
            found.append(self._expression())
        self._expect(")")
        return found

    def _next(self, kind: str = "") -> Token:
        word = self._word
        if word.kind == "end" or (kind and word.kind != kind):
            raise _unexpected(word)
        self._at += 1
        return word

    def _take(self, symbol: str) -> bool:
        taken = self._word.kind == "symbol" and self._word.text == symbol
        self._at += taken
        return taken

    def _expect(self, symbol: str) -> None:
        if not self._take(symbol):
            raise _unexpected(self._word)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._too_deep()
        yield
        self._depth -= 1

    def _too_deep(self) -> FormulaSyntaxError:
        return FormulaSyntaxError(self._word.place, "The expression is nested too deeply")


def _unexpected(word: Token) -> FormulaSyntaxError:
    what = "end of formula" if word.kind == "end" else f"symbol: {word.text}"
    return FormulaSyntaxError(word.place, f"Unexpected {what}")
