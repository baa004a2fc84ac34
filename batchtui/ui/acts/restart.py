"""Nodes that start again: with what is on their disks, or installed anew."""

from collections.abc import Sequence

from batchtui.batch import az
from batchtui.batch.bulk import Step
from batchtui.ui.acts import tasks
from batchtui.ui.acts.act import Answers, Question, a_call_each
from batchtui.ui.acts.nodes import ON_THE_WAY, NodeAct


class Reboot(NodeAct):
    """Restart nodes; their start task runs again."""

    verb, doing, done = "Reboot", "Rebooting", "rebooting"
    refused_in = ON_THE_WAY

    def questions(self) -> Sequence[Question]:
        """What becomes of the tasks."""
        return (tasks.question(),)

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a node."""
        option = answers[tasks.OPTION]
        return a_call_each(left, lambda node: self.calls.reboot(self.pool.id, node, option))

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a node."""
        return az.reboot(self.pool.id, left, answers[tasks.OPTION])


class Reimage(NodeAct):
    """Install nodes anew."""

    verb, doing, done = "Reimage", "Reimaging", "being reimaged"
    refused_in = ON_THE_WAY

    def questions(self) -> Sequence[Question]:
        """What becomes of the tasks."""
        return (tasks.question(),)

    def effect(self, answers: Answers) -> Sequence[str]:
        """Disks are lost, too."""
        return (*super().effect(answers), "All that is on their disks is lost.")

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a node."""
        option = answers[tasks.OPTION]
        return a_call_each(left, lambda node: self.calls.reimage(self.pool.id, node, option))

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a node."""
        endpoint = self.session.account.endpoint
        return az.reimage(endpoint, self.pool.id, left, answers[tasks.OPTION])
