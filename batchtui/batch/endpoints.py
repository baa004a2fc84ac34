"""Further inbound NAT pools, such as a web server's on each node, as lines to edit. Pure.

A line is `NAME PROTOCOL PORT FIRST-LAST from WHO`, such as `web tcp 8080 16000-16099 from
203.0.113.0/24`; WHO are addresses with commas, or `anyone`. What has other rules is JSON.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from batchtui.batch.access_lenses import read_ports, read_sources
from batchtui.batch.access_rules import (
    ANYONE,
    END,
    RULES,
    START,
    door,
    is_open,
    others,
    priorities,
    rules_for,
    sources,
    with_others,
)
from batchtui.batch.entries import as_text, read_json, read_text
from batchtui.batch.lens import Answer, OfLines, PoolDraft, UnreadableError

_LINE = re.compile(r"(\S+)\s+(tcp|udp)\s+([0-9]{1,5})\s+(\S+)(?:\s+from\s+(.+))?")
_PLAIN = {"name", "protocol", "backendPort", START, END, RULES}
_HOW = "A line is such as: web tcp 8080 16000-16099 from 203.0.113.0/24"
_EVERYONE = ("anyone", ANYONE)


@dataclass(frozen=True, slots=True)
class EndpointsLens(OfLines):
    """All NAT pools but the one that operators log in by; those that weren't edited stay."""

    def show(self, draft: PoolDraft) -> Answer:
        """A line each."""
        return as_text(others(draft.body), _line)

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """The NAT pools of the lines."""
        if answer == self.show(draft):
            return draft
        read = read_text(str(answer), others(draft.body), _line, _typed)
        kept = [each for each in read if not isinstance(each, _Typed)]
        made = list(_made(read, priorities([*kept, door(draft.body)])))
        return replace(draft, body=with_others(draft.body, made))


@dataclass(frozen=True, slots=True)
class _Typed:
    """A line that was typed: it gets its priorities when those of all others are known."""

    frame: Any
    sources: list[str] | None = None


def _typed(line: str) -> _Typed:
    found = _LINE.fullmatch(line)
    if not found:
        return _Typed(read_json(line, _HOW))
    name, protocol, port, ports, who = found.groups()
    start, end = read_ports(ports)
    if who is None:
        raise UnreadableError("Who may come in? Add from anyone, or from an address.")
    frame = {"name": name, "protocol": protocol, "backendPort": int(port), START: start, END: end}
    return _Typed(frame, None if who.strip() in _EVERYONE else read_sources(who))


def _made(read: list[Any], taken: set[int]) -> Iterator[Any]:
    for each in read:
        if not isinstance(each, _Typed):
            yield each
        elif each.sources is None:
            yield each.frame
        else:
            rules = rules_for(each.sources, taken)
            taken |= priorities([{RULES: rules}])
            yield {**each.frame, RULES: rules}


def _line(entry: Any) -> str:  # noqa: ANN401 - JSON
    """An entry as a line that says all of it but priorities; JSON if it can't."""
    if isinstance(entry, dict) and not set(entry) - _PLAIN:
        allowed = sources(entry)
        who = ", ".join(allowed) if allowed else "anyone" if is_open(entry) else ""
        ports = f"{entry.get(START)}-{entry.get(END)}"
        line = f"{entry.get('name')} {entry.get('protocol')} {entry.get('backendPort')} {ports}"
        if who and _says(line := f"{line} from {who}", entry, allowed):
            return line
    return json.dumps(entry)


def _says(line: str, entry: dict[str, Any], allowed: list[str] | None) -> bool:
    try:
        typed = _typed(line)
    except UnreadableError:
        return False
    frame = {name: part for name, part in entry.items() if name != RULES}
    return bool(line.isprintable() and typed.frame == frame and typed.sources == allowed)
