"""Python laid out as black and ruff lay it out: on a line, or an argument a line. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 88
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Block:
    """Brackets with items between them, each behind its name, if it has one."""

    start: str
    end: str
    items: Sequence[tuple[str, "Node"]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text, which may be broken behind the ends of its lines."""

    value: str


# Source text that isn't broken is a str.
Node = str | Block | Text


def call(name: str, arguments: Iterable[tuple[str, Node]]) -> Block:
    """A call with its arguments, by keyword where they have one."""
    return Block(f"{name}(", ")", [(f"{key}=" if key else "", node) for key, node in arguments])


def literal(value: object) -> str:
    """A constant; a text in double quotes unless that takes more backslashes."""
    if not isinstance(value, str):
        return repr(value)
    # With a double quote in it, repr takes single quotes.
    inner = repr('"' + value)[2:-1]
    if value.count('"') > value.count("'"):
        return f"'{inner}'"
    return '"' + inner.replace("\\'", "'").replace('"', '\\"') + '"'


def laid_out(before: str, node: Node, after: str = "") -> str:
    """A node between what stands before and behind it, on a line or on more."""
    return before + _lines(node, 0, len(before), len(after)) + after


def _lines(node: Node, indent: int, used: int, more: int) -> str:
    """A node that begins at column `used` of a line; `more` columns follow on its last one."""
    flat = _flat(node)
    if isinstance(node, str) or used + len(flat) + more <= WIDTH:
        return flat
    inside = indent + _INDENT
    margin = " " * inside
    if isinstance(node, Text):
        parts = node.value.splitlines(keepends=True)
        if len(parts) < 2:
            return flat
        return "\n".join(["(", *(margin + literal(part) for part in parts), " " * indent + ")"])
    lines = [
        f"{margin}{name}{_lines(item, inside, inside + len(name), len(','))},"
        for name, item in node.items
    ]
    return "\n".join([node.start, *lines, " " * indent + node.end]) if lines else flat


def _flat(node: Node) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, Text):
        return literal(node.value)
    items = ", ".join(f"{name}{_flat(item)}" for name, item in node.items)
    return f"{node.start}{items}{node.end}"
