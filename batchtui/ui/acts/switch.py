"""What nodes are switched off from and on to again: their machines, and new tasks.

The state that a node was listed in says which of the two is meant.
"""

from collections.abc import Sequence
from dataclasses import replace

from batchtui.batch import az
from batchtui.batch.bulk import Step
from batchtui.batch.node import Node
from batchtui.ui.acts import tasks
from batchtui.ui.acts.act import Answers, Question, a_call_each, named
from batchtui.ui.acts.nodes import ON_THE_WAY, Chosen, NodeAct
from batchtui.words import plural

_ROOM = 60  # cells for the names of nodes


class Power(NodeAct):
    """Start the nodes that are deallocated, and deallocate the others."""

    verb, doing, done = "Switch", "Switching", "on the way"
    # Recorded: a starting node can be deallocated (source: SERVICE.md, Node).
    refused_in = ON_THE_WAY - {"starting", "deallocated"}

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(chosen)
        self.off = [node for node in chosen.nodes if node.state == "deallocated"]
        self.on = [node for node in chosen.nodes if node.state != "deallocated"]
        if not self.off:
            self.verb, self.doing, self.done = "Deallocate", "Deallocating", "being deallocated"
        elif not self.on:
            self.verb, self.doing, self.done = "Start", "Starting", "being started"

    def questions(self) -> Sequence[Question]:
        """What becomes of the tasks on those that are deallocated; none run on the others."""
        return (tasks.question(),) if self.on else ()

    def effect(self, answers: Answers) -> Sequence[str]:
        """What happens to which."""
        said = []
        if self.on:
            said.append(
                f"Deallocated: {self._which(self.on)}, {self.cost(self.on, answers)}. They stay in "
                "the pool, without a machine, until p starts them again."
            )
        if self.off:
            said.append(f"Started: {self._which(self.off)}.")
        return said

    def _which(self, nodes: Sequence[Node]) -> str:
        """How many of how many; where the others have another fate, their names, too."""
        if len(nodes) == len(self.nodes):
            return self.share(nodes)
        return f"{self.share(nodes)} ({named([self.by_id[node.id] for node in nodes], _ROOM)})"

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a node."""
        pool, option = self.pool.id, answers.get(tasks.OPTION, "")
        stopped, started = self._parted(left)
        return [
            *a_call_each(stopped, lambda node: self.calls.deallocate(pool, node, option)),
            *a_call_each(started, lambda node: self.calls.start(pool, node)),
        ]

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a node."""
        endpoint, pool = self.session.account.endpoint, self.pool.id
        option = answers.get(tasks.OPTION, "")
        stopped, started = self._parted(left)
        parts = (
            az.deallocate(endpoint, pool, stopped, option),
            az.start(endpoint, pool, started),
        )
        return "\n".join(part for part in parts if part)

    def _parted(self, left: Sequence[str]) -> tuple[list[str], list[str]]:
        """Which of them are deallocated, and which are started."""
        off = {node.id for node in self.off}
        return [node for node in left if node not in off], [node for node in left if node in off]


def scheduling(chosen: Chosen) -> NodeAct:
    """Close nodes to new tasks, or open them again if all of them are closed."""
    is_open = [node for node in chosen.nodes if node.scheduling != "disabled"]
    if not is_open:
        return SchedulingOn(chosen)
    return SchedulingOff(replace(chosen, nodes=is_open), already=len(chosen.nodes) - len(is_open))


class SchedulingOff(NodeAct):
    """Let no new task begin on nodes."""

    verb, doing, done = "Disable scheduling on", "Disabling scheduling on", "closed to new tasks"

    def __init__(self, chosen: Chosen, *, already: int = 0) -> None:
        """Of those that were chosen, so many are closed `already` and left as they are."""
        super().__init__(chosen)
        self._already = already

    def questions(self) -> Sequence[Question]:
        """What becomes of the tasks."""
        return (tasks.question(retained=False),)

    def effect(self, answers: Answers) -> Sequence[str]:
        """No new task begins there until `t` opens them again."""
        said = [*super().effect(answers), "No new task begins on them until t opens them again."]
        if self._already:
            said.append(f"{plural(self._already, 'node')} more: closed already, and left so.")
        return said

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a node."""
        option, pool = answers[tasks.OPTION], self.pool.id
        return a_call_each(left, lambda node: self.calls.disable_scheduling(pool, node, option))

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a node."""
        endpoint, pool = self.session.account.endpoint, self.pool.id
        return az.disable_scheduling(endpoint, pool, left, answers[tasks.OPTION])


class SchedulingOn(NodeAct):
    """Let tasks begin on nodes again."""

    verb, doing, done = "Enable scheduling on", "Enabling scheduling on", "open to tasks"

    def effect(self, answers: Answers) -> Sequence[str]:
        """Tasks may begin there."""
        del answers
        return (f"{self.share(self.nodes)} open to tasks again.",)

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a node."""
        del answers
        return a_call_each(left, lambda node: self.calls.enable_scheduling(self.pool.id, node))

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a node."""
        del answers
        return az.enable_scheduling(self.pool.id, left)
