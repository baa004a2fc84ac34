"""The raw JSON of one thing, as the service sent it."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

from batchtui.batch.models import Json
from batchtui.clock import Clock, utc_now
from batchtui.errors import BatchtuiError
from batchtui.ui.lines import Span, TextLine
from batchtui.ui.screens.reading import ReadingScreen

_LINE = re.compile(r'( *)("(?:[^"\\]|\\.)*": )?(".*"|[^,{}\[\]]*)')


class RawScreen(ReadingScreen):
    """Text to read, search, select and copy."""

    def __init__(
        self, crumbs: tuple[str, ...], ask: Callable[[], Awaitable[Json]], now: Clock = utc_now
    ) -> None:
        super().__init__(crumbs, every=0, now=now)
        self._ask = ask

    async def fetch(self) -> AsyncIterator[Sequence[TextLine]]:
        """The JSON, a value a line."""
        yield json_lines(await self._ask())


def json_lines(found: Json) -> list[TextLine]:
    """JSON as lines, in ASCII, so that nothing in it can reorder or hide anything."""
    try:
        text = json.dumps(found, indent=2, ensure_ascii=True, default=str)
    except RecursionError:
        raise BatchtuiError("What the service sent is nested too deeply to be shown.") from None
    # The one control character that JSON leaves as it is.
    text = text.replace("\x7f", "\\u007f")
    return [TextLine(line, list(_spans(line)), _hang(line)) for line in text.split("\n")]


def _hang(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spans(line: str) -> Iterator[Span]:
    found = _LINE.match(line)
    if not found:
        return
    if found[2]:
        yield Span(*found.span(2), "name")
    if found[3]:
        yield Span(*found.span(3), "text" if found[3].startswith('"') else "value")
