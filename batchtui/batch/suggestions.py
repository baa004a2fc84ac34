"""VM sizes to suggest where Resource Manager can't be asked: data, and never a reason to refuse."""

import functools
import json
from importlib.resources import files
from typing import NamedTuple

from batchtui.batch.known import VmSize


class Suggestions(NamedTuple):
    """VM sizes that Azure Batch had on a day, `date` as in 2024-04-18."""

    date: str
    sizes: tuple[VmSize, ...]


@functools.cache
def suggested_sizes() -> Suggestions:
    """What the file has."""
    text = (files("batchtui.batch") / "data" / "vm_sizes.json").read_text("utf-8")
    found = json.loads(text)
    return Suggestions(found["date"], tuple(VmSize(*row) for row in found["sizes"]))
