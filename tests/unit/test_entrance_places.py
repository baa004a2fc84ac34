"""Which place of a route is tried when, and what is told when none answers."""

import pytest

from batchtui.access.hop import Hop
from batchtui.access.route import Place, Route
from batchtui.entrance.places import in_turn
from batchtui.errors import ConnectionLostError, LoginRefusedError, NotReachedError

IPV6 = Place("2001:db8::1", 22, "endpoint ssh-ipv6.0")
ROUTE = Route("20.1.2.3", 22, "endpoint ssh.0", (IPV6,), ("A rule leaves you out.",))


def answers(**by_host):
    tried = []

    async def connect(place):
        tried.append(place.host)
        answer = by_host["v6" if ":" in place.host else "v4"]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return connect, tried


async def test_the_next_place_is_tried_when_one_is_not_reached():
    connect, tried = answers(v4=NotReachedError("Nothing."), v6="connection")
    assert await in_turn(ROUTE, connect) == "connection"
    assert tried == ["20.1.2.3", "2001:db8::1"]


async def test_who_answers_and_refuses_is_asked_once():
    connect, tried = answers(v4=LoginRefusedError("No."), v6="connection")
    with pytest.raises(LoginRefusedError):
        await in_turn(ROUTE, connect)
    assert tried == ["20.1.2.3"]


async def test_the_doubt_is_told_with_the_failure():
    lost = ConnectionLostError("Closed.", advice="Try again.")
    connect, _tried = answers(v4=NotReachedError("Nothing answers."), v6=lost)
    with pytest.raises(NotReachedError) as failed:
        await in_turn(ROUTE, connect)
    assert str(failed.value) == "Nothing answers. Closed. A rule leaves you out."


async def test_without_a_doubt_the_usual_advice_is_given():
    lost = ConnectionLostError("Closed.", advice="Try again.")
    connect, _tried = answers(v4=lost)
    with pytest.raises(ConnectionLostError) as failed:
        await in_turn(Route("20.1.2.3", 22, ""), connect)
    assert str(failed.value) == "Closed. Try again."


async def test_what_a_jump_host_lacks_isn_t_asked_of_it_again():
    hop = Hop("b", "b", 22, "me", "b")
    stuck = NotReachedError("Jump host b: nothing answers.", advice="Is it up?")
    stuck.hop = "b"
    connect, tried = answers(v4=stuck, v6="connection")
    behind = Place("10.0.0.4", 22, "private address", jumps=(hop,))
    with pytest.raises(NotReachedError, match="Jump host b") as failed:
        await in_turn(Route("20.1.2.3", 22, "", (behind,), jumps=(hop,)), connect)
    assert (tried, failed.value.hop) == (["20.1.2.3"], "b")
    # Another way doesn't lead over it.
    assert await in_turn(Route("20.1.2.3", 22, "", (IPV6,), jumps=(hop,)), connect) == "connection"
