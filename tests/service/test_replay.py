"""Every recorded exchange of the real service, sent again to the emulator.

What still differs, and what can't be sent at all, is in `recordings/differences.toml`, each with
its reason. An exchange that is neither sent nor listed fails, and so does a listed difference
that is no more.
"""

import tomllib

import pytest
from conftest import RECORDINGS, recorded
from service.replaying.compare import Comparison, described
from service.replaying.emulator import replaying
from service.replaying.exchanges import ROWS
from service.replaying.worlds import WORLDS

from batchtui.emulator.wire import write_json

LISTED = tomllib.loads((RECORDINGS / "differences.toml").read_text(encoding="utf-8"))
NOT_SENT = {name for group in LISTED["not_sent"] for name in group["recordings"]}


def known(name):
    """The differences that are listed for a recording."""
    groups = [group for group in LISTED["differs"] if name in group["recordings"]]
    return {place for group in groups for place in group["differences"]}


def test_every_recording_is_sent_or_listed_with_a_reason():
    names = set(recorded(""))
    assert names == {*WORLDS, *NOT_SENT}
    assert not NOT_SENT & {*WORLDS}
    groups = [*LISTED["differs"], *LISTED["not_sent"]]
    assert all(group["reason"] for group in groups)
    assert {name for group in LISTED["differs"] for name in group["recordings"]} <= {*WORLDS}


@pytest.mark.parametrize("name", sorted(WORLDS))
async def test_the_emulator_answers_as_recorded(name):
    async with replaying(name, WORLDS[name]) as replay:
        answer = await replay.send(replay.exchange["request"])
    if "odata.metadata" in answer.content.decode():
        assert answer.content == write_json(answer.body), "not as the service's library writes it"
    found = Comparison(replay.exchange["response"], answer, ROWS.get(name)).found
    new, gone = found.keys() - known(name), known(name) - found.keys()
    assert not new, described(found, new)
    assert not gone, f"listed, but not so any more: {sorted(gone)}"
