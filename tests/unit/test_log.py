"""The log may be read in a terminal, whatever nodes and services wrote into it."""

import logging
import sys

import pytest
from nasty import NASTY

from batchtui.cli import log_handler
from batchtui.visible import visible


@pytest.fixture
def handler(tmp_path):
    handler = log_handler(tmp_path / "log")
    yield handler
    handler.close()


@pytest.mark.parametrize("text", NASTY)
def test_a_line_of_the_log_is_one_line_and_harmless(handler, tmp_path, text):
    handler.emit(logging.LogRecord("a.name", logging.WARNING, "x", 1, "said: %s", (text,), None))
    logged = (tmp_path / "log").read_text(encoding="utf-8")
    assert logged.count("\n") == 1
    assert visible(logged[:-1]) == logged[:-1]
    assert "WARNING a.name said: " in logged


def test_a_traceback_keeps_its_lines(handler, tmp_path):
    try:
        "\x1b]52;c;aGk=\x07\ud800".encode()
    except UnicodeEncodeError as error:
        error.add_note("\x1b]52;c;aGk=\x07")
        failed = sys.exc_info()
    handler.emit(logging.LogRecord("a", logging.ERROR, "x", 1, "broken", None, failed))
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith("ERROR a broken")
    assert lines[-1] == "␛]52;c;aGk=␇"
