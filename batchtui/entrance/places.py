"""The places at which a node may be reached, one after the other."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from batchtui.access.hop import Hop
from batchtui.access.route import Place, Route
from batchtui.errors import ConnectionLostError, NotReachedError, SshError

_Result = TypeVar("_Result")


async def in_turn(route: Route, connect: Callable[[Place], Awaitable[_Result]]) -> _Result:
    """Connect to the first place of a route that answers.

    If none does, what was doubtful before is told with how it failed.
    """
    failures: list[SshError] = []
    stuck: set[tuple[Hop, ...]] = set()
    for place in (route, *route.others):
        if place.jumps in stuck:
            continue
        try:
            return await connect(place)
        except (NotReachedError, ConnectionLostError) as error:
            failures.append(error)
            if error.hop:
                stuck.add(place.jumps)
    raise _together(failures, route.doubts) from failures[0]


def _together(failures: list[SshError], doubts: tuple[str, ...]) -> SshError:
    """One failure, of the kind of the first."""
    said = " ".join(failure.message for failure in failures)
    error = type(failures[0])(said, advice=" ".join(doubts) or failures[0].advice)
    error.hop = failures[-1].hop
    return error
