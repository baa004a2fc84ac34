"""Patterns of paths and names: `*` is anything but a slash, `**` anything, `?` one character."""

import functools
import re

from batchtui.emulator.store import Node

WILD = re.compile(r"\*\*|\*|\?")
MEANINGS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


@functools.lru_cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for a whole text, whatever its case."""
    parts, at = [], 0
    for found in WILD.finditer(pattern):
        parts += [re.escape(pattern[at : found.start()]), MEANINGS[found[0]]]
        at = found.end()
    return re.compile("".join(parts) + re.escape(pattern[at:]), re.IGNORECASE | re.DOTALL)


def is_named(node: Node, name: str) -> bool:
    """Whether a name means a node: a pattern of its id, or its place in the pool's list from 0."""
    if name.isascii() and name.isdigit():
        ids = node.pool.nodes.ids
        return int(name) < len(ids) and ids[int(name)] == node.id
    return bool(compiled(name).fullmatch(node.id))
