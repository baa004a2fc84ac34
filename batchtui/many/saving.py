"""What a run came to, as files: one a node, and what is the same in a summary."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from batchtui.access.files import home_expanded
from batchtui.errors import ConfigError
from batchtui.many.groups import grouped
from batchtui.many.order import Order
from batchtui.many.outcome import Outcome
from batchtui.words import moment, plural

SUMMARY = "summary.txt"
_MOST_CHARACTERS = 120


def save(path: str, order: Order, outcomes: Sequence[Outcome], when: datetime) -> Path:
    """Write them into a directory that is made, or empty; readable by their owner only.

    Raises ConfigError, where the disk refuses with what was written until then left there.
    """
    directory = home_expanded(Path(path))
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise ConfigError(f"{path} isn't empty.", advice="Name a directory that is new.")
        names = file_names(f"{each.place.pool.id}_{each.place.node}" for each in outcomes)
        for name, outcome in zip(names, outcomes, strict=True):
            _write(directory / f"{name}.out", outcome.output.data)
            if outcome.errors.size:
                _write(directory / f"{name}.err", outcome.errors.data)
        _write(directory / SUMMARY, "".join(_summary(order, outcomes, when)).encode())
    except OSError as error:
        raise ConfigError(f"{path} can't be written: {error.strerror}.") from None
    return directory


def file_names(texts: Iterable[str]) -> list[str]:
    """A name for each text that any file system takes, and none twice, whatever the case."""
    taken: Counter[str] = Counter()
    names = []
    for text in texts:
        name = re.sub(r"[^A-Za-z0-9_-]", "_", text)[:_MOST_CHARACTERS] or "_"
        # A number in parentheses can't be part of a name otherwise.
        taken[name.lower()] += 1
        count = taken[name.lower()]
        names.append(name if count == 1 else f"{name}({count})")
    return names


def _summary(order: Order, outcomes: Sequence[Outcome], when: datetime) -> Iterator[str]:
    yield f"{order.words}\non {plural(len(outcomes), 'node')}, {moment(when)}\n"
    for group in grouped(outcomes):
        yield f"\n{group.title}\n"
        yield from (f"  {outcome.place.id}\n" for outcome in group.outcomes)
        yield from (f"    {line}\n" for line in group.lines())
    left = [outcome.place.id for outcome in outcomes if not outcome.done]
    if left:
        yield f"\n{plural(len(left), 'node')}: not started\n"
        yield from (f"  {place}\n" for place in left)


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
