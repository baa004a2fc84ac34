from types import SimpleNamespace

import pytest
from nasty import NASTY

from batchtui.access.channel import Exit
from batchtui.batch import convert
from batchtui.errors import SshError
from batchtui.many.outcome import Place, outcomes_of
from batchtui.run.report import Report
from batchtui.visible import visible


@pytest.mark.parametrize("text", NASTY)
def test_no_words_of_a_node_control_the_terminal(capfd, text):
    places = [Place(convert.pool({"id": "p"}), f"tvmps_{n * 64}_d") for n in "12"]
    ended, away = outcomes_of(places)
    ended.state, ended.exit = "ended", Exit(None, signal=text)
    away.state, away.error = "unreached", SshError(f"It says: {text}")
    report = Report(groups=True, gone=lambda: None)
    report.end(SimpleNamespace(outcomes=[ended, away], failed=2))
    said = capfd.readouterr()
    for line in (said.out + said.err).split("\n"):
        assert visible(line) == line
