"""The last lines that a node's start task wrote."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from batchtui.batch.files import Files, Tail
from batchtui.errors import BatchtuiError, NotFoundError, ThrottledError
from batchtui.tables import Cell
from batchtui.ui.details.section import Line
from batchtui.visible import visible
from batchtui.words import plural

_MOST_BYTES = 4096
_MOST_LINES = 12


class Output(NamedTuple):
    """What is said of the output, whether it was really read, and who asks for patience."""

    lines: Sequence[Line]
    read: bool = False
    throttled: ThrottledError | None = None


ASKING = Output((("output", Cell("asking the node …", "muted")),))


async def read_output(
    files: Files, pool: str, node: str, *, windows: bool, most: int = _MOST_LINES
) -> Output:
    """The end of stderr, or where that is empty of stdout; why there is none, if so.

    It is `most` lines long at most.
    """
    said: list[Line] = []
    for name in ("stderr", "stdout"):
        # Source: SERVICE.md, trap 15.
        path = f"startup\\{name}.txt" if windows else f"startup/{name}.txt"
        try:
            tail = await files.tail(pool, node, path, _MOST_BYTES)
        except NotFoundError:
            said.append((name, Cell(f"there is no file {path} on the node", "muted")))
        except BatchtuiError as error:
            said.append((name, Cell(visible(f"can't be read: {error}"), "warn")))
            return Output(said, throttled=error if isinstance(error, ThrottledError) else None)
        else:
            if tail.lines:
                return Output([*said, *_shown(name, tail, most)], read=True)
            said.append((name, Cell("empty", "muted")))
    return Output(said, read=True)


def _shown(name: str, tail: Tail, most: int) -> Iterator[Line]:
    lines = tail.lines[-most:]
    which = f"the last {plural(len(lines), 'line')} of {plural(tail.size, 'byte')}"
    yield name, Cell(which if tail.size > len(tail.data) or lines != tail.lines else "", "muted")
    for line in lines:
        yield None, Cell(visible(line))
