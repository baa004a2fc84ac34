"""Nodes laid out as a map: cells in lines, each of one node or of several. Pure.

A hundred thousand nodes are looked at in some 30 ms: what is kept of each is one number, how bad
its state is, and everything else is counted in those.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from batchtui.batch import faults
from batchtui.batch.node import Node
from batchtui.tables.states import NODE_LOOKS, Look, look

_OTHERS = 255  # of a byte; a service that has come to have so many states more


class Ranks:
    """Numbers for what nodes are like, the worst first."""

    def __init__(self) -> None:
        self._kinds = list(NODE_LOOKS)
        self._numbers = {kind: number for number, kind in enumerate(self._kinds)}
        # What is read of a node decides, and is mostly the same.
        self._known: dict[tuple[str, str, bool], int] = {}

    def of(self, nodes: Iterable[Node]) -> bytes:
        """The numbers of some nodes."""
        known, rank = self._known, self._rank
        found = bytearray()
        for node in nodes:
            run = node.start_task_run
            said = (node.wire_state, run.wire_result if run else "", bool(node.errors))
            number = known.get(said)
            found.append(rank(said, node) if number is None else number)
        return bytes(found)

    def look(self, number: int) -> Look:
        """How a node of that number is shown."""
        return look(self._kinds[number])

    def counts(self, ranks: bytes) -> Iterator[tuple[Look, int]]:
        """How many there are of each kind, the worst first."""
        for number in range(len(self._kinds)):
            if many := ranks.count(number):
                yield self.look(number), many

    def _rank(self, said: tuple[str, str, bool], node: Node) -> int:
        kind = faults.of_node(node) or node.state
        if kind not in self._numbers and len(self._kinds) < _OTHERS:
            self._numbers[kind] = len(self._kinds)
            self._kinds.append(kind)
        self._known[said] = self._numbers.get(kind, _OTHERS - 1)
        return self._known[said]


class Plan:
    """Nodes in their order, so many in a cell that all cells fit, if possible."""

    def __init__(
        self, ids: Sequence[str], ranks: bytes, width: int, height: int, *, one_by_one: bool
    ) -> None:
        """`width` and `height` are what there is room for; `one_by_one` takes more lines."""
        self.ids = ids
        self.ranks = ranks
        for self.per in _sizes():
            # A flag and a letter; with more nodes than one, how many of them are so.
            self.cell = 2 if self.per == 1 else 3
            self.columns = max(1, width // self.cell)
            if one_by_one or self.lines <= max(1, height):
                break

    @property
    def cells(self) -> int:
        """How many there are."""
        return -(-len(self.ids) // self.per)

    @property
    def lines(self) -> int:
        """How many lines they take."""
        return -(-self.cells // self.columns)

    def line_of(self, place: int) -> int:
        """The line that a node's place is on."""
        return place // self.per // self.columns

    def cell_of(self, place: int) -> int:
        """The cell that a node's place is in."""
        return place // self.per

    def nodes_of(self, cell: int) -> slice:
        """The places of a cell's nodes."""
        return slice(cell * self.per, (cell + 1) * self.per)

    def worst_of(self, cell: int) -> tuple[int, int]:
        """The number of the worst nodes in a cell, and how many are so."""
        inside = self.ranks[self.nodes_of(cell)]
        return min(inside), inside.count(min(inside))

    def worst(self, cell: int) -> int:
        """The place of the first node in a cell that is as bad as any in it."""
        number, _count = self.worst_of(cell)
        return self.ranks.index(number, cell * self.per)

    def step(self, cell: int, lines: int) -> int:
        """The cell that is so many lines below; the last one where the last line is too short."""
        there = cell + lines * self.columns
        if there < 0:
            return cell % self.columns
        if there < self.cells:
            return there
        below = cell // self.columns < self.lines - 1
        return self.cells - 1 if below else cell


def _sizes() -> Iterator[int]:
    """How many nodes a cell may have: steps so large that a node more seldom takes one."""
    yield 1
    for power in count(1):
        yield 2**power
        yield 3 * 2 ** (power - 1)
