"""Acts on the nodes of a pool, as they were last listed."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from batchtui.batch.models import Pool
from batchtui.batch.node import Node
from batchtui.session import Session
from batchtui.ui.acts import tasks
from batchtui.ui.acts.act import Act, Answers, Target
from batchtui.words import plural, short_node_id

# Calls that are documented for idle and running nodes are taken from others, too, such as those
# whose start task failed, but hardly while the node is on its way (source: SERVICE.md, Node).
ON_THE_WAY = frozenset({
    "creating", "starting", "rebooting", "reimaging", "upgradingos", "leavingpool", "preempted",
    "deallocating", "deallocated",
})  # fmt: skip

# The wire's fields that acts say their cost by, and decide by, whether a column shows them or not.
NEEDED = frozenset({"runningTasksCount", "schedulingState"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some of the `of` nodes of a pool; a filter hides those whose ids are `hidden`."""

    session: Session
    pool: Pool
    nodes: Sequence[Node]
    of: int
    hidden: Collection[str] = ()


class NodeAct(Act):
    """One call on each of the nodes."""

    # The states from which the service is known to refuse it.
    refused_in: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(
            [
                Target(node.id, short_node_id(node.id), node.id in chosen.hidden)
                for node in chosen.nodes
            ]
        )
        self.nodes = chosen.nodes
        self.pool = chosen.pool
        self.calls = chosen.session.nodes
        self.session = chosen.session
        self._of = chosen.of

    def effect(self, answers: Answers) -> Sequence[str]:
        """How many of how many, and what becomes of their tasks."""
        return (f"{self.share(self.nodes)}, {self.cost(self.nodes, answers)}.",)

    def warnings(self, answers: Answers) -> Sequence[str]:
        """Nodes that the service is likely to refuse; it is tried all the same."""
        del answers
        return self.refusals(self.nodes)

    def refusals(self, nodes: Iterable[Node]) -> Sequence[str]:
        """Which of the nodes are in a state that the service is known to refuse."""
        return refusals(nodes, self.refused_in)

    def share(self, nodes: Sequence[Node]) -> str:
        """`42 of 100 nodes`."""
        return f"{len(nodes):,} of {plural(self._of, 'node')}"

    def cost(self, nodes: Iterable[Node], answers: Answers) -> str:
        """What becomes of the tasks that run on nodes."""
        return tasks.cost(sum(node.tasks_running for node in nodes), answers[tasks.OPTION])


def refusals(nodes: Iterable[Node], states: Collection[str]) -> Sequence[str]:
    """Which of the nodes are in one of the states that the service is known to refuse."""
    found = Counter(node.state for node in nodes if node.state in states)
    if not found:
        return ()
    them = ", ".join(f"{count:,} {state}" for state, count in found.most_common())
    return (f"{them}: the service takes this from idle and running nodes, not from these.",)
