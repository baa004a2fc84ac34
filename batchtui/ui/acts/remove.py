"""Nodes that leave their pool, in calls that come one after the other."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, repeat

from batchtui.batch import az
from batchtui.batch.bulk import Say, Step, chunks
from batchtui.batch.pools import MOST_REMOVED
from batchtui.ui.acts import tasks
from batchtui.ui.acts.act import Answers, Question
from batchtui.ui.acts.nodes import NodeAct
from batchtui.words import age

# How long to wait, in seconds, until the pool is looked at again; the last one from then on.
_LOOKS = (0.2, 0.5, 1.0, 2.0, 5.0)


class Remove(NodeAct):
    """Remove nodes: at most 100 in a call, and only while the pool is steady."""

    verb, doing, done = "Remove", "Removing", "leaving the pool"
    at_once = 1

    def questions(self) -> Sequence[Question]:
        """What becomes of the tasks."""
        return (tasks.question(),)

    def effect(self, answers: Answers) -> Sequence[str]:
        """Where one call isn't enough, how many there are."""
        calls = -(-len(self.nodes) // MOST_REMOVED)
        more = f"In {calls:,} calls, one after the other, each when the pool is steady."
        return (*super().effect(answers), *([more] if calls > 1 else []))

    def warnings(self, answers: Answers) -> Sequence[str]:
        """The pool may not be in the state for it."""
        del answers
        if self.pool.autoscale:
            # Source: Azure/BatchExplorer issue 2082; the documentation doesn't say.
            return (
                "Autoscale is on, and the service is known to refuse this then: switch it off.",
            )
        return ()

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call for each hundred, when the pool is steady again."""
        option = answers[tasks.OPTION]

        def step(nodes: tuple[str, ...]) -> Step:
            async def call() -> str:
                await self.session.pools.remove_nodes(self.pool.id, nodes, option)
                return ""

            return Step(nodes, call, self._steady)

        return [step(nodes) for nodes in chunks(left, MOST_REMOVED)]

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A command for each hundred, and a wait between them."""
        return az.remove(self.pool.id, left, answers[tasks.OPTION])

    async def _steady(self, say: Say) -> None:
        """Wait until the pool may be changed, and say what it is doing until then."""
        for seconds in chain(_LOOKS, repeat(_LOOKS[-1])):
            state, since = await self.session.pools.allocation(self.pool.id)
            if state == "steady":
                return
            say(f"Waiting for the pool to be steady: {state}{self._for(since)}")
            await asyncio.sleep(seconds)

    def _for(self, since: datetime | None) -> str:
        how_long = age(since, self.session.now())
        return f" for {how_long}" if how_long else ""
