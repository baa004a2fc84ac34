"""The columns of VM sizes: what one has, what the quota leaves of it, and why it doesn't fit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from batchtui.batch.known import Known, VmSize
from batchtui.batch.models import SupportedImage
from batchtui.batch.rules import misfits
from batchtui.batch.usage import Left, left
from batchtui.tables import Cell, Column, natural
from batchtui.visible import visible


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A VM size with what may be had of it, None if that isn't known, and why it doesn't fit."""

    size: VmSize
    left: Left | None = None
    misfits: tuple[str, ...] = ()

    @property
    def nodes(self) -> int:
        """How many dedicated nodes the quota leaves."""
        return self.left.dedicated // self.size.cores if self.left else 0


def size_rows(sizes: Iterable[VmSize], known: Known, image: SupportedImage | None) -> list[SizeRow]:
    """A row for each size, as it is for an image."""
    return [
        SizeRow(size, left(size, known), tuple(misfits(image, size)) if image else ())
        for size in sizes
    ]


def size_columns() -> list[Column[SizeRow]]:
    """Columns of the VM sizes; those that don't fit, and then those used up, stand last."""
    return [
        Column(
            "name", "VM size", 22, lambda r: Cell(visible(r.size.name)),
            lambda r: (bool(r.misfits), _used_up(r), natural(r.size.name)), grow=1,
        ),
        Column(
            "cores", "Cores", 5, lambda r: Cell(str(r.size.cores)),
            lambda r: r.size.cores, right=True,
        ),
        Column("memory", "Memory", 8, _memory, lambda r: r.size.memory_gib or 0.0, right=True),
        Column(
            "gpus", "GPUs", 4, lambda r: Cell(str(r.size.gpus or "")),
            lambda r: -r.size.gpus, right=True, from_width=64,
        ),
        Column("left", "Quota left", 16, _left, _most_first, exact=_exactly_left),
        Column(
            "family", "Family", 26, lambda r: Cell(visible(r.size.family), "muted"),
            lambda r: natural(r.size.family), from_width=88,
        ),
        Column(
            "why", "Doesn't fit", 30, lambda r: Cell(visible(" ".join(r.misfits)), "warn"),
            lambda r: r.misfits, grow=1, from_width=130,
        ),
    ]  # fmt: skip


def _used_up(row: SizeRow) -> bool:
    """Whether the quota leaves neither a dedicated nor a spot node."""
    return row.left is not None and max(row.left.dedicated, row.left.spot) < row.size.cores


def _memory(row: SizeRow) -> Cell:
    gib = row.size.memory_gib
    return Cell("" if gib is None else f"{gib:g} GiB")


def _left(row: SizeRow) -> Cell:
    if row.misfits:
        return Cell("✗ doesn't fit", "bad")
    if row.left is None:
        return Cell("")
    if row.nodes:
        return Cell(f"{row.left.dedicated} · {_nodes(row.nodes)}")
    spot = row.left.spot // row.size.cores
    return Cell("! spot only", "warn") if spot else Cell("✗ none", "bad")


def _exactly_left(row: SizeRow) -> str:
    return str(row.left.dedicated) if row.left else ""


def _most_first(row: SizeRow) -> Any:  # noqa: ANN401 - what a column sorts by
    return (bool(row.misfits), -row.nodes, natural(row.size.name))


def _nodes(count: int) -> str:
    return f"{count} node{'' if count == 1 else 's'}"
