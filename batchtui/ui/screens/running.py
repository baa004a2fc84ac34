"""From nodes to a command that runs on them."""

from collections.abc import Awaitable, Callable, Sequence

from batchtui.batch.models import Pool
from batchtui.many.outcome import Place
from batchtui.session import Session
from batchtui.ui.acts.act import Target
from batchtui.ui.dialogs.run_many import Chosen, Nodes, RunMany
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.screens.run import RunScreen


async def run_on(screen: HouseScreen, session: Session, nodes: Nodes) -> None:
    """Ask what to run, and go where it runs; it is done when the question is there."""

    def chosen(what: Chosen | None) -> None:
        if what is not None:
            screen.app.push_screen(RunScreen(session, what))

    await screen.app.push_screen(RunMany(nodes, session.runs_here), chosen)


def every_node(session: Session, pools: Sequence[Pool], targets: Sequence[Target]) -> Nodes:
    """All nodes that some pools have when it is asked for."""
    who = f"every node of {pools[0].id}" if len(pools) == 1 else f"every node of {len(pools)} pools"
    return Nodes(who, targets, _listing(session, pools))


def _listing(session: Session, pools: Sequence[Pool]) -> Callable[[], Awaitable[Sequence[Place]]]:
    async def listed() -> Sequence[Place]:
        return [
            Place(pool, node.id)
            for pool in pools
            async for page in session.nodes.pages(pool.id)
            for node in page
        ]

    return listed
